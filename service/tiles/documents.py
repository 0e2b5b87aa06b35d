"""What the API says of its tiles: grids, tilesets, TileJSON. Pure."""

from catalogue import Dataset
from catalogue.values import text_in
from service import fields, layers
from service.asked import Asked, Document
from service.crs import CRS84_URI
from service.links import OGC, link
from service.media import JSON, PNG
from service.published import Served
from service.tiles import grids
from service.tiles.dense import COUNT, MERGED
from service.tiles.grids import GRIDS, WEB_MERCATOR, Grid
from service.tiles.making import names
from service.tiles.stock import limits

MVT = "application/vnd.mapbox-vector-tile"
DEEPEST = 16
"""Level that TileJSON names as the last: a unit of its vector tiles is 15 cm; clients enlarge it from there on."""
_FIELDS = {"integer": "Number", "decimal": "Number", "boolean": "Boolean"}
_DIMENSIONS = {"Point": 0, "LineString": 1, "Polygon": 2}


def media_type(dataset: Dataset) -> str:
    """Return what the dataset's tiles are."""
    return PNG if dataset.is_raster else MVT


def path_of(served: Served) -> str:
    """Return the path of the collection's tilesets below the API's root: pictures are tiles of a map."""
    return f"/collections/{served.id}/{'map/tiles' if served.dataset.is_raster else 'tiles'}"


def all_grids(asked: Asked) -> Document:
    """Return the list of tile matrix sets."""
    return {
        "links": [link("self", asked.href("/tileMatrixSets"), JSON, asked)],
        "tileMatrixSets": [
            {
                "id": grid.id,
                "title": grid.title,
                "crs": grid.crs_uri,
                **({"uri": grid.uri} if grid.uri else {}),
                "links": [link("self", asked.href(f"/tileMatrixSets/{grid.id}"), JSON, asked), _scheme(grid, asked)],
            }
            for grid in GRIDS.values()
        ],
    }


def grid(_: Asked, named: Grid) -> Document:
    """Return a tile matrix set."""
    return grids.document(named)


def tilesets(asked: Asked, served: Served) -> Document:
    """Return the tilesets of a collection, one for each grid that it meets."""
    path = path_of(served)
    return {
        "links": [link("self", asked.href(path), JSON, asked)],
        "tilesets": [_head(each, asked, served) for each in GRIDS.values() if _is_met(served, each)],
    }


def tileset(asked: Asked, served: Served, named: Grid) -> Document:
    """Return a tileset: where it has tiles, and what is in them."""
    dataset, matrices = served.dataset, _limits(served, named)
    made = _head(named, asked, served) | {"tileMatrixSetLimits": matrices}
    if served.published.bbox:
        west, south, east, north = served.published.bbox
        made["boundingBox"] = {"lowerLeft": [west, south], "upperRight": [east, north], "crs": CRS84_URI}
    if not dataset.is_raster:
        made["layers"] = [_layer(asked, served, matrices)]
    if named is WEB_MERCATOR:
        href = asked.href(f"{path_of(served)}/{named.id}", f="tilejson")
        made["links"].append(link("describedby", href, JSON, asked, "tilejson"))
    return made


def tilejson(asked: Asked, served: Served) -> Document:
    """Return TileJSON 3.0 of the tileset in Web Mercator."""
    dataset, language = served.dataset, asked.language
    default = asked.state.catalogue.portal.default_language
    bbox = list(served.published.bbox or asked.state.catalogue.portal.view)
    lowest, highest = dataset.map.zoom if dataset.map else (0, DEEPEST)
    last = min(highest, DEEPEST)
    first = min(lowest, last)
    made = {
        "tilejson": "3.0.0",
        "name": text_in(dataset.title, language, default),
        "description": text_in(dataset.description, language, default),
        "attribution": layers.attribution(dataset, asked.state.catalogue, language),
        "scheme": "xyz",
        "tiles": [asked.href(f"{path_of(served)}/{WEB_MERCATOR.id}") + "/{z}/{y}/{x}"],
        "minzoom": first,
        "maxzoom": last,
        "bounds": bbox,
        "center": [(bbox[0] + bbox[2]) / 2, (bbox[1] + bbox[3]) / 2, first],
    }
    if dataset.is_raster:
        return made
    described = {name: _FIELDS.get(dataset.columns[name].type, "String") for name in _shown(dataset)}
    ours = (
        {MERGED: "Boolean"}
        if "Polygon" in dataset.geometry
        else {COUNT: "Number"}
        if "Point" in dataset.geometry
        else {}
    )
    return made | {"vector_layers": [{"id": served.id, "minzoom": first, "maxzoom": last, "fields": described | ours}]}


