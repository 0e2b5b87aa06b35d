"""The building block of tiles: addresses, conformance, links, and what the OpenAPI document says of them."""

from functools import partial
from typing import Any

from catalogue.values import text_in
from service.asked import Asked
from service.block import Block, Work
from service.media import JSON, PNG
from service.oas import get, parameter
from service.published import Served
from service.reception import guarded
from service.tiles import answers, documents
from service.tiles.grids import GRIDS

_TILES = "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf"
_SETS = "http://www.opengis.net/spec/tms/2.0/conf"
CONFORMANCE = (
    *(f"{_TILES}/{name}" for name in ("core", "tileset", "tilesets-list", "geodata-tilesets", "mvt", "png", "oas30")),
    f"{_SETS}/tilematrixset",
    f"{_SETS}/tilematrixsetlimits",
    f"{_SETS}/tilesetmetadata",
    f"{_SETS}/json-tilematrixset",
    f"{_SETS}/json-tilematrixsetlimits",
    f"{_SETS}/json-tilesetmetadata",
)


def _routes() -> dict[str, Work]:
    found: dict[str, Work] = {
        "/ogc/tileMatrixSets": guarded(answers.all_grids),
        "/ogc/tileMatrixSets/{grid}": guarded(answers.grid),
    }
    for below, kind in (("tiles", "table"), ("map/tiles", "raster")):
        path = f"/ogc/collections/{{collection}}/{below}"
        found |= {
            path: guarded(partial(answers.tilesets, kind=kind)),
            f"{path}/{{grid}}": guarded(partial(answers.tileset, kind=kind)),
            f"{path}/{{grid}}/{{level}}/{{row}}/{{col}}": guarded(partial(answers.tile, kind=kind)),
        }
    return found


def _parameter(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": schema}


_GRID = _parameter("tileMatrixSetId", {"type": "string", "enum": list(GRIDS)})
_FORM = parameter("f", {"type": "string", "enum": ["json", "tilejson"], "default": "json"})
_PLACE = [_parameter(name, {"type": "integer", "minimum": 0}) for name in ("tileMatrix", "tileRow", "tileCol")]


def _paths(asked: Asked) -> dict[str, Any]:
    return {
        "/tileMatrixSets": get("tile-matrix-sets", JSON, asked, plain=False),
        "/tileMatrixSets/{tileMatrixSetId}": get("tile-matrix-set", JSON, asked, parameters=[_GRID], plain=False),
    }


def _collection_paths(served: Served, asked: Asked) -> dict[str, Any]:
    if not documents.has_tiles(served):
        return {}
    title = text_in(served.dataset.title, asked.language, asked.state.catalogue.portal.default_language)
    described = partial(get, asked=asked, tag=served.id, title=title, plain=False)
    path = documents.path_of(served)
    tile = described("tile", PNG, parameters=[_GRID, *_PLACE])["get"]
    tile["parameters"] = [_GRID, *_PLACE]
    picture = {"schema": {"type": "string", "format": "binary"}}
    tile["responses"]["200"]["content"] = {documents.media_type(served.dataset): picture}
    tile["responses"]["204"] = {"description": tile["summary"]}
    return {
        path: described("tilesets", JSON),
        f"{path}/{{tileMatrixSetId}}": described("tileset", JSON, parameters=[_GRID, _FORM]),
        f"{path}/{{tileMatrixSetId}}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}": {"get": tile},
    }


BLOCK = Block(
    name="tiles",
    routes=_routes(),
    conformance=CONFORMANCE,
    landing=documents.landing,
    links=documents.links,
    paths=_paths,
    collection_paths=_collection_paths,
)
