"""The features that a worksheet is about: a few neighbours that a pupil can tell apart on a map and count in a table.

The same data and the same variant give the same sheet.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg2 import sql
from psycopg2.extensions import cursor

from catalogue import Dataset
from catalogue.layout import id_column, lon_lat_column
from catalogue.values import Box
from service.datasets.frames import METRES_PER_DEGREE
from service.datasets.worksheet.task import exact, half_up

FEATURES = 10
"""Features on a sheet."""
LEAST = 4
"""With fewer there is nothing to compare."""
POOL = 3000
"""Features among which they are looked for."""
SEEDS = 80
"""Places at which a group of neighbours is looked for."""
_CLEAR = 0.07
"""Share of a group's extent by which two features should lie apart, so that their numbers do not cover each other."""

_SMALL = 10

type Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Feature:
    """A feature on the sheet: its number there, its key, its values, and a place in it in degrees, if it has one."""

    number: int
    id: Any
    values: dict[str, Any]
    lon: float | None
    lat: float | None
    box: Box | None = None
    """What it covers in degrees."""


def pool(dataset: Dataset, rows: sql.Composable, ask: cursor) -> list[Feature]:
    """Return the first features of a dataset by key, numbered, with the values of the columns that may be shown."""
    shape = lon_lat_column(dataset)
    own = sql.Identifier(id_column(dataset))
    place: sql.Composable = sql.SQL("NULL::float8, NULL::float8, NULL::float8[]")
    if shape:
        place = sql.SQL("ST_X(p), ST_Y(p), ARRAY[ST_XMin({0}), ST_YMin({0}), ST_XMax({0}), ST_YMax({0})]").format(
            sql.Identifier(shape)
        )
    beside = sql.SQL(" LEFT JOIN LATERAL ST_PointOnSurface({}) AS p ON true").format(sql.Identifier(shape or ""))
    ask.execute(
        sql.SQL(
            "SELECT {own}, (SELECT row_to_json(_row) FROM (SELECT {columns}) AS _row), {place} FROM {rows}{beside}"
            " ORDER BY {own} LIMIT {most}"
        ).format(
            own=own,
            columns=sql.SQL(", ").join(map(sql.Identifier, dataset.served)),
            place=place,
            rows=rows,
            beside=beside if shape else sql.SQL(""),
            most=sql.Literal(POOL),
        )
    )
    return [
        Feature(at, key, _short(values), lon, lat, None if lon is None else tuple(box))
        for at, (key, values, lon, lat, box) in enumerate(ask.fetchall(), 1)
    ]


def chosen(found: Sequence[Feature], by: str | None, variant: int) -> list[Feature]:
    """Return the features of a sheet, numbered from 1 in the order of their keys; fewer than LEAST: none.

    Variants, from 1, are other groups of the same dataset, as far as it has any.
    """
    placed = [each for each in found if each.lon is not None and each.lat is not None]
    if len(placed) >= LEAST:
        group = _neighbours(placed, by, variant)
    else:
        first = (variant - 1) * FEATURES
        group = list(found[first : first + FEATURES])
        group = group if len(group) >= LEAST else list(found[:FEATURES])
    if len(group) < LEAST:
        return []
    ordered = sorted(group, key=lambda each: each.number)
    return [replace(each, number=n) for n, each in enumerate(ordered, 1)]


def extent(features: Sequence[Feature]) -> Box | None:
    """Return the lon/lat box of the features' whole geometries; None if none has any."""
    boxes = [each.box for each in features if each.box]
    if not boxes:
        return None
    west, south, east, north = zip(*boxes, strict=True)
    return min(west), min(south), max(east), max(north)


def metres(features: Sequence[Feature]) -> Numbers:
    """Return the places of features in metres east and north of one of them: n × 2; right within a region."""
    degrees = np.array([(each.lon, each.lat) for each in features], dtype=np.float64)
    middle = math.radians(float(degrees[:, 1].mean()))
    scaled: Numbers = (degrees - degrees[0]) * (METRES_PER_DEGREE * math.cos(middle), METRES_PER_DEGREE)
    return scaled


def _neighbours(placed: Sequence[Feature], by: str | None, variant: int) -> list[Feature]:
    """Return the group of neighbours that reads best on a map; for the next variants the next best that are others."""
    places = metres(placed)
    groups: list[tuple[float, NDArray[np.int64]]] = []
    for seed in np.unique(np.linspace(0, len(placed) - 1, min(SEEDS, len(placed))).astype(int)):
        group = np.sort(np.argsort(np.hypot(*(places - places[seed]).T), kind="stable")[:FEATURES])
        groups.append((_score([placed[at] for at in group], places[group], by), group))
    groups.sort(key=lambda each: -each[0])
    taken: list[set[int]] = []
    for _, group in groups:
        own = set(group.tolist())
        if all(len(own & other) <= FEATURES // 3 for other in taken):
            taken.append(own)
        if len(taken) == variant:
            break
    best = taken[min(variant, len(taken)) - 1]
    return [placed[at] for at in sorted(best)]


def _score(group: Sequence[Feature], places: Numbers, by: str | None) -> float:
    """Return how well a group reads: features apart from each other, of some kinds, with their values filled in."""
    size = _size(group)
    apart = min((float(np.hypot(*(places[i] - places[j]))) for i in range(len(group)) for j in range(i)), default=0.0)
    kinds = len({each.values.get(by) for each in group}) if by else 1
    filled = [value is not None for each in group for value in each.values.values()]
    return (
        2 * min(1.0, apart / size / _CLEAR)
        + min(kinds, 4) / 4
        + sum(filled) / max(1, len(filled))
        + (0.5 if _is_roundish(places) else 0.0)
    )


def _size(group: Sequence[Feature]) -> float:
    """Return how many metres a map of the features shows from edge to edge."""
    west, south, east, north = extent(group) or (0.0, 0.0, 0.0, 0.0)
    wide = (east - west) * math.cos(math.radians((south + north) / 2))
    return max(wide, north - south) * METRES_PER_DEGREE or 1.0


def _short(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values with decimals that a pupil can reckon with: two below ten, else one."""
    return {
        name: float(half_up(exact(value), 2 if abs(value) < _SMALL else 1)) if isinstance(value, float) else value
        for name, value in values.items()
    }


def _is_roundish(places: Numbers) -> bool:
    """Return whether a group is not drawn out in one line."""
    wide, high = np.ptp(places, axis=0)
    return bool(max(wide, high) <= 3 * min(wide, high))


def gaps(values: Sequence[float]) -> float:
    """Return by what share of the whole range the largest value stands out from the next."""
    ordered = sorted(values)
    span = ordered[-1] - ordered[0]
    return (ordered[-1] - ordered[-2]) / span if span else 0.0
