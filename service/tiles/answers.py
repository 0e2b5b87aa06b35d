"""Requests for tiles and for what describes them, answered."""

import re
from collections.abc import Callable
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from service.asked import Asked, Document
from service.jsontext import encode
from service.media import JSON
from service.negotiate import format_of
from service.parameters import BadParameterError, only
from service.problems import NotFoundError
from service.published import Served
from service.reception import audience_of, language, parameters, served_of
from service.respond import Answer, Version, is_known, respond, unmodified, wants_gzip
from service.state import Live
from service.tiles import documents
from service.tiles.grids import GRIDS, WEB_MERCATOR, Grid, Tile
from service.tiles.memory import Ready, ready
from service.tiles.stock import limits, stock_of

type Describe = Callable[[Asked], Document]


def all_grids(request: Request, live: Live) -> Response:
    """Answer `/tileMatrixSets`."""
    return _document(request, _asked(request, live), documents.all_grids)


def grid(request: Request, live: Live) -> Response:
    """Answer `/tileMatrixSets/{grid}`. Raises NotFoundError."""
    return _document(request, _asked(request, live), partial(documents.grid, named=_grid(request)))


def tilesets(request: Request, live: Live, kind: str) -> Response:
    """Answer with the tilesets of a collection of a kind, `table` or `raster`. Raises NotFoundError."""
    asked, served = _of_collection(request, live, kind, ("json",))
    return _document(request, asked, partial(documents.tilesets, served=served))


def tileset(request: Request, live: Live, kind: str) -> Response:
    """Answer with a tileset or its TileJSON. Raises NotFoundError."""
    named = _grid(request)
    offered = ("json", "tilejson") if named is WEB_MERCATOR else ("json",)
    asked, served = _of_collection(request, live, kind, offered)
    if limits(served, named, 0) is None:
        raise NotFoundError("tileset")
    if asked.format == "tilejson":
        return _document(request, asked, partial(documents.tilejson, served=served))
    return _document(request, asked, partial(documents.tileset, served=served, named=named))


def tile(request: Request, live: Live, kind: str) -> Response:
    """Answer with a tile; 204 when nothing is in it. Raises BadParameterError, NotFoundError."""
    _, audience = audience_of(request, live)
    form = "png" if kind == "raster" else "mvt"
    params = parameters(request)
    only(params, frozenset({"f"}))
    if params.get("f", form) != form:
        raise BadParameterError("f", "choice", choices=form)
    served = served_of(request, audience, kind)
    named = _grid(request)
    level, row, col = (_whole(request, name) for name in ("level", "row", "col"))
    if not named.has(level, row, col) or not _is_within(served, named, level, row, col):
        raise NotFoundError("tile")
    asked = Tile(named, level, row, col)
    packed = kind == "table" and wants_gzip(request)
    stock = stock_of(live)
    found = stock.packed(served, asked) if packed else stock.get(served, asked)
    return _sent(request, found, documents.media_type(served.dataset), packed=packed, private=audience.is_internal)


def _sent(request: Request, found: Ready, media_type: str, *, packed: bool, private: bool) -> Response:
    """Return the tile, 304 if it is known, 204 if it is empty."""
    headers = {
        "ETag": f'W/"{found.tag}"',
        "Cache-Control": f"{'private' if private else 'public'}, no-cache",
        "Vary": "Accept-Encoding, Authorization",
    }
    if _knows(request, found.tag):
        return Response(status_code=304, headers=headers)
    if not found.body:
        return Response(status_code=204, headers=headers)
    body = found.body
    if packed and found.packed:
        body = found.packed
        headers["Content-Encoding"] = "gzip"
    headers["Content-Length"] = str(len(body))
    return Response(b"" if request.method == "HEAD" else body, headers=headers, media_type=media_type)


def _knows(request: Request, tag: str) -> bool:
    known = request.headers.get("if-none-match", "")
    return "*" in known or f'"{tag}"' in known


def _asked(request: Request, live: Live, offered: tuple[str, ...] = ("json",)) -> Asked:
    """Return the request, read. Raises NotReadyError, UnknownTokenError, BadParameterError."""
    state, audience = audience_of(request, live)
    params = parameters(request)
    only(params, frozenset({"f", "lang"}))
    spoken = language(request, state, params)
    chosen = format_of(params, request.headers.get("accept", ""), offered)
    path = str(request.scope["path"]).removeprefix("/ogc").rstrip("/")
    return Asked(state, audience, path, params, spoken, chosen)


def _of_collection(request: Request, live: Live, kind: str, offered: tuple[str, ...]) -> tuple[Asked, Served]:
    asked = _asked(request, live, offered)
    served = served_of(request, asked.audience, kind)
    if not documents.has_tiles(served):
        raise NotFoundError("tileset")
    return asked.with_query(served, None), served


def _document(request: Request, asked: Asked, describe: Describe) -> Response:
    """Return a document; its tag is that of its bytes."""
    body = encode(describe(asked)).encode()
    private = asked.audience.is_internal
    changed = max(asked.state.changed, asked.served.published.published) if asked.served else asked.state.changed
    version = Version(ready(0, body).tag, changed)
    if is_known(request, version):
        return unmodified(version, private=private)
    headers = {"Content-Language": asked.language}
    return respond(request, Answer(body, JSON, headers=headers, private=private), version)


def _grid(request: Request) -> Grid:
    found = GRIDS.get(request.path_params["grid"])
    if found is None:
        raise NotFoundError("grid")
    return found


def _whole(request: Request, name: str) -> int:
    """Return a part of a tile's address. Raises BadParameterError for one that is no whole number."""
    text = request.path_params[name]
    if not re.fullmatch(r"-?[0-9]{1,9}", text):
        raise BadParameterError(_SPOKEN[name], "type-integer")
    return int(text)


_SPOKEN = {"level": "tileMatrix", "row": "tileRow", "col": "tileCol"}


def _is_within(served: Served, named: Grid, level: int, row: int, col: int) -> bool:
    """Return whether the tile lies within the tileset's limits."""
    if served.dataset.is_raster and served.published.bbox is None:
        return True
    found = limits(served, named, level) if documents.has_tiles(served) else None
    return found is not None and found[0] <= row <= found[1] and found[2] <= col <= found[3]
