"""Brings letters to the mail server: a thread of each worker, so that nobody who reports waits for a mail server."""

import logging
import smtplib
import ssl
import threading
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

from catalogue import Catalogue
from desk.desk import Desk
from desk.errors import DeskError
from service.desk.visit import Desks
from service.mistakes.letters import Sender, written
from service.mistakes.post import Letter, Post
from service.mistakes.store import Mistakes
from service.mistakes.troubles import NoEncryptionError, NoLoginError, trouble
from service.state import Live
from settings import MailSettings

LOG = logging.getLogger(__name__)
EVERY_SECONDS = 10.0
SERVER_SECONDS = 20.0
"""How long the mail server may take for each of its answers."""


class Postman:
    """Brings what is due, every now and then; `start` begins, if there is a mail server, `stop` ends."""

    def __init__(self, live: Live, desks: Desks) -> None:
        self._live, self._desks = live, desks
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="krajina-post", daemon=True)

    def start(self) -> None:
        """Begin; without a mail server there is nothing to do."""
        if self._live.settings.mail.host:
            self._thread.start()

    def stop(self) -> None:
        """End; a letter that is on its way is not waited for longer than a few seconds, and is due again later."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def _run(self) -> None:
        while not self._stopped.wait(EVERY_SECONDS):
            try:
                while not self._stopped.is_set() and self._bring_one():
                    pass
            except DeskError as away:
                LOG.warning("letters wait: %s", type(away).__name__)
            except Exception:
                LOG.exception("letters wait")

    def _bring_one(self) -> bool:
        """Bring the next letter; return whether there was one."""
        state = self._live.state
        if state is None:
            return False
        desk = self._desks.of(state.catalogue)
        post = Post(desk.database)
        letter = post.take()
        if letter is None:
            return False
        try:
            self._bring(letter, post, desk, state.catalogue)
        except (smtplib.SMTPException, OSError, ValueError) as error:
            met = trouble(error, letter.recipient)
            again = post.failed(letter, met.kept, final=met.is_final)
            LOG.warning("letter %d: %s %s", letter.id, met.text("en"), "Later again." if again else "Given up.")
        else:
            post.sent(letter)
        return True

    def _bring(self, letter: Letter, post: Post, desk: Desk, catalogue: Catalogue) -> None:
        """Send a letter; nothing if its report has just been deleted, or it has been called back.

        Raises SMTPException, OSError, ValueError.
        """
        settings = self._live.settings
        mistake = Mistakes(desk.database).get(letter.mistake)
        if mistake is None:
            return
        place = desk.municipality(mistake.municipality) if mistake.municipality else None
        sender = Sender(settings.mail.sender, settings.public_url)
        message = written(letter, mistake, place.name if place else None, catalogue, sender, datetime.now(UTC))
        server = connected(settings.mail, urlsplit(settings.public_url).hostname or "localhost")
        try:
            if post.is_wanted(letter):  # it may have taken long to reach the server
                server.send_message(message)
            with suppress(smtplib.SMTPException, OSError):  # the letter is the server's now, whatever it says to that
                server.quit()
        finally:
            server.close()


def connected(mail: MailSettings, own: str) -> smtplib.SMTP:
    """Return a connection to the mail server, encrypted where that is possible, signed in. `own` is our name.

    Raises SMTPException, NoEncryptionError and NoLoginError among them, and OSError, for a certificate too.
    """
    trusted = _trusted(mail.host)
    if mail.secure:
        server: smtplib.SMTP = smtplib.SMTP_SSL(mail.host, mail.port, own, timeout=SERVER_SECONDS, context=trusted)
    else:
        server = smtplib.SMTP(mail.host, mail.port, own, timeout=SERVER_SECONDS)
    with ExitStack() as failed:
        failed.callback(server.close)
        if not mail.secure:
            _encrypt(server, mail, trusted)
        if mail.user:
            _sign_in(server, mail)
        failed.pop_all()
    return server


def _encrypt(server: smtplib.SMTP, mail: MailSettings, trusted: ssl.SSLContext) -> None:
    """Begin encryption where it is offered. Raises NoEncryptionError where a password would go without it."""
    server.ehlo()
    if server.has_extn("starttls"):
        server.starttls(context=trusted)
    elif mail.user and not _is_here(mail.host):
        raise NoEncryptionError("no STARTTLS")


def _sign_in(server: smtplib.SMTP, mail: MailSettings) -> None:
    """Give name and password. Raises NoLoginError, SMTPException."""
    server.ehlo_or_helo_if_needed()
    if not server.has_extn("auth"):
        raise NoLoginError("no AUTH")
    try:
        server.login(mail.user, mail.password)
    except UnicodeEncodeError:  # smtplib's; the error itself would be taken for a recipient that is no address
        raise NoLoginError("only ASCII") from None


def _trusted(host: str) -> ssl.SSLContext:
    """Return what a certificate is held against; on this machine it may be one that the server made for itself."""
    trusted = ssl.create_default_context()
    if _is_here(host):
        trusted.check_hostname, trusted.verify_mode = False, ssl.CERT_NONE
    return trusted


def _is_here(host: str) -> bool:
    """Return whether a server is on this machine, so that nobody listens on the way."""
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return host == "localhost"
