"""Files from the zoning desk: the harmonised GeoPackage of each published submission, and the coverage of the region.

Apart from the other sources because nothing is fetched: what is published is asked of the database, over the very
connection of the load, so that a plan and its collections become public in one transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import shapely
from pyogrio.raw import write_arrow
from shapely import MultiPolygon, Polygon

from catalogue import Catalogue
from desk import published
from desk.database import Connection
from desk.published import Coverage
from desk.register import register_of
from etl.sources.vector import tame

COVERAGE = "coverage"


@dataclass(frozen=True)
class HandedIn:
    """The desk as the loader sees it: database, its folder (`desk.folders.root`), the catalogue that has a register."""

    connection: Connection
    folder: Path
    catalogue: Catalogue

    def files(self, layer: str, work: Path) -> list[tuple[str, Path]]:
        """Return the GeoPackages that have the layer, each with a name that stays the same as long as its content may.

        One for each published submission, in order of their ids; of the layer `coverage` one, written into `work`, or
        none where there is no register.
        """
        if layer != COVERAGE:
            return published.files(self.connection, self.folder)
        rows = published.coverage(self.connection, register_of(self.catalogue))
        return [("register", write_coverage(rows, work / "coverage.gpkg"))] if rows else []


def write_coverage(rows: Sequence[Coverage], target: Path) -> Path:
    """Write municipalities and how far their plans have come as a GeoPackage with one layer; return its place.

    Columns as in `collections/plan-coverage.yml`; geometry in the register's CRS. `rows` must not be empty.
    """
    tame()
    target.unlink(missing_ok=True)
    shapes = shapely.to_wkb([_several(row.boundary) for row in rows])
    table = pa.table(
        {
            "municipality": [row.code for row in rows],
            "name": [row.name for row in rows],
            "state": [row.state for row in rows],
            "standing": [row.standing for row in rows],
            "submission": pa.array([row.submission for row in rows], pa.string()),
            "title": pa.array([row.title for row in rows], pa.string()),
            "version": pa.array([row.version for row in rows], pa.int32()),
            "published": pa.array([row.published and row.published.date() for row in rows], pa.date32()),
            "waived": pa.array([row.waived for row in rows], pa.string()),
            "geom": pa.array(shapes, pa.binary()),
        }
    )
    write_arrow(
        table,
        target,
        layer=COVERAGE,
        driver="GPKG",
        geometry_name="geom",
        geometry_type="MultiPolygon",
        crs=rows[0].crs,
    )
    return target


def _several(wkb: bytes) -> MultiPolygon:
    return MultiPolygon([part for part in shapely.get_parts(shapely.from_wkb(wkb)) if isinstance(part, Polygon)])
