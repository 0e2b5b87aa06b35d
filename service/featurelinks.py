"""A page of features and a single feature, with their links. Pure.

Clients walk from page to page and append ids to addresses, so the links are made here, whichever format is written.
"""

from urllib.parse import quote

from service.asked import Asked, Document
from service.formats import FORMATS
from service.links import link
from service.media import GEOJSON, HTML, JSON

FORMS = {"json": GEOJSON, "html": HTML, **{name: each.media_type for name, each in FORMATS.items()}}
"""Media types of the forms in which features are answered, by the value of `f`."""


def items(document: Document, asked: Asked) -> Document:
    """Return a page of features with its links; `next` from what the provider says of the following page."""
    made = {name: value for name, value in document.items() if name not in {"links", "continue"}}
    links = _forms(asked)
    for rel, place in document.get("continue", {}).items():
        beside = asked.again(**{"offset": None, "after": None, "before": None, **place, "f": asked.params.get("f")})
        links.append(link(rel, beside, _items_type(asked), asked))
    links.append(link("collection", asked.href(asked.path.removesuffix("/items")), JSON, asked))
    return made | {"links": links}


def item(document: Document, asked: Asked) -> Document:
    """Return one feature with links to itself, its collection and its neighbours by id."""
    made = {name: document[name] for name in ("type", "id", "geometry", "properties")}
    of = asked.path.rpartition("/items/")[0]
    alike = {name: asked.params.get(name) for name in ("f", "lang", "crs", "as-of")}
    links = feature_links(asked)
    for name in ("prev", "next"):
        if name in document:
            href = asked.href(f"{of}/items/{quote(str(document[name]), safe='')}", **alike)
            links.append(link(name, href, _items_type(asked), asked, f"{name}-feature"))
    return made | {"links": links}


def feature_links(asked: Asked) -> list[Document]:
    """Return the links of one feature to itself in all forms, and to its collection."""
    return [
        *_forms(asked),
        link("collection", asked.href(asked.path.rpartition("/items/")[0]), JSON, asked),
    ]


def _forms(asked: Asked) -> list[Document]:
    """Return the links to the same features in every form (/req/core/fc-links); `self` is the one that was asked."""
    address = asked.again(f=None)
    address += "&f=" if "?" in address else "?f="
    return [
        link("self" if asked.format == name else "alternate", f"{address}{name}", media_type, asked)
        for name, media_type in FORMS.items()
    ]


def _items_type(asked: Asked) -> str:
    return FORMS[asked.format]
