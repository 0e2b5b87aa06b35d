"""pygeoapi's documents made right: links, CRSs, schemas, conformance, as this service truly answers. Pure.

pygeoapi builds each document; what it says of formats that are not offered, of CRSs (it is told CRS84 everywhere) and
of classes that are not implemented is put right here, for JSON and HTML alike. Links are made anew: clients append to
them, so the address of items has no query string.
"""

from collections.abc import Callable, Mapping
from typing import Any

from catalogue.values import text_in
from service import fields
from service.asked import Asked
from service.crs import offer, storage
from service.texts import MESSAGES

type Document = dict[str, Any]
type Correction = Callable[[Document, Asked], Document]

GEOJSON, SCHEMA, JSON, HTML, PNG = (
    "application/geo+json",
    "application/schema+json",
    "application/json",
    "text/html",
    "image/png",
)
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
_OGC = "http://www.opengis.net/def/rel/ogc/1.0"
_SPEC = "http://www.opengis.net/spec"
_NOT_IMPLEMENTED = ("ogcapi-features-4", "/cql2/", "ogcapi-maps-1", "ogcapi-coverages", "jsonld")
_ADDED = (
    f"{_SPEC}/ogcapi-common-1/1.0/conf/landing-page",
    f"{_SPEC}/ogcapi-features-5/1.0/conf/schemas",
    f"{_SPEC}/ogcapi-features-5/1.0/conf/core-roles-features",
)


def landing(document: Document, asked: Asked) -> Document:
    """Return the landing page of the API."""
    links = [
        *_both("", asked),
        _link("service-desc", asked.href("/openapi", f="json"), OPENAPI, asked),
        _link("service-doc", asked.href("/openapi", f="html"), HTML, asked),
        _link("conformance", asked.href("/conformance"), JSON, asked),
        _link("data", asked.href("/collections"), JSON, asked),
    ]
    return {"title": document["title"], "description": document["description"], "links": links}


def conformance(document: Document, _: Asked) -> Document:
    """Return the classes that are implemented."""
    declared = [name for name in document["conformsTo"] if not any(part in name for part in _NOT_IMPLEMENTED)]
    return {"conformsTo": sorted({*declared, *_ADDED})}


def collections(document: Document, asked: Asked) -> Document:
    """Return the list of collections that the asker may see."""
    return {
        "links": _both("/collections", asked),
        "collections": [
            collection(each, asked.with_query(asked.audience.served[each["id"]], None))
            for each in document["collections"]
        ],
    }


def collection(document: Document, asked: Asked) -> Document:
    """Return a collection: what it is, whose, where, in which CRSs, and where its features are."""
    served, path = _served(asked), f"/collections/{document['id']}"
    dataset = served.dataset
    made = {name: document[name] for name in ("id", "title", "description", "keywords") if document.get(name)}
    if served.published.bbox:
        made["extent"] = document["extent"]
    if not dataset.is_raster:
        made |= {"itemType": "feature", "crs": list(offer(dataset)), "storageCrs": storage(dataset).uri}
    else:
        made |= {"crs": list(offer(dataset))}
    return made | _metadata(asked) | {"links": [*_both(path, asked), *_collection_links(path, asked)]}


def items(document: Document, asked: Asked) -> Document:
    """Return a page of features with its links; `next` from what the provider says of the following page."""
    made = {name: value for name, value in document.items() if name not in {"links", "continue"}}
    links = [
        _link("self" if asked.format == "json" else "alternate", asked.again(f="json"), GEOJSON, asked),
        _link("alternate" if asked.format == "json" else "self", asked.again(f="html"), HTML, asked),
    ]
    if "continue" in document:
        following = asked.again(**{"offset": None, "after": None, **document["continue"], "f": asked.params.get("f")})
        links.append(_link("next", following, _items_type(asked), asked))
    before = _before(asked)
    if before is not None:
        links.append(_link("prev", asked.again(offset=before or None), _items_type(asked), asked))
    links.append(_link("collection", asked.href(asked.path.removesuffix("/items")), JSON, asked))
    return made | {"links": links}


