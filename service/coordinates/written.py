"""Coordinates as people write them: degrees, degrees with minutes and seconds, metres of a national system. Pure.

Nobody is asked which system is meant: the figures themselves tell nearly always, and where they do not (which of two
numbers comes first), the portal's region decides. Apart because the search reads the same writing.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from service.coordinates import systems
from service.parameters import Box

LONGEST = 200
"""Longer texts are no coordinates."""
_FURTHEST_LAT, _FURTHEST_LON = 90, 180
_NEAR = 3.0
"""Degrees from the region within which a meaning is taken before all others."""

_NUMBER = r"\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?"
_VALUE = rf"""(?P<sign>[+-])?\s*(?P<number>{_NUMBER})\s*
    (?:[°º]\s*(?:(?P<minutes>\d{{1,2}}(?:[.,]\d+)?)\s*['′’]\s*)?(?:(?P<seconds>\d{{1,2}}(?:[.,]\d+)?)\s*["″”]\s*)?)?"""
_BEHIND = re.compile(rf"{_VALUE}(?P<axis>[NSEWO](?![A-Za-z]))?", re.VERBOSE)
_BEFORE = re.compile(rf"(?:(?P<axis>[NSEWOXY])\s*[:=]?\s*)?{_VALUE}", re.VERBOSE)
"""A number with the letter of its axis behind it, or before it as X and Y always stand."""
_BEGINS = re.compile(r"[NSEWOXY]\s*[:=]?\s*[+-]?\d")
_WORDS = {"s. š.": "N", "s.š.": "N", "v. d.": "E", "v.d.": "E", "n. br.": "N", "ö. l.": "E"}
"""North and east as Czech and German write them behind a number."""
_NAMES = r"geo:|s-jtsk|wgs\s?84|utm|pl-?1992|pl-?2000|lat\w*|lon\w*|lng"
_REST = re.compile(rf"[\s,;/|()]*(?:{_NAMES})?[\s,;:=/|()]*", re.IGNORECASE)
"""What may stand beside the numbers."""
_ZONE = re.compile(r"\b3[1-4]\s?[NU](?=\s)")
"""The zone before coordinates in UTM: the region lies in one only."""


@dataclass(frozen=True)
class Written:
    """A place that was written: degrees, and the EPSG number of the system it was written in (4326 for degrees)."""

    lon: float
    lat: float
    code: int


@dataclass(frozen=True)
class _Number:
    value: float
    axis: str
    """N, E, X, Y, or empty where none is said; south and west are negative N and E."""
    in_degrees: bool


def read(text: str, region: Box) -> list[Written]:
    """Return the places that the text may mean, nearest to the region first; none if it is not coordinates.

    Two bare whole numbers mean nothing far from the region: they are a house number and a postcode.
    """
    pair = _pair(text) if len(text) <= LONGEST else None
    if pair is None:
        return []
    found = list(dict.fromkeys([*_degrees(*pair), *_metres(*pair)]))
    around = Box(region.min_x - _NEAR, region.min_y - _NEAR, region.max_x + _NEAR, region.max_y + _NEAR)
    near = [each for each in found if systems.within(around, each.lon, each.lat)]
    middle = (region.min_x + region.max_x) / 2, (region.min_y + region.max_y) / 2
    sure = [each for each in found if any(number.axis or number.value % 1 for number in pair)]
    return sorted(near or sure, key=lambda each: math.dist(middle, (each.lon, each.lat)))


def _pair(text: str) -> tuple[_Number, _Number] | None:
    """Return the two numbers of the text, if there is nothing else in it."""
    plain = _ZONE.sub("", text).strip().replace("−", "-").replace("–", "-").replace("''", '"')
    for words, letter in _WORDS.items():
        plain = plain.replace(words, letter)
    apart, part = plain.replace(",", " ; "), _BEFORE if _BEGINS.match(plain) else _BEHIND
    # Where there are points, a comma parts two numbers; else it is first taken for the decimal comma.
    for each in (apart,) if "." in plain else (plain, apart):
        numbers = [_number(match) for match in part.finditer(each)]
        if len(numbers) == 2 and _REST.fullmatch(part.sub(" ", each)):  # noqa: PLR2004 (a place has two coordinates)
            return numbers[0], numbers[1]
    return None


def _number(match: re.Match[str]) -> _Number:
    parts = [_decimal(match[name]) if match[name] else 0.0 for name in ("number", "minutes", "seconds")]
    value = parts[0] + parts[1] / 60 + parts[2] / 3600
    letter = (match["axis"] or "").replace("O", "E")
    minus = (match["sign"] == "-") != (letter in {"S", "W"})
    axis = {"S": "N", "W": "E"}.get(letter, letter)
    return _Number(-value if minus else value, axis, "°" in match[0] or "º" in match[0])


def _decimal(text: str) -> float:
    return float(re.sub(r"[ \u00a0\u202f]", "", text).replace(",", "."))


def _degrees(one: _Number, other: _Number) -> Iterator[Written]:
    """Yield the place as latitude and longitude, as people write it, and the other way round."""
    for lat, lon in ((one, other), (other, one)):
        on_earth = abs(lat.value) <= _FURTHEST_LAT and abs(lon.value) <= _FURTHEST_LON
        if on_earth and lat.axis in {"", "N"} and lon.axis in {"", "E"}:
            yield Written(lon.value, lat.value, systems.LON_LAT_CODE)


def _metres(one: _Number, other: _Number) -> Iterator[Written]:
    """Yield the places that the numbers name in systems of metres, in whichever order they stand."""
    if one.in_degrees or other.in_degrees:
        return
    for first, second in ((one, other), (other, one)):
        for code in systems.AREAS:
            pair = _eastwards(code, first, second)
            place = systems.lon_lat(code, *pair) if pair else None
            if place:
                yield Written(*place, code)


def _eastwards(code: int, first: _Number, second: _Number) -> tuple[float, float] | None:
    """Return the numbers as easting and northing of the system, the first being meant as easting; None if it cannot be.

    The Czech survey writes S-JTSK as Y and X, positive to the west and to the south; GIS programs as EPSG:5514,
    negative, east first. In Poland X is the northing.
    """
    if code == systems.S_JTSK:
        return _krovak(first, second)
    if first.axis in {"N", "X"} or second.axis in {"E", "Y"}:
        return None
    return first.value, second.value


def _krovak(first: _Number, second: _Number) -> tuple[float, float] | None:
    westing, southing = abs(first.value), abs(second.value)
    same_signs = (first.value < 0) == (second.value < 0)
    return (-westing, -southing) if same_signs and westing < southing else None
