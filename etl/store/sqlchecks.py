"""Checks that compare rows with rows: keys, unique columns, overlapping areas. They run in PostGIS, on staging.

Apart from `etl.checks`, which sees one chunk or the figures of the whole: here the database sees all rows at once. Each
check adds errors to a report: the first hundred with their places, all of them counted.
"""

from typing import Any

from psycopg2 import sql

from catalogue import layout
from catalogue.model import Dataset
from etl.store.connect import Connection
from etl.store.difference import Counts
from etl.store.tables import fetch, names, table
from findings import Finding, Level, Point, Report
from findings.report import KEPT_PER_CODE


def keys(connection: Connection, dataset: Dataset, report: Report) -> None:
    """Report each key that stands more than once, and how many rows have none."""
    id_ = layout.id_column(dataset)
    columns = ", ".join(dataset.key_columns)
    absent = "SELECT count(*) FROM {staging} WHERE {id} IS NULL HAVING count(*) > 0"
    for (n,) in fetch(connection, absent, staging=table(layout.STAGING, dataset), id=sql.Identifier(id_)):
        report.append(Finding("KEY-ABSENT", Level.ERROR, {"columns": columns, "n": n}, dataset.id))
    _repeated(connection, dataset, (id_,), "KEY-REPEATED", {"columns": columns}, report)


def unique(connection: Connection, dataset: Dataset, report: Report) -> None:
    """Report each combination of values that the dataset file wants once and that stands more than once.

    Rows in which one of the values is absent are not compared.
    """
    for columns in dataset.checks.unique:
        _repeated(connection, dataset, columns, "UNIQUE-REPEATED", {"columns": ", ".join(columns)}, report)


def overlaps(connection: Connection, dataset: Dataset, report: Report) -> None:
    """Report each pair of areas that share more than the dataset file allows, the largest first.

    Measured in the dataset's CRS, on the ellipsoid when that is in degrees. Needs an index on the geometry in lon/lat.
    """
    limit = dataset.checks.overlaps
    if limit is None:
        return
    found = fetch(
        connection,
        # A dataset may have columns called area or place; names with an underscore in front are never a dataset's.
        "SELECT a.{id}::text, b.{id}::text, _area, ST_X(_place), ST_Y(_place), count(*) OVER ()"
        " FROM {staging} AS a JOIN {staging} AS b"
        " ON a.{lon_lat} && b.{lon_lat} AND a.{id} < b.{id} AND ST_Relate(a.{geom}, b.{geom}, '2********'),"
        " LATERAL (SELECT ST_Intersection(a.{geom}, b.{geom}) AS _shared) AS both_have,"
        " LATERAL (SELECT ST_Area(_shared{measure}) AS _area,"
        " ST_PointOnSurface(ST_Intersection(a.{lon_lat}, b.{lon_lat})) AS _place) AS measured"
        " WHERE _area > %s ORDER BY _area DESC LIMIT {most}",
        limit,
        id=sql.Identifier(layout.id_column(dataset)),
        staging=table(layout.STAGING, dataset),
        lon_lat=sql.Identifier(layout.lon_lat_column(dataset) or ""),
        geom=sql.Identifier(layout.GEOMETRY),
        measure=sql.SQL("::geography" if dataset.crs == layout.LON_LAT else ""),
        most=sql.Literal(KEPT_PER_CODE),
    )
    for a, b, area, x, y, _ in found:
        values = {"other": b, "area": round(area, 2), "limit": limit}
        report.append(Finding("AREAS-OVERLAP", Level.ERROR, values, dataset.id, row=str(a), point=point(x, y)))
    _count_rest("AREAS-OVERLAP", found, report)


def touched(dataset: Dataset, counts: Counts, report: Report) -> None:
    """Report that the batch would touch a larger share of the published rows than the dataset file allows."""
    allowed = dataset.checks.max_change
    if allowed is None or not counts.before or counts.touched <= allowed * counts.before:
        return
    percent = {"percent": round(100 * counts.touched / counts.before, 1), "limit": round(100 * allowed, 1)}
    values = {"n": counts.touched, "rows": counts.before, **percent}
    report.append(Finding("ROWS-TOUCHED", Level.ERROR, values, dataset.id))


def _repeated(
    connection: Connection,
    dataset: Dataset,
    columns: tuple[str, ...],
    code: str,
    values: dict[str, str],
    report: Report,
) -> None:
    lon_lat = layout.lon_lat_column(dataset)
    place = sql.SQL("ST_PointOnSurface({})").format(sql.Identifier(lon_lat)) if lon_lat else sql.SQL("NULL::geometry")
    found = fetch(
        connection,
        "WITH repeated AS (SELECT concat_ws(', ', {columns}) AS value, count(*) AS n, count(*) OVER () AS total,"
        " min(ctid) AS first FROM {staging} WHERE num_nulls({columns}) = 0 GROUP BY {columns} HAVING count(*) > 1"
        " ORDER BY 2 DESC, 1 LIMIT {most})"
        " SELECT value, n, {id}::text, ST_X({place}), ST_Y({place}), total"
        " FROM repeated JOIN {staging} AS staged ON staged.ctid = first ORDER BY n DESC, value",
        columns=names(list(columns)),
        staging=table(layout.STAGING, dataset),
        id=sql.Identifier(layout.id_column(dataset)),
        place=place,
        most=sql.Literal(KEPT_PER_CODE),
    )
    for value, n, row, x, y, _ in found:
        shown = {**values, "value": value, "n": n}
        report.append(Finding(code, Level.ERROR, shown, dataset.id, row=str(row), point=point(x, y)))
    _count_rest(code, found, report)


def _count_rest(code: str, found: list[tuple[Any, ...]], report: Report) -> None:
    """Count what was found beyond what was fetched; the last column holds the total."""
    if found:
        report.count(code, Level.ERROR, found[0][-1] - len(found))


def point(x: float | None, y: float | None) -> Point | None:
    """Return what the database gave as longitude and latitude as a place; None if it gave none."""
    return (x, y) if x is not None and y is not None else None
