"""Forms of a page of features, or of one feature, beside GeoJSON and HTML: JSON-FG, CSV, FlatGeobuf.

All are written of the same objects that GeoJSON has, after the same query; what is filtered, in which CRS and how many
is decided before. GeoJSON and HTML stand elsewhere: the one is joined of texts that PostGIS wrote, the other is a page.
"""

from collections.abc import Mapping

from service.formats import delimited, flatgeobuf, jsonfg
from service.formats.page import Format, Page

__all__ = ["ACCEPTED", "FORMATS", "Format", "Page"]

FORMATS: Mapping[str, Format] = {
    each.name: each for each in (jsonfg.FORMAT, delimited.CSV, delimited.CSV_SEMICOLON, flatgeobuf.FORMAT)
}
"""By the value of the parameter `f`."""

ACCEPTED: Mapping[str, str] = {media_type: each.name for each in FORMATS.values() for media_type in each.accepted}
"""The format by the media types of an Accept header that mean it, in lower case and without parameters."""
