"""How the desk shows what it has: a page, or the JSON of the same.

Apart from `service.pages` because the desk has texts and templates of its own; frame and style are the portal's.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from babel.dates import format_datetime
from jinja2 import Environment, FileSystemLoader
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from desk.errors import DeskError
from findings import Messages, dates_of
from service import pages
from service.desk.visit import Visit
from service.headers import POLICY
from service.jsontext import encode
from service.media import HTML, JSON
from service.respond import Answer, respond

_HERE = Path(__file__).parent
TEXTS = Messages(_HERE / "messages")
_PAGE = {
    "Content-Security-Policy": f"{POLICY}; frame-src 'self'",
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
}
"""An address of the desk can be the key to a report: it is told to no other site and found by no search."""


def page(
    request: Request,
    visit: Visit,
    template: str,
    heading: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **values: Any,  # noqa: ANN401 (what the template shows)
) -> Response:
    """Return a page of the desk."""
    catalogue, spoken = visit.state.catalogue, visit.language
    text = (
        _environment()
        .get_template(f"{template}.html")
        .render(
            **pages.common(catalogue, spoken),
            d=partial(_text, spoken),
            moment=partial(_moment, spoken),
            page="desk",
            heading=heading,
            account=visit.account,
            here=visit.address,
            languages={tag: _in_language(request, tag) for tag in catalogue.portal.languages},
            **values,
        )
    )
    said = {"Content-Language": spoken, **_PAGE, **(headers or {})}
    return _unkept(respond(request, Answer(text.encode(), f"{HTML}; charset=utf-8", status, said, private=True)))


def document(
    request: Request,
    visit: Visit,
    content: Any,  # noqa: ANN401 (any JSON)
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return JSON."""
    said = {"Content-Language": visit.language, **(headers or {})}
    return _unkept(respond(request, Answer(encode(content).encode(), JSON, status, said, private=True)))


def onward(address: str) -> Response:
    """Return a redirect after a form: the browser asks by GET."""
    return RedirectResponse(address, status_code=303, headers={"Cache-Control": "no-store"})


def sign_in_first(asked: Visit, address: str) -> Response:
    """Return the way to the page for signing in, and from there to the address."""
    return onward(f"/desk/sign-in?lang={asked.language}&next={quote(address, safe='/')}")


def said(visit: Visit, key: str, **values: Any) -> str:  # noqa: ANN401 (values are what a text shows)
    """Return a text of the desk in the visitor's language."""
    return TEXTS.text(key, visit.language, **values)


def troubled(trouble: Mapping[str, Any] | None, language: str) -> str | None:
    """Return what the desk wrote down as the reason why something was not done, in the language; None if nothing."""
    return DeskError(trouble["key"], **trouble.get("values", {})).text(language) if trouble else None


def _unkept(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


def _in_language(request: Request, tag: str) -> str:
    return str(request.url.include_query_params(lang=tag).replace(scheme="", netloc=""))


def _text(language: str, key: str, **values: Any) -> str:  # noqa: ANN401 (values are what a text shows)
    return TEXTS.text(key, language, **values)


def _moment(language: str, value: datetime) -> str:
    """Return the moment by the clock of this machine, and which clock that is."""
    here = value.astimezone()
    return f"{format_datetime(here, format='medium', locale=dates_of(language), tzinfo=here.tzinfo)} {here.tzname()}"


@cache
def _environment() -> Environment:
    """Return the templates, compiled once per process; those of the portal's pages give the frame."""
    return Environment(
        loader=FileSystemLoader([_HERE / "templates", pages.TEMPLATES]),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
