"""What letters about a reported mistake say: plain text, in the reader's language. Pure.

What strangers wrote stands in the text alone, every line of it marked as quoted, and never in a header.
"""

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from catalogue import Catalogue
from catalogue.values import text_in
from service.mistakes.post import Letter
from service.mistakes.store import Mistake
from service.mistakes.texts import TEXTS


@dataclass(frozen=True)
class Sender:
    """Who writes: the e-mail address of the portal, and the address under which the portal is reached."""

    email: str
    root: str


def written(
    letter: Letter, mistake: Mistake, municipality: str | None, catalogue: Catalogue, sender: Sender, now: datetime
) -> EmailMessage:
    """Return the message. `municipality` is the name of the one in which the place lies, `now` has a time zone.

    Raises ValueError for a recipient that is no e-mail address.
    """
    language, portal = letter.language, catalogue.portal
    name = text_in(portal.title, language, portal.default_language)
    dataset = catalogue.datasets.get(mistake.dataset)
    title = text_in(dataset.title, language, portal.default_language) if dataset else mistake.dataset
    told = _reported if letter.kind == "reported" else _answered
    facts = [TEXTS.text("mail.dataset", language, dataset=title), *_where(mistake, municipality, sender, language)]
    message = EmailMessage()
    message["From"] = Address(name, addr_spec=sender.email)
    message["To"] = Address(addr_spec=_in_ascii(letter.recipient))
    message["Subject"] = TEXTS.text(f"mail.{letter.kind}.subject", language, n=mistake.id, dataset=title)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<mistake-{mistake.id}-{letter.id}@{sender.email.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # no machine on holiday answers
    message["Content-Language"] = language
    message.set_content(told(mistake, facts, name, sender, language))
    return message


def _reported(mistake: Mistake, facts: list[str], portal: str, sender: Sender, language: str) -> str:
    office = f"{sender.root}/desk/mistakes?lang={language}#mistake-{mistake.id}"
    return "\n\n".join(
        [
            TEXTS.text("mail.reported.lead", language, portal=portal, n=mistake.id),
            "\n".join(facts),
            _quoted(mistake.said or ""),
            TEXTS.text("mail.reported.office", language, address=office),
            TEXTS.text("mail.reported.state", language, address=_page(mistake, sender, language)),
            TEXTS.text("mail.no-reply", language),
        ]
    )


def _answered(mistake: Mistake, facts: list[str], portal: str, sender: Sender, language: str) -> str:
    return "\n\n".join(
        [
            TEXTS.text(f"mail.answered.{mistake.state}", language, portal=portal, n=mistake.id),
            "\n".join(facts),
            _quoted(mistake.answer or ""),
            TEXTS.text("mail.answered.page", language, address=_page(mistake, sender, language)),
            TEXTS.text("mail.answered.deleted", language),
            TEXTS.text("mail.no-reply", language),
        ]
    )


def _where(mistake: Mistake, municipality: str | None, sender: Sender, language: str) -> list[str]:
    lines = []
    if mistake.feature:
        lines.append(TEXTS.text("mail.feature", language, feature=mistake.feature))
    if municipality:
        lines.append(TEXTS.text("mail.municipality", language, municipality=municipality))
    if mistake.lon is not None and mistake.lat is not None:
        mark = f"{mistake.lat:.6f}/{mistake.lon:.6f}"
        address = f"{sender.root}/{language}/map?at=16/{mark}&layers={mistake.dataset}&mark={mark}"
        lines.append(TEXTS.text("mail.place", language, address=address))
    return lines


def _page(mistake: Mistake, sender: Sender, language: str) -> str:
    return f"{sender.root}/{language}/mistakes/{mistake.id}"


def _quoted(text: str) -> str:
    """Return the lines of a text, marked; signs that are no letters (a form feed, an escape) left out."""
    lines = ("".join(each for each in line if each.isprintable()) for line in text.splitlines())
    return "\n".join(f"> {line}" for line in lines)


def _in_ascii(address: str) -> str:
    """Return an e-mail address with its domain as the name system has it: `žluť.cz` is written `xn--…`."""
    user, _, domain = address.rpartition("@")
    return f"{user}@{domain.encode('idna').decode()}"
