"""One request to the OGC API: read strictly, answered by pygeoapi, put right, written once.

The work is done in a thread of a bounded number, because providers wait for the database; the request stands in a
context variable of that thread.
"""

import functools
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from pygeoapi.api.itemtypes import get_collection_item, get_collection_items
from starlette.requests import Request
from starlette.responses import Response

from catalogue import Dataset
from service import engine, pages
from service.asked import ASKED, Asked
from service.block import Work
from service.changes import past
from service.documents import CORRECTIONS, unchanged
from service.jsontext import encode
from service.media import GEOJSON, HTML, JSON, PNG, SCHEMA
from service.negotiate import format_of
from service.parameters import ItemsQuery, MapQuery, feature_query, items_query, only
from service.problems import NotFoundError
from service.reception import audience_of, guarded, language, parameters, served_of
from service.respond import Answer, Version, is_known, respond, unmodified
from service.state import Live

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


ITEMS = Operation("items", get_collection_items, read=items_query, needs="table")
ITEM = Operation("item", get_collection_item, read=feature_query, needs="table")


def perform(operation: Operation) -> Work:
    """Return the work of an operation; every failure becomes a problem."""
    return guarded(functools.partial(_perform, operation=operation))


def _perform(request: Request, live: Live, operation: Operation) -> Response:
    asked = read(request, live, operation)
    version = version_of(request, asked)
    if is_known(request, version):
        return unmodified(version, private=asked.audience.is_internal, request=request)
    if asked.served and isinstance(asked.query, ItemsQuery):
        asked = asked.with_query(asked.served, past.settled(asked.query, asked.served.dataset, live.database))
    token = ASKED.set(asked)
    try:
        answer = _answer(request, operation, asked)
    finally:
        ASKED.reset(token)
    return respond(request, answer, version if answer.status == HTTPStatus.OK else None)


def read(request: Request, live: Live, operation: Operation) -> Asked:
    """Return the request, read. Raises NotReadyError, UnknownTokenError, BadParameterError, NotFoundError."""
    state, audience = audience_of(request, live)
    params = parameters(request)
    spoken = language(request, state, params)
    served = served_of(request, audience, operation.needs) if "collection" in request.path_params else None
    format_ = format_of(params, request.headers.get("accept", ""), operation.formats)
    query = operation.read(params, served.dataset) if operation.read and served else None
    if operation.read is None:
        only(params, _PLAIN)
    path = str(request.scope["path"]).removeprefix("/ogc").rstrip("/")
    return Asked(state, audience, path, params, spoken, format_, served, query)


def version_of(request: Request, asked: Asked) -> Version:
    """Return on what the answer depends: files, the collection's batch or the whole ledger, and all that was asked."""
    served, state = asked.served, asked.state
    batch = str(served.published.batch) if served else ""
    known = (
        state.files if served else state.version,
        batch,
        str(asked.audience.is_internal),
        asked.language,
        asked.format,
        request.scope["path"],
        request.scope["query_string"].decode("latin-1"),
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
    document = content.data if isinstance(content, engine.Page) else content
    written = document.get("written") if operation.name == "item" else None
    if isinstance(content, engine.Page):
        body = pages.render(operation.name, correct(document, asked), asked)
        return Answer(body, _MEDIA["html"], headers=sent, private=private, written=written)
    media_type = _OWN_MEDIA.get(operation.name, JSON)
    body = encode(correct(document, asked)).encode()
    return Answer(body, media_type, headers=sent, private=private, written=written)


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
