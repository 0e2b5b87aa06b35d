"""Where a published plan can be seen: on the map, and in the API.

Apart because it asks the catalogue which collection the desk feeds, which in another portal may have another name.
"""

from urllib.parse import urlencode

import pyproj
import shapely

from catalogue import Catalogue
from catalogue.sources import DeskSource
from desk.model import Submission
from desk.register import Municipality
from geodesy.operations import area_of
from service.desk.visit import Visit

ZOOM = 13
"""Of the map: about a municipality."""


def places(asked: Visit, submission: Submission) -> list[dict[str, str]]:
    """Return `key` (map, api) and `href` of each; nothing where the portal has no collection of the plans' areas."""
    name = _collection(asked.state.catalogue)
    if name is None:
        return []
    found = asked.desk.municipality(submission.municipality)
    query = urlencode({"municipality": submission.municipality, "lang": asked.language})
    return [
        {"key": "map", "href": f"/{asked.language}/map?{_view(found) if found else ''}layers={name}"},
        {"key": "api", "href": f"/ogc/collections/{name}/items?{query}"},
    ]


def _collection(catalogue: Catalogue) -> str | None:
    for name, dataset in catalogue.datasets.items():
        if any(isinstance(each, DeskSource) and each.layer == "elements" for each in dataset.sources):
            return name
    return None


def _view(municipality: Municipality) -> str:
    box = shapely.bounds(shapely.from_wkb(municipality.wkb))
    west, south, east, north = area_of(tuple(box), pyproj.CRS(municipality.crs))
    return f"at={ZOOM}/{(south + north) / 2:.5f}/{(west + east) / 2:.5f}&"
