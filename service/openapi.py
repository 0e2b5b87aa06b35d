"""The OpenAPI document of what the asker may see: short, and complete in itself. Pure.

Our own rather than pygeoapi's, which points to 141 addresses elsewhere and describes what is not offered. Paths of a
collection are spelled out, for clients look for theirs (and for its page size) by name; all else is said once.
"""

from functools import partial
from typing import Any

from catalogue import Dataset
from catalogue.values import text_in
from service import fields
from service.asked import Asked
from service.crs import CRS84_URI, offer
from service.documents import GEOJSON, HTML, JSON, OPENAPI, PNG, SCHEMA
from service.parameters import OFFSET_MAX, PIXELS_MAX
from service.problems import MEDIA_TYPE
from service.published import Served
from service.texts import MESSAGES

type Document = dict[str, Any]

VERSION = "3.0.3"
_REFUSALS = {"400": "BadRequest", "404": "NotFound", "503": "Unavailable"}
_ITEMS_PARAMETERS = ("bbox", "bbox-crs", "crs", "datetime", "offset", "after", "sortby", "skipGeometry", "resulttype")


def document(asked: Asked) -> Document:
    """Return the OpenAPI document in the asked language."""
    portal = asked.state.catalogue.portal
    text = text_in(portal.description, asked.language, portal.default_language)
    title = text_in(portal.title, asked.language, portal.default_language)
    paths: Document = {
        "/": _get("landing", JSON, asked),
        "/conformance": _get("conformance", JSON, asked),
        "/openapi": _get("openapi", OPENAPI, asked),
        "/collections": _get("collections", JSON, asked),
    }
    for served in asked.audience.served.values():
        paths |= _collection(served, asked)
    return {
        "openapi": VERSION,
        "info": {
            "title": title,
            "description": text or title,
            "version": "1.0.0",
            "contact": {"name": portal.contact.name, "email": portal.contact.email},
        },
        "servers": [{"url": asked.root}],
        "tags": [{"name": "portal"}, *({"name": name} for name in asked.audience.served)],
        "paths": paths,
        "components": {
            "parameters": _parameters(asked),
            "responses": _responses(asked),
            "schemas": _schemas(),
        },
    }


def _collection(served: Served, asked: Asked) -> Document:
    dataset, path = served.dataset, f"/collections/{served.id}"
    title = text_in(dataset.title, asked.language, asked.state.catalogue.portal.default_language)
    get = partial(_get, asked=asked, tag=served.id, title=title)
    made = {path: get("collection", JSON)}
    if dataset.is_raster:
        names = [_reference(name) for name in ("bbox", "bbox-crs", "crs", "width", "height")]
        return made | {f"{path}/map": get("map", PNG, parameters=names, plain=False)}
    own = [_limit(dataset), _properties(dataset), *(_reference(name) for name in _ITEMS_PARAMETERS)]
    equals = [_equals(name, schema) for name, schema in fields.types(dataset).items()]
    feature = {"name": "featureId", "in": "path", "required": True, "schema": {"type": "string"}}
    return made | {
        f"{path}/schema": get("schema", SCHEMA),
        f"{path}/queryables": get("queryables", SCHEMA),
        f"{path}/items": get("items", GEOJSON, parameters=[*own, *equals], schema="Features"),
        f"{path}/items/{{featureId}}": get("item", GEOJSON, parameters=[feature, _reference("crs")], schema="Feature"),
    }


def _get(
    name: str,
    media_type: str,
    asked: Asked,
    *,
    tag: str = "portal",
    title: str = "",
    parameters: list[Document] | None = None,
    schema: str = "Document",
    plain: bool = True,
) -> Document:
    """Return the GET operation of a path; `plain` has the HTML page beside it."""
    content: Document = {media_type: {"schema": _schema_of(schema, media_type)}}
    if plain:
        content[HTML] = {"schema": {"type": "string"}}
    summary = MESSAGES.text(f"operation.{name}", asked.language)
    return {
        "get": {
            "summary": f"{title}: {summary}" if title else summary,
            "operationId": f"{name}-{tag}",
            "tags": [tag],
            "parameters": [
                *(parameters or []),
                *(_reference(each) for each in (("f", "lang") if plain else ("lang",))),
            ],
            "responses": {"200": {"description": summary, "content": content}}
            | {status: {"$ref": f"#/components/responses/{response}"} for status, response in _REFUSALS.items()},
        }
    }


