"""The roads of the region: those between municipalities, cut at their borders, and the streets between built-up zones.

Apart from the rest of the passports because lamps and benches stand along them.
"""

import geopandas
import numpy as np
import shapely
from numpy.typing import NDArray

from demo.chance import Chance, pick, stream
from demo.lines import Geometries, as_dots
from demo.names import of_state
from demo.region import CRS, Region
from demo.zones import Zones

_SHORTEST = 25.0
"""Metres; what is shorter is no street of its own."""
_BUILT_UP = frozenset({"living", "mixed", "centre", "services", "production", "recreation", "transport", "green"})
_KEPT = 0.54
"""Share of the edges between built-up zones along which a street leads."""
_SURFACES = {
    3: {"1": 98, "2": 2},
    4: {"1": 97, "3": 3},
    5: {"1": 94, "4": 6},
    7: {"1": 80, "3": 20},
    8: {"1": 62, "3": 18, "4": 12, "6": 8},
}
_SURFACES[10] = {"6": 40, "5": 25, "7": 25, "1": 10}
_WIDTHS = {3: 8.5, 4: 7.0, 5: 6.0, 7: 6.0, 8: 4.6, 10: 3.2}
_LETTERS = {7: "b", 8: "c", 10: "u"}
"""Letter behind the number of a local road, by class."""
_STATES_OF_REPAIR = {"1": 22, "2": 34, "3": 27, "4": 13, "5": 4}


def roads(region: Region, zones: Zones, use: NDArray[np.object_], seed: int) -> geopandas.GeoDataFrame:
    """Return all roads (LineStrings, EPSG:25833): class and surface by JVF DTM codes, width and length in metres."""
    rng = stream(seed, "roads")
    rows: list[dict[str, object]] = []
    shapes: list[shapely.LineString] = []
    for owner in range(len(region.municipalities)):
        ours = [*_through(region, owner), *_streets(zones, use, owner, rng)]
        for counted, (shape, number, klass) in enumerate(ours, start=1):
            rows.append(_passport(region, owner, counted, number, klass, shape, rng))
            shapes.append(shape)
    return geopandas.GeoDataFrame(rows, geometry=shapes, crs=CRS)


def _through(region: Region, owner: int) -> list[tuple[shapely.LineString, str, int]]:
    """The parts of the roads between municipalities that lie in this one, with their number and class."""
    found = []
    for index, (road, ends) in enumerate(zip(region.roads, region.road_ends, strict=True)):
        klass = _class(region, ends)
        number = {3: f"{13 + index % 3}", 4: f"{270 + index}", 5: f"{27000 + 7 * index}"}[klass]
        inside = shapely.get_parts(shapely.intersection(road, region.shapes[owner]))
        found += [
            (part, number, klass) for part in inside if part.geom_type == "LineString" and part.length > _SHORTEST
        ]
    return found


def _class(region: Region, ends: tuple[int, int]) -> int:
    """First class across the border, second class where a town is, else third."""
    first, second = (region.municipalities[end] for end in ends)
    if first.state != second.state:
        return 3
    return 4 if first.is_town or second.is_town else 5


def _streets(
    zones: Zones, use: NDArray[np.object_], owner: int, rng: Chance
) -> list[tuple[shapely.LineString, str, int]]:
    """Streets along edges between built-up zones of a municipality."""
    ours = np.flatnonzero((zones.municipality == owner) & (zones.density > 0) & np.isin(use, list(_BUILT_UP)))
    shapes = zones.shapes[ours]
    first, second = shapely.STRtree(shapes).query(shapes, predicate="touches")
    once = first < second
    edges = shapely.line_merge(shapely.intersection(shapes[first[once]], shapes[second[once]]))
    edges = edges[np.isin(shapely.get_type_id(edges), [1, 5])]
    whole = shapely.line_merge(shapely.union_all(edges[rng.random(len(edges)) < _KEPT]))
    parts = [part for part in shapely.get_parts(whole) if part.length > _SHORTEST]
    return [(part, "", pick(rng, {7: 15, 8: 75, 10: 10})) for part in parts]


def _passport(
    region: Region, owner: int, counted: int, number: str, klass: int, shape: shapely.LineString, rng: Chance
) -> dict[str, object]:
    each = region.municipalities[owner]
    names = of_state(each.state)
    local = not number
    surface = pick(rng, _SURFACES[klass])
    return {
        "cislo": number or f"{counted}{_LETTERS[klass]}",
        "evid_cislo": f"{each.code}-{counted:04d}",
        "nazev": str(rng.choice(names["streets"])) if local and each.is_town else None,
        "trida": klass,
        "povrch": int(surface),
        "sirka": round(float(_WIDTHS[klass] + rng.normal(0, 0.4)), 1),
        "delka": round(float(shape.length), 1),
        "stav": pick(rng, _STATES_OF_REPAIR),
        "spravce": names["offices"]["municipality"].format(name=each.name) if local else names["offices"]["region"],
        "obec_kod": each.code,
        "obec": each.name,
        "stat": each.state,
        "prohlidka": f"{rng.integers(1, 29)}.{rng.integers(1, 13)}.{rng.integers(2021, 2026)}",
    }


def along(line: shapely.LineString | shapely.LinearRing, apart: float, aside: float) -> Geometries:
    """Points along a line every `apart` metres, in turn `aside` metres to its left and right."""
    places = np.arange(apart / 2, line.length, apart)
    here = shapely.get_coordinates(shapely.line_interpolate_point(line, places))
    ahead = shapely.get_coordinates(shapely.line_interpolate_point(line, np.minimum(places + 1.0, line.length)))
    way = ahead - here
    length = np.maximum(np.hypot(way[:, 0], way[:, 1]), 1e-9)[:, None]
    left = np.stack([-way[:, 1], way[:, 0]], axis=1) / length
    side = np.where(np.arange(len(places)) % 2, aside, -aside)[:, None]
    return as_dots(here + left * side)
