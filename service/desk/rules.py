"""The catalogue of rules on the web: every rule with its texts and source, and plans to download, broken and right."""

import tempfile
from functools import cache
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


def shown(request: Request, live: Live) -> Response:
    """Answer `/desk/rules`."""
    asked = visit(request, live)
    headers = {"Content-Language": asked.language, "Content-Security-Policy": POLICY}
    return respond(request, Answer(_page(asked.language), "text/html; charset=utf-8", headers=headers))


def example(request: Request, _: Live) -> Response:
    """Answer `/desk/rules/examples/{name}`: one of the plans, made when it is asked for."""
    found = _made(request.path_params["name"])
    if found is None:
        raise RefusalError(HTTPStatus.NOT_FOUND, "no-page")
    name, body = found
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return respond(request, Answer(body, "application/octet-stream", headers=headers))


@cache
def _page(language: str) -> bytes:
    text: str = catalogue.render(language, lambda each: f"/desk/rules/examples/{each.key}")
    return text.encode()


def _made(name: str) -> tuple[str, bytes] | None:
    wanted = examples.example(name)
    if wanted is None:
        return None
    with tempfile.TemporaryDirectory(prefix="krajina-example-") as folder:
        path = wanted.make(Path(folder))
        return path.name, path.read_bytes()
