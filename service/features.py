"""The SQL of features: PostGIS writes the JSON text of each one, Python only joins them.

Measured: text made in the database costs a tenth of rows turned into objects and these into JSON. Only a CRS in which
nothing is stored is computed here, from the lon/lat column, so that all clients get the same operation.
"""

import json
from collections.abc import Iterable
from datetime import UTC
from typing import Any

import shapely
from psycopg2 import sql
from psycopg2.extensions import cursor

from catalogue import Dataset
from catalogue.layout import (
    BATCH,
    DATA,
    GEOMETRY,
    LEDGER,
    geometry_columns,
    id_column,
    lon_lat_column,
    rows_at,
    srid,
    table_name,
)
from catalogue.values import Box as LonLatBox
from service.boxes import condition
from service.cql2 import binding
from service.crs import ALL_DECIMALS, DEGREE_DECIMALS, Crs, from_lon_lat
from service.moments import Span
from service.parameters import ItemsQuery
from service.typed import Value

DOMAIN_MAX = 200
"""Values of a column that are listed; more are no list to choose from."""

type Row = tuple[Any, str]
"""A feature's id, and its GeoJSON text."""


def page(query: ItemsQuery, dataset: Dataset, where: sql.Composable, *, numbered: bool = False) -> sql.Composable:
    """Return the question for up to limit + 1 features in order; the one too many tells that there are more.

    Before an id they come in falling order. Features that an offset skips are not made: only their ids are looked at.
    With `numbered` each row ends in how many features match in all: found in the same search, in the order of ids only.
    """
    own, rows = sql.Identifier(id_column(dataset)), _rows(dataset, query.batch)
    beside = [
        sql.SQL("{} {} {}").format(own, sign, sql.Literal(_scalar(id_)))
        for sign, id_ in ((sql.SQL("<"), query.before), (sql.SQL(">"), query.after))
        if id_ is not None
    ]
    terms = [sql.SQL("{} {}").format(sql.Identifier(n), sql.SQL("DESC" if down else "ASC")) for n, down in query.order]
    order = sql.SQL(", ").join([*terms, sql.SQL("{} DESC").format(own) if query.before is not None else own])
    limited = sql.SQL(" LIMIT {} OFFSET {}").format(sql.Literal(query.limit + 1), sql.Literal(query.offset))
    parts = _parts(dataset, query)
    if numbered:
        every = sql.SQL(" AND ").join(beside or [sql.SQL("true")])
        wanted = _select(own, sql.SQL("_hit"), every, order) + limited
        found = sql.SQL("WITH _hit AS MATERIALIZED (SELECT {} FROM {} WHERE {}) ").format(own, rows, where)
        parts += sql.SQL(", (SELECT count(*) FROM _hit)")
        return found + _select(parts, rows, sql.SQL("{} IN ({})").format(own, wanted), order)
    every = sql.SQL(" AND ").join([where, *beside])
    if not query.offset:
        return _select(parts, rows, every, order) + limited
    wanted = _select(own, rows, every, order) + limited
    return _select(parts, rows, sql.SQL("{} IN ({})").format(own, wanted), order)


def _select(parts: sql.Composable, rows: sql.Composable, where: sql.Composable, order: sql.Composable) -> sql.Composed:
    return sql.SQL("SELECT {} FROM {} WHERE {} ORDER BY {}").format(parts, rows, where, order)


def one(id_: Value, dataset: Dataset, crs: Crs, batch: int | None = None) -> sql.Composable:
    """Return the question for the feature with the id: one row, or none; the last column is the batch that wrote it.

    With a batch: the feature as it was when that was published.
    """
    return sql.SQL("SELECT {parts}, {written} FROM {table} WHERE {id} = {value}").format(
        parts=_parts(dataset, ItemsQuery(limit=1, crs=crs)),
        written=sql.Identifier(BATCH),
        table=_rows(dataset, batch),
        id=sql.Identifier(id_column(dataset)),
        value=sql.Literal(_scalar(id_)),
    )


def neighbours(id_: Value, dataset: Dataset, batch: int | None = None) -> sql.Composable:
    """Return the question for the ids before and after an id; null at the ends."""
    return sql.SQL(
        "SELECT (SELECT max({id}) FROM {table} WHERE {id} < {value}),"
        " (SELECT min({id}) FROM {table} WHERE {id} > {value})"
    ).format(id=sql.Identifier(id_column(dataset)), table=_rows(dataset, batch), value=sql.Literal(_scalar(id_)))