def links(asked: Asked) -> list[Document]:
    """Return the links of a collection to its tilesets."""
    served = asked.served
    if served is None or not has_tiles(served):
        return []
    kind = "map" if served.dataset.is_raster else "vector"
    return [link(f"{OGC}/tilesets-{kind}", asked.href(path_of(served)), JSON, asked, "tilesets")]


def landing(asked: Asked) -> list[Document]:
    """Return the link of the landing page to the grids."""
    return [link(f"{OGC}/tiling-schemes", asked.href("/tileMatrixSets"), JSON, asked, "tiling-schemes")]


def has_tiles(served: Served) -> bool:
    """Return whether there is something to draw."""
    return served.dataset.is_raster or served.dataset.has_geometry


def _shown(dataset: Dataset) -> list[str]:
    return [name for name in names(dataset).shown if name in dataset.columns]


def _is_met(served: Served, named: Grid) -> bool:
    return limits(served, named, 0) is not None


def _head(named: Grid, asked: Asked, served: Served) -> Document:
    dataset, path = served.dataset, f"{path_of(served)}/{named.id}"
    default = asked.state.catalogue.portal.default_language
    item = link("item", asked.href(path) + "/{tileMatrix}/{tileRow}/{tileCol}", media_type(dataset), asked, "tile")
    return {
        "title": f"{text_in(dataset.title, asked.language, default)} ({named.title})",
        "dataType": "map" if dataset.is_raster else "vector",
        "crs": named.crs_uri,
        "tileMatrixSetId": named.id,
        "tileMatrixSetURI": named.uri or asked.href(f"/tileMatrixSets/{named.id}"),
        "links": [
            link("self", asked.href(path), JSON, asked, "tileset"),
            _scheme(named, asked),
            item | {"templated": True},
        ],
    }


def _scheme(named: Grid, asked: Asked) -> Document:
    return link(f"{OGC}/tiling-scheme", asked.href(f"/tileMatrixSets/{named.id}"), JSON, asked, "tiling-scheme")


def _limits(served: Served, named: Grid) -> list[Document]:
    found = ((level, limits(served, named, level)) for level in range(named.levels))
    return [
        {
            "tileMatrix": str(level),
            "minTileRow": each[0],
            "maxTileRow": each[1],
            "minTileCol": each[2],
            "maxTileCol": each[3],
        }
        for level, each in found
        if each
    ]


def _layer(asked: Asked, served: Served, matrices: list[Document]) -> Document:
    dataset, catalogue = served.dataset, asked.state.catalogue
    described = fields.properties(dataset, catalogue, asked.language)
    dimension = next((size for kind, size in _DIMENSIONS.items() if kind in dataset.geometry), 2)
    levels = (
        {"minTileMatrix": matrices[0]["tileMatrix"], "maxTileMatrix": matrices[-1]["tileMatrix"]} if matrices else {}
    )
    return {
        "id": served.id,
        "title": text_in(dataset.title, asked.language, catalogue.portal.default_language),
        "dataType": "vector",
        "geometryDimension": dimension,
        **levels,
        "propertiesSchema": {"type": "object", "properties": {name: described[name] for name in _shown(dataset)}},
    }
