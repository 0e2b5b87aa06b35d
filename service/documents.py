"""pygeoapi's documents made right: links, CRSs, schemas, conformance, as this service truly answers. Pure.

pygeoapi builds each document; what it says of formats that are not offered, of CRSs (it is told CRS84 everywhere) and
of classes that are not implemented is put right here, for JSON and HTML alike. Links are made anew: clients append to
them, so the address of items has no query string.
"""

from collections.abc import Callable, Mapping
from typing import Any

from catalogue.values import text_in
from service import fields
from service.asked import Asked, Document
from service.blocks import BLOCKS
from service.cql2 import CONFORMANCE as FILTERS
from service.crs import offer, storage
from service.featurelinks import item, items
from service.links import OGC, both, link
from service.media import GEOJSON, HTML, JSON, OPENAPI, PNG, SCHEMA
from service.notices import made_up_notice
from service.parameters import ColumnsQuery

type Correction = Callable[[Document, Asked], Document]

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
        *both("", asked),
        link("service-desc", asked.href("/openapi", f="json"), OPENAPI, asked),
        link("service-doc", asked.href("/openapi", f="html"), HTML, asked),
        link("conformance", asked.href("/conformance"), JSON, asked),
        link("data", asked.href("/collections"), JSON, asked),
        *(each for block in BLOCKS for each in block.landing(asked)),
    ]
    return {"title": document["title"], "description": document["description"], "links": links}


def conformance(document: Document, _: Asked) -> Document:
    """Return the classes that are implemented."""
    declared = [name for name in document["conformsTo"] if not any(part in name for part in _NOT_IMPLEMENTED)]
    return {
        "conformsTo": sorted({*declared, *_ADDED, *FILTERS, *(name for block in BLOCKS for name in block.conformance)})
    }


def collections(document: Document, asked: Asked) -> Document:
    """Return the list of collections that the asker may see."""
    return {
        "links": both("/collections", asked),
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
        made |= {"itemType": "coverage", "crs": list(offer(dataset))}
    offered = [each for block in BLOCKS for each in block.links(asked)]
    return made | _metadata(asked) | {"links": [*both(path, asked), *_collection_links(path, asked), *offered]}


def schema(document: Document, asked: Asked) -> Document:
    """Return the schema or queryables of a collection, with titles in the asked language."""
    dataset = _served(asked).dataset
    described = fields.properties(dataset, asked.state.catalogue, asked.language)
    if isinstance(asked.query, ColumnsQuery) and asked.query.actual:
        found = document["properties"]  # without an enum where too many values stand, or none
        described = {
            name: {key: value for key, value in each.items() if key != "enum"}
            | {key: value for key, value in found.get(name, {}).items() if key == "enum"}
            for name, each in described.items()
        }
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
        made |= {"madeUp": True, "notice": made_up_notice(asked.state.catalogue.portal, asked.language)}
    return made


def _collection_links(path: str, asked: Asked) -> list[Document]:
    served, catalogue = _served(asked), asked.state.catalogue
    links = []
    licence = catalogue.licences.get(served.dataset.licence)
    if licence:
        links.append({"rel": "license", "href": licence.url, "type": HTML})
    if served.dataset.is_raster:
        return [*links, link(f"{OGC}/map", asked.href(f"{path}/map"), PNG, asked, "map")]
    return [
        *links,
        link("items", asked.href(f"{path}/items"), GEOJSON, asked),
        link("items", asked.href(f"{path}/items", f="html"), HTML, asked),
        link(f"{OGC}/schema", asked.href(f"{path}/schema"), SCHEMA, asked, "schema"),
        link(f"{OGC}/queryables", asked.href(f"{path}/queryables"), SCHEMA, asked, "queryables"),
    ]


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
