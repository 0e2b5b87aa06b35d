"""The pygeoapi formatter of features as GeoJSON: joins the texts that PostGIS wrote, nothing is parsed or written anew.

On pygeoapi's own hook (a collection's `formatters`), because it is the one place where the media type of items can be
right (`application/geo+json`) and where text goes out as it is, without `<` becoming `&lt;`.
"""

import json
from collections.abc import Mapping
from typing import Any

from pygeoapi.formatter.base import BaseFormatter

from service.asked import ASKED
from service.documents import items

MEDIA_TYPE = "application/geo+json"
NAME = "service.formatter.GeoJson"


class GeoJson(BaseFormatter):  # type: ignore[misc]  # pygeoapi has no types
    """Writes a FeatureCollection whose features are JSON texts, or objects."""

    def __init__(self, definition: Mapping[str, Any]) -> None:
        super().__init__({"name": "GeoJSON", "geom": True, **definition})
        self.f = "json"
        self.mimetype = MEDIA_TYPE
        self.extension = "geojson"

    def write(self, options: Mapping[str, Any] | None = None, data: Mapping[str, Any] | None = None) -> bytes:  # noqa: ARG002 (pygeoapi's signature)
        """Return the FeatureCollection as UTF-8 JSON."""
        document = dict(data or {})
        asked = ASKED.get()
        if asked:
            document = items(document, asked)
        texts = [each if isinstance(each, str) else encode(each) for each in document.pop("features", [])]
        head = encode(document)[:-1]
        return f'{head},"features":[{",".join(texts)}]}}'.encode()


def encode(document: object) -> str:
    """Return the document as compact JSON with all letters as they are. Raises ValueError for NaN."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
