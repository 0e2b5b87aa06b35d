"""What a srsName says: which CRS, and in which order the coordinates stand.

Apart from the geometry because the order depends on the form of the name alone, and so on conventions, not on numbers:
a URN or URL of the OGC means the order of the authority (EPSG), the older forms mean easting first. Whether a file
keeps to it shows only against a place on the map.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

import pyproj
from pyproj.exceptions import CRSError

_AUTHORITY = re.compile(
    r"(?:urn:(?:x-)?ogc:def:crs:EPSG:[\d.]*:|https?://www\.opengis\.net/def/crs/EPSG/[\d.]+/)(\d{4,6})/?", re.IGNORECASE
)
_EASTING_FIRST = re.compile(r"(?:EPSG:{1,2}|https?://www\.opengis\.net/gml/srs/epsg\.xml#|)(\d{4,6})", re.IGNORECASE)
_ADV = re.compile(r"urn:adv:crs:(?:ETRS89_UTM(3[123])|DE_DHDN_3GK([2345]))(?:_[A-Z]{2}\d*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Srs:
    """A srsName and what it means. `code` is "EPSG:25833", None for a name that is not understood.

    `form` is `authority` (URN or URL of the OGC), `easting` (EPSG:n, epsg.xml#n), `adv` (German surveys) or `unknown`.
    """

    name: str
    code: str | None
    northing_first: bool
    form: str


@lru_cache(maxsize=256)
def understand(name: str) -> Srs:
    """Return what the srsName means; never raises."""
    text = name.strip()
    if found := _AUTHORITY.fullmatch(text):
        code = f"EPSG:{found[1]}"
        first = _first_axis(code)
        return Srs(name, code if first else None, first in ("north", "south"), "authority")
    if found := _ADV.fullmatch(text):
        return Srs(name, f"EPSG:258{found[1]}" if found[1] else f"EPSG:3146{int(found[2]) + 4}", False, "adv")
    if found := _EASTING_FIRST.fullmatch(text):
        code = f"EPSG:{found[1]}"
        return Srs(name, code if _first_axis(code) else None, False, "easting")
    return Srs(name, None, False, "unknown")


@lru_cache(maxsize=256)
def _first_axis(code: str) -> str | None:
    try:
        axes = pyproj.CRS.from_user_input(code).axis_info
    except CRSError:
        return None
    return axes[0].direction.lower() if axes else None
