"""The data of the bench: 500 000 parcels that tile a square, 20 000 points, 5 000 zones with long boundaries.

Deterministic: the same number of parcels gives the same bytes. Everything is laid out in metres on a plane and turned
into degrees by two factors, so that no grid or library of coordinate systems has a say in the coordinates, which have
seven decimals for everybody.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

type Floats = NDArray[np.float64]

SEED = 20261121
WEST, SOUTH = 14.4, 50.3
LON_METRES = 111_320 * math.cos(math.radians(50.75))
LAT_METRES = 111_200.0
CELL_X, CELL_Y = 100.0, 200.0
BLOCK_X, BLOCK_Y = 50, 25
"""Cells of a block of 5 x 5 km: parcels are numbered block by block, as cadastral units are."""

CATEGORIES = (
    "orná půda",
    "chmelnice",
    "vinice",
    "zahrada",
    "ovocný sad",
    "trvalý travní porost",
    "lesní pozemek",
    "vodní plocha",
    "zastavěná plocha",
    "ostatní plocha",
    "komunikace",
    "hřbitov",
)
SHARES = (0.24, 0.01, 0.01, 0.12, 0.03, 0.16, 0.15, 0.03, 0.12, 0.08, 0.04, 0.01)
PLACES = ("U Lípy", "Nad Rybníkem", "Za Humny", "Pod Ještědem", "Na Výsluní", "Příčná", "Żytawska", "Česká", "Straße")
KINDS = ("pozemek", "stavební parcela", "louka", "dvůr", "zahrádka", "cesta", "příkop", "mez", "remíz", "sad")


@dataclass(frozen=True)
class Collection:
    """A collection of features: geometries in longitude and latitude, and a table of attributes, by id from 1."""

    name: str
    geometry: str
    shapes: NDArray[np.object_]
    attributes: pa.Table


@dataclass(frozen=True)
class Area:
    """The square that is covered: `side` cells of 200 m from south to north, twice as many from west to east."""

    side: int

    @classmethod
    def of(cls, rows: int) -> "Area":
        """Return the square that about this many parcels tile."""
        return cls(max(50, math.isqrt(rows // 2)))

    @property
    def parcels(self) -> int:
        return 2 * self.side * self.side

    @property
    def metres(self) -> float:
        return self.side * CELL_Y


def collections(area: Area) -> Iterator[Collection]:
    """Yield parcels, memorials and zones; of the last two there are as many as the area has room for."""
    share = area.parcels / 500_000
    makers = (
        ("parcels", "Polygon", "CZ", parcels),
        ("memorials", "Point", "M", lambda area, random: memorials(area, random, int(20_000 * share))),
        ("zones", "Polygon", "Z", lambda area, random: zones(area, random, int(5_000 * share))),
    )
    for number, (name, geometry, prefix, make) in enumerate(makers):
        random = np.random.default_rng([SEED, number])
        metres = make(area, random)
        shapes = shapely.transform(metres, degrees)
        yield Collection(name, geometry, shapes, _attributes(prefix, shapely.area(metres), random))


def degrees(metres: Floats) -> Floats:
    """Return longitude and latitude, seven decimals, of metres east and north of the area's corner."""
    return np.round(np.stack([WEST + metres[:, 0] / LON_METRES, SOUTH + metres[:, 1] / LAT_METRES], axis=1), 7)


def parcels(area: Area, random: np.random.Generator) -> NDArray[np.object_]:
    """Return polygons of 8 to 20 corners that tile the area without gap or overlap: neighbours share their edges."""
    rows, columns = area.side, 2 * area.side
    corners = _corners(rows, columns, random)
    flat, bent = _edges(corners[:, :-1], corners[:, 1:], random), _edges(corners[:-1], corners[1:], random)
    one = np.ones((rows, columns, 1), bool)
    parts = [
        (corners[:-1, :-1, None], one),
        _taken(flat, np.s_[:-1, :]),
        (corners[:-1, 1:, None], one),
        _taken(bent, np.s_[:, 1:]),
        (corners[1:, 1:, None], one),
        _taken(flat, np.s_[1:, :], back=True),
        (corners[1:, :-1, None], one),
        _taken(bent, np.s_[:, :-1], back=True),
    ]
    points = np.concatenate([part for part, _ in parts], axis=2).reshape(rows * columns, -1, 2)
    there = np.concatenate([mask for _, mask in parts], axis=2).reshape(rows * columns, -1)
    order = _by_block(rows, columns)
    points, there = points[order], there[order]
    counts = there.sum(axis=1)
    rings: NDArray[np.object_] = shapely.linearrings(points[there], indices=np.repeat(np.arange(len(counts)), counts))
    return np.asarray(shapely.polygons(rings))


def memorials(area: Area, random: np.random.Generator, number: int) -> NDArray[np.object_]:
    """Return points anywhere in the area."""
    return np.asarray(shapely.points(random.uniform(0, area.metres, (number, 2))))


