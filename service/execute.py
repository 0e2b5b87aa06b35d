"""One request to the OGC API: read strictly, answered by pygeoapi, put right, written once.

The work is done in a thread of a bounded number, because providers wait for the database; the request stands in a
context variable of that thread.
"""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from pygeoapi.api.itemtypes import get_collection_item, get_collection_items
from pygeoapi.provider.base import ProviderItemNotFoundError
from starlette.requests import Request
from starlette.responses import Response

from catalogue import Dataset
from service import engine, pages
from service.asked import ASKED, Asked
from service.block import Work
from service.changes import past
from service.documents import CORRECTIONS, unchanged
from service.featurelinks import item, items
from service.formats import FORMATS, Format, Page
from service.jsontext import encode
from service.listing import record
from service.media import GEOJSON, HTML, JSON, PNG, SCHEMA
from service.negotiate import format_of
from service.parameters import ColumnsQuery, ItemsQuery, MapQuery, feature_query, items_query, only
from service.problems import NotFoundError
from service.published import Served
from service.reception import audience_of, guarded, language, parameters, served_of, version_of
from service.respond import Answer, is_known, is_named, respond, unmodified
from service.state import Live

type Reader = Callable[[Mapping[str, str], Dataset], ItemsQuery | MapQuery | ColumnsQuery]
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


_FEATURE_FORMATS = ("json", "html", *FORMATS)
ITEMS = Operation("items", get_collection_items, _FEATURE_FORMATS, items_query, needs="table")
ITEM = Operation("item", get_collection_item, _FEATURE_FORMATS, feature_query, needs="table")


def perform(operation: Operation) -> Work:
    """Return the work of an operation; every failure becomes a problem."""
    return guarded(functools.partial(_perform, operation=operation))


def _perform(request: Request, live: Live, operation: Operation) -> Response:
    asked = read(request, live, operation)
    version = version_of(request, asked)
    # The tag of a feature has its batch in front, so it is not known before the feature is read.
    if is_named(request, version) or (operation is not ITEM and is_known(request, version)):
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


def _answer(request: Request, operation: Operation, asked: Asked) -> Answer:
    if asked.format in FORMATS and asked.served and isinstance(asked.query, ItemsQuery):
        return _written(FORMATS[asked.format], request.path_params.get("feature"), asked, asked.served, asked.query)
    return _from_pygeoapi(request, operation, asked)


def _written(format_: Format, feature: str | None, asked: Asked, served: Served, query: ItemsQuery) -> Answer:
    """Return a page of features, or the feature of that id, in a format of ours; `Link` leads to the pages beside it.

    Raises NotFoundError.
    """
    provider = asked.audience.providers[served.id]
    try:
        found = provider.query() if feature is None else provider.get(feature)
    except ProviderItemNotFoundError as error:
        raise NotFoundError("feature") from error
    document = items(found, asked) if feature is None else item(found, asked)
    page = Page(
        features=document["features"] if feature is None else [document],
        dataset=served.dataset,
        query=query,
        matched=document.get("numberMatched"),
        links=document["links"],
        single=feature is not None,
    )
    name = f"{served.id}{'' if feature is None else '-' + quote(feature, safe='')}.{format_.extension}"
    headers = {
        "Content-Language": asked.language,
        "Content-Crs": f"<{query.crs.uri}>",
        "Content-Disposition": f'inline; filename="{name}"',
        "Link": ", ".join(f'<{each["href"]}>; rel="{each["rel"]}"' for each in document["links"]),
    }
    return Answer(format_.write(page, asked), format_.media_type, headers=headers, private=asked.audience.is_internal)


def _from_pygeoapi(request: Request, operation: Operation, asked: Asked) -> Answer:
    """Return pygeoapi's answer, put right."""
    arguments = [request.path_params[name] for name in ("collection", "feature") if name in request.path_params]
    headers, status, content = engine.call(
        operation.function, asked.audience.api, asked.path, _for_pygeoapi(asked), *arguments
    )
    if status >= HTTPStatus.BAD_REQUEST:
        raise _refused(status, operation)
    private = asked.audience.is_internal
    sent = {"Content-Language": asked.language}
    if isinstance(asked.query, ItemsQuery | MapQuery):
        sent["Content-Crs"] = f"<{asked.query.crs.uri}>"
    if isinstance(content, bytes):
        return Answer(content, headers["Content-Type"], headers=sent, private=private)
    correct = CORRECTIONS.get(operation.name, unchanged)
    document = content.data if isinstance(content, engine.Page) else content
    written = document.get("written") if operation.name == "item" else None
    if isinstance(content, engine.Page):
        shown = correct(document, asked)
        more = record.beside(shown, asked) if operation.name == "item" else {}
        body = pages.render(operation.name, shown, asked, **more)
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
    if isinstance(query, ColumnsQuery) and query.actual:
        return own | {"profile": "actual-domain"}
    return own


def _refused(status: int, operation: Operation) -> Exception:
    """Return what pygeoapi's refusal means here: everything a request can do wrong was refused before."""
    if status == HTTPStatus.NOT_FOUND:
        return NotFoundError("feature" if operation.name == "item" else "collection")
    return RuntimeError(f"pygeoapi answered {status} to {operation.name}")
