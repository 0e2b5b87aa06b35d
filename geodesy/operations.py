"""Coordinate operations: which one brings coordinates from one CRS to another, and how exactly.

Apart from those who use it because the choice is a decision of its own (docs/adr/0003). PROJ knows several operations
between most systems; here the most accurate one that is available for the place is chosen, and its accuracy is told.
European systems reach longitude and latitude by way of ETRS89, which for maps is the same as WGS 84: the operations to
ETRS89 are the surveyors' own, those straight to WGS 84 include one that is 6 m off.
"""

import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyproj
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError
from pyproj.network import set_network_enabled  # type: ignore[attr-defined]
from pyproj.transformer import AreaOfInterest, TransformerGroup

from geodesy.grid import Pairs, moved, through_grid

WGS_84, ETRS_89 = "EPSG:4326", "EPSG:4258"
_WGS_84_DATUM = "World Geodetic System 1984"
_SAME = {("ESRI", "102067"): 5514, ("ESRI", "102065"): 5513, ("OGC", "CRS84"): 4326, ("ESRI", "102100"): 3857}
"""Codes of others for systems of EPSG; x is easting everywhere in the program, so the order of axes does not matter."""
_LEAST_CONFIDENCE = 40
"""How sure PROJ must be (of 100) that a described system is one of EPSG's; descriptions by ESRI reach about 70."""

COARSE = 5.0
"""Operations worse than this (metres) are not used beside a better one, not even outside its grid."""
_POINT, _UNKNOWN = 1e-9, 999.0
_SAME_PLACE = 0.9
"""Share of the best operation's area that another must be made for to stand in for it."""

type Box = tuple[float, float, float, float]
"""West, south, east, north."""


class NoWayError(ValueError):
    """No operation is known between two systems; the arguments are their names."""


@dataclass(frozen=True)
class Lineage:
    """How coordinates came from one system to another.

    `operation` is PROJ's description; `accuracy` its accuracy in metres: 0 for a mere change of projection, None when
    it is not known.
    """

    operation: str
    accuracy: float | None


@dataclass(frozen=True)
class Step:
    """One change of CRS: operations from best to worst; the second serves points outside a grid of the first."""

    operations: tuple[Transformer, ...]

    def __call__(self, pairs: Pairs) -> tuple[Pairs, int]:
        """Return the pairs changed, and how many the first operation could not change. What none can is infinite."""
        best, *spares = self.operations
        if not spares or "grids=" not in best.definition:
            return moved(best, pairs), 0
        plain = moved(spares[0], pairs)
        changed = through_grid(best, spares[0], pairs, plain)
        outside = ~np.isfinite(changed).all(axis=1)
        changed[outside] = plain[outside]
        return changed, int(outside.sum())


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
    """Return the way from source to target for an area.

    The area is west, south, east, north in degrees; None is where both systems are used.

    `grids` is a folder with PROJ grids beside PROJ's own. The way belongs to the thread that asked for it: PROJ keeps a
    context for each. Raises NoWayError when no operation is known.
    """
    _prepare(grids)
    legs = [] if same(source, target) else _legs(source, target)
    if not legs:
        return Way((), Lineage("none", 0.0), None)
    area = area or _shared_place(source, target)
    found = [_operations(start, end, area) for start, end in legs]
    if not all(found):
        raise NoWayError(source.to_string(), target.to_string())
    steps = tuple(Step(tuple(each)) for each in found)
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
    # Not before the folder is there: PROJ remembers what it has looked for in vain.
    if grids and grids.is_dir() and str(grids) not in pyproj.datadir.get_data_dir().split(":"):
        pyproj.datadir.append_data_dir(str(grids))


def _legs(source: CRS, target: CRS) -> list[tuple[CRS, CRS]]:
    """Return the changes to make, one after the other: directly within one datum, else by way of ETRS89.

    Where one of the two is WGS 84, the changes meet in longitude and latitude, which the one has as WGS 84 and the
    other as ETRS89; these are taken as one.
    """
    if source.geodetic_crs == target.geodetic_crs:
        return [(source, target)]
    hub = CRS(ETRS_89)
    legs = [
        (source, CRS(WGS_84) if _is_wgs84(source) else hub),
        (CRS(WGS_84) if _is_wgs84(target) else hub, target),
    ]
    legs = [(start, end) for start, end in legs if not same(start, end)]
    european = all(_operations(start, end, None) for start, end in legs)
    return legs if european else [(source, target)]


def _shared_place(source: CRS, target: CRS) -> Box | None:
    """Return where both systems are used, in degrees; None if they do not say it or are used in different places."""
    if source.area_of_use is None or target.area_of_use is None:
        return None
    one, other = source.area_of_use, target.area_of_use
    west, east = max(one.west, other.west), min(one.east, other.east)
    south, north = max(one.south, other.south), min(one.north, other.north)
    return (west, south, east, north) if west < east and south < north else None


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
    ranked = sorted(group.transformers, key=lambda each: (round(1 - _covered(each, area), 1), _metres(each)))
    return [each for each in ranked if _is_spare(each, ranked[0])]


def _is_spare(operation: Transformer, best: Transformer) -> bool:
    """Return whether an operation may stand in for the best one: made for the same place, and not much worse.

    S-JTSK has operations for Czechia and for Slovakia, metres apart; points past the Czech grid are not in Slovakia.
    """
    place = best.area_of_use.bounds if best.area_of_use else None
    return _covered(operation, place) >= _SAME_PLACE and _metres(operation) <= max(COARSE, _metres(best))


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
