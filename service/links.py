"""Links between the service's documents, with titles in the asked language. Pure."""

from typing import Any

from service.asked import Asked
from service.media import HTML, JSON
from service.texts import MESSAGES

OGC = "http://www.opengis.net/def/rel/ogc/1.0"
"""Where the link relations of the OGC are named."""


def link(rel: str, href: str, media_type: str, asked: Asked, title: str | None = None) -> dict[str, Any]:
    """Return a link; `title` is the key below `link.` of its title in the messages, else the relation's name is."""
    made = {
        "rel": rel,
        "href": href,
        "type": media_type,
        "title": MESSAGES.text(f"link.{title or rel}", asked.language),
    }
    return made | ({"hreflang": asked.language} if media_type == HTML else {})


def both(path: str, asked: Asked) -> list[dict[str, Any]]:
    """Return the links to a document as JSON and as HTML; `self` is the one that was asked, and this document."""
    links = []
    for name, media_type in (("json", JSON), ("html", HTML)):
        rel = "self" if asked.format == name and asked.path.rstrip("/") == path else "alternate"
        links.append(link(rel, asked.href(path, f=name), media_type, asked, name))
    return links
