"""Street lighting: lamps along the roads in settlements, and the switchboards that feed them.

Apart from the other passports because lamp and switchboard refer to each other; where switchboards stand is not for the
public.
"""

from typing import Any

import geopandas
import numpy as np
import shapely

from demo.chance import Chance, pick, stream
from demo.lines import Geometries, as_dots
from demo.region import CRS, Municipality, Region
from demo.roads import along
from demo.zones import Zones

_APART = {3: 36.0, 4: 38.0, 5: 42.0, 7: 40.0, 8: 52.0}
"""Metres between lamps by class of road; none along others."""
_ASIDE = 3.6
_LAMPS_A_BOARD = 34
_LAMPS = {"led": 46, "sodium": 40, "metal-halide": 8, "mercury": 3, "fluorescent": 3}
_WATTS = {
    "led": (24, 36, 48, 64),
    "sodium": (50, 70, 100, 150),
    "metal-halide": (70, 100),
    "mercury": (80, 125),
    "fluorescent": (36, 58),
}
_MATERIALS = {"metal": 78, "concrete": 16, "wood": 6}
_HEIGHTS = {3: 8.0, 4: 8.0, 5: 6.0, 7: 6.0, 8: 5.0}


def lamps_and_switchboards(
    region: Region, zones: Zones, roads: geopandas.GeoDataFrame, seed: int
) -> tuple[geopandas.GeoDataFrame, geopandas.GeoDataFrame]:
    """Return lamps and switchboards (Points, EPSG:25833); each lamp names its municipality's nearest switchboard."""
    rng = stream(seed, "lighting")
    built = shapely.STRtree(zones.shapes[zones.density > 0])
    lamps: list[dict[str, object]] = []
    boards: list[dict[str, object]] = []
    for each in region.municipalities:
        ours = roads[roads["obec_kod"] == each.code]
        points, classes = _places(list(ours.geometry), list(ours["trida"]), built)
        stands = _board_places(points, rng)
        codes = [f"{each.code}-RVO{number:02d}" for number in range(1, len(stands) + 1)]
        fed_by = shapely.STRtree(stands).nearest(points)
        for number, (point, klass, board) in enumerate(zip(points, classes, fed_by, strict=True), start=1):
            lamps.append(_lamp(each, number, klass, rng) | {"ROZVADEC": codes[board], "geometry": point})
        count = np.bincount(fed_by, minlength=len(stands))
        boards += [
            _board(code, each.name, int(fed), rng) | {"geometry": stand}
            for code, fed, stand in zip(codes, count, stands, strict=True)
        ]
    return geopandas.GeoDataFrame(lamps, crs=CRS), geopandas.GeoDataFrame(boards, crs=CRS)


def _places(lines: list[Any], classes: list[int], built: shapely.STRtree) -> tuple[Geometries, list[int]]:
    """Where lamps stand, and the class of their road."""
    found, of_class = [], []
    for line, klass in zip(lines, classes, strict=True):
        if klass not in _APART:
            continue
        points = along(line, _APART[klass], _ASIDE)
        points = points[np.unique(built.query(points, predicate="dwithin", distance=_ASIDE + 1)[0])]
        found.append(points)
        of_class += [klass] * len(points)
    return np.concatenate(found), of_class


def _board_places(points: Geometries, rng: Chance) -> Geometries:
    chosen = rng.choice(len(points), max(1, len(points) // _LAMPS_A_BOARD), replace=False)
    corners = shapely.get_coordinates(points[np.sort(chosen)]) + rng.uniform(1.5, 3.0, (len(chosen), 2))
    return as_dots(corners)


def _lamp(municipality: Municipality, number: int, klass: int, rng: Chance) -> dict[str, object]:
    kind = pick(rng, _LAMPS)
    year = int(rng.integers(2014, 2026) if kind == "led" else rng.integers(1974, 2016))
    revised = int(rng.integers(2020, 2026))
    return {
        "CISLO": f"{municipality.code}-{number:04d}",
        "OBEC": municipality.name,
        "MATERIAL": pick(rng, _MATERIALS) if kind != "led" else "metal",
        "VYSKA": _HEIGHTS[klass] + float(rng.choice([-0.5, 0.0, 0.0, 0.5])),
        "SVITIDLO": kind,
        "PRIKON": int(rng.choice(_WATTS[kind])),
        "ROK": year,
        "REVIZE": f"{rng.integers(1, 29):02d}.{rng.integers(1, 13):02d}.{revised}",
    }


def _board(code: str, municipality: str, fed: int, rng: Chance) -> dict[str, object]:
    return {
        "kod": code,
        "obec": municipality,
        "svitidel": fed,
        "jistic_a": int(rng.choice([16, 20, 25, 32, 40])),
        "spinani": pick(rng, {"astronomical": 60, "photocell": 30, "manual": 10}),
        "revize": f"{rng.integers(2021, 2026)}-{rng.integers(1, 13):02d}-{rng.integers(1, 29):02d}",
    }
