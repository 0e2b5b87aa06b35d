"""The systems in which coordinates are told, by EPSG number, and a place in each of them. Pure but for PROJ."""

from dataclasses import dataclass

import numpy as np

from catalogue.layout import LON_LAT, srid
from service.crs import between, epsg
from service.parameters import Box

S_JTSK, PL_1992 = 5514, 2180
PL_2000 = {15: 2176, 18: 2177, 21: 2178, 24: 2179}
"""By the meridian in the middle of the zone, 3° wide."""
UTM = {9: 25832, 15: 25833, 21: 25834}
"""ETRS89 / UTM by the meridian in the middle of the zone, 6° wide."""
LON_LAT_CODE = srid(LON_LAT)

AREAS = {
    S_JTSK: Box(11.5, 47.5, 23.0, 51.5),
    PL_1992: Box(13.5, 48.5, 24.5, 55.5),
    **{code: Box(meridian - 2, 48.5, meridian + 2, 55.5) for meridian, code in PL_2000.items()},
    **{code: Box(meridian - 3.5, 45.0, meridian + 3.5, 56.0) for meridian, code in UTM.items()},
}
"""Where a system is told and read, in degrees: some way past its state's border, for neighbours measure there too."""

REACH = {
    S_JTSK: Box(-1_000_000, -1_400_000, -100_000, -850_000, epsg(S_JTSK)),
    PL_1992: Box(50_000, 50_000, 950_000, 950_000, epsg(PL_1992)),
    **{
        code: Box(zone * 1e6 + 2e5, 5.3e6, zone * 1e6 + 8e5, 6.3e6, epsg(code))
        for zone, code in enumerate(PL_2000.values(), 5)
    },
    **{code: Box(100_000, 4.9e6, 900_000, 6.3e6, epsg(code)) for code in UTM.values()},
}
"""The coordinates that a system has there, roughly: to look here is quicker than to choose an operation."""


@dataclass(frozen=True)
class Told:
    """A place in one system: `code` of EPSG, x = easting, y = northing, in metres.

    `accuracy`: to how many metres the way from WGS 84 is good; 0 for a mere projection, None if PROJ does not know.
    """

    code: int
    x: float
    y: float
    accuracy: float | None


def told(lon: float, lat: float) -> list[Told]:
    """Return the place in every system that is used about there; none in the middle of the sea."""
    found = [_told(code, lon, lat) for code in _used_at(lon, lat)]
    return [each for each in found if np.isfinite((each.x, each.y)).all()]


def lon_lat(code: int, x: float, y: float) -> tuple[float, float] | None:
    """Return longitude and latitude of coordinates in a system; None where the system is not used."""
    if not within(REACH[code], x, y):
        return None
    pairs, _ = between(code, LON_LAT_CODE)(np.array([[x, y]]))
    lon, lat = float(pairs[0, 0]), float(pairs[0, 1])
    return (lon, lat) if within(AREAS[code], lon, lat) else None


def within(box: Box, x: float, y: float) -> bool:
    """Return whether a place lies in a box of the same system; what is infinite does not."""
    return box.min_x <= x <= box.max_x and box.min_y <= y <= box.max_y


def _used_at(lon: float, lat: float) -> list[int]:
    """Return the systems of the place; of a system in zones the one zone that is made for it."""
    meridians = [min(zones, key=lambda each: abs(each - lon)) for zones in (PL_2000, UTM)]
    codes = (S_JTSK, PL_1992, PL_2000[meridians[0]], UTM[meridians[1]])
    return [code for code in codes if within(AREAS[code], lon, lat)]


def _told(code: int, lon: float, lat: float) -> Told:
    way = between(LON_LAT_CODE, code)
    pairs, outside = way(np.array([[lon, lat]]))
    lineage = way.spare if outside and way.spare else way.lineage
    return Told(code, float(pairs[0, 0]), float(pairs[0, 1]), lineage.accuracy)
