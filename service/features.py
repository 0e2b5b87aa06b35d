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
    DATA,
    GEOMETRY,
    LEDGER,
    geometry_columns,
    id_column,
    lon_lat_column,
    srid,
    table_name,
)
from catalogue.values import Box as LonLatBox
from service.boxes import condition
from service.crs import ALL_DECIMALS, DEGREE_DECIMALS, Crs, from_lon_lat
from service.moments import Span
from service.parameters import ItemsQuery, Value

type Row = tuple[Any, str]
"""A feature's id, and its GeoJSON text."""


def page(query: ItemsQuery, dataset: Dataset, where: sql.Composable, ask: cursor) -> list[Row]:
    """Return up to limit + 1 features in order; the one too many tells that there are more."""
    own, table = sql.Identifier(id_column(dataset)), _table(dataset)
    conditions = [where]
    if query.after is not None:
        conditions.append(sql.SQL("{} > {}").format(own, sql.Literal(_scalar(query.after))))
    terms = [sql.SQL("{} {}").format(sql.Identifier(n), sql.SQL("DESC" if down else "ASC")) for n, down in query.order]
    text = sql.SQL("SELECT {parts} FROM {table} WHERE {where} ORDER BY {order} LIMIT {limit} OFFSET {offset}").format(
        parts=_parts(dataset, query),
        table=table,
        where=sql.SQL(" AND ").join(conditions),
        order=sql.SQL(", ").join([*terms, own]),
        limit=sql.Literal(query.limit + 1),
        offset=sql.Literal(query.offset),
    )
    ask.execute(text)
    return _texts(ask.fetchall(), query.crs)


def one(id_: Value, dataset: Dataset, crs: Crs, ask: cursor) -> tuple[Row, Any, Any] | None:
    """Return the feature with the id, and the ids before and after it (None at the ends); None if there is none."""
    own, table = sql.Identifier(id_column(dataset)), _table(dataset)
    value = sql.Literal(_scalar(id_))
    text = sql.SQL(
        "{lock}SELECT {parts}, (SELECT max({id}) FROM {table} WHERE {id} < {value}),"
        " (SELECT min({id}) FROM {table} WHERE {id} > {value}) FROM {table} WHERE {id} = {value}"
    ).format(
        lock=lock([dataset]), parts=_parts(dataset, ItemsQuery(limit=1, crs=crs)), id=own, table=table, value=value
    )
    ask.execute(text)
    found = ask.fetchone()
    if found is None:
        return None
    return _texts([found[:-2]], crs)[0], found[-2], found[-1]


def filters(query: ItemsQuery, dataset: Dataset, extent: LonLatBox | None, ask: cursor) -> sql.Composable:
    """Return the SQL condition of everything but paging; `true` when nothing is filtered."""
    conditions = [_equals(name, value) for name, value in query.filters]
    if query.boxes:
        conditions.append(condition(query.boxes, dataset, extent, ask))
    if query.span:
        conditions.extend(_during(query.span, dataset))
    return sql.SQL(" AND ").join(conditions) if conditions else sql.SQL("true")


def count(dataset: Dataset, where: sql.Composable, ask: cursor) -> int:
    """Return how many features meet the condition."""
    ask.execute(sql.SQL("SELECT count(*) FROM {} WHERE {}").format(_table(dataset), where))
    return int((ask.fetchone() or (0,))[0])


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


def _parts(dataset: Dataset, query: ItemsQuery) -> sql.Composable:
    """Return what is selected: the id; then the feature's text, or head, WKB and tail when Python must transform."""
    names = dataset.served if query.select is None else query.select
    shown = sql.SQL(", ").join(sql.Identifier(name) for name in names)
    properties = sql.SQL("(SELECT row_to_json(p)::text FROM (SELECT {}) AS p)").format(shown) if names else None
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


def _texts(rows: list[tuple[Any, ...]], crs: Crs) -> list[Row]:
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
    """Return the condition that any date or time of a feature is in the span; none for data that knows no time.

    Any, since clients send `datetime` for whichever date column their user filters by, and look again themselves.
    """
    terms = []
    for name, column in dataset.served.items():
        if column.type not in {"date", "datetime"}:
            continue
        dated = column.type == "date"
        low = sql.SQL("{} >= {}").format(sql.Identifier(name), _moment(span.start, dated=dated)) if span.start else None
        high = sql.SQL("{} <= {}").format(sql.Identifier(name), _moment(span.end, dated=dated)) if span.end else None
        terms.append(sql.SQL("({})").format(sql.SQL(" AND ").join(part for part in (low, high) if part)))
    return [sql.SQL("({})").format(sql.SQL(" OR ").join(terms))] if terms else []


def _moment(moment: Any, *, dated: bool) -> sql.Composable:  # noqa: ANN401 (datetime)
    return sql.Literal(moment.astimezone(UTC).date() if dated else moment)


def _scalar(value: Value) -> Any:  # noqa: ANN401 (what psycopg2 adapts)
    return value.start if isinstance(value, Span) else value


def parsed(rows: list[Row]) -> list[dict[str, Any]]:
    """Return the features as objects, for pages."""
    return [json.loads(text) for _, text in rows]
