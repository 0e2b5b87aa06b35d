"""Maps as SVG, drawn here and not by a browser: municipalities as ground, features on it, a scale bar.

PostGIS simplifies and writes the paths, so that a dataset of any size costs one question. Beyond FEATURES they are
counted by cells instead of drawn. Attributes only, no style: that is what the Content Security Policy allows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from psycopg2 import sql
from psycopg2.extensions import cursor

from catalogue import Dataset
from catalogue.layout import DATA, id_column, lon_lat_column, table_name
from service.datasets.frames import Frame
from service.features import lock
from service.published import Served

FEATURES = 2000
"""Features that are drawn one by one."""
CELL = 12
"""Pixels of a cell by which more than that are counted."""
NAMES = 60
"""Municipalities up to which their names are written; more would fill the map with words."""
LETTER, LINE = 6.2, 13
"""Pixels that a letter of a name is wide, and a line of it high."""
_FINE = 0.6
"""Pixels by which a line may be simplified."""
_PLACED = sql.SQL(
    "ST_AsSVG(ST_Affine(ST_Simplify({shape}, {fine}, true), {kx}, 0, 0, {ky}, {dx}, {dy}), 1, 1),"
    " ST_X(ST_Affine({at}, {kx}, 0, 0, {ky}, {dx}, {dy})), -ST_Y(ST_Affine({at}, {kx}, 0, 0, {ky}, {dx}, {dy}))"
)


@dataclass(frozen=True)
class Shape:
    """A line or an area as an SVG path, or a point (`path` is ""); `x`, `y` is a place on it. `text`: name or code."""

    path: str
    x: float
    y: float
    text: str | None


@dataclass(frozen=True)
class Cell:
    """A square that stands for `n` features, and how dark it is (0 to 1)."""

    x: int
    y: int
    n: int
    share: float


@dataclass(frozen=True)
class Sketch:
    """What a map shows: `kind` is point, line or polygon. Either `shapes` are all features, or `cells` count them."""

    frame: Frame
    kind: str
    ground: tuple[Shape, ...]
    shapes: tuple[Shape, ...]
    cells: tuple[Cell, ...] = ()


def draw(dataset: Dataset, rows: int, frame: Frame, ground: Served | None, ask: cursor) -> Sketch:
    """Return the map of a dataset with geometry, in the snapshot of the cursor, which begins here."""
    ask.execute(lock([dataset, *([ground.dataset] if ground else [])]))
    under = ground_in(frame, ground, ask) if ground and ground.id != dataset.id else ()
    by = dataset.map.style.by if dataset.map else None
    is_few = rows <= FEATURES
    drawn = _shapes(dataset, by, frame, ask) if is_few else ()
    return Sketch(frame, kind_of(dataset), under, drawn, () if is_few else _cells(dataset, frame, ask))


def kind_of(dataset: Dataset) -> str:
    """Return what is drawn for a feature: point, line or polygon."""
    return dataset.geometry.removeprefix("Multi").lower().replace("linestring", "line")


def ground_in(frame: Frame, ground: Served, ask: cursor) -> tuple[Shape, ...]:
    """Return the municipalities of a part of the earth, with their names where these do not cover each other."""
    label = ground.dataset.map.label if ground.dataset.map and ground.published.rows <= NAMES else None
    return _legible(_shapes(ground.dataset, label, frame, ask), frame)


def _legible(shapes: tuple[Shape, ...], frame: Frame) -> tuple[Shape, ...]:
    """Return the shapes without the names that would cover another's or stand over the edge."""
    written: list[tuple[float, float, float]] = []
    kept = []
    for each in shapes:
        half = LETTER * len(each.text or "") / 2
        clashes = any(abs(each.x - x) < half + other and abs(each.y - y) < LINE for x, y, other in written)
        fits = half <= each.x <= frame.width - half and LINE <= each.y <= frame.height - LINE and not clashes
        if fits:
            written.append((each.x, each.y, half))
        kept.append(each if fits else replace(each, text=None))
    return tuple(kept)


def _shapes(dataset: Dataset, text: str | None, frame: Frame, ask: cursor) -> tuple[Shape, ...]:
    table, shape = _names(dataset)
    ask.execute(
        sql.SQL("SELECT {placed}, {text}::text FROM {table} WHERE {shape} && {box} ORDER BY {own}").format(
            placed=placed(frame, shape),
            text=sql.Identifier(text) if text else sql.SQL("NULL"),
            table=table,
            shape=shape,
            box=_envelope(frame),
            own=sql.Identifier(id_column(dataset)),
        )
    )
    return tuple(shapes(ask.fetchall(), kind_of(dataset)))


def shapes(rows: Sequence[tuple[str | None, float | None, float | None, str | None]], kind: str) -> list[Shape]:
    """Return what PostGIS has placed as shapes; what vanishes at this scale is left out."""
    return [
        Shape("" if kind == "point" else path, x, y, text)
        for path, x, y, text in rows
        if path and x is not None and y is not None
    ]


def placed(frame: Frame, shape: sql.Composable) -> sql.Composable:
    """Return the SQL of a geometry in longitude and latitude on the picture: its path, and x and y of a place in it."""
    west, _, _, north = frame.box
    numbers = {
        "kx": frame.per_longitude,
        "ky": frame.per_latitude,
        "dx": -west * frame.per_longitude,
        "dy": -north * frame.per_latitude,
        "fine": _FINE / frame.per_latitude,
    }
    literals = {name: sql.Literal(value) for name, value in numbers.items()}
    return _PLACED.format(shape=shape, at=sql.SQL("ST_PointOnSurface({})").format(shape), **literals)


def _cells(dataset: Dataset, frame: Frame, ask: cursor) -> tuple[Cell, ...]:
    table, shape = _names(dataset)
    ask.execute(
        sql.SQL(
            "SELECT floor((ST_X(p) - {west}) * {kx} / {cell})::int, floor(({north} - ST_Y(p)) * {ky} / {cell})::int,"
            " count(*) FROM {table}, ST_Centroid({shape}) AS p WHERE {shape} && {box} GROUP BY 1, 2"
        ).format(
            west=sql.Literal(frame.box[0]),
            north=sql.Literal(frame.box[3]),
            kx=sql.Literal(frame.per_longitude),
            ky=sql.Literal(frame.per_latitude),
            cell=sql.Literal(CELL),
            table=table,
            shape=shape,
            box=_envelope(frame),
        )
    )
    found = ask.fetchall()
    most = max((n for *_, n in found), default=1)
    return tuple(Cell(x * CELL, y * CELL, n, 0.25 + 0.75 * (n / most) ** 0.5) for x, y, n in found)


def _names(dataset: Dataset) -> tuple[sql.Composable, sql.Composable]:
    return sql.Identifier(DATA, table_name(dataset.id)), sql.Identifier(lon_lat_column(dataset) or "")


def _envelope(frame: Frame) -> sql.Composable:
    return sql.SQL("ST_MakeEnvelope({}, {}, {}, {}, 4326)").format(*map(sql.Literal, frame.box))
