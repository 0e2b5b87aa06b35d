"""Socially excluded localities: nothing but counts a district, and no count by which a household could be recognised.

Apart because what leaves this module is all that anybody gets: small counts are withheld here, before a file is
written, and with them as many others as are needed so that none can be worked out from the totals.
"""

import geopandas
import numpy as np
import shapely
from numpy.typing import NDArray

from demo.chance import Chance, stream
from demo.region import CRS, Region

SMALLEST = 10
"""Counts from 1 to one less are withheld."""
AGES = ("deti", "dospeli", "seniori")
_WITHOUT = 0.15
"""Share of districts without any such locality."""
_BANDS = ((4, "low"), (10, "medium"), (18, "high"))
Counts = NDArray[np.int64]
Mask = NDArray[np.bool_]


def excluded_localities(region: Region, seed: int) -> geopandas.GeoDataFrame:
    """Return the districts (MultiPolygons, EPSG:25833) with persons by age, empty where withheld, and the band."""
    rng = stream(seed, "exclusion")
    districts = sorted({each.district for each in region.municipalities})
    table = _persons(len(districts), rng)
    withheld = np.zeros(table.shape, dtype=bool)
    states = np.array([code[:2] for code in districts])
    for state in np.unique(states):
        withheld[states == state] = suppressed(table[states == state])
    rows = [_row(region, code, table[at], withheld[at], rng) for at, code in enumerate(districts)]
    return geopandas.GeoDataFrame(rows, crs=CRS).astype(dict.fromkeys((*AGES, "osob"), "Int64"))


def suppressed(table: Counts) -> Mask:
    """Which cells are withheld of a state's table: districts (rows) by ages and, in the last column, their total.

    Withheld are counts below SMALLEST (but not 0), and then, smallest first, further ones, until no withheld cell
    follows from the state's sums and in no column the withheld ones together are fewer than SMALLEST.
    """
    withheld: Mask = (table > 0) & (table < SMALLEST)
    while (lines := _open_lines(table, withheld)) is not None:
        candidates = lines & ~withheld
        if (candidates & (table > 0)).any():
            candidates &= table > 0
        if not candidates.any():
            return np.ones(table.shape, dtype=bool)
        places = np.flatnonzero(candidates)
        withheld.flat[places[np.argmin(table.flat[places])]] = True
    return withheld


def derivable(withheld: Mask) -> Mask:
    """Which withheld cells anybody can work out from a district's ages and total, and from the sums of columns."""
    cells = np.argwhere(withheld)
    in_row = (cells[:, 0] == np.arange(withheld.shape[0])[:, None]) * np.where(
        cells[:, 1] == withheld.shape[1] - 1, -1, 1
    )
    in_column = cells[:, 1] == np.arange(withheld.shape[1])[:, None]
    known = np.concatenate([in_row, in_column]).astype(float)
    found = np.zeros(withheld.shape, dtype=bool)
    for (row, column), alone in zip(cells, np.eye(len(cells)), strict=True):
        found[row, column] = np.linalg.matrix_rank(np.vstack([known, alone])) == np.linalg.matrix_rank(known)
    return found


def _open_lines(table: Counts, withheld: Mask) -> Mask | None:
    """The rows and columns in which one more cell must be withheld; None when all are closed."""
    together = np.where(withheld, table, 0).sum(axis=0)
    few = withheld & (together < SMALLEST)
    exposed = derivable(withheld) | few
    if not exposed.any():
        return None
    lines: Mask = exposed.any(axis=0, keepdims=True) | exposed.any(axis=1, keepdims=True)
    return lines


def _persons(districts: int, rng: Chance) -> Counts:
    """Persons by district (rows) and age (columns); a district or two has none."""
    all_persons = rng.gamma(1.6, 160, districts) * (rng.random(districts) > _WITHOUT)
    shares = rng.dirichlet((7, 10, 2.2), districts)
    ages = np.round(all_persons[:, None] * shares).astype(np.int64)
    return np.hstack([ages, ages.sum(axis=1, keepdims=True)])


def _row(region: Region, code: str, counts: Counts, withheld: Mask, rng: Chance) -> dict[str, object]:
    ours = [index for index, each in enumerate(region.municipalities) if each.district == code]
    total = int(counts[-1])
    index = 0 if total == 0 else int(np.clip(round(total / 24 + rng.normal(0, 2)), 1, 30))
    public = [None if hidden else int(count) for count, hidden in zip(counts, withheld, strict=True)]
    return {
        "okres_kod": code,
        "okres": region.municipalities[ours[0]].district_name,
        "stat": code[:2],
        **dict(zip((*AGES, "osob"), public, strict=True)),
        "pasmo": "none" if index == 0 else next((band for limit, band in _BANDS if index <= limit), "very-high"),
        "skryto": int(withheld.sum()),
        "geometry": shapely.multipolygons(shapely.get_parts(shapely.coverage_union_all(region.shapes[ours]))),
    }
