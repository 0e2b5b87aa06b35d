"""The form of an expectation: what can be said of a table and of an image.

Apart from the figures so that these read as a table.
"""

from dataclasses import dataclass, field

type Pair = tuple[float, float]
"""x (easting, longitude), y (northing, latitude)."""


@dataclass(frozen=True)
class Vertex:
    """A vertex of a feature: `where` is SQL that finds the feature; no `lon_lat` when degrees are what is stored."""

    where: str
    stored: Pair
    lon_lat: Pair | None = None


@dataclass(frozen=True)
class Expected:
    """What must stand in the table of a dataset.

    `values` are SQL expressions over the table and what they give. `findings` are the report's counts by code, without
    the note on columns that are not loaded: those columns are `dropped`, named only where they are few.
    """

    rows: int
    srid: int | None = None
    vertices: tuple[Vertex, ...] = ()
    values: dict[str, object] = field(default_factory=dict)
    findings: dict[str, int] = field(default_factory=dict)
    dropped: frozenset[str] | None = None


def at(column: str, where: str) -> str:
    """Return the SQL of one value of one row."""
    return f"max(({column})::text) FILTER (WHERE {where})"


@dataclass(frozen=True)
class ExpectedRaster:
    """What an image must be: the file it comes from, size in pixels, EPSG number, bands, one pixel (row 50, column 60).

    `bbox` is west, south, east, north in degrees, of the whole edge, not of the corners.
    """

    file: str
    size: tuple[int, int]
    epsg: int
    pixel: tuple[int, ...]
    bbox: tuple[float, float, float, float]
