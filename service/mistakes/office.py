"""What officers do with reports at the desk: see those that concern them, show, answer and close them, remove spam."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from catalogue.values import Text, text_in
from desk.errors import DeskError
from service.desk.forms import Sent
from service.desk.view import onward, page, sign_in_first
from service.desk.visit import Visit, visit
from service.mistakes.pages import spoken
from service.mistakes.post import Post
from service.mistakes.store import Mistakes
from service.mistakes.texts import TEXTS
from service.state import Live

_ADDRESS = "/desk/mistakes"


def listed(request: Request, live: Live) -> Response:
    """Answer `/desk/mistakes`: the region's officers see all reports, those of a municipality its own."""
    asked = visit(request, live)
    return sign_in_first(asked, _ADDRESS) if asked.account is None else _page(request, asked)


def decide(request: Request, live: Live, sent: Sent) -> Response:
    """Answer POST `/desk/mistakes`: the `state` of report `number`, with its `answer`; `removed` deletes it."""
    asked = visit(request, live)
    if asked.account is None:
        return sign_in_first(asked, _ADDRESS)
    number, answer = sent.fields.get("number", ""), sent.fields.get("answer", "")
    wanted = int(number) if number.isdecimal() and len(number) < 12 else 0  # noqa: PLR2004 (digits of a bigint)
    try:
        mistakes = Mistakes(asked.desk.database, letters=_has_letters(asked))
        mistakes.decide(asked.account, wanted, sent.fields.get("state", ""), answer)
    except DeskError as refused:
        return _page(request, asked, wrong=refused.text(asked.language), typed={wanted: answer}, status=refused.status)
    return onward(f"{_ADDRESS}?lang={asked.language}")


def _page(
    request: Request,
    asked: Visit,
    *,
    wrong: str | None = None,
    typed: Mapping[int, str] | None = None,
    status: int = 200,
) -> Response:
    """Return the page; `wrong` is what was refused of an answer, and `typed` that answer, by the report's number."""
    mistakes = Mistakes(asked.desk.database).of(asked.signed_in())
    return page(
        request,
        asked,
        "mistakes",
        TEXTS.text("title", asked.language),
        status=status,
        said=wrong,
        typed=typed or {},
        m=spoken(asked.language),
        mistakes=mistakes,
        titles={id_: _title(asked, each.title) for id_, each in asked.state.catalogue.datasets.items()},
        places=dict(asked.desk.municipality_names()),
        letters=Post(asked.desk.database).of([each.id for each in mistakes]),
        has_letters=_has_letters(asked),
    )


def _title(asked: Visit, title: Text) -> str:
    return text_in(title, asked.language, asked.state.catalogue.portal.default_language)


def _has_letters(asked: Visit) -> bool:
    """Return whether there is a mail server."""
    return bool(asked.desk.settings.mail.host)
