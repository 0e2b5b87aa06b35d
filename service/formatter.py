"""The pygeoapi formatter of features as GeoJSON: joins the texts that PostGIS wrote, nothing is parsed or written anew.

On pygeoapi's own hook (a collection's `formatters`), because it is the one place where the media type of items can be
right (`application/geo+json`) and where text goes out as it is, without `<` becoming `&lt;`.
"""

from collections.abc import Mapping
from typing import Any

from pygeoapi.formatter.base import BaseFormatter

from service.asked import ASKED
from service.featurelinks import items
from service.jsontext import encode
from service.media import GEOJSON

NAME = "service.formatter.GeoJson"


class GeoJson(BaseFormatter):  # type: ignore[misc]  # pygeoapi has no types
    """Writes a FeatureCollection whose features are JSON texts, or objects."""

    def __init__(self, definition: Mapping[str, Any]) -> None:
        super().__init__({"name": "GeoJSON", "geom": True, **definition})
        self.f = "json"
        self.mimetype = GEOJSON
        self.extension = "geojson"

    def write(self, options: Mapping[str, Any] | None = None, data: Mapping[str, Any] | None = None) -> bytes:  # noqa: ARG002 (pygeoapi's signature)
        """Return the FeatureCollection as UTF-8 JSON."""
        document, asked = dict(data or {}), ASKED.get()
        return collection(items(document, asked) if asked else document)


def collection(document: Mapping[str, Any]) -> bytes:
    """Return the FeatureCollection as UTF-8 JSON; its features are JSON texts, or objects.

    Each text is encoded by itself: one long text of all would be made twice as wide by the first Czech letter.
    """
    texts = [(each if isinstance(each, str) else encode(each)).encode() for each in document.get("features", [])]
    head = encode({name: value for name, value in document.items() if name != "features"})[:-1]
    return b"".join([head.encode(), b',"features":[', b",".join(texts), b"]}"])


def feature(text: str, links: list[dict[str, Any]]) -> bytes:
    """Return a Feature with links added, as UTF-8 JSON; `text` is the Feature's own JSON."""
    return f'{text[:-1]},"links":{encode(links)}}}'.encode()
