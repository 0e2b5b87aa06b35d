"""One request to the OGC API: read strictly, answered by pygeoapi, put right, written once.

The work is done in a thread of a bounded number, because providers wait for the database; the request stands in a
context variable of that thread.
"""

import hashlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from catalogue import Dataset
from service import engine, pages, problems
from service.access import is_internal
from service.asked import ASKED, Asked
from service.database import TableChangedError
from service.documents import CORRECTIONS, GEOJSON, HTML, JSON, PNG, SCHEMA, unchanged
from service.formatter import encode
from service.negotiate import format_of, language_of
from service.parameters import BadParameterError, ItemsQuery, MapQuery, only
from service.problems import NotFoundError, NotReadyError
from service.respond import Answer, Version, is_known, respond, unmodified
from service.state import Audience, Live, State
from service.texts import LANGUAGES

LOG = logging.getLogger(__name__)

type Reader = Callable[[Mapping[str, str], Dataset], ItemsQuery | MapQuery | None]
_PLAIN = frozenset({"f", "lang"})
_MEDIA = {"json": JSON, "html": f"{HTML}; charset=utf-8", "png": PNG}
_OWN_MEDIA = {"items": GEOJSON, "item": GEOJSON, "schema": SCHEMA, "queryables": SCHEMA}


@dataclass(frozen=True)
class Operation:
    """An operation of the API: pygeoapi's function, the formats it answers in, how its parameters are read.

    `needs` is `table` or `raster` for what only one kind of collection has.
    """

    name: str
    function: engine.Function
    formats: tuple[str, ...] = ("json", "html")
    read: Reader | None = None
    needs: str | None = None


def perform(request: Request, live: Live, operation: Operation) -> Response:
    """Return the response of an operation; every failure becomes a problem. Runs in a worker thread."""
    try:
        return _perform(request, live, operation)
    except TableChangedError:
        LOG.info("a table changed under a request, reading the ledger again")
        live.refresh()
    except Exception as error:  # noqa: BLE001 (every failure becomes a problem)
        return failed(request, live, error)
    try:
        return _perform(request, live, operation)
    except Exception as error:  # noqa: BLE001 (every failure becomes a problem)
        return failed(request, live, error)


def audience_of(request: Request, live: Live) -> tuple[State, Audience]:
    """Return the state and the part of it that the asker may see. Raises NotReadyError, UnknownTokenError."""
    state = live.state
    if state is None:
        raise NotReadyError
    internal = is_internal(request.headers.get("authorization"), live.database)
    return state, state.internal if internal else state.public


def parameters(request: Request) -> dict[str, str]:
    """Return the query parameters. Raises BadParameterError for one that is given twice or is not text."""
    given: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name in given:
            raise BadParameterError(name[:60], "twice")
        if "\x00" in name + value:
            raise BadParameterError(name.replace("\x00", "")[:60], "nul")
        given[name] = value
    return given


def language(request: Request, state: State, params: Mapping[str, str]) -> str:
    """Return the language of the answer. Raises BadParameterError."""
    portal = state.catalogue.portal
    accept = request.headers.get("accept-language", "")
    return language_of(params, accept, portal.languages, portal.default_language)


def failed(request: Request, live: Live, error: Exception) -> Response:
    """Return what is said of an exception, as problem+json or as a page."""
    spoken = _spoken(request, live)
    problem = problems.problem_of(error, spoken)
    if problem is None:
        LOG.error("fault in %s %s", request.method, request.url.path, exc_info=error)
        problem = problems.fault(spoken)
    return say(request, live, problem, spoken)


def say(request: Request, live: Live, problem: problems.Problem, spoken: str) -> Response:
    """Return a problem as JSON, or as a page for a browser."""
    headers = dict(problem.headers) | {"Content-Language": spoken}
    if _is_for_a_browser(request) and live.state:
        body = pages.problem(problem, live.state.catalogue, spoken)
        return respond(request, Answer(body, _MEDIA["html"], problem.status, headers))
    body = encode(problem.document()).encode()
    return respond(request, Answer(body, problems.MEDIA_TYPE, problem.status, headers))


def _perform(request: Request, live: Live, operation: Operation) -> Response:
    state, audience = audience_of(request, live)
    asked = _asked(request, state, audience, operation)
    version = _version(request, asked)
    if is_known(request, version):
        return unmodified(version, private=audience.is_internal)
    token = ASKED.set(asked)
    try:
        answer = _answer(request, operation, asked)
    finally:
        ASKED.reset(token)
    return respond(request, answer, version if answer.status == HTTPStatus.OK else None)