def _schema_of(name: str, media_type: str) -> Document:
    if media_type == PNG:
        return {"type": "string", "format": "binary"}
    return {"$ref": f"#/components/schemas/{name}"}


def _reference(name: str) -> Document:
    return {"$ref": f"#/components/parameters/{name}"}


def _limit(dataset: Dataset) -> Document:
    schema = {"type": "integer", "minimum": 1, "maximum": dataset.paging.max, "default": dataset.paging.default}
    return _parameter("limit", schema)


def _properties(dataset: Dataset) -> Document:
    listed = list(dataset.served)
    items: Document = {"type": "string"} | ({"enum": listed} if listed else {})
    return _parameter("properties", {"type": "array", "items": items})


def _equals(name: str, schema: Document) -> Document:
    return _parameter(name, schema)


def _parameter(name: str, schema: Document, description: str | None = None) -> Document:
    made: Document = {"name": name, "in": "query", "required": False, "style": "form", "explode": False}
    return made | {"schema": schema} | ({"description": description} if description else {})


def _parameters(asked: Asked) -> Document:
    """Return the parameters that operations share; `limit` stands here too, where QGIS looks for the page size."""
    portal = asked.state.catalogue.portal
    limits = [each.dataset.paging for each in asked.audience.served.values()]
    highest = max((each.max for each in limits), default=1000)
    default = max((each.default for each in limits), default=100)
    uris = sorted({uri for each in asked.audience.served.values() for uri in offer(each.dataset)} | {CRS84_URI})
    number: Document = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}
    crs: Document = {"type": "string", "format": "uri", "enum": uris, "default": CRS84_URI}
    pixels: Document = {"type": "integer", "minimum": 1, "maximum": PIXELS_MAX}
    schemas: dict[str, Document] = {
        "f": {"type": "string", "enum": ["json", "html"], "default": "json"},
        "lang": {"type": "string", "enum": list(portal.languages), "default": portal.default_language},
        "limit": {"type": "integer", "minimum": 1, "maximum": highest, "default": default},
        "bbox": number,
        "bbox-crs": crs,
        "crs": crs,
        "datetime": {"type": "string"},
        "offset": {"type": "integer", "minimum": 0, "maximum": OFFSET_MAX, "default": 0},
        "after": {"type": "string"},
        "sortby": {"type": "string"},
        "skipGeometry": {"type": "boolean", "default": False},
        "resulttype": {"type": "string", "enum": ["results", "hits"], "default": "results"},
        "width": pixels | {"default": 500},
        "height": pixels | {"default": 300},
    }
    return {
        name: _parameter(name, schema, MESSAGES.text(f"describe.{name}", asked.language))
        for name, schema in schemas.items()
    }


def _responses(asked: Asked) -> Document:
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        response: {"description": MESSAGES.text(f"status.{status}", asked.language), "content": content}
        for status, response in _REFUSALS.items()
    }


def _schemas() -> Document:
    feature = {
        "type": "object",
        "required": ["type", "geometry", "properties"],
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": {"oneOf": [{"type": "string"}, {"type": "number"}]},
            "geometry": {"type": "object", "nullable": True},
            "properties": {"type": "object", "nullable": True},
            "links": {"type": "array", "items": {"$ref": "#/components/schemas/Link"}},
        },
    }
    features = {
        "type": "object",
        "required": ["type", "features"],
        "properties": {
            "type": {"type": "string", "enum": ["FeatureCollection"]},
            "features": {"type": "array", "items": {"$ref": "#/components/schemas/Feature"}},
            "links": {"type": "array", "items": {"$ref": "#/components/schemas/Link"}},
            "timeStamp": {"type": "string", "format": "date-time"},
            "numberMatched": {"type": "integer", "minimum": 0},
            "numberReturned": {"type": "integer", "minimum": 0},
        },
    }
    texts = {name: {"type": "string"} for name in ("rel", "href", "type", "title", "hreflang")}
    link = {"type": "object", "required": ["rel", "href"], "properties": texts}
    said: Document = {name: {"type": "string"} for name in ("type", "title", "detail", "parameter")}
    problem = {"type": "object", "required": ["title", "status"], "properties": said | {"status": {"type": "integer"}}}
    plain = {"type": "object"}
    return {"Document": plain, "Feature": feature, "Features": features, "Link": link, "Problem": problem}
