"""Coordinate operations: which one brings coordinates from one CRS to another, and how exactly.

Apart from geometry because the choice is a decision of its own (docs/adr/0003). PROJ knows several operations between
most systems; here the most accurate one that is available for the place is chosen, once per source, and its accuracy is
recorded. European systems reach longitude and latitude by way of ETRS89, which for maps is the same as WGS 84: the
operations to ETRS89 are the surveyors' own, those straight to WGS 84 include one that is 6 m off.
"""

import os
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyproj
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError
from pyproj.network import set_network_enabled  # type: ignore[attr-defined]
from pyproj.transformer import AreaOfInterest, TransformerGroup

from etl.errors import NotReadable
from etl.transform.chunk import Box, Lineage

WGS_84, ETRS_89 = "EPSG:4326", "EPSG:4258"
_WGS_84_DATUM = "World Geodetic System 1984"
_SAME = {("ESRI", "102067"): 5514, ("ESRI", "102065"): 5513, ("OGC", "CRS84"): 4326, ("ESRI", "102100"): 3857}
"""Codes of others for systems of EPSG; x is easting everywhere in the program, so the order of axes does not matter."""
_LEAST_CONFIDENCE = 40
"""How sure PROJ must be (of 100) that a described system is one of EPSG's; descriptions by ESRI reach about 70."""

MANY, THREADS = 20_000, 4
"""From how many coordinates on, and in how many threads at most, they are changed side by side."""
COARSE = 5.0
"""Operations worse than this (metres) are not used beside a better one, not even outside its grid."""
_POINT, _UNKNOWN = 1e-9, 999.0

type Pairs = NDArray[np.float64]
"""Coordinates, shape (n, 2): x = easting or longitude, y = northing or latitude."""


@dataclass(frozen=True)
class Step:
    """One change of CRS: operations from the best to the worst; later ones serve points outside a grid of the first."""

    operations: tuple[Transformer, ...]

    def __call__(self, pairs: Pairs) -> tuple[Pairs, int]:
        """Return the pairs changed, and how many the first operation could not change. What none can is infinite."""
        changed = _changed(self.operations[0], pairs)
        outside = 0
        for spare in self.operations[1:]:
            missed = ~np.isfinite(changed).all(axis=1)
            if not missed.any():
                break
            outside = outside or int(missed.sum())
            changed[missed] = _changed(spare, pairs[missed])
        return changed, outside


def _changed(operation: Transformer, pairs: Pairs) -> Pairs:
    """Return the pairs as the operation changes them: many of them in several threads, since PROJ is most of the work."""
    if len(pairs) < MANY:
        return np.column_stack(operation.transform(pairs[:, 0], pairs[:, 1]))
    threads = min(THREADS, os.cpu_count() or 1)
    with ThreadPoolExecutor(threads) as pool:
        parts = pool.map(lambda part: operation.transform(part[:, 0], part[:, 1]), np.array_split(pairs, threads))
        return np.concatenate([np.column_stack(part) for part in parts])


@dataclass(frozen=True)
class Way:
    """How coordinates get from one CRS to another; no steps at all when both are the same.

    `spare` says what is used for points outside the grid of the chosen operation; None if there is nothing else.
    """

    steps: tuple[Step, ...]
    lineage: Lineage
    spare: Lineage | None

    def __call__(self, pairs: Pairs) -> tuple[Pairs, int]:
        """Return the pairs (n, 2) in the other CRS, x first, and how many had to take the spare operation."""
        outside = 0
        for step in self.steps:
            pairs, missed = step(pairs)
            outside += missed
        return pairs, outside


def identify(crs: CRS) -> CRS:
    """Return the EPSG system that the description means, if it means one; shifts to WGS 84 in it are left out.

    A .prj file may carry a shift (TOWGS84) of its own; the operations of EPSG are better and the same for everyone.
    """
    plain = crs.source_crs if crs.is_bound and crs.source_crs else crs
    if plain.is_compound:
        plain = plain.sub_crs_list[0]
    code = plain.to_epsg(min_confidence=_LEAST_CONFIDENCE)
    authority = plain.to_authority(min_confidence=_LEAST_CONFIDENCE)
    if code is None and authority:
        code = _SAME.get(authority)
    return CRS.from_epsg(code) if code else plain


def same(one: CRS, other: CRS) -> bool:
    """Say whether two systems have the same coordinates, x first."""
    return bool(one.equals(other, ignore_axis_order=True))


def way(source: CRS, target: CRS, area: Box | None = None, grids: Path | None = None) -> Way:
    """Return the way from source to target for an area (west, south, east, north in degrees; None: all of the system).

    `grids` is a folder with PROJ grids beside PROJ's own. Raises NotReadable when no operation is known.
    """
    _prepare(grids)
    legs = [] if same(source, target) else _legs(source, target)
    if not legs:
        return Way((), Lineage("none", 0.0), None)
    found = [_operations(start, end, area) for start, end in legs]
    if not all(found):
        raise NotReadable("CRS-NO-WAY", source=source.to_string(), target=target.to_string())
    steps = tuple(Step(tuple(map(_shared, each))) for each in found)
    spare = _lineage([each[min(1, len(each) - 1)] for each in found]) if any(len(each) > 1 for each in found) else None
    return Way(steps, _lineage([each[0] for each in found]), spare)


