"""Letters over an encrypted connection, at a real mail server whose certificate is made here.

`mail.example.org` is this machine for as long as a test lasts; nothing reaches a network. What must not happen is seen
on the server's side: no letter, no password, and nothing but greetings in the clear.
"""

import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from service.mistakes import postman
from service.mistakes.troubles import NoLoginError, trouble
from settings import MailSettings
from tests import postgis
from tests.integration.desk.municipality import HOME, Office
from tests.integration.service.mailbox import PORTAL, Mailbox, Server, asked, over, reported
from tests.integration.service.running import running
from tests.integration.service.town import Town
from tests.portal import free_port
from tests.waiting import until

HOST, OTHER, PASSWORD = "mail.example.org", "other.example.org", b"ne:pro/zrad"
type Certificate = tuple[ssl.SSLContext, Path]
PORT = free_port()
"""Where the desk's letters go."""


@pytest.fixture(autouse=True)
def named(unhurried: None, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    """Let the mail server's name mean this machine."""
    real = socket.getaddrinfo

    def found(host: str, port: int, *others: int, **named: int) -> object:
        return real("127.0.0.1" if host == HOST else host, port, *others, **named)

    monkeypatch.setattr(socket, "getaddrinfo", found)
    monkeypatch.setattr("service.mistakes.postman.EVERY_SECONDS", 0.1)


def certificate(folder: Path, host: str) -> Certificate:
    """Return a server's context with a new certificate of its own, and the file that makes it trusted."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now, file = datetime.now(UTC), folder / f"{host}.pem"
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / f"{host}.key").write_bytes(secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, folder / f"{host}.key")
    return context, file


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Certificate]:
    """Return a certificate for the right name of the mail server and one for another."""
    folder = tmp_path_factory.mktemp("certificates")
    return {host: certificate(folder, host) for host in (HOST, OTHER)}


@pytest.fixture(scope="module")
def desk(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Return a desk whose letters go to PORT of the mail server, with name and password."""
    with postgis.clone(cluster) as dsn, pytest.MonkeyPatch.context() as patched:
        patched.setattr("service.mistakes.postman.EVERY_SECONDS", 0.1)
        office, own = Office(dsn, tmp_path_factory.mktemp("letters")), free_port()
        mail = MailSettings(HOST, PORT, user="mapy", password=PASSWORD.decode(), sender=PORTAL)
        with running(replace(office.settings, port=own, public_url=f"http://127.0.0.1:{own}", mail=mail)) as client:
            yield Town(office, client)
        office.desk.close()


@pytest.fixture
def serving() -> Iterator[Callable[[Server], Server]]:
    """Return what starts a mail server for this test."""
    started: list[Server] = []

    def start(server: Server) -> Server:
        server.start()
        started.append(server)
        return server

    yield start
    for each in started:
        each.stop()


@pytest.fixture
def box(
    certificates: dict[str, Certificate], serving: Callable[[Server], Server], monkeypatch: pytest.MonkeyPatch
) -> Mailbox:
    """Return the mailbox of a server with which all is well, at PORT."""
    context, trusted = certificates[HOST]
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    return serving(Server(context, password=PASSWORD, port=PORT)).mailbox


def test_letter_and_password_go_encrypted_after_starttls(desk: Town, box: Mailbox) -> None:
    number = reported(desk)
    until(lambda: over(desk, number))
    assert (len(box.taken), box.encrypted, box.passwords) == (1, [True], [PASSWORD])
    assert [line.split()[0] for line in box.clear.splitlines()] == [b"ehlo", b"STARTTLS"]


@pytest.mark.parametrize(
    ("fault", "setting", "told"),
    [
        ("another host", "KRAJINA_SMTP", "certificate: Hostname mismatch"),
        ("unknown authority", "SSL_CERT_FILE", "certificate: self-signed certificate"),
        ("no encryption", "KRAJINA_SMTP", "plain: no STARTTLS"),
        ("wrong password", "KRAJINA_SMTP", "login: 535 5.7.8 "),
        ("no sender", "KRAJINA_MAIL_FROM", "sender: 550 5.1.8 "),
        ("no relay", "KRAJINA_SMTP", "relay: 554 5.7.1 "),
    ],
)
def test_what_is_wrong_with_the_settings_is_told_and_the_letter_waits_until_it_is_mended(
    desk: Town,
    certificates: dict[str, Certificate],
    serving: Callable[[Server], Server],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    fault: str,
    setting: str,
    told: str,
) -> None:
    right, wrong = certificates[HOST], certificates[OTHER]
    context, trusted = {"another host": wrong, "no encryption": (None, right[1])}.get(fault, right)
    monkeypatch.setenv("SSL_CERT_FILE", str(wrong[1] if fault == "unknown authority" else trusted))
    server = serving(Server(context, password=b"another" if fault == "wrong password" else PASSWORD, port=PORT))
    box = server.mailbox
    box.reply |= {"no sender": {"MAIL": "550 5.1.8 no such sender"}, "no relay": {"RCPT": "554 5.7.1 no relay"}}.get(
        fault, {}
    )
    number = reported(desk)
    trouble_of = "SELECT trouble FROM desk.mail WHERE mistake = %s AND trouble IS NOT NULL AND given_up IS NULL"
    until(lambda: asked(desk, trouble_of, number))
    [(kept,)] = asked(desk, trouble_of, number)
    assert kept.startswith(told), kept
    assert box.taken == []
    assert b"AUTH" not in box.clear
    assert b"MAIL" not in box.clear
    assert bool(box.passwords) == (fault in {"wrong password", "no sender", "no relay"})
    assert any(setting in each.getMessage() and "Later again." in each.getMessage() for each in caplog.records)
    assert PASSWORD.decode() not in caplog.text
    server.stop()
    monkeypatch.setenv("SSL_CERT_FILE", str(right[1]))
    mended = serving(Server(right[0], password=PASSWORD, port=PORT)).mailbox
    asked(desk, "UPDATE desk.mail SET due = now() WHERE mistake = %s", number)
    until(lambda: over(desk, number))
    assert mended.encrypted == [True]


def test_a_letter_that_the_server_refuses_for_good_is_not_tried_again_and_the_office_sees_it(
    desk: Town, box: Mailbox
) -> None:
    box.reply["DATA"] = "554 5.6.0 content not taken"
    number = reported(desk)
    until(lambda: over(desk, number))
    assert asked(desk, "SELECT tries, trouble, given_up IS NULL FROM desk.mail WHERE mistake = %s", number) == [
        (1, "letter: 554 5.6.0 content not taken", False)
    ]
    page = desk.visitor(desk.office.officer(HOME)).get("/desk/mistakes?lang=cs").text
    assert "další pokusy nebudou. Poštovní server tuto zprávu odmítá: 554 5.6.0 content not taken." in page
    box.reply["DATA"] = "451 4.3.0 come again"
    later = reported(desk)
    waits = "SELECT trouble FROM desk.mail WHERE mistake = %s AND given_up IS NULL AND trouble IS NOT NULL"
    until(lambda: asked(desk, waits, later) == [("other: 451 4.3.0 come again",)] * 2)


def test_smtps_is_encrypted_from_the_first_byte_and_its_certificate_is_held_to_the_name(
    certificates: dict[str, Certificate],
    serving: Callable[[Server], Server],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    right, wrong = certificates[HOST], certificates[OTHER]
    monkeypatch.setenv("SSL_CERT_FILE", str(right[1]))
    server = serving(Server(right[0], secure=True, password=PASSWORD))
    mail = MailSettings(HOST, server.port, secure=True, user="mapy", password=PASSWORD.decode(), sender=PORTAL)
    connection = postman.connected(mail, "localhost")
    connection.sendmail(PORTAL, ["a@example.org"], b"To: a@example.org\r\n\r\nx")
    connection.close()
    assert (server.mailbox.encrypted, server.mailbox.clear) == ([True], b"")
    monkeypatch.setenv("SSL_CERT_FILE", str(wrong[1]))
    other = serving(Server(wrong[0], secure=True, password=PASSWORD))
    plain = serving(Server())
    for port, cause in ((other.port, "certificate"), (plain.port, "encryption"), (free_port(), "network")):
        with pytest.raises(OSError) as refused:  # noqa: PT011 (what it means is told by `trouble`)
            postman.connected(replace(mail, port=port), "localhost")
        assert trouble(refused.value, "a@example.org").cause == cause
    assert other.mailbox.passwords == []
    assert b"mapy" not in plain.mailbox.clear


def test_a_server_on_this_machine_may_have_a_certificate_of_its_own_and_one_without_signing_in_is_named(
    certificates: dict[str, Certificate], serving: Callable[[Server], Server]
) -> None:
    here = MailSettings("127.0.0.1", user="mapy", password=PASSWORD.decode(), sender=PORTAL)
    server = serving(Server(certificates[HOST][0], password=PASSWORD))
    postman.connected(replace(here, port=server.port), "localhost").close()
    assert (server.mailbox.passwords, b"AUTH" in server.mailbox.clear) == ([PASSWORD], False)
    with pytest.raises(NoLoginError):
        postman.connected(replace(here, port=serving(Server()).port), "localhost")
    with pytest.raises(NoLoginError):
        postman.connected(replace(here, port=server.port, password="heslo-č"), "localhost")  # noqa: S106
