"""What the environment says, and what it may not say."""

import pytest

from settings import ROOT, Settings


def test_an_empty_environment_gives_the_defaults() -> None:
    settings = Settings.from_environment({})
    assert settings == Settings()
    assert settings.collections == ROOT / "collections"


def test_settings_survive_the_way_to_another_process() -> None:
    settings = Settings.from_environment(
        {
            "KRAJINA_DATABASE_URL": "postgresql://krajina@db/krajina",
            "KRAJINA_COLLECTIONS": "/srv/collections",
            "KRAJINA_PORT": "9000",
            "KRAJINA_URL": "https://mapy.example.org/",
            "KRAJINA_LANGUAGE": "cs",
            "KRAJINA_PRIVATE_HOSTS": "gis.local, 10.0.0.7",
            "KRAJINA_SMTP": "smtps://posta%40kraj:a%2Fb%3Ac@mail.example.org",
            "KRAJINA_MAIL_FROM": "mapy@example.org",
        }
    )
    assert settings.public_url == "https://mapy.example.org"
    assert settings.private_hosts == ("gis.local", "10.0.0.7")
    assert (settings.mail.user, settings.mail.password, settings.mail.port) == ("posta@kraj", "a/b:c", 465)
    assert "a/b:c" not in repr(settings)
    assert Settings.from_environment(settings.to_environment()) == settings


@pytest.mark.parametrize(
    "url", ["mail.example.org", "https://mail.example.org", "smtp://user:pass@host:many", "smtp://"]
)
def test_a_mail_server_that_is_none_is_named_without_its_password(url: str) -> None:
    with pytest.raises(ValueError, match="KRAJINA_SMTP") as told:
        Settings.from_environment({"KRAJINA_SMTP": url, "KRAJINA_MAIL_FROM": "mapy@example.org"})
    assert "pass@" not in str(told.value)
    with pytest.raises(ValueError, match="KRAJINA_MAIL_FROM"):
        Settings.from_environment({"KRAJINA_SMTP": "smtp://mail", "KRAJINA_MAIL_FROM": "a@b\nBcc: c@d"})


def test_a_port_that_is_no_number_is_named() -> None:
    with pytest.raises(ValueError, match="KRAJINA_PORT='http'"):
        Settings.from_environment({"KRAJINA_PORT": "http"})


@pytest.mark.parametrize(("said", "language"), [("cs_CZ.UTF-8", "cs"), ("de_DE", "de"), ("fr_FR", "en"), ("C", "en")])
def test_the_language_is_the_terminals(said: str, language: str) -> None:
    assert Settings.from_environment({"LANG": said}).language == language
