"""What letters about a reported mistake say: plain text, in the reader's language. Pure.

What strangers wrote stands in the text alone, every line of it marked as quoted, and never in a header.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from catalogue import Catalogue
from catalogue.values import Text, text_in
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
    name = _in_a_line(portal.title, language, portal.default_language)
    dataset = catalogue.datasets.get(mistake.dataset)
    title = _in_a_line(dataset.title, language, portal.default_language) if dataset else mistake.dataset
    told = _reported if letter.kind == "reported" else _answered
    facts = [TEXTS.text("mail.dataset", language, dataset=title), *_where(mistake, municipality, sender, language)]
    own = addressed(sender.email)
    message = EmailMessage()
    message["From"] = Address(name, own.username, own.domain)
    message["To"] = addressed(letter.recipient)
    message["Subject"] = TEXTS.text(f"mail.{letter.kind}.subject", language, n=mistake.id, dataset=title)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<mistake-{mistake.id}-{letter.id}@{own.domain}>"
    message["Auto-Submitted"] = "auto-generated"  # no machine on holiday answers
    message["Content-Language"] = language
    message.set_content(told(mistake, facts, name, sender, language))
    return message


def _in_a_line(text: Text, language: str, default: str) -> str:
    """Return a text of the catalogue without the line breaks that it may have there and no header may."""
    return " ".join(text_in(text, language, default).split())


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
        lines.append(TEXTS.text("mail.feature", language, feature=_plain(mistake.object)))
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
    """Return the lines of a text, marked."""
    return "\n".join(f"> {_plain(line)}" for line in text.splitlines())


def _plain(text: str) -> str:
    """Return a text in one line: spaces of all kinds plain, what cannot be seen (an escape) left out."""
    return "".join(filter(str.isprintable, " ".join(re.split(r"\s", text))))


def addressed(address: str) -> Address:
    """Return an e-mail address with its domain as the name system has it: `žluť.cz` is written `xn--…`.

    Raises ValueError for what is none.
    """
    user, _, domain = address.rpartition("@")
    try:
        return Address(addr_spec=f"{user}@{domain.encode('idna').decode()}")
    except (MessageError, AttributeError):  # what the parser cannot make head or tail of, `a@[1` among it
        raise ValueError("not an e-mail address") from None
