"""What the published datasets say of a place: one question over all of them, in one snapshot.

A place lies in an area or not: in longitude and latitude as they are stored, as exactly as they are served, on the
boundary too.
Distances to points and lines are metres on the ellipsoid; the index finds what can be near.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from psycopg2 import sql
from psycopg2.extensions import cursor

from catalogue import Dataset
from catalogue.layout import DATA, id_column, lon_lat_column, table_name
from catalogue.model import HereSection
from service.called import called
from service.crs import DEGREE_DECIMALS
from service.database import Database
from service.parameters import NoSuchFeatureError
from service.place.question import Of, Point, is_municipality
from service.published import Served
from service.snapshot import begin

PARTS = ("municipality", "plan", "zone", "regulation", "limit")
"""Parts of the answer, in the order in which they are told."""
OF_A_WHOLE = ("municipality", "plan")
"""Those that can be told of a municipality as a whole."""
MOST = 50
"""Features of one dataset that are told; a place with more is no place."""
SAME = 10.0**-DEGREE_DECIMALS
"""Degrees within which a place lies on a boundary: so exactly places are told, and a corner that was copied is one."""
_METRES_PER_DEGREE = 110_000
"""Less than a degree of latitude or, at the equator, of longitude has anywhere: a box of it is never too small."""


@dataclass(frozen=True)
class Fact:
    """One feature that says something of the place. `distance` in metres; `properties` as GeoJSON would have them.

    `holds`: whether it is in force on the day asked for.
    """

    served: Served
    id: str
    label: str | None
    distance: float
    holds: bool
    properties: dict[str, Any]


@dataclass(frozen=True)
class Found:
    """The place, and what holds there: what is in force first. `of`, `name`, `exact` are of what stood for the place.

    `of` is its collection and its id as text. `exact` is False where it has an extent and the place is one point of it.
    """

    point: Point
    facts: tuple[Fact, ...]
    parts: tuple[str, ...] = PARTS
    """The parts that were asked for."""
    of: tuple[str, str] | None = None
    name: str | None = None
    exact: bool = True


def speakers(shown: Iterable[Served]) -> list[Served]:
    """Return the datasets that say something of places."""
    return [each for each in shown if each.dataset.here and lon_lat_column(each.dataset)]


def told(dataset: Dataset) -> tuple[str, ...]:
    """Return the columns of a feature that are told."""
    section = dataset.here or HereSection(part="limit")
    return section.columns or (dataset.map.popup if dataset.map else ()) or tuple(dataset.served)


def find(where: Point | Of, speaking: Sequence[Served], day: date, database: Database) -> Found:
    """Return what holds at the place on the day.

    A municipality that is asked for as a whole is answered for as a whole: its zones are not those of one point in it.
    Raises NoSuchFeatureError, TableChangedError when the datasets are no longer those of `speaking`, and as
    `Database.read`.
    """
    of = where if isinstance(where, Of) else None
    parts = OF_A_WHOLE if of and is_municipality(of.served) else PARTS
    asked = [each for each in speaking if _section(each.dataset).part in parts]

    def work(cursor: cursor) -> Found:
        begin(cursor, [*asked, *([of.served] if of else [])])
        point, name = _place_of(cursor, of) if of else (where, None)
        assert isinstance(point, Point)  # noqa: S101 (what is no feature is a point)
        facts = _facts(cursor, asked, point, day)
        if of is None:
            return Found(point, facts, parts)
        return Found(point, facts, parts, (of.served.id, str(of.id)), name, exact=of.served.dataset.geometry == "Point")

    return database.read(work)


def _section(dataset: Dataset) -> HereSection:
    assert dataset.here  # noqa: S101 (only such datasets speak)
    return dataset.here


def _place_of(cursor: cursor, of: Of) -> tuple[Point, str]:
    """Return a point of the feature, in it, and what it is called."""
    dataset = of.served.dataset
    cursor.execute(
        sql.SQL(
            "SELECT {label}, ST_X(p), ST_Y(p) FROM {table} AS this, ST_PointOnSurface({shape}) AS p WHERE {id} = %s"
        ).format(
            label=called(dataset, "this"),
            table=sql.Identifier(DATA, table_name(dataset.id)),
            shape=sql.Identifier(lon_lat_column(dataset) or ""),
            id=sql.Identifier(id_column(dataset)),
        ),
        (of.id,),
    )
    found = cursor.fetchone()
    if found is None or found[1] is None:
        raise NoSuchFeatureError
    label, lon, lat = found
    return Point(lon, lat), label or str(of.id)


def _facts(cursor: cursor, asked: Sequence[Served], point: Point, day: date) -> tuple[Fact, ...]:
    if not asked:
        return ()
    known = {each.id: each for each in asked}
    cursor.execute(sql.SQL(" UNION ALL ").join(_of_dataset(each.dataset, point, day) for each in asked))
    facts = [
        Fact(known[name], id_, label, distance, holds, properties)
        for name, id_, label, distance, holds, properties in cursor.fetchall()
    ]
    return tuple(sorted(facts, key=_rank))


def _rank(fact: Fact) -> tuple[bool, bool, str, float, str]:
    """What is in force first, and of that what tells so by itself."""
    return (not fact.holds, not _section(fact.served.dataset).holds, fact.served.id, fact.distance, fact.id)


def _of_dataset(dataset: Dataset, point: Point, day: date) -> sql.Composable:
    """Return the question for the features of one dataset at the place."""
    section, shape = _section(dataset), sql.Identifier(lon_lat_column(dataset) or "")
    place = sql.SQL("ST_SetSRID(ST_MakePoint({}, {}), 4326)").format(sql.Literal(point.lon), sql.Literal(point.lat))
    is_in = sql.SQL("ST_DWithin({}, {}, {})").format(shape, place, sql.Literal(SAME))
    distance: sql.Composable = sql.SQL("0::float8")
    near: sql.Composable = is_in
    if section.within:
        distance = sql.SQL("CASE WHEN {} THEN 0 ELSE ST_Distance({}::geography, {}::geography) END").format(
            is_in, shape, place
        )
        near = sql.SQL("{} && {} AND {} <= {}").format(
            shape, _around(point, section.within), distance, sql.Literal(section.within)
        )
    return sql.SQL(
        "(SELECT {dataset}::text, {id} #>> '{{}}', {label}, {distance} AS metres, {holds} AS holds,"
        " (SELECT row_to_json(_row) FROM (SELECT {columns}) AS _row)"
        " FROM {table} AS this WHERE {near} ORDER BY holds DESC, metres, {key} LIMIT {most})"
    ).format(
        dataset=sql.Literal(dataset.id),
        id=sql.SQL("to_json({})").format(sql.Identifier(id_column(dataset))),
        label=called(dataset, "this"),
        distance=distance,
        holds=_holds(dataset, day),
        columns=sql.SQL(", ").join(map(sql.Identifier, _read(dataset))),
        table=sql.Identifier(DATA, table_name(dataset.id)),
        near=near,
        key=sql.Identifier(id_column(dataset)),
        most=sql.Literal(MOST),
    )


def _read(dataset: Dataset) -> tuple[str, ...]:
    """Return the columns to read: those that are told, and those of the link."""
    link = _section(dataset).link
    return tuple(dict.fromkeys([*told(dataset), *(link.columns if link else ())]))


def _holds(dataset: Dataset, day: date) -> sql.Composable:
    """Return the SQL of whether a feature is in force: by its own word, if it has one, by its first and last day."""
    conditions = [
        sql.SQL("coalesce({}::text = {}, true)").format(sql.Identifier(name), sql.Literal(value))
        for name, value in _section(dataset).holds.items()
    ]
    first, last = dataset.time_columns or (None, None)
    if first and last and first != last:  # one date alone is an event, not a time of validity
        for name, sign in ((first, "<="), (last, ">=")):
            dated = sql.SQL("coalesce({}::date {} {}, true)")
            conditions.append(dated.format(sql.Identifier(name), sql.SQL(sign), sql.Literal(day)))
    return sql.SQL(" AND ").join(conditions) if conditions else sql.SQL("true")


def _around(point: Point, metres: float) -> sql.Composable:
    """Return the SQL of a box in degrees that holds all that is within the distance."""
    high = metres / _METRES_PER_DEGREE
    wide = min(180.0, high / max(1e-6, math.cos(math.radians(min(90.0, abs(point.lat) + high)))))
    edges = (point.lon - wide, point.lat - high, point.lon + wide, point.lat + high)
    return sql.SQL("ST_MakeEnvelope({}, {}, {}, {}, 4326)").format(*map(sql.Literal, edges))
