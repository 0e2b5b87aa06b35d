"""The OpenAPI document of what the asker may see: short, and complete in itself. Pure.

Our own rather than pygeoapi's, which points to 141 addresses elsewhere and describes what is not offered. Paths of a
collection are spelled out, for clients look for theirs (and for its page size) by name; all else is said once.
"""

from functools import partial

from catalogue import Dataset
from catalogue.values import text_in
from service import fields
from service.asked import Asked, Document
from service.blocks import BLOCKS
from service.cql2 import LANGUAGES as FILTER_LANGUAGES
from service.cql2.tree import BYTES_MAX
from service.crs import CRS84_URI, offer
from service.featurelinks import FORMS
from service.media import GEOJSON, HTML, JSON, OPENAPI, PNG, PROBLEM, SCHEMA
from service.oas import REFUSALS, get, parameter, reference
from service.parameters import OFFSET_MAX, PIXELS_MAX
from service.published import Served
from service.texts import MESSAGES

VERSION = "3.0.3"
_ITEMS_PARAMETERS = (
    *("bbox", "bbox-crs", "crs", "datetime", "filter", "filter-lang", "filter-crs"),
    *("offset", "after", "before", "sortby", "skipGeometry", "resulttype", "as-of"),
)


def document(asked: Asked) -> Document:
    """Return the OpenAPI document in the asked language."""
    portal = asked.state.catalogue.portal
    text = text_in(portal.description, asked.language, portal.default_language)
    title = text_in(portal.title, asked.language, portal.default_language)
    paths: Document = {
        "/": get("landing", JSON, asked),
        "/conformance": get("conformance", JSON, asked),
        "/openapi": get("openapi", OPENAPI, asked),
        "/collections": get("collections", JSON, asked),
    }
    for block in BLOCKS:
        paths |= block.paths(asked)
    paths |= _collections(asked)
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
            "parameters": _parameters(asked) | {k: v for block in BLOCKS for k, v in block.parameters(asked).items()},
            "responses": _responses(asked),
            "schemas": _schemas(),
        },
    }


def _collections(asked: Asked) -> Document:
    """Return the paths of collections: of each itself and its features, and once for all what has no form of its own.

    Clients look for a collection by name; with hundreds of them everything else by name would make megabytes.
    """
    named: Document = {}
    shared: Document = {}
    holders: dict[str, list[str]] = {}
    for served in asked.audience.served.values():
        parts = [_collection(served, asked), *(block.collection_paths(served, asked) for block in BLOCKS)]
        for path, operations in [each for part in parts for each in part.items()]:
            below = path.removeprefix(f"/collections/{served.id}")
            if below.split("/")[:2] in ([""], ["", "items"]):
                named[path] = named.get(path, {}) | operations
                continue
            general = f"/collections/{{collectionId}}{below}"
            shared[general] = _joined(shared.get(general, {}), _of_any(operations, below, served, asked))
            holders.setdefault(general, []).append(served.id)
    for path, ids in holders.items():
        one = parameter("collectionId", {"type": "string", "enum": ids}) | {"in": "path", "required": True}
        one["style"] = "simple"
        for operation in shared[path].values():
            operation["parameters"] = [one, *operation["parameters"]]
    return named | shared


def _of_any(operations: Document, below: str, served: Served, asked: Asked) -> Document:
    """Return the operations of a collection as those of any; those of its map have a name of their own."""
    kind = "map" if below.startswith("/map/") else "collection"
    title = text_in(served.dataset.title, asked.language, asked.state.catalogue.portal.default_language)
    return {
        method: operation
        | {
            "summary": operation["summary"].removeprefix(f"{title}: "),
            "operationId": f"{operation['operationId'].removesuffix(served.id)}{kind}",
            "tags": ["portal"],
        }
        for method, operation in operations.items()
    }


