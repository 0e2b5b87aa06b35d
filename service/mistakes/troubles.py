"""What keeps a letter from going: whose matter it is, whether another try makes sense, and how it is told. Pure.

A refusal for good (5yz) of a mailbox or of the letter itself stays so (RFC 5321, 4.2.1). All others, of our name and
password, our sender, our encryption, are mended in the settings, and then the letter goes: it waits for that.
"""

import re
import smtplib
import ssl
from dataclasses import dataclass

from service.mistakes.texts import TEXTS

_REFUSED = range(500, 600)
"""Replies that will be the same at the next try."""
_POLICY = "5.7."
"""How an enhanced status code (RFC 3463) begins that is about who sends, not about the mailbox."""
_UNAUTHENTICATED = 530
_FINAL = frozenset({"address", "mailbox", "letter"})
_CAUSES = _FINAL | {"certificate", "encryption", "plain", "login", "relay", "sender", "network", "other"}


class NoEncryptionError(smtplib.SMTPException):
    """The server wants a password and offers no encryption to send it by."""


class NoLoginError(smtplib.SMTPException):
    """There is a password, and the server asks for none."""


@dataclass(frozen=True)
class Trouble:
    """Why a letter did not go: the `cause` names the message `letter.because.…`; `said` are the server's own words."""

    cause: str
    said: str

    @property
    def is_final(self) -> bool:
        """Return whether it would be the same at each further try."""
        return self.cause in _FINAL

    @property
    def kept(self) -> str:
        """Return it as one line to be kept; `read` is the way back."""
        return f"{self.cause}: {self.said}"

    def text(self, language: str) -> str:
        """Return what is wrong, and in which setting that is mended."""
        return TEXTS.text(f"letter.because.{self.cause}", language, said=self.said.rstrip("."))


def read(kept: str) -> Trouble:
    """Return a trouble that was kept."""
    cause, _, said = kept.partition(": ")
    return Trouble(cause, said) if cause in _CAUSES else Trouble("other", kept)


def trouble(error: Exception, recipient: str) -> Trouble:
    """Return what an error means (SMTPException, OSError, or ValueError for what is no address).

    Servers like to repeat to whom they do not deliver; an address that is not to be kept must not stay in there.
    """
    code, said = _reply(error)
    told = f"{code} {said}" if code else said
    without = re.sub(rf"{re.escape(recipient.rpartition('@')[0])}@[^\s<>]+", "…", told, flags=re.IGNORECASE)
    return Trouble(_cause(error, code, said), " ".join(without.split()))


def _cause(error: Exception, code: int, said: str) -> str:
    if code in _REFUSED:
        return _refused(error, code, said)
    kinds: dict[type[Exception], str] = {
        ssl.SSLCertVerificationError: "certificate",
        ssl.SSLError: "encryption",
        NoEncryptionError: "plain",
        NoLoginError: "login",
        smtplib.SMTPNotSupportedError: "address",  # letters in it that the server cannot take
        smtplib.SMTPServerDisconnected: "network",
        smtplib.SMTPException: "other",
        OSError: "network",
        ValueError: "address",
    }
    return next((cause for kind, cause in kinds.items() if isinstance(error, kind)), "other")


def _refused(error: Exception, code: int, said: str) -> str:
    """Return what a refusal for good is about: the step at which it came says so."""
    ours = code == _UNAUTHENTICATED or said.startswith(_POLICY)
    match error:
        case smtplib.SMTPAuthenticationError():
            return "login"
        case smtplib.SMTPRecipientsRefused():
            return "relay" if ours else "mailbox"
        case smtplib.SMTPSenderRefused():
            return "relay" if ours else "sender"
        case smtplib.SMTPDataError():
            return "letter"
    return "other"


def _reply(error: Exception) -> tuple[int, str]:
    """Return the server's reply as code and text; code 0 and what the error says where there was none."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, reply = next(iter(error.recipients.values()))
        return code, _decoded(reply)
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code, _decoded(error.smtp_error)
    if isinstance(error, ssl.SSLCertVerificationError):
        return 0, error.verify_message
    if isinstance(error, ssl.SSLError):
        return 0, error.reason or str(error)
    return 0, getattr(error, "strerror", None) or str(error)


def _decoded(reply: str | bytes) -> str:
    return reply if isinstance(reply, str) else reply.decode(errors="replace")