def count(dataset: Dataset, where: sql.Composable, batch: int | None = None) -> sql.Composable:
    """Return the question how many features meet the condition."""
    return sql.SQL("SELECT count(*) FROM {} WHERE {}").format(_rows(dataset, batch), where)


def stamped(question: sql.Composable, dataset: Dataset) -> sql.Composable:
    """Return the question with the batch that is published, in the same snapshot, as first column of each row.

    Where the question has no rows there is one, of nulls behind the batch; none at all if nothing is published.
    """
    return sql.SQL(
        "SELECT published.batch, found.* FROM {current} AS published LEFT JOIN LATERAL ({question}) AS found ON true"
        " WHERE published.dataset = {dataset}"
    ).format(current=sql.Identifier(LEDGER, "current"), question=question, dataset=sql.Literal(dataset.id))


def filters(query: ItemsQuery, dataset: Dataset, extent: LonLatBox | None, ask: cursor | None) -> sql.Composable:
    """Return the SQL condition of everything but paging; `true` when nothing is filtered."""
    conditions = [_equals(name, value) for name, value in query.filters]
    if query.boxes:
        conditions.append(condition(query.boxes, dataset, extent, ask))
    if query.span:
        conditions.extend(_during(query.span, dataset))
    if query.filter:
        conditions.append(binding.bound(query.filter.condition, dataset, extent))
    return sql.SQL(" AND ").join(conditions) if conditions else sql.SQL("true")


def domain(name: str, dataset: Dataset, ask: cursor) -> list[Any]:
    """Return the values of a column in order, as JSON has them; none where they are too many to choose from."""
    column = sql.Identifier(name)
    ask.execute(
        sql.SQL(
            "SELECT to_json({c}) FROM (SELECT DISTINCT {c} FROM {t} WHERE {c} IS NOT NULL LIMIT {n}) AS v ORDER BY {c}"
        ).format(c=column, t=_table(dataset), n=sql.Literal(DOMAIN_MAX + 1))
    )
    values = [value for (value,) in ask.fetchall()]
    return values if len(values) <= DOMAIN_MAX else []


def extent(dataset: Dataset, ask: cursor) -> tuple[int, LonLatBox | None]:
    """Return how many features are published and their lon/lat box, as the ledger has it in this snapshot.

    To be asked first: it begins the snapshot in which the table can be read.
    """
    ask.execute(
        sql.SQL("{}SELECT rows, bbox FROM {} WHERE dataset = {}").format(
            lock([dataset]), sql.Identifier(LEDGER, "current"), sql.Literal(dataset.id)
        )
    )
    found = ask.fetchone()
    if found is None:
        return 0, None
    rows, bbox = found
    return int(rows), tuple(bbox) if bbox else None


def lock(datasets: Iterable[Dataset]) -> sql.Composable:
    """Return the statement that must come first in a snapshot: it waits for a publication that replaces a table.

    A snapshot taken before such a publication and used after it would see the new table without its rows.
    """
    tables = sql.SQL(", ").join(_table(dataset) for dataset in datasets)
    return sql.SQL("LOCK TABLE {} IN ACCESS SHARE MODE; ").format(tables)


def _table(dataset: Dataset) -> sql.Identifier:
    return sql.Identifier(DATA, table_name(dataset.id))


def _rows(dataset: Dataset, batch: int | None) -> sql.Composable:
    """Return what features are read from: the table, or its rows as they were when the batch was published."""
    return _table(dataset) if batch is None else sql.SQL(f"{rows_at(dataset, batch)} AS past")


def _parts(dataset: Dataset, query: ItemsQuery) -> sql.Composable:
    """Return what is selected: the id; then the feature's text, or head, WKB and tail when Python must transform."""
    names = dataset.served if query.select is None else query.select
    shown = sql.SQL(", ").join(sql.Identifier(name) for name in names)
    properties = sql.SQL("(SELECT row_to_json(_row)::text FROM (SELECT {}) AS _row)").format(shown) if names else None
    head = sql.SQL("""'{{"type":"Feature","id":' || to_json({})::text""").format(sql.Identifier(id_column(dataset)))
    tail = sql.SQL("""',"properties":' || {} || '}}'""").format(properties or sql.SQL("'{{}}'"))
    geometry = _geometry_text(dataset, query)
    own = sql.Identifier(id_column(dataset))
    if geometry is not None:
        return sql.SQL("""{}, {} || ',"geometry":' || {} || {}""").format(own, head, geometry, tail)
    lon_lat = sql.Identifier(lon_lat_column(dataset) or GEOMETRY)
    return sql.SQL("""{}, {} || ',"geometry":', ST_AsBinary({}), {}""").format(own, head, lon_lat, tail)


