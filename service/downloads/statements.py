"""The SQL of downloads: what is selected of a table for each form. Pure.

Names are those of the order, which has them from the dataset; they are quoted here and nowhere put together as text.
"""

from psycopg2 import sql

from catalogue.layout import DATA, GEOMETRY
from service.crs import DEGREE_DECIMALS
from service.downloads.order import Field, Order
from service.formats.delimited import CRS, RISKY, WKT, X, Y

WKB = "geometry"
"""What the geometry is called where a form needs a name for it."""


def table(order: Order) -> sql.Composable:
    """Return what is read: the ordered table, or its rows as they were, under the same name."""
    return sql.SQL(order.past) if order.past else sql.Identifier(DATA, order.table)


def rows(order: Order, *, degrees: bool = False, along: bool = False) -> sql.Composable:
    """Return the query of all rows by id, typed, the geometry last as WKB, x first.

    With `along` in the order of a space-filling curve instead, so that neighbours stand together.
    """
    parts: list[sql.Composable] = [sql.Identifier(field.name) for field in order.fields]
    place = sql.Identifier(order.lon_lat if degrees else GEOMETRY)
    if order.has_geometry:
        parts.append(_named(sql.SQL("ST_AsBinary({})").format(place), WKB))
    by = [place] if along and order.has_geometry else []
    return sql.SQL("SELECT {} FROM {} ORDER BY {}").format(
        sql.SQL(", ").join(parts), table(order), sql.SQL(", ").join([*by, sql.Identifier(order.id)])
    )


def placeless(order: Order) -> sql.Composable:
    """Return the query of rows without a geometry."""
    return sql.SQL("SELECT 1 FROM {} WHERE {} IS NULL").format(table(order), sql.Identifier(GEOMETRY))


def cells(order: Order) -> sql.Composable:
    """Return the query of all rows by id for a sheet: the columns, and x and y of points."""
    parts: list[sql.Composable] = [sql.Identifier(field.name) for field in order.fields]
    parts += [_named(number, name) for name, number in _xy(order).items()]
    return sql.SQL("SELECT {} FROM {} ORDER BY {}").format(
        sql.SQL(", ").join(parts), table(order), sql.Identifier(order.id)
    )


def features(order: Order) -> sql.Composable:
    """Return the COPY of all features by id as GeoJSON texts, each on a line and after a comma.

    CSV with a quote and a delimiter that JSON cannot hold unescaped is the one form of COPY that leaves text as it is.
    """
    shown = [field for field in order.fields if field.name != order.id or not order.id.startswith("_")]
    names = sql.SQL(", ").join(sql.Identifier(field.name) for field in shown)
    properties = sql.SQL("(SELECT row_to_json(_row)::text FROM (SELECT {}) AS _row)").format(names)
    place = sql.SQL("ST_AsGeoJSON({}, {}, 0)").format(sql.Identifier(order.lon_lat), sql.Literal(DEGREE_DECIMALS))
    text = sql.SQL(
        """',{{"type":"Feature","id":' || to_json({id})::text || ',"geometry":' || {place} || ',"properties":'"""
        " || {properties} || '}}'"
    ).format(
        id=sql.Identifier(order.id),
        place=sql.SQL("coalesce({}, 'null')").format(place) if order.has_geometry else sql.SQL("'null'"),
        properties=properties if shown else sql.SQL("'{}'"),
    )
    plain = sql.SQL(r"FORMAT csv, QUOTE E'\x01', DELIMITER E'\x02', ENCODING 'UTF8'")
    return sql.SQL("COPY (SELECT {} FROM {} ORDER BY {}) TO STDOUT ({})").format(
        text, table(order), sql.Identifier(order.id), plain
    )


def lines(order: Order, delimiter: str, *, comma: bool) -> sql.Composable:
    """Return the COPY of all rows by id as CSV with a header; with `comma` numbers have a decimal comma.

    The geometry is WKT in the CRS of the dataset, x first, its CRS beside it; points have x and y too.
    """
    parts: list[sql.Composable] = [_cell(field, comma=comma) for field in order.fields]
    parts += [(_comma if comma else _named)(number, name) for name, number in _xy(order).items()]
    if order.has_geometry:
        wkt = sql.SQL("ST_AsText({})").format(sql.Identifier(GEOMETRY))
        parts += [_named(wkt, WKT), _named(sql.Literal(f"EPSG:{order.crs}"), CRS)]
    return sql.SQL(
        "COPY (SELECT {} FROM {} ORDER BY {}) TO STDOUT (FORMAT csv, HEADER, DELIMITER {}, ENCODING 'UTF8')"
    ).format(sql.SQL(", ").join(parts), table(order), sql.Identifier(order.table, order.id), sql.Literal(delimiter))


def _xy(order: Order) -> dict[str, sql.Composable]:
    """Return the coordinates of points in the CRS of the dataset; nothing for other geometries."""
    place = sql.Identifier(GEOMETRY)
    return {X: sql.SQL("ST_X({})").format(place), Y: sql.SQL("ST_Y({})").format(place)} if order.is_points else {}


def _named(value: sql.Composable, name: str) -> sql.Composable:
    return sql.SQL("{} AS {}").format(value, sql.Identifier(name))


def _cell(field: Field, *, comma: bool) -> sql.Composable:
    """Return a column as it stands in a CSV file: text that cannot become a formula, times as ISO 8601 has them."""
    column = sql.Identifier(field.name)
    if field.type in {"text", "code"}:
        return sql.SQL("CASE WHEN left({0}, 1) = ANY ({1}) THEN '''' || {0} ELSE {0} END AS {0}").format(
            column, sql.Literal(list(RISKY))
        )
    if field.type == "boolean":
        return _named(sql.SQL("{}::text").format(column), field.name)
    if field.type == "datetime":
        return sql.SQL("to_json({0}) #>> '{{}}' AS {0}").format(column)
    if field.type == "decimal" and comma:
        return _comma(column, field.name)
    return column


def _comma(number: sql.Composable, name: str) -> sql.Composable:
    return _named(sql.SQL("replace(({})::text, '.', ',')").format(number), name)
