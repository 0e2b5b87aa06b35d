"""The rows of the list: one question for the page that is shown, and one for how many rows the other layers have.

Features that a page skips are not made; only their ids and what they are sorted by are looked at. How many match is
counted in the same question where the dataset counts at all (`service.paging`), else it is not known, and not guessed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from psycopg2 import sql
from psycopg2.extensions import cursor

from catalogue import Dataset
from catalogue.layout import DATA, id_column, lon_lat_column, table_name
from catalogue.values import Box
from service import features
from service.database import Database
from service.paging import counts
from service.parameters import ItemsQuery
from service.published import Served
from service.snapshot import begin

EASY = 20_000
"""Rows of a table that are put in the order of their names where nobody asked for another: it costs little."""
COUNTED = 1000
"""Rows of a layer that is not shown are counted up to here."""


@dataclass(frozen=True)
class Row:
    """One feature. `properties` as GeoJSON has them; `box` in degrees, None for a feature without geometry."""

    id: str
    properties: dict[str, Any]
    box: Box | None


@dataclass(frozen=True)
class Asked:
    """What is asked of a table. `labels`: codes of the sorted column in the order of their labels; else empty."""

    served: Served
    query: ItemsQuery
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Number:
    """How many rows there are; `exact` is False where there are more."""

    value: int
    exact: bool = True


@dataclass(frozen=True)
class Found:
    """A page of rows; how many match in all, as far as is known; whether there are more; the other layers' numbers."""

    rows: tuple[Row, ...]
    matched: int | None
    more: bool
    others: dict[str, Number]


def find(asked: Asked | None, others: Sequence[Asked], language: str, database: Database) -> Found:
    """Return the page, sorted as in the language, and the numbers of the others, of one snapshot.

    Raises TableChangedError when the tables are no longer those of `Served`, and as `Database.read`.
    """

    def work(cursor: cursor) -> Found:
        used = [*([asked] if asked else []), *others]
        begin(cursor, [each.served for each in used])
        rows, matched, more = _page(cursor, asked, language) if asked else ((), None, False)
        return Found(rows, matched, more, _numbers(cursor, others))

    return database.read(work)


def _page(cursor: cursor, asked: Asked, language: str) -> tuple[tuple[Row, ...], int | None, bool]:
    dataset, query = asked.served.dataset, asked.query
    is_counted = query.is_filtered and counts(dataset, query)
    cursor.execute(_question(asked, language, counted=is_counted))
    found = cursor.fetchall()
    rows = [Row(id_, shown, tuple(box) if box else None) for _, id_, shown, box, _ in found if id_ is not None]
    more, rows = len(rows) > query.limit, rows[: query.limit]
    if is_counted:
        return tuple(rows), int(found[0][0]), more
    if not query.is_filtered:
        return tuple(rows), asked.served.published.rows, more
    is_last = not more and (rows or not query.offset)
    return tuple(rows), query.offset + len(rows) if is_last else None, more


def _question(asked: Asked, language: str, *, counted: bool) -> sql.Composable:
    """Return the question for up to limit + 1 rows in order, each with how many there are in all; null if not counted.

    Where there are no rows there is one of nulls behind the number.
    """
    dataset, query = asked.served.dataset, asked.query
    own = sql.Identifier(id_column(dataset))
    by, descending = query.order[0] if query.order else (id_column(dataset), False)
    end = sql.SQL("" if by == id_column(dataset) else " NULLS LAST")  # the key has no nulls, its index serves both ways
    shown = sql.SQL(", ").join(sql.Identifier(name) for name in query.select or dataset.served)
    return sql.SQL(
        "WITH hit AS {kept} (SELECT {own} AS _own, {by} AS _place FROM {table} WHERE {where}),"
        " page AS MATERIALIZED (SELECT _own, row_number() OVER () AS _number FROM"
        " (SELECT _own FROM hit ORDER BY _place {way}, _own LIMIT {limit} OFFSET {offset}) AS chosen)"
        " SELECT counted.n, made.* FROM (SELECT {number} AS n) AS counted LEFT JOIN"
        " (SELECT to_json({own}) #>> '{{}}', (SELECT row_to_json(_row) FROM (SELECT {shown}) AS _row), {box}, _number"
        " FROM page JOIN {table} ON {own} = _own) AS made ON true ORDER BY made._number"
    ).format(
        kept=sql.SQL("MATERIALIZED" if counted else "NOT MATERIALIZED"),
        own=own,
        by=_order(by, asked, language),
        table=_table(dataset),
        where=_where(asked),
        way=sql.SQL("DESC" if descending else "ASC") + end,
        limit=sql.Literal(query.limit + 1),
        offset=sql.Literal(query.offset),
        number=sql.SQL("(SELECT count(*) FROM hit)" if counted else "NULL::bigint"),
        shown=shown,
        box=_box(dataset),
    )


def _order(name: str, asked: Asked, language: str) -> sql.Composable:
    """Return by what a column is sorted: codes as their labels stand, texts by the alphabet of the language."""
    column, own = asked.served.dataset.served.get(name), sql.Identifier(name)
    if asked.labels:
        return sql.SQL("array_position({}, {})").format(sql.Literal(list(asked.labels)), own)
    if column is not None and column.type in {"text", "code"} and asked.query.order:
        return sql.SQL("{} COLLATE {}").format(own, sql.Identifier(f"{language}-x-icu"))
    return own


def _numbers(cursor: cursor, others: Sequence[Asked]) -> dict[str, Number]:
    """Return how many rows each of the tables has; what is filtered is counted up to COUNTED, all in one question."""
    known = {each.served.id: Number(each.served.published.rows) for each in others if not each.query.is_filtered}
    filtered = [each for each in others if each.query.is_filtered]
    if not filtered:
        return known
    part = sql.SQL("(SELECT {id}::text, count(*) FROM (SELECT FROM {table} WHERE {where} LIMIT {most}) AS chosen)")
    parts = [
        part.format(
            id=sql.Literal(each.served.id),
            table=_table(each.served.dataset),
            where=_where(each),
            most=sql.Literal(COUNTED + 1),
        )
        for each in filtered
    ]
    cursor.execute(sql.SQL(" UNION ALL ").join(parts))
    return known | {id_: Number(min(n, COUNTED), exact=n <= COUNTED) for id_, n in cursor.fetchall()}


def _where(asked: Asked) -> sql.Composable:
    """Return the condition; boxes are in longitude and latitude, so it needs no question of its own."""
    return features.filters(asked.query, asked.served.dataset, asked.served.published.bbox, None)


def _table(dataset: Dataset) -> sql.Identifier:
    return sql.Identifier(DATA, table_name(dataset.id))


def _box(dataset: Dataset) -> sql.Composable:
    """Return the SQL of a feature's lon/lat box; null for a feature without geometry."""
    name = lon_lat_column(dataset)
    if name is None:
        return sql.SQL("NULL::float8[]")
    return sql.SQL(
        "CASE WHEN NOT ST_IsEmpty({g}) THEN ARRAY[ST_XMin({g}), ST_YMin({g}), ST_XMax({g}), ST_YMax({g})] END"
    ).format(g=sql.Identifier(name))
