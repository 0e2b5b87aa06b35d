"""The zoning areas: what each zone of the region is for, and which code the state's standard has for it.

Apart from `zones` (shapes) because the choice is a matter of planning: the centre in the middle, works at the edge,
forest high, ponds low.
"""

import geopandas
import numpy as np
import shapely
from numpy.typing import NDArray

from demo.chance import Chance, pick, stream
from demo.lines import Points, as_columns, as_dots
from demo.names import words
from demo.region import CRS, Region
from demo.terrain import Terrain
from demo.zones import Zones

_CENTRE, _INNER = 190.0, 480.0
"""Metres from the core of a municipality of size 1: the centre ends, the inner part ends."""
_INNER_USES = {"living": 56, "mixed": 22, "services": 9, "green": 6, "transport": 4, "recreation": 3}
_OUTER_USES = {
    "living": 62,
    "mixed": 8,
    "production": 12,
    "recreation": 5,
    "green": 6,
    "services": 2,
    "infrastructure": 3,
}
_HAMLET_USES = {"living": 48, "mixed": 34, "production": 7, "recreation": 5, "green": 6}
_PHASES = {"living": 0.18, "production": 0.25, "mixed": 0.1, "recreation": 0.15, "transport": 0.1, "services": 0.06}
"""Share of the zones of each use that are not built yet."""
_MEADOWS = 400.0
"""Metres from the river in which meadows and ponds lie."""
_WOODS = (420.0, 530.0, 660.0, 810.0, 1_000.0, 1_300.0)
"""Lengths of the waves whose sum makes the woods (metres, divided by 2π)."""


def uses(region: Region, zones: Zones, land: Terrain, seed: int) -> NDArray[np.object_]:
    """Return the use of each zone, one of the words in `zoning.yml`."""
    rng = stream(seed, "uses")
    places = zones.middles
    forest = _forest(places, land, rng)
    river = np.asarray(shapely.distance(region.river, as_dots(as_columns(places))))
    found = []
    for index, (place, owner, density) in enumerate(zip(places, zones.municipality, zones.density, strict=True)):
        each = region.municipalities[owner]
        away = abs(place - each.core) / each.size**0.5
        if density == 0:
            found.append(_open_use(bool(forest[index]), float(river[index]), rng))
        elif density == 1:
            found.append(pick(rng, _HAMLET_USES))
        else:
            found.append(_built_use(away, rng))
    return np.array(found, dtype=object)


def zoning_areas(region: Region, zones: Zones, use: NDArray[np.object_], seed: int) -> geopandas.GeoDataFrame:
    """Return the zoning areas of all municipalities (Polygons, EPSG:25833), of which their plans are made.

    Columns: KOD (unique), OBEC_KOD, OBEC and STAT of the municipality, VYUZITI (the use), KOD_NAR (the state's code of
    it), ETAPA (existing, planned, reserve).
    """
    rng = stream(seed, "zoning")
    national = words("zoning")
    rows, counted = [], np.zeros(len(region.municipalities), dtype=int)
    for owner, common in zip(zones.municipality, use, strict=True):
        each = region.municipalities[owner]
        counted[owner] += 1
        codes = national[common][each.state]
        code = codes[min(int(rng.exponential(0.7)), len(codes) - 1)]
        rows.append(
            {
                "KOD": f"{each.code}-{counted[owner]:04d}",
                "OBEC_KOD": each.code,
                "OBEC": each.name,
                "STAT": each.state,
                "VYUZITI": common,
                "KOD_NAR": code,
                "ETAPA": _phase(common, rng),
            }
        )
    return geopandas.GeoDataFrame(rows, geometry=zones.shapes, crs=CRS)


def _built_use(away: float, rng: Chance) -> str:
    if away < _CENTRE:
        return pick(rng, {"centre": 62, "services": 22, "transport": 8, "green": 8})
    return pick(rng, _INNER_USES if away < _INNER else _OUTER_USES)


def _open_use(forest: bool, river: float, rng: Chance) -> str:
    if forest:
        return pick(rng, {"forest": 95, "nature": 5})
    if river < _MEADOWS:
        return pick(rng, {"farming": 50, "nature": 26, "water": 18, "forest": 6})
    return pick(rng, {"farming": 88, "forest": 5, "nature": 3, "water": 2.5, "production": 0.7, "recreation": 0.8})


def _forest(places: Points, land: Terrain, rng: Chance) -> NDArray[np.bool_]:
    """Where forest stands: on the heights, and in woods of a few kilometres across."""
    heights = land.at(places)
    turns = rng.uniform(0, 2 * np.pi, 6)
    waves = sum(
        np.cos((places * np.exp(1j * turn)).real / length + turn) for turn, length in zip(turns, _WOODS, strict=True)
    )
    forest: NDArray[np.bool_] = (heights - np.median(heights)) / heights.std() + 0.55 * waves > 0.55  # noqa: PLR2004 (a third of the land)
    return forest


def _phase(use: str, rng: Chance) -> str:
    if rng.random() >= _PHASES.get(use, 0.0):
        return "existing"
    return pick(rng, {"planned": 85, "reserve": 15})
