"""What a window of the map shows, and from where a box is seen whole: a list's extent and a map's view are one. Pure.

Boxes are west, south, east, north in degrees; the map is in Web Mercator.
"""

import math

from catalogue.values import Box
from service.listing.state import LAT_MOST, MapState, View

WINDOW = (1024, 768)
"""Pixels of the map that a list without an extent of its own stands for."""
TILE = 256
NEAREST = 17
"""The zoom at which the map shows a point that somebody is led to."""
STEP = 4
"""Zooms are quarters of a level."""
_SLACK = 1e-6
_KM_PER_DEGREE = 111.32


def extent_of(state: MapState) -> Box | None:
    """Return what the list is made for: its own extent, else the window round the view; None for everywhere."""
    return state.extent or (rounded(window(state.view)) if state.view else None)


def rounded(box: Box) -> Box:
    """Return the box as an address says it."""
    west, south, east, north = (round(each, 5) for each in box)
    return west, south, east, north


def window(view: View) -> Box:
    """Return what a map of WINDOW shows, within the world."""
    pixels = TILE * 2**view.zoom
    wide, high = (size / pixels for size in WINDOW)
    x, y = (view.lon + 180) / 360, _down(view.lat)
    south, north = _lat(min(1.0, y + high / 2)), _lat(max(0.0, y - high / 2))
    return max(0.0, x - wide / 2) * 360 - 180, south, min(1.0, x + wide / 2) * 360 - 180, north


def view_of(box: Box, nearest: float) -> View:
    """Return the view in which a map of WINDOW shows the whole box, not nearer than the zoom `nearest`."""
    west, south, east, north = box
    top, bottom = _down(min(north, LAT_MOST)), _down(max(south, -LAT_MOST))
    share = max((east - west) / 360 / WINDOW[0], (bottom - top) / WINDOW[1], 1e-12)
    zoom = math.floor(math.log2(1 / TILE / share) * STEP + _SLACK) / STEP
    return View(min(nearest, max(0.0, zoom)), _lat((top + bottom) / 2), (west + east) / 2)


def scaled(box: Box, by: float) -> Box:
    """Return the box around the same centre, its sides so many times as long, within the world."""
    west, south, east, north = box
    wide, high = (east - west) / 2 * by, (north - south) / 2 * by
    lon, lat = (west + east) / 2, (south + north) / 2
    return max(-180.0, lon - wide), max(-90.0, lat - high), min(180.0, lon + wide), min(90.0, lat + high)


def moved(box: Box, right: float, up: float) -> Box:
    """Return the box moved by parts of its own size; at the edge of the world it stays."""
    west, south, east, north = box
    x, y = (east - west) * right, (north - south) * up
    fits = west + x >= -180 and east + x <= 180 and south + y >= -90 and north + y <= 90  # noqa: PLR2004 (degrees)
    return (west + x, south + y, east + x, north + y) if fits else box


def size(box: Box) -> tuple[float, float]:
    """Return about how wide and high the box is, in km."""
    west, south, east, north = box
    along = math.cos(math.radians((south + north) / 2))
    return (east - west) * _KM_PER_DEGREE * along, (north - south) * _KM_PER_DEGREE


def _down(lat: float) -> float:
    """Return how far down the world of Web Mercator a latitude lies, from 0 to 1."""
    return 0.5 - math.asinh(math.tan(math.radians(lat))) / (2 * math.pi)


def _lat(down: float) -> float:
    return math.degrees(math.atan(math.sinh((0.5 - down) * 2 * math.pi)))
