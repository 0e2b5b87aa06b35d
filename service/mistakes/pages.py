"""What the public sees: the list of reports, one report, the form, and what becomes of it when it is sent."""

import re
from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from desk.desk import Desk
from desk.errors import DeskError
from service.block import Block
from service.desk.forms import Sent
from service.folding import folded
from service.mistakes.pace import SECONDS, Pace
from service.mistakes.place import About, about, contact, named
from service.mistakes.store import Mistakes, Report
from service.mistakes.texts import TEXTS
from service.portal.visit import Visit, portal_page, templates
from service.problems import NotFoundError
from service.state import Live

_HERE = Path(__file__).parent
LONGEST, LEAST = 2000, 10
"""Letters of a report."""
TRAP = "website"
"""A field that people do not see and leave empty; programs that fill in everything fill it in."""
_EMAIL = re.compile(r"(?!.{201})[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([\w-]{1,60}\.){1,5}[\w-]{2,30}")
"""What HTML takes for an address, with letters of any language in its domain; no longer than is kept."""
_PACE = Pace()


def listed(visit: Visit) -> Response:
    """Answer `/{language}/mistakes`: all reports, or those on the dataset of `?dataset=`, the newest first."""
    chosen = visit.params.get("dataset", "")
    datasets = [chosen] if chosen in visit.served else list(visit.served)
    found = _mistakes(visit).public(datasets)
    titles = [(visit.text_in(each.dataset.title), id_) for id_, each in visit.served.items()]
    titles.sort(key=lambda pair: folded(pair[0]))
    return _page(visit, "list", _said(visit, "title"), mistakes=found, chosen=chosen, titles=titles)


def shown(visit: Visit) -> Response:
    """Answer `/{language}/mistakes/{number}`: one report, its state and answer."""
    number = str(visit.request.path_params["number"])
    found = _mistakes(visit).public(list(visit.served), int(number)) if number.isdecimal() and len(number) < 12 else []  # noqa: PLR2004
    if not found:
        raise NotFoundError("page")
    title, called = _said(visit, "one", n=found[0].id), named(visit, found[0].dataset, found[0].feature)
    return _page(visit, "one", title, each=found[0], called=called, thanks="thanks" in visit.params)


def form(visit: Visit) -> Response:
    """Answer `/{language}/mistakes/new?dataset=…`, with `feature=` or `lon=` and `lat=` where they are known."""
    if not visit.params.get("dataset"):
        return RedirectResponse(visit.address("/datasets"), status_code=HTTPStatus.SEE_OTHER)
    return _form(visit, about(visit, visit.params), {})


def report(request: Request, live: Live, sent: Sent) -> Response:
    """Answer POST `/{language}/mistakes/new`."""
    return portal_page(partial(_reported, sent=sent.fields))(request, live)


def _reported(visit: Visit, *, sent: Mapping[str, str]) -> Response:
    of = about(visit, sent)
    text, email = sent.get("said", "").strip(), sent.get("email", "").strip()
    if sent.get(TRAP):  # a program: it is told what it wants to hear
        return RedirectResponse(visit.address("/mistakes"), status_code=HTTPStatus.SEE_OTHER)
    if not LEAST <= len(text) <= LONGEST:
        return _form(visit, of, sent, wrong={"said": _said(visit, "wrong.said", low=LEAST, high=LONGEST)})
    if email and not _EMAIL.fullmatch(email):
        return _form(visit, of, sent, wrong={"email": _said(visit, "wrong.email")})
    code = of.municipality[0] if of.municipality else None
    made = Report(of.served.id, text, visit.language, of.feature, of.label, of.lon, of.lat, code, email or None)
    number = _added(visit, of, made)
    if number is None:
        wrong = {"": _said(visit, "wrong.many")}
        return _form(visit, of, sent, wrong=wrong, status=HTTPStatus.TOO_MANY_REQUESTS)
    return RedirectResponse(visit.address(f"/mistakes/{number}?thanks"), status_code=HTTPStatus.SEE_OTHER)


def _added(visit: Visit, of: About, made: Report) -> int | None:
    """Return the number of the report; None where there have been too many. One that fails does not count."""
    sender = visit.request.client.host if visit.request.client else ""
    if not _PACE.allows(sender):
        return None
    person, portal = contact(visit, of.served)[1], visit.catalogue.portal
    try:
        return _mistakes(visit).add(made, person.email if person else None, portal.default_language)
    except DeskError:
        _PACE.give_back(sender)
        raise


def _form(
    visit: Visit,
    of: About,
    sent: Mapping[str, str],
    *,
    wrong: Mapping[str, str] | None = None,
    status: int = HTTPStatus.UNPROCESSABLE_ENTITY,
) -> Response:
    office, person = contact(visit, of.served)
    return _page(
        visit,
        "new",
        _said(visit, "new"),
        status=status if wrong else HTTPStatus.OK,
        headers={"Retry-After": f"{SECONDS:.0f}"} if status == HTTPStatus.TOO_MANY_REQUESTS else None,
        of=of,
        sent=sent,
        wrong=wrong or {},
        office=person.name if person else office,
        trap=TRAP,
        least=LEAST,
        longest=LONGEST,
    )


def _mistakes(visit: Visit) -> Mistakes:
    desk: Desk = visit.request.app.state.desks.of(visit.catalogue)
    return Mistakes(desk.database, letters=bool(visit.live.settings.mail.host))


def _page(visit: Visit, template: str, title: str, **values: Any) -> Response:  # noqa: ANN401
    made = templates(_HERE / "templates").get_template(f"mistake-{template}.html")
    names = {id_: visit.text_in(each.dataset.title) for id_, each in visit.served.items()}
    return visit.page(made, title=title, private=True, m=spoken(visit.language), dataset_title=names, **values)


def _said(visit: Visit, key: str, **values: Any) -> str:  # noqa: ANN401 (values are what a text shows)
    return TEXTS.text(key, visit.language, **values)


def spoken(language: str) -> partial[str]:
    """Return how a template says a text: `m("title")`."""
    return partial(_text, language)


def _text(language: str, key: str, **values: Any) -> str:  # noqa: ANN401 (values are what a text shows)
    return TEXTS.text(key, language, **values)


BLOCK = Block(
    "mistakes",
    routes={
        "/{language}/mistakes": portal_page(listed),
        "/{language}/mistakes/new": portal_page(form),
        "/{language}/mistakes/{number}": portal_page(shown),
    },
)