def zones(area: Area, random: np.random.Generator, number: int) -> NDArray[np.object_]:
    """Return star-shaped polygons of 200 to 2000 corners; every seventh has a hole."""
    corners = np.exp(random.uniform(math.log(200), math.log(2000), number)).astype(int)
    middle = random.uniform(0.02, 0.98, (number, 2)) * area.metres
    radius = np.exp(random.uniform(math.log(300), math.log(1600), number))
    owner = np.repeat(np.arange(number), corners)
    first = np.repeat(np.cumsum(corners) - corners, corners)
    angle = 2 * np.pi * (np.arange(len(owner)) - first) / corners[owner]
    reach = 1 + random.uniform(-0.01, 0.01, len(owner))
    for wave in range(2, 9):
        height, phase = random.uniform(0, 0.28 / wave, number), random.uniform(0, 2 * np.pi, number)
        reach += height[owner] * np.cos(wave * angle + phase[owner])
    shells = shapely.linearrings(_circle(middle[owner], radius[owner] * reach, angle), indices=owner)
    pierced = np.arange(0, number, 7)
    hole = np.repeat(pierced, 40)
    turn = np.tile(-2 * np.pi * np.arange(40) / 40, len(pierced))
    holes = shapely.linearrings(
        _circle(middle[hole], 0.2 * radius[hole], turn), indices=np.repeat(np.arange(len(pierced)), 40)
    )
    rings, of = np.concatenate([shells, holes]), np.concatenate([np.arange(number), pierced])
    order = np.argsort(of, kind="stable")
    return np.asarray(shapely.polygons(rings[order], indices=of[order]))


def _corners(rows: int, columns: int, random: np.random.Generator) -> Floats:
    """Return the corners of cells, [row, column, xy]: those inside are moved by up to 15 % of a cell."""
    x, y = np.meshgrid(np.arange(columns + 1) * CELL_X, np.arange(rows + 1) * CELL_Y)
    inside = np.zeros(x.shape, bool)
    inside[1:-1, 1:-1] = True
    moved = random.uniform(-0.15, 0.15, (2, *x.shape)) * inside
    return np.stack([x + moved[0] * CELL_X, y + moved[1] * CELL_Y], axis=-1)


def _edges(start: Floats, end: Floats, random: np.random.Generator) -> tuple[Floats, NDArray[np.bool_]]:
    """Return one to four points on each edge, a little beside it, and which of the four there are."""
    number = random.integers(1, 5, start.shape[:2])
    along: Floats = np.arange(1, 5) / (number[..., None] + 1.0)
    way = end - start
    aside = np.stack([-way[..., 1], way[..., 0]], axis=-1)
    shift = random.uniform(-0.04, 0.04, along.shape)
    points = start[:, :, None] + way[:, :, None] * along[..., None] + aside[:, :, None] * shift[..., None]
    return points, np.arange(4) < number[..., None]


def _taken(
    edges: tuple[Floats, NDArray[np.bool_]], where: tuple[slice, slice], *, back: bool = False
) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the edges of one side of all cells, their points in the order in which a ring meets them."""
    points, there = edges[0][where], edges[1][where]
    return (points[:, :, ::-1], there[:, :, ::-1]) if back else (points, there)


def _by_block(rows: int, columns: int) -> NDArray[np.intp]:
    row, column = np.meshgrid(np.arange(rows), np.arange(columns), indexing="ij")
    keys = (column, row, column // BLOCK_X, row // BLOCK_Y)
    return np.lexsort(tuple(key.ravel() for key in keys))


def _circle(middle: Floats, radius: Floats, angle: Floats) -> Floats:
    circle: Floats = middle + radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return circle


def _attributes(prefix: str, area: Floats, random: np.random.Generator) -> pa.Table:
    """Return id, code, name, category, area, valid_from and updated of each feature."""
    rows = len(area)
    number, part = random.integers(1, 3000, rows), random.integers(0, 40, rows)
    place = np.array(PLACES)[random.integers(0, len(PLACES), rows)]
    kind = np.array(KINDS)[random.integers(0, len(KINDS), rows)]
    day = np.datetime64("1995-01-01") + random.integers(0, 10_500, rows)
    moment = np.datetime64("2022-01-01T00:00:00", "ms") + random.integers(0, 69_120_000, rows) * 1000
    return pa.table(
        {
            "id": np.arange(1, rows + 1),
            "code": [f"{prefix}{563_000 + i // 1250}-{number[i]}/{part[i]}" for i in range(rows)],
            "name": [f"{place[i]} – {kind[i]} č. {number[i]}" for i in range(rows)],
            "category": np.array(CATEGORIES)[random.choice(len(CATEGORIES), rows, p=SHARES)],
            "area": area.round(2),
            "valid_from": pa.array(day).cast(pa.date32()),
            "updated": pa.array(moment).cast(pa.timestamp("ms", "UTC")),
        }
    )