def _joined(known: Document, other: Document) -> Document:
    """Return operations with the media types of both."""
    for method, operation in known.items():
        for status, answer in other.get(method, {}).get("responses", {}).items():
            operation["responses"].setdefault(status, answer)
            if "content" in answer:
                operation["responses"][status]["content"] |= answer["content"]
    return known or other


def _collection(served: Served, asked: Asked) -> Document:
    dataset, path = served.dataset, f"/collections/{served.id}"
    title = text_in(dataset.title, asked.language, asked.state.catalogue.portal.default_language)
    read = partial(get, asked=asked, tag=served.id, title=title)
    made = {path: read("collection", JSON)}
    if dataset.is_raster:
        names = [reference(name) for name in ("bbox", "bbox-crs", "crs", "width", "height")]
        return made | {f"{path}/map": read("map", PNG, parameters=names, plain=False)}
    own = [_limit(dataset), _properties(dataset), *(reference(name) for name in _ITEMS_PARAMETERS)]
    equals = [_equals(name, schema) for name, schema in fields.types(dataset).items()]
    feature = {"name": "featureId", "in": "path", "required": True, "schema": {"type": "string"}}
    one = [feature, reference("crs"), reference("as-of")]
    return made | {
        f"{path}/schema": read("schema", SCHEMA),
        f"{path}/queryables": read("queryables", SCHEMA, parameters=[reference("profile")]),
        f"{path}/items": _in_all_forms(read("items", GEOJSON, parameters=[*own, *equals], schema="Features")),
        f"{path}/items/{{featureId}}": _in_all_forms(read("item", GEOJSON, parameters=one, schema="Feature")),
    }


def _in_all_forms(operations: Document) -> Document:
    """Return the operations of an address of features with the forms that other addresses do not have."""
    told = operations["get"]
    told["parameters"] = [reference("f-features") if each == reference("f") else each for each in told["parameters"]]
    content = told["responses"]["200"]["content"]
    for media_type in FORMS.values():
        content.setdefault(media_type.partition(";")[0], {"schema": {"type": "string"}})
    return operations


def _limit(dataset: Dataset) -> Document:
    schema = {"type": "integer", "minimum": 1, "maximum": dataset.paging.max, "default": dataset.paging.default}
    return parameter("limit", schema)


def _properties(dataset: Dataset) -> Document:
    listed = list(dataset.served)
    items: Document = {"type": "string"} | ({"enum": listed} if listed else {})
    return parameter("properties", {"type": "array", "items": items})


def _equals(name: str, schema: Document) -> Document:
    return parameter(name, schema)


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
        "filter": {"type": "string", "maxLength": BYTES_MAX},
        "filter-lang": {"type": "string", "enum": list(FILTER_LANGUAGES), "default": FILTER_LANGUAGES[0]},
        "filter-crs": crs,
        "offset": {"type": "integer", "minimum": 0, "maximum": OFFSET_MAX, "default": 0},
        "after": {"type": "string"},
        "as-of": {"type": "string"},
        "before": {"type": "string"},
        "sortby": {"type": "string"},
        "skipGeometry": {"type": "boolean", "default": False},
        "resulttype": {"type": "string", "enum": ["results", "hits"], "default": "results"},
        "profile": {"type": "string", "enum": ["valid-domain", "actual-domain"], "default": "valid-domain"},
        "width": pixels | {"default": 500},
        "height": pixels | {"default": 300},
    }
    forms = schemas["f"] | {"enum": list(FORMS)}
    described = {"f-features": parameter("f", forms, MESSAGES.text("describe.f", asked.language))}
    return described | {
        name: parameter(name, schema, MESSAGES.text(f"describe.{name}", asked.language))
        for name, schema in schemas.items()
    }


def _responses(asked: Asked) -> Document:
    content = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}, HTML: {"schema": {"type": "string"}}}
    return {
        response: {"description": MESSAGES.text(f"status.{status}", asked.language), "content": content}
        for status, response in REFUSALS.items()
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
