"""The catalogue of rules on the web: every rule with its texts and source, and plans to download, broken and right."""

import tempfile
from functools import cache, lru_cache
from http import HTTPStatus
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from plans import examples
from plans.report import catalogue
from service.desk.visit import visit
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
    return respond(request, Answer(_page(asked.language), "text/html; charset=utf-8", headers=headers))


def example(request: Request, _: Live) -> Response:
    """Answer `/desk/rules/examples/{name}`: one of the plans, made when it is asked for."""
    wanted = examples.example(request.path_params["name"])
    if wanted is None:
        raise RefusalError(HTTPStatus.NOT_FOUND, "no-page")
    name, body = _made(wanted.key)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return respond(request, Answer(body, "application/octet-stream", headers=headers))


@cache
def _page(language: str) -> bytes:
    text: str = catalogue.render(language, lambda each: f"/desk/rules/examples/{each.key}")
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
