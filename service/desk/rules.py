"""The catalogue of rules on the web: every rule with its texts and source, and plans to download, broken and right."""

import tempfile
from collections.abc import Iterator
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from plans import examples
from plans.report import catalogue
from plans.report.catalogue import Way
from service.desk.visit import Visit, visit
from service.pages import common
from service.refusal import RefusalError
from service.respond import Answer, respond
from service.state import Live

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)

MOST_KEPT = 1000
"""Examples that a process keeps, a few kilobytes each: making one anew costs much more than sending it."""


def shown(request: Request, live: Live) -> Response:
    """Answer `/desk/rules`."""
    asked = visit(request, live)
    headers = {"Content-Language": asked.language, "Content-Security-Policy": POLICY}
    body = _page(asked.language, tuple(_ways(asked)))
    return respond(request, Answer(body, "text/html; charset=utf-8", headers=headers))


def _ways(asked: Visit) -> Iterator[Way]:
    """Yield the ways back to the portal and the desk, and to the same page in other languages."""
    known = common(asked.state.catalogue, asked.language)
    yield known["portal_title"], asked.language, f"/{asked.language}/"
    yield known["t"]("page.desk"), asked.language, known["navigation"]["desk"]
    for other in asked.state.catalogue.portal.languages:
        if other != asked.language:
            yield known["t"](f"language.{other}"), other, f"/desk/rules?lang={other}"


def example(request: Request, _: Live) -> Response:
    """Answer `/desk/rules/examples/{name}`: one of the plans, made when it is asked for."""
    wanted = examples.example(request.path_params["name"])
    if wanted is None:
        raise RefusalError(HTTPStatus.NOT_FOUND, "no-page")
    name, body = _made(wanted.key)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return respond(request, Answer(body, "application/octet-stream", headers=headers))


@lru_cache(maxsize=8)
def _page(language: str, ways: tuple[Way, ...]) -> bytes:
    text: str = catalogue.render(language, lambda each: f"/desk/rules/examples/{each.key}", ways)
    return text.encode()


@lru_cache(maxsize=MOST_KEPT)
def _made(key: str) -> tuple[str, bytes]:
    """Return name and content of an example that exists."""
    wanted = examples.example(key)
    if wanted is None:
        raise KeyError(key)
    with tempfile.TemporaryDirectory(prefix="krajina-example-") as folder:
        path = wanted.make(Path(folder))
        return path.name, path.read_bytes()