def _asked(request: Request, state: State, audience: Audience, operation: Operation) -> Asked:
    """Return the request, read. Raises BadParameterError, NotFoundError."""
    params = parameters(request)
    spoken = language(request, state, params)
    path = request.url.path.removeprefix("/ogc").rstrip("/")
    asked = Asked(state, audience, path, params, spoken, "json")
    name = request.path_params.get("collection")
    served = audience.served.get(name) if name is not None else None
    if name is not None and (served is None or not _has(served.dataset, operation.needs)):
        raise NotFoundError("collection")
    format_ = format_of(params, request.headers.get("accept", ""), operation.formats)
    query = operation.read(params, served.dataset) if operation.read and served else None
    if operation.read is None:
        only(params, _PLAIN)
    return Asked(state, audience, asked.path, params, spoken, format_, served, query)


def _has(dataset: Dataset, needs: str | None) -> bool:
    return needs is None or (needs == "raster") == dataset.is_raster


def _version(request: Request, asked: Asked) -> Version:
    """Return on what the answer depends: files, the collection's batch or the whole ledger, and all that was asked."""
    served, state = asked.served, asked.state
    batch = str(served.published.batch) if served else ""
    known = (
        state.files if served else state.version,
        batch,
        str(asked.audience.is_internal),
        asked.language,
        asked.format,
        request.url.path,
        request.url.query,
    )
    changed = max(served.published.published, state.changed) if served else state.changed
    return Version(hashlib.sha256("\n".join(known).encode()).hexdigest()[:20], changed)


def _answer(request: Request, operation: Operation, asked: Asked) -> Answer:
    """Return pygeoapi's answer, put right."""
    arguments = [request.path_params[name] for name in ("collection", "feature") if name in request.path_params]
    headers, status, content = engine.call(
        operation.function, asked.audience.api, asked.path, _for_pygeoapi(asked), *arguments
    )
    if status >= HTTPStatus.BAD_REQUEST:
        raise _refused(status, operation)
    private = asked.audience.is_internal
    sent = {"Content-Language": asked.language}
    if asked.query is not None:
        sent["Content-Crs"] = f"<{asked.query.crs.uri}>"
    if isinstance(content, bytes):
        return Answer(content, headers["Content-Type"], headers=sent, private=private)
    correct = CORRECTIONS.get(operation.name, unchanged)
    if isinstance(content, engine.Page):
        body = pages.render(operation.name, correct(content.data, asked), asked)
        return Answer(body, _MEDIA["html"], headers=sent, private=private)
    media_type = _OWN_MEDIA.get(operation.name, JSON)
    return Answer(encode(correct(content, asked)).encode(), media_type, headers=sent, private=private)


def _for_pygeoapi(asked: Asked) -> dict[str, str]:
    """Return the parameters that pygeoapi reads for itself; boxes, CRSs and times are the provider's, from `asked`."""
    own = {"f": asked.format, "lang": asked.language}
    query: Any = asked.query
    if isinstance(query, ItemsQuery):
        return own | {"limit": str(query.limit), "offset": str(query.offset)}
    if isinstance(query, MapQuery):
        return own | {"width": str(query.width), "height": str(query.height)}
    return own


def _refused(status: int, operation: Operation) -> Exception:
    """Return what pygeoapi's refusal means here: everything a request can do wrong was refused before."""
    if status == HTTPStatus.NOT_FOUND:
        return NotFoundError("feature" if operation.name == "item" else "collection")
    return RuntimeError(f"pygeoapi answered {status} to {operation.name}")


def _spoken(request: Request, live: Live) -> str:
    """Return the language of a problem, also when the request's own wish is the problem."""
    if live.state is None:
        return next((tag for tag in LANGUAGES if tag in request.headers.get("accept-language", "")[:2]), "en")
    try:
        return language(request, live.state, dict(request.query_params))
    except BadParameterError:
        return live.state.catalogue.portal.default_language


def _is_for_a_browser(request: Request) -> bool:
    try:
        return format_of(request.query_params, request.headers.get("accept", ""), ("json", "html")) == "html"
    except BadParameterError:
        return False