def _geometry_text(dataset: Dataset, query: ItemsQuery) -> sql.Composable | None:
    """Return the SQL of the geometry's JSON; None when the CRS is one that is not stored."""
    lon_lat = lon_lat_column(dataset)
    if not query.geometry or lon_lat is None:
        return sql.SQL("'null'")
    crs = query.crs
    if crs.code == srid(dataset.crs) and crs.code in geometry_columns(dataset).values() and not crs.is_lon_lat:
        column, decimals = sql.Identifier(GEOMETRY), ALL_DECIMALS
    elif crs.is_lon_lat:
        column, decimals = sql.Identifier(lon_lat), DEGREE_DECIMALS
    else:
        return None
    shape = sql.SQL("ST_FlipCoordinates({})").format(column) if crs.swapped else column
    return sql.SQL("coalesce(ST_AsGeoJSON({}, {}, 0), 'null')").format(shape, sql.Literal(decimals))


def texts(rows: list[tuple[Any, ...]], crs: Crs) -> list[Row]:
    """Return the rows of a page or of one feature as texts; in a CRS that is not stored they are transformed here."""
    if not rows or len(rows[0]) == len(("id", "text")):
        return [(row[0], row[1]) for row in rows]
    shapes = shapely.from_wkb([None if row[2] is None else bytes(row[2]) for row in rows])
    written = _geojson(shapes, crs)
    return [(row[0], f"{row[1]}{shape}{row[3]}") for row, shape in zip(rows, written, strict=True)]


def _geojson(shapes: Any, crs: Crs) -> Iterable[str]:  # noqa: ANN401 (an array of geometries)
    """Return the GeoJSON text of lon/lat geometries in another CRS, in the authority's axis order."""

    def move(points: Any) -> Any:  # noqa: ANN401 (n × 2 numbers)
        moved = from_lon_lat(points, crs).round(crs.decimals)
        return moved[:, ::-1] if crs.swapped else moved

    texts = shapely.to_geojson(shapely.transform(shapes, move))
    return ["null" if text is None else text for text in texts]


def _equals(name: str, value: Value) -> sql.Composable:
    column = sql.Identifier(name)
    if isinstance(value, Span):
        return sql.SQL("{} BETWEEN {} AND {}").format(column, sql.Literal(value.start), sql.Literal(value.end))
    return sql.SQL("{} = {}").format(column, sql.Literal(value))


def _during(span: Span, dataset: Dataset) -> list[sql.Composable]:
    """Return the condition that a feature holds within the span; none for data that knows no time.

    Where the dataset does not say when its features hold, any of their dates may be in the span: clients send
    `datetime` for whichever date column their user filters by, and look again themselves. An end that is not filled in
    is open.
    """
    dated = [name for name, column in dataset.served.items() if column.type in {"date", "datetime"}]
    pairs = [dataset.time_columns] if dataset.time_columns else [(name, name) for name in dated]
    terms = [_within(span, start, end, dataset) for start, end in pairs]
    return [sql.SQL("({})").format(sql.SQL(" OR ").join(terms))] if terms else []


def _within(span: Span, start: str, end: str, dataset: Dataset) -> sql.Composable:
    """Return the condition that the time from one column to the other meets the span."""
    conditions = []
    for name, sign, moment in ((end, sql.SQL(">="), span.start), (start, sql.SQL("<="), span.end)):
        if moment is not None:
            meets = sql.SQL("{} {} {}") if start == end else sql.SQL("coalesce({} {} {}, true)")
            limit = _moment(moment, dated=dataset.served[name].type == "date")
            conditions.append(meets.format(sql.Identifier(name), sign, limit))
    return sql.SQL("({})").format(sql.SQL(" AND ").join(conditions))


def _moment(moment: Any, *, dated: bool) -> sql.Composable:  # noqa: ANN401 (datetime)
    return sql.Literal(moment.astimezone(UTC).date() if dated else moment)


def _scalar(value: Value) -> Any:  # noqa: ANN401 (what psycopg2 adapts)
    return value.start if isinstance(value, Span) else value


def parsed(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Return the features as objects, for pages."""
    return [json.loads(text) for _, text in rows]
