"""The way of coordinates from a source to the dataset, or why there is none, in the words of the loader.

Apart from `geodesy`, which chooses it, because that knows no sources and says no findings.
"""

from pathlib import Path

from pyproj import CRS

from etl.errors import NotReadable
from geodesy import Box, NoWayError, Way, way


def way_of(source: CRS, target: CRS, area: Box | None, grids: Path | None) -> Way:
    """Return the way from source to target for an area in degrees; see `geodesy.way`.

    Raises NotReadable when no operation is known.
    """
    try:
        return way(source, target, area, grids)
    except NoWayError as error:
        raise NotReadable("CRS-NO-WAY", source=source.to_string(), target=target.to_string()) from error
