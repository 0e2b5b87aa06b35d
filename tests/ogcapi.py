"""A plain client of the OGC API: what a tester of conformance asks, and of which collections. It believes nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import requests

TABLES = (
    *("addresses", "benches", "excluded-localities", "memorials", "municipalities", "plan-coverage"),
    *("roads", "street-lights", "war-graves", "zoning-elements"),
)
"""Collections of features of the demo region; `RASTER` is the one of pictures."""
FEW = (
    *("spatial-plans", "supplementary-lines", "supplementary-points", "supplementary-regulations"),
    "zoning-elements-national",
)
"""Collections of features with next to nothing in them while few plans are published, and the areas once more."""
PLACELESS = ("budget", "portal-usage")
"""Collections of rows without a geometry."""
RASTER = "terrain"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
NORTH_FIRST = (4326, 4258, 3035, 2180)
"""EPSG's own axis order, by EPSG's registry and not by a library: latitude or northing first."""
EAST_FIRST = (5514, 3857, 25833)
SYSTEMS = (CRS84, *(f"{EPSG}{code}" for code in (*NORTH_FIRST, *EAST_FIRST)))
GEOJSON = "application/geo+json"
PROBLEM = "application/problem+json"

type Document = dict[str, Any]


@dataclass
class Api:
    """The API below a root address."""

    root: str
    session: requests.Session = field(default_factory=requests.Session)

    def ask(self, path: str, **query: str | int) -> requests.Response:
        """Return the answer to a path below the root, or to a whole address; `bbox_crs` is the parameter bbox-crs."""
        return self.send("GET", path, {}, query)

    def send(
        self, method: str, path: str, headers: Mapping[str, str], query: Mapping[str, str | int] | None = None
    ) -> requests.Response:
        """Return the answer to a request with headers of its own."""
        address = path if path.startswith("http") else self.root + path
        params = {name.replace("_crs", "-crs"): value for name, value in (query or {}).items()}
        return self.session.request(method, address, params=params, headers=headers, timeout=60)

    def document(self, path: str, **query: str | int) -> Document:
        """Return the JSON document of a path, which must be there."""
        answer = self.ask(path, **query)
        assert answer.status_code == 200, f"{answer.url}: {answer.status_code} {answer.text[:300]}"
        found: Document = answer.json()
        return found

    def items(self, collection: str, **query: str | int) -> Document:
        """Return a page of features."""
        return self.document(f"/collections/{collection}/items", **query)

    def pages(self, collection: str, **query: str | int) -> Iterator[Document]:
        """Return a page and all that follow by the links `next`."""
        page = self.items(collection, **query)
        yield page
        while following := [each for each in page["links"] if each["rel"] == "next"]:
            assert len(following) == 1
            page = self.document(following[0]["href"])
            yield page

    def features(self, collection: str, **query: str | int) -> list[Document]:
        """Return all features, by the links `next`."""
        return [each for page in self.pages(collection, **query) for each in page["features"]]


def links(document: Document, rel: str) -> list[Document]:
    """Return the links of a relation."""
    return [each for each in document["links"] if each["rel"] == rel]


def positions(geometry: Document) -> list[tuple[float, float]]:
    """Return all positions of a geometry as they are written, two numbers each."""
    found: list[tuple[float, float]] = []
    waiting = [geometry["coordinates"]]
    while waiting:
        part = waiting.pop()
        if isinstance(part[0], int | float):
            found.append((part[0], part[1]))
        else:
            waiting.extend(part)
    return found


def envelope(geometry: Document) -> tuple[float, float, float, float]:
    """Return the smallest and largest of the first, then of the second numbers: low, low, high, high."""
    first, second = zip(*positions(geometry), strict=True)
    return min(first), min(second), max(first), max(second)
