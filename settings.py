"""Where we listen, which database, which folders: the environment, read once.

Apart so that nothing else reads `os.environ`: what a process runs with can be printed, passed on and tested.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

ROOT = Path(__file__).parent


@dataclass(frozen=True)
class DeskSettings:
    """What the environment says of the zoning desk.

    `sandbox` is how files of strangers are kept apart while they are read: bubblewrap, or limits where a container
    forbids namespaces. A check that nobody hands in is deleted after `days`; what is handed in at once has `megabytes`
    at most. `issuer` is the address of an OpenID provider by which officers may sign in, "" for none, `client` our name
    there, `secret` the file that holds our password there (None: a public client).
    """

    sandbox: str = "bubblewrap"
    days: int = 7
    megabytes: int = 200
    issuer: str = ""
    client: str = "krajina"
    secret: Path | None = None

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> "DeskSettings":
        """Return the settings of `KRAJINA_SANDBOX` and `KRAJINA_DESK_…`. Raises ValueError, naming the variable."""
        sandbox = env.get("KRAJINA_SANDBOX") or cls.sandbox
        if sandbox not in {"bubblewrap", "limits"}:
            raise ValueError(f"KRAJINA_SANDBOX={sandbox!r}: bubblewrap or limits is needed")
        secret = env.get("KRAJINA_DESK_OIDC_SECRET_FILE")
        return cls(
            sandbox=sandbox,
            days=_number(env, "KRAJINA_DESK_DAYS", cls.days),
            megabytes=_number(env, "KRAJINA_DESK_MEGABYTES", cls.megabytes),
            issuer=env.get("KRAJINA_DESK_OIDC_ISSUER", "").rstrip("/"),
            client=env.get("KRAJINA_DESK_OIDC_CLIENT") or cls.client,
            secret=Path(secret).absolute() if secret else None,
        )

    def to_environment(self) -> dict[str, str]:
        """Return the variables that make another process run with the same settings."""
        return {
            "KRAJINA_SANDBOX": self.sandbox,
            "KRAJINA_DESK_DAYS": str(self.days),
            "KRAJINA_DESK_MEGABYTES": str(self.megabytes),
            "KRAJINA_DESK_OIDC_ISSUER": self.issuer,
            "KRAJINA_DESK_OIDC_CLIENT": self.client,
            "KRAJINA_DESK_OIDC_SECRET_FILE": str(self.secret or ""),
        }


@dataclass(frozen=True)
class MailSettings:
    """The mail server that takes the portal's letters; `host` "" for none, and no letters then.

    `secure`: encrypted from the first byte (smtps). Else encryption is begun where the server offers it, and must be
    where there is a `user` to be named, but for a server on this machine. `sender`: the address that letters are from.
    """

    host: str = ""
    port: int = 0
    secure: bool = False
    user: str = ""
    password: str = field(default="", repr=False)
    sender: str = ""

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> "MailSettings":
        """Return the settings of `KRAJINA_SMTP` and `KRAJINA_MAIL_FROM`. Raises ValueError, naming the variable."""
        url, sender = env.get("KRAJINA_SMTP", ""), env.get("KRAJINA_MAIL_FROM", "")
        if not url:
            return cls()
        try:
            parts = urlsplit(url)
            port = parts.port or (465 if parts.scheme == "smtps" else 587)
        except ValueError:
            parts, port = urlsplit(""), 0
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:  # the address is not told: it holds a password
            raise ValueError("KRAJINA_SMTP: smtp[s]://user:password@host:port is needed")
        if sender.count("@") != 1 or any(each.isspace() or each in "<>,;" for each in sender):
            raise ValueError(f"KRAJINA_MAIL_FROM={sender!r}: the e-mail address of the sender is needed")
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.hostname, port, parts.scheme == "smtps", user, password, sender)

    def to_environment(self) -> dict[str, str]:
        """Return the variables that make another process run with the same settings."""
        who = f"{quote(self.user, safe='')}:{quote(self.password, safe='')}@" if self.user else ""
        host = f"[{self.host}]" if ":" in self.host else self.host
        url = f"{'smtps' if self.secure else 'smtp'}://{who}{host}:{self.port}" if self.host else ""
        return {"KRAJINA_SMTP": url, "KRAJINA_MAIL_FROM": self.sender}


@dataclass(frozen=True)
class Settings:
    """What the environment says.

    `database_url` None means the private cluster in `data`. `data` holds what the machine makes and can make again:
    cluster, fetched files, rasters, grids. `private_hosts` are hosts of this network from which sources may be fetched
    though their addresses are private. `answer_cache` is how many megabytes of answers each worker keeps; 0 keeps none.
    `public_url` is how others reach the portal; links are made of it.
    """

    database_url: str | None = None
    collections: Path = ROOT / "collections"
    data: Path = ROOT / "var"
    host: str = "127.0.0.1"
    port: int = 8080
    workers: int = 2
    public_url: str = "http://127.0.0.1:8080"
    language: str = "en"
    private_hosts: tuple[str, ...] = ()
    answer_cache: int = 32
    desk: DeskSettings = DeskSettings()
    mail: MailSettings = MailSettings()

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Return the settings of `KRAJINA_…` variables; what is not set has its default.

        Raises ValueError, naming the variable, for a number that is none.
        """
        env = os.environ if environment is None else environment
        host = env.get("KRAJINA_HOST", cls.host)
        port = _number(env, "KRAJINA_PORT", cls.port)
        return cls(
            database_url=env.get("KRAJINA_DATABASE_URL") or None,
            collections=Path(env.get("KRAJINA_COLLECTIONS", cls.collections)).absolute(),
            data=Path(env.get("KRAJINA_DATA", cls.data)).absolute(),
            host=host,
            port=port,
            workers=_number(env, "KRAJINA_WORKERS", cls.workers),
            public_url=env.get("KRAJINA_URL", f"http://{host}:{port}").rstrip("/"),
            language=_language(env),
            answer_cache=_number(env, "KRAJINA_ANSWER_CACHE", cls.answer_cache),
            private_hosts=tuple(filter(None, env.get("KRAJINA_PRIVATE_HOSTS", "").replace(",", " ").split())),
            desk=DeskSettings.from_environment(env),
            mail=MailSettings.from_environment(env),
        )

    def to_environment(self) -> dict[str, str]:
        """Return the variables that make another process run with the same settings."""
        values = {
            "KRAJINA_COLLECTIONS": str(self.collections),
            "KRAJINA_DATA": str(self.data),
            "KRAJINA_HOST": self.host,
            "KRAJINA_PORT": str(self.port),
            "KRAJINA_WORKERS": str(self.workers),
            "KRAJINA_URL": self.public_url,
            "KRAJINA_LANGUAGE": self.language,
            "KRAJINA_PRIVATE_HOSTS": " ".join(self.private_hosts),
            "KRAJINA_ANSWER_CACHE": str(self.answer_cache),
            **self.desk.to_environment(),
            **self.mail.to_environment(),
        }
        return values | ({"KRAJINA_DATABASE_URL": self.database_url} if self.database_url else {})


def _number(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name) or str(default)
    if not text.isdecimal():
        raise ValueError(f"{name}={text!r}: a whole number is needed")
    return int(text)


def _language(env: Mapping[str, str]) -> str:
    """Return the language of messages: KRAJINA_LANGUAGE, else the terminal's, else English."""
    wanted = env.get("KRAJINA_LANGUAGE") or env.get("LC_ALL") or env.get("LANG") or "en"
    return wanted[:2].lower() if wanted[:2].lower() in {"cs", "de", "pl", "en"} else "en"
