"""A page of features and a single feature, with their links. Pure.

Clients walk from page to page and append ids to addresses, so the links are made here, whichever format is written.
"""

from urllib.parse import quote

from service.asked import Asked, Document
from service.links import link
from service.media import GEOJSON, HTML, JSON


def items(document: Document, asked: Asked) -> Document:
    """Return a page of features with its links; `next` from what the provider says of the following page."""
    made = {name: value for name, value in document.items() if name not in {"links", "continue"}}
    links = [
        link("self" if asked.format == "json" else "alternate", asked.again(f="json"), GEOJSON, asked),
        link("alternate" if asked.format == "json" else "self", asked.again(f="html"), HTML, asked),
    ]
    for rel, place in document.get("continue", {}).items():
        beside = asked.again(**{"offset": None, "after": None, "before": None, **place, "f": asked.params.get("f")})
        links.append(link(rel, beside, _items_type(asked), asked))
    links.append(link("collection", asked.href(asked.path.removesuffix("/items")), JSON, asked))
    return made | {"links": links}


def item(document: Document, asked: Asked) -> Document:
    """Return one feature with links to itself, its collection and its neighbours by id."""
    made = {name: document[name] for name in ("type", "id", "geometry", "properties")}
    of = asked.path.rpartition("/items/")[0]
    links = feature_links(asked)
    for name in ("prev", "next"):
        if name in document:
            href = asked.href(f"{of}/items/{quote(str(document[name]), safe='')}", f=asked.params.get("f"))
            links.append(link(name, href, _items_type(asked), asked))
    return made | {"links": links}


def feature_links(asked: Asked) -> list[Document]:
    """Return the links of one feature to itself in both forms, and to its collection."""
    return [
        link("self" if asked.format == "json" else "alternate", asked.again(f="json"), GEOJSON, asked),
        link("alternate" if asked.format == "json" else "self", asked.again(f="html"), HTML, asked),
        link("collection", asked.href(asked.path.rpartition("/items/")[0]), JSON, asked),
    ]


def _items_type(asked: Asked) -> str:
    return GEOJSON if asked.format == "json" else HTML