def area_of(box: Box, crs: CRS) -> Box:
    """Return roughly (to some 200 m) where a box in the system lies: west, south, east, north in degrees."""
    if crs.is_geographic or crs.geodetic_crs is None:
        return box
    transformer = Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)
    west, south, east, north = transformer.transform_bounds(*box, densify_pts=5, errcheck=False)
    return (west, south, east, north)


def _prepare(grids: Path | None) -> None:
    set_network_enabled(active=False)  # the same file gives the same coordinates, whatever is online
    if grids and str(grids) not in pyproj.datadir.get_data_dir().split(":"):
        pyproj.datadir.append_data_dir(str(grids))


def _legs(source: CRS, target: CRS) -> list[tuple[CRS, CRS]]:
    """Return the changes to make, one after the other.

    Between WGS 84 and a European datum two changes meet in longitude and latitude, which the one has as WGS 84 and the
    other as ETRS89; these are taken as one.
    """
    if _is_wgs84(source) == _is_wgs84(target):
        return [(source, target)]
    wgs_84, etrs_89 = CRS(WGS_84), CRS(ETRS_89)
    if _is_wgs84(source):
        legs = [(source, wgs_84), (etrs_89, target)]
        european = target
    else:
        legs = [(source, etrs_89), (wgs_84, target)]
        european = source
    if not same(european, etrs_89) and not _operations(european, etrs_89, None):
        return [(source, target)]
    return [(start, end) for start, end in legs if not same(start, end)]


def _is_wgs84(crs: CRS) -> bool:
    return crs.datum is not None and crs.datum.name.startswith(_WGS_84_DATUM)


def _operations(source: CRS, target: CRS, area: Box | None) -> list[Transformer]:
    """Return operations from the best to the worst: those made for most of the area first, then by accuracy."""
    interest = AreaOfInterest(*area) if area else None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that a grid is missing is said in the lineage, by the accuracy
            group = TransformerGroup(source, target, always_xy=True, area_of_interest=interest, allow_ballpark=False)
    except ProjError:
        return []
    if area and not group.transformers:
        return _operations(source, target, None)  # none for a place that the systems do not reach
    ranked = sorted(group.transformers, key=lambda each: (round(1 - _covered(each, area), 1), _metres(each)))
    best = _metres(ranked[0]) if ranked else 0.0
    return [each for each in ranked if _metres(each) <= max(COARSE, best)]


def _shared(operation: Transformer) -> Transformer:
    """Return the operation so that threads may share it: those of a group belong to the thread that made them."""
    return Transformer.from_pipeline(operation.definition)


def _covered(operation: Transformer, area: Box | None) -> float:
    """Return which share of the area (as a rectangle of degrees) the operation is made for."""
    if area is None or operation.area_of_use is None:
        return 1.0
    west, south, east, north = operation.area_of_use.bounds
    wide, high = max(area[2] - area[0], _POINT), max(area[3] - area[1], _POINT)
    across = min(east, area[0] + wide) - max(west, area[0])
    along = min(north, area[1] + high) - max(south, area[1])
    return float(max(across, 0) * max(along, 0) / (wide * high))


def _metres(operation: Transformer) -> float:
    """Return the accuracy in metres; that of a mere projection, which PROJ leaves open, is 0."""
    if operation.accuracy >= 0:
        return float(operation.accuracy)
    return 0.0 if _is_projection(operation) else _UNKNOWN


def _is_projection(operation: Transformer) -> bool:
    parts = operation.operations or ()
    return all(part.type_name == "Conversion" for part in parts)


def _lineage(operations: list[Transformer]) -> Lineage:
    name = " + ".join(dict.fromkeys(each.description.partition(" (with axis order")[0] for each in operations))
    accuracy = sum(_metres(each) for each in operations)
    return Lineage(name, accuracy if accuracy < _UNKNOWN else None)


def bounds_in(crs: CRS, margin: float = 1.0) -> Box | None:
    """Return where coordinates of the system can lie: its area of use and `margin` degrees around it, in its own units.

    None for a system without a stated area.
    """
    if crs.area_of_use is None:
        return None
    west, south, east, north = crs.area_of_use.bounds
    wide = (max(west - margin, -180), max(south - margin, -90), min(east + margin, 180), min(north + margin, 90))
    if crs.is_geographic or west > east:
        return wide if crs.is_geographic else None
    transformer = Transformer.from_crs(crs.geodetic_crs, crs, always_xy=True)
    try:
        box = transformer.transform_bounds(*wide, densify_pts=21)
    except ProjError:
        return None
    return box if np.isfinite(box).all() else None
