"""The plans of the region's municipalities as they are handed in at the desk: each in the standard of its state.

`deliveries` writes one plan for each municipality, and beside them the plans of three municipalities as they came at
first: with a corner that misses its neighbour, with a zone forgotten.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import geopandas
import shapely
from shapely.geometry.base import BaseGeometry

from demo import write
from demo.planning import czech, german, polish
from demo.planning.since import first_day
from demo.planning.spoilt import forgotten, moved

CODE, NAME, STATE = "OBEC_KOD", "OBEC", "STAT"
FIRST_TRIES = "first-tries"
"""Folder of the plans as they came at first."""

type Drawn = Callable[[geopandas.GeoDataFrame, BaseGeometry, Path, date], Path]
"""Writes areas and the territory that they shall cover into a folder; the plan is in force since that day."""


@dataclass(frozen=True)
class Standard:
    """How a state's plans are written: CRS, writer, and the spoilt version of it."""

    crs: str
    write: Drawn
    spoil: Callable[[geopandas.GeoDataFrame], geopandas.GeoDataFrame]


STANDARDS: Mapping[str, Standard] = {
    "CZ": Standard("EPSG:5514", czech.written, moved),
    "PL": Standard("EPSG:2176", polish.written, forgotten),
    "DE": Standard("EPSG:25833", german.written, moved),
}


def deliveries(areas: geopandas.GeoDataFrame, target: Path) -> Iterator[Path]:
    """Write the plan of each municipality into the folder; yield the files in order of the municipalities' codes.

    `areas` are those of `demo.zoning.zoning_areas`. The files are named by the standards, the folder holds nothing else
    but the folder of first tries, with one plan of each state.
    """
    target.mkdir(parents=True, exist_ok=True)
    first = target / FIRST_TRIES
    first.mkdir(exist_ok=True)
    spoilt: set[str] = set()
    for code, ours in areas.groupby(CODE, sort=True):
        state = ours[STATE].iloc[0]
        standard = STANDARDS[state]
        plan = write.in_crs(ours, standard.crs).reset_index(drop=True)
        since = first_day(str(code), state)
        territory = shapely.orient_polygons(shapely.coverage_union_all(plan.geometry.to_numpy()))
        if state not in spoilt:
            spoilt.add(state)
            standard.write(standard.spoil(plan), territory, first, since)
        yield standard.write(plan, territory, target, since)


def plans_in(folder: Path) -> tuple[Mapping[str, Path], Mapping[str, Path]]:
    """Return what `deliveries` wrote into the folder, by code of the municipality: the plans, and the first tries."""
    return _by_code(folder), _by_code(folder / FIRST_TRIES)


def _by_code(folder: Path) -> Mapping[str, Path]:
    return {path.stem.rpartition("_")[2]: path for path in sorted(folder.iterdir()) if path.is_file()}
