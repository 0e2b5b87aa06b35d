"""Whether the files of one delivery have their coordinates in the same order.

A srsName says by its form whether northing or easting comes first (URL of the OGC: northing; epsg.xml#2180: easting),
and producers keep to it or not. A plan turned as a whole is for the rule on axes; here it is found that one file
is turned and another is not, for only together with the rest does that show.
"""

from collections.abc import Sequence

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from plans.delivery import Incident
from plans.standards.polish.collection import Collection
from plans.standards.polish.feature import Feature

SPARE = 0.4
"""Degrees by which a plan may lie outside the area of use of its system: districts do not end with the zones."""


def placed(collections: Sequence[Collection]) -> tuple[list[Feature], list[Incident]]:
    """Return the objects of all files; those of a file that fits only turned, while another fits as it is, turned."""
    middles = {each.file: _middle(each) for each in collections}
    is_placed = [each for each in collections if _fits(each, middles[each.file])]
    features: list[Feature] = []
    incidents: list[Incident] = []
    for each in collections:
        x, y = middles[each.file] or (0.0, 0.0)
        if not is_placed or each in is_placed or not _fits(each, (y, x)):
            features += each.features
            continue
        turned = [feature.turned(_turn) for feature in each.features]
        features += turned
        incidents.append(_told(each, turned))
    return features, incidents


def _told(collection: Collection, turned: Sequence[Feature]) -> Incident:
    box = shapely.box(*shapely.total_bounds([each.geometry for each in turned if each.geometry is not None]))
    values = {"file": collection.file, "name": ", ".join(collection.gml.crs_names)}
    first = next(each.place for each in turned if each.geometry is not None)
    return Incident("geometry.pl-axis-order", values, place=first, where=box)


def _turn(pairs: np.ndarray) -> np.ndarray:
    return pairs[:, ::-1]


def _middle(collection: Collection) -> tuple[float, float] | None:
    """Return the middle (x, y) of most of the geometries: one that lies astray does not move it."""
    shapes = [each.geometry for each in collection.features if each.geometry is not None]
    bounds = shapely.bounds(shapes).reshape(-1, 4)
    bounds = bounds[np.isfinite(bounds).all(axis=1)]
    if not len(bounds):
        return None
    x, y = np.median((bounds[:, :2] + bounds[:, 2:]) / 2, axis=0)
    return float(x), float(y)


def _fits(collection: Collection, point: tuple[float, float] | None) -> bool:
    """Whether a point is where the file's system is used; a file without coordinates fits nowhere."""
    crs = collection.gml.crs
    if crs is None or point is None:
        return False
    try:
        area = CRS(crs).area_of_use
        change = Transformer.from_crs(crs, "OGC:CRS84", always_xy=True)
        longitude, latitude = change.transform(*point, errcheck=True)
    except (CRSError, ProjError):
        return False
    if area is None:
        return True
    west, south, east, north = area.bounds
    return bool(west - SPARE <= longitude <= east + SPARE and south - SPARE <= latitude <= north + SPARE)
