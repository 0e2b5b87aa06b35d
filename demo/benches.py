"""Benches of the municipal passports: in greens and squares, along streets, at views in the fields.

Apart because it is the simplest passport: the one to read first, and to copy for another.
"""

from typing import Any

import geopandas
import numpy as np
import shapely
from numpy.typing import NDArray

from demo.chance import Chance, pick, stream
from demo.region import CRS, Region
from demo.roads import along
from demo.zones import Zones

_A_ZONE = {
    "centre": 1.6,
    "green": 2.2,
    "services": 1.1,
    "recreation": 1.5,
    "transport": 0.8,
    "living": 0.15,
    "nature": 0.4,
    "forest": 0.12,
}
"""How many benches a zone of each use has, on average."""
_TYPES = {"with-back": 58, "backless": 22, "with-table": 11, "round-tree": 3, "lounger": 6}
_MATERIALS = {"wood-metal": 48, "wood": 27, "wood-concrete": 13, "metal": 7, "stone": 3, "recycled": 2}
_NEW = 2020
"""From this year on a bench is not worn out yet."""
_STATES = {"1": 20, "2": 38, "3": 26, "4": 12, "5": 4}


def benches(region: Region, zones: Zones, use: NDArray[np.object_], seed: int) -> geopandas.GeoDataFrame:
    """Return the benches (GeoDataFrame of Points, EPSG:25833)."""
    rng = stream(seed, "benches")
    rows: list[dict[str, object]] = []
    counted = np.zeros(len(region.municipalities), dtype=int)
    for shape, owner, common in zip(zones.shapes, zones.municipality, use, strict=True):
        each = region.municipalities[owner]
        for point in _places(shape, int(rng.poisson(_A_ZONE.get(common, 0.0))), rng):
            counted[owner] += 1
            rows.append(
                {"Číslo": f"{each.code}-L{counted[owner]:03d}", "Obec": each.name} | _bench(rng) | {"geometry": point}
            )
    return geopandas.GeoDataFrame(rows, crs=CRS)


def _places(shape: shapely.Polygon, number: int, rng: Chance) -> list[Any]:
    """So many places two metres off the zone's edge, where a path leads."""
    if not number:
        return []
    edge = shape.exterior
    every = along(edge, edge.length / (4 * number), 2.0)
    inside = every[shapely.contains(shape, every)]
    return list(rng.permutation(inside)[:number])


def _bench(rng: Chance) -> dict[str, object]:
    year = int(rng.integers(1988, 2026))
    worn = pick(rng, _STATES) if year < _NEW else pick(rng, {"1": 70, "2": 30})
    return {"Typ": pick(rng, _TYPES), "Materiál": pick(rng, _MATERIALS), "Stav": worn, "Rok": year}