def item(document: Document, asked: Asked) -> Document:
    """Return one feature with links to itself, its collection and its neighbours by id."""
    made = {name: document[name] for name in ("type", "id", "geometry", "properties")}
    of = asked.path.rpartition("/items/")[0]
    links = [
        _link("self" if asked.format == "json" else "alternate", asked.again(f="json"), GEOJSON, asked),
        _link("alternate" if asked.format == "json" else "self", asked.again(f="html"), HTML, asked),
        _link("collection", asked.href(of), JSON, asked),
    ]
    for name in ("prev", "next"):
        if name in document:
            link = asked.href(f"{of}/items/{document[name]}", f=asked.params.get("f"))
            links.append(_link(name, link, _items_type(asked), asked))
    return made | {"links": links}


def schema(document: Document, asked: Asked) -> Document:
    """Return the schema or queryables of a collection, with titles in the asked language."""
    dataset = _served(asked).dataset
    described = fields.properties(dataset, asked.state.catalogue, asked.language)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": asked.href(asked.path),
        "type": "object",
        "title": document["title"],
        "properties": described,
        "additionalProperties": False,
    }


def unchanged(document: Document, _: Asked) -> Document:
    """Return the document as pygeoapi made it."""
    return document


def _served(asked: Asked) -> Any:  # noqa: ANN401 (Served, known by now)
    return asked.served


def _metadata(asked: Asked) -> Document:
    """Return what the collection says beyond pygeoapi: whose it is, its terms, its age, whether it is made up."""
    served, catalogue = _served(asked), asked.state.catalogue
    default, dataset = catalogue.portal.default_language, served.dataset
    publisher = catalogue.publishers.get(dataset.publisher)
    made: Document = {"updated": served.published.published.isoformat(timespec="seconds")}
    if publisher:
        made["attribution"] = text_in(publisher.name, asked.language, default)
    licence = catalogue.licences.get(dataset.licence)
    if licence:
        made["license"] = licence.url
    if dataset.made_up:
        made |= {"madeUp": True, "notice": made_up_notice(asked)}
    return made


def made_up_notice(asked: Asked) -> str:
    """Return what is said of made-up data."""
    portal = asked.state.catalogue.portal
    return text_in(portal.notice, asked.language, portal.default_language) or MESSAGES.text("made-up", asked.language)


def _collection_links(path: str, asked: Asked) -> list[Document]:
    served, catalogue = _served(asked), asked.state.catalogue
    links = []
    licence = catalogue.licences.get(served.dataset.licence)
    if licence:
        links.append({"rel": "license", "href": licence.url, "type": HTML})
    if served.dataset.is_raster:
        return [*links, _link(f"{_OGC}/map", asked.href(f"{path}/map"), PNG, asked, "map")]
    return [
        *links,
        _link("items", asked.href(f"{path}/items"), GEOJSON, asked),
        _link("items", asked.href(f"{path}/items", f="html"), HTML, asked),
        _link(f"{_OGC}/schema", asked.href(f"{path}/schema"), SCHEMA, asked, "schema"),
        _link(f"{_OGC}/queryables", asked.href(f"{path}/queryables"), SCHEMA, asked, "queryables"),
    ]


def _both(path: str, asked: Asked) -> list[Document]:
    """Return the links to a document as JSON and as HTML; `self` is the one that was asked, and this document."""
    links = []
    for name, media_type in (("json", JSON), ("html", HTML)):
        rel = "self" if asked.format == name and asked.path.rstrip("/") == path else "alternate"
        links.append(_link(rel, asked.href(path, f=name), media_type, asked, name))
    return links


def _items_type(asked: Asked) -> str:
    return GEOJSON if asked.format == "json" else HTML


def _before(asked: Asked) -> int | None:
    """Return the offset of the page before, when paging is by offset; None on the first."""
    offset = int(asked.params.get("offset", 0))
    limit = getattr(asked.query, "limit", 0)
    return max(0, offset - limit) if offset else None


def _link(rel: str, href: str, media_type: str, asked: Asked, title: str | None = None) -> Document:
    link = {
        "rel": rel,
        "href": href,
        "type": media_type,
        "title": MESSAGES.text(f"link.{title or rel}", asked.language),
    }
    return link | ({"hreflang": asked.language} if media_type == HTML else {})


CORRECTIONS: Mapping[str, Correction] = {
    "landing": landing,
    "conformance": conformance,
    "collections": collections,
    "collection": collection,
    "schema": schema,
    "queryables": schema,
    "items": items,
    "item": item,
    "map": unchanged,
}
