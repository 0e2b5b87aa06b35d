"""A real mail server (aiosmtpd) in this process for tests of letters, and the reports that they tell of."""

import email
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import default
from ssl import SSLContext
from typing import Any

import psycopg2
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from tests.integration.desk.municipality import HOME
from tests.integration.service.town import Town
from tests.portal import free_port

PORTAL, JANA = "mapy@example.org", "jana@example.org"
SAID = "Hranice\u00a0je\tšpatně.\nBcc: all@example.org\r\n\x1b[2J.\nKonec"


class Mailbox:
    """What the server has taken, which recipients it refuses for good, and what it answers to MAIL and to a letter."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.encrypted: list[bool] = []
        self.passwords: list[bytes] = []
        self.clear = b""
        """What came to the server before encryption began, or without any."""
        self.refused: set[str] = set()
        self.reply = {"MAIL": "250 OK", "RCPT": "250 OK", "DATA": "250 OK"}

    async def handle_MAIL(self, _: Any, __: Any, envelope: Any, address: str, ___: list[str]) -> str:  # noqa: N802
        envelope.mail_from = address
        return self.reply["MAIL"]

    async def handle_RCPT(self, _: Any, __: Any, envelope: Any, address: str, ___: list[str]) -> str:  # noqa: N802
        if address in self.refused:
            return f"550 <{address}>: no such mailbox"
        envelope.rcpt_tos.append(address)
        return self.reply["RCPT"]

    async def handle_DATA(self, server: SMTP, _: Any, envelope: Any) -> str:  # noqa: N802
        message = email.message_from_bytes(envelope.content, policy=default)
        assert [message["To"].addresses[0].addr_spec] == envelope.rcpt_tos
        if self.reply["DATA"].startswith("250"):
            self.taken.append(message)
            self.encrypted.append(_is_encrypted(server))
        return self.reply["DATA"]

    def to(self, address: str) -> list[EmailMessage]:
        return [each for each in self.taken if each["To"] == address]


class _Server(SMTP):
    """The server's side of one connection, which also keeps what comes in the clear."""

    def data_received(self, data: bytes) -> None:
        if not _is_encrypted(self):
            self.event_handler.clear += data
        super().data_received(data)


class _Controller(Controller):
    """Runs a server in a thread."""

    def __init__(self, mailbox: Mailbox, connection: Callable[[], SMTP], port: int, context: SSLContext | None) -> None:
        super().__init__(mailbox, hostname="127.0.0.1", port=port, ssl_context=context)
        self._connection = connection

    def factory(self) -> SMTP:
        return self._connection()


class Server:
    """A mail server that can be down. `secure`: encrypted from the first byte; else STARTTLS, where there is a context.

    `password` is that of everybody who signs in; None offers no signing in.
    """

    def __init__(
        self,
        context: SSLContext | None = None,
        *,
        secure: bool = False,
        password: bytes | None = None,
        port: int | None = None,
    ) -> None:
        self.port, self.mailbox = port or free_port(), Mailbox()
        self._context, self._secure, self._password = context, secure, password
        self._running: Controller | None = None

    def start(self) -> None:
        at_once = self._context if self._secure else None
        self._running = _Controller(self.mailbox, self._connection, self.port, at_once)
        self._running.start()

    def stop(self) -> None:
        if self._running:
            self._running.stop()
            self._running = None

    def _connection(self) -> SMTP:
        later = None if self._secure else self._context
        if self._password is None:
            return _Server(self.mailbox, tls_context=later, auth_exclude_mechanism=["LOGIN", "PLAIN"])
        return _Server(
            self.mailbox,
            tls_context=later,
            auth_required=True,
            auth_require_tls=later is not None,
            authenticator=self._sign_in,
        )

    def _sign_in(self, _: Any, __: Any, ___: Any, ____: str, given: Any) -> AuthResult:
        assert isinstance(given, LoginPassword)
        self.mailbox.passwords.append(given.password)
        return AuthResult(success=given.password == self._password, handled=False)


def _is_encrypted(server: SMTP) -> bool:
    return bool(server.transport and server.transport.get_extra_info("sslcontext"))


def asked(desk: Town, statement: str, *values: object) -> list[tuple[Any, ...]]:
    with psycopg2.connect(desk.office.settings.database_url or "") as connection, connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def reported(desk: Town, **fields: str) -> int:
    given = {"dataset": "municipalities", "feature": HOME, "said": SAID, "email": JANA, **fields}
    answer = desk.client.post("/cs/mistakes/new", data=given)
    assert answer.status_code == 303, answer.text
    return int(answer.headers["Location"].rpartition("/")[2].removesuffix("?thanks"))


def over(desk: Town, number: int) -> bool:
    [(left,)] = asked(
        desk, "SELECT count(*) FROM desk.mail WHERE mistake = %s AND sent IS NULL AND given_up IS NULL", number
    )
    return bool(left == 0)
