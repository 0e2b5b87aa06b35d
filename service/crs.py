"""Coordinate reference systems as the service offers them: names, axis order, and transformation from and to lon/lat.

Inside the service x is easting or longitude, always. Axis order is dealt with here and nowhere else: `Crs.swapped` says
that the authority puts northing or latitude first, for what is read from a request and what is written to an answer.
"""

import threading
from dataclasses import dataclass
from functools import lru_cache

import pyproj

from catalogue import Dataset
from catalogue.layout import LON_LAT, srid
from geodesy import Pairs, Way, way

type Points = Pairs
"""n × 2 coordinates, x first."""

CRS84_URI = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_EPSG_URI = "http://www.opengis.net/def/crs/EPSG/0/"
_ALWAYS_OFFERED = (4326, 3857, 4258, 3035, 25833, 5514, 2180)
_LON_LAT_CODE = srid(LON_LAT)
_LON_LAT_CODES = frozenset({4326, 4258})
DEGREE_DECIMALS, METRE_DECIMALS, ALL_DECIMALS = 7, 3, 15
"""Decimals written: 1 cm, 1 mm, and as many as the number has."""


@dataclass(frozen=True)
class Crs:
    """A CRS of the offer: `code` is the EPSG number, CRS84 is EPSG:4326 with `swapped` False."""

    uri: str
    code: int
    swapped: bool
    geographic: bool

    @property
    def is_lon_lat(self) -> bool:
        """Whether its coordinates are those of the stored lon/lat column, but for axis order."""
        return self.code in _LON_LAT_CODES

    @property
    def decimals(self) -> int:
        """How many decimals transformed coordinates are written with."""
        return DEGREE_DECIMALS if self.geographic else METRE_DECIMALS


CRS84 = Crs(CRS84_URI, srid(LON_LAT), swapped=False, geographic=True)


@lru_cache(maxsize=64)
def epsg(code: int) -> Crs:
    """Return an EPSG CRS. Raises pyproj.exceptions.CRSError for a number that EPSG does not have."""
    crs = pyproj.CRS.from_epsg(code)
    north_first = crs.axis_info[0].direction.lower() == "north"
    return Crs(f"{_EPSG_URI}{code}", code, swapped=north_first, geographic=crs.is_geographic)


def storage(dataset: Dataset) -> Crs:
    """Return the CRS in which the table keeps its geometry."""
    return epsg(srid(dataset.crs))


@lru_cache(maxsize=1024)
def _offer(crs: str) -> dict[str, Crs]:
    codes = dict.fromkeys((4326, srid(crs), *_ALWAYS_OFFERED))
    return {CRS84_URI: CRS84} | {each.uri: each for each in map(epsg, codes)}


def offer(dataset: Dataset) -> dict[str, Crs]:
    """Return the CRSs in which the dataset is served, by URI; CRS84, the default, is first."""
    return _offer(dataset.crs)


def from_lon_lat(points: Points, target: Crs) -> Points:
    """Return lon/lat points in the target CRS, x first; what cannot be transformed is inf."""
    return points if target.is_lon_lat else _WAYS.between(_LON_LAT_CODE, target.code)(points)[0]


def to_lon_lat(points: Points, source: Crs) -> Points:
    """Return points of the source CRS, x first, as lon/lat; what cannot be transformed is inf."""
    return points if source.is_lon_lat else _WAYS.between(source.code, _LON_LAT_CODE)(points)[0]


def between(source: int, target: int) -> Way:
    """Return this thread's way between two systems of EPSG. Raises NoWayError."""
    return _WAYS.between(source, target)


class _Ways(threading.local):
    """The ways of this thread: choosing one costs some 50 ms, and PROJ does not share one between threads."""

    def __init__(self) -> None:
        self._chosen: dict[tuple[int, int], Way] = {}

    def between(self, source: int, target: int) -> Way:
        if (source, target) not in self._chosen:
            self._chosen[source, target] = way(pyproj.CRS(source), pyproj.CRS(target))
        return self._chosen[source, target]


_WAYS = _Ways()
