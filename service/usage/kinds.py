"""What a request counts as: what was asked for and how it was used, or nothing. Pure.

Looked at are the address, the kind of the answer and whether a browser's page or a program asked; never who it was.
"""

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass

COUNTED = frozenset({200, 206, 304})
"""Statuses of answers that somebody has used; 304 is one too."""
_ROBOT = re.compile(rb"bot\b|bot/|crawl|spider|slurp|preview|monitor|uptime|pingdom|health", re.IGNORECASE)
_COLLECTION = re.compile(r"/ogc/collections/(?P<id>[a-z0-9-]+)(?P<rest>/.*)?")
_PAGE = re.compile(r"/(?P<language>[a-z]{2})/(?P<name>[a-z-]*)(?:/(?P<id>[a-z0-9-]+))?(?:/.*)?")
_OF_THE_PORTAL = frozenset(
    {"map", "here", "datasets", "dashboards", "news", "help", "contact", "accessibility", "statistics", "search"}
)


@dataclass(frozen=True)
class Known:
    """What there is to be asked for: ids of datasets and of dashboards that everybody may see, and languages."""

    datasets: Container[str]
    dashboards: Container[str]
    languages: Container[str]


type Use = tuple[str, str]
"""What was asked for, and how it was used (a code of the list `portal-use`)."""


def use_of(path: str, media_type: bytes, headers: Mapping[bytes, bytes], known: Known) -> Use | None:
    """Return what a request that was answered counts as; None for robots and for what is no use of the portal."""
    if _ROBOT.search(headers.get(b"user-agent", b"")):
        return None
    match = _COLLECTION.fullmatch(path)
    if match:
        used = _of_collection(match["rest"] or "", media_type, headers)
        return (match["id"], used) if used and match["id"] in known.datasets else None
    page = _PAGE.fullmatch(path)
    return _of_page(page["name"], page["id"], known) if page and page["language"] in known.languages else None


def _of_collection(rest: str, media_type: bytes, headers: Mapping[bytes, bytes]) -> str | None:
    if rest.startswith(("/tiles/", "/map")):
        return "map"
    if rest.startswith("/downloads/"):
        return "download"
    if media_type.startswith(b"text/html"):
        return "list" if rest == "/items" else "page"
    if headers.get(b"sec-fetch-site") == b"same-origin":  # the portal's own map asks, not a program
        return "map"
    return "data"


def _of_page(name: str, id_: str | None, known: Known) -> Use | None:
    if name == "":
        return "home", "page"
    if name == "datasets" and id_ is not None:
        return (id_, "page") if id_ in known.datasets else None
    if name == "dashboards" and id_ is not None:
        return (id_, "dashboard") if id_ in known.dashboards else None
    if name == "map" and id_ is not None:
        return name, "list"
    return (name, "page") if name in _OF_THE_PORTAL else None
