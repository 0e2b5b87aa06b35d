"""One row on its way into the table: staged, compared with the row that it changes, checked against its neighbours.

The SQL of edits. It leaves what a load leaves before publishing, a staging table and the list of what changes, so that
the roads of `etl.store` do the rest.
"""

from typing import Any

from psycopg2 import sql

from catalogue import layout
from catalogue.edits import Key
from catalogue.model import Dataset
from etl.edit.feature import Feature
from etl.store import copy, tables
from etl.store.connect import Connection
from etl.store.difference import CHANGED, differ
from etl.store.sqlchecks import point
from etl.store.tables import execute, fetch, names, own_columns, table
from findings import Finding, Level, Report


def written_by(connection: Connection, dataset: Dataset, key: Key) -> int | None:
    """Return the batch that wrote the feature as it is; None if there is no such feature."""
    found = fetch(
        connection,
        "SELECT {batch} FROM {data} WHERE {id} = %s",
        key,
        batch=sql.Identifier(layout.BATCH),
        **_places(dataset),
    )
    return int(found[0][0]) if found else None


def next_key(connection: Connection, dataset: Dataset) -> int:
    """Return a whole number that no feature has, or had while its history is kept."""
    found = fetch(
        connection,
        "SELECT greatest((SELECT max({id}) FROM {data}), (SELECT max({id}) FROM {history}), 0) + 1",
        history=table(layout.HISTORY, dataset),
        **_places(dataset),
    )
    return int(found[0][0])


def stage(connection: Connection, dataset: Dataset, feature: Feature | None, key: Key, batch: int) -> None:
    """Make the staging table and put the feature into it, whole: what it does not bring stays as it is published.

    None for a deletion, which stages nothing.
    """
    staging = table(layout.STAGING, dataset)
    tables.create(connection, dataset, staging, batch, logged=True)  # one row; an unlogged table begins with a sync
    if feature is None:
        return
    copy.copy(connection, dataset, staging, [feature.chunk(dataset, key)], new=False)
    kept = [name for name in own_columns(dataset) if name not in feature.brings(dataset)]
    if kept:
        execute(
            connection,
            "UPDATE {staging} AS new SET {kept} FROM {data} AS old WHERE old.{id} = new.{id}",
            kept=sql.SQL(", ").join(sql.SQL("{0} = old.{0}").format(sql.Identifier(name)) for name in kept),
            **_places(dataset),
        )


def is_same(connection: Connection, dataset: Dataset) -> bool:
    """Say whether the staged feature is published already, just as it is."""
    return fetch(
        connection,
        "SELECT EXISTS (SELECT FROM {staging} AS new JOIN {data} AS old ON old.{id} = new.{id} WHERE NOT {differ})",
        differ=differ(dataset),
        **_places(dataset),
    ) == [(True,)]


def list_change(connection: Connection, dataset: Dataset, key: Key, change: str) -> None:
    """List the one change (inserted, updated, deleted) where the roads of a load look for changes."""
    execute(
        connection,
        "CREATE TEMPORARY TABLE {changed} ON COMMIT DROP AS SELECT {id} AS id, %s::text AS change FROM {data} LIMIT 0",
        change,
        changed=CHANGED,
        **_places(dataset),
    )
    execute(connection, "INSERT INTO {changed} VALUES (%s, %s)", key, change, changed=CHANGED)
    for each in (CHANGED, table(layout.STAGING, dataset)):  # unknown sizes count as large
        execute(connection, "ANALYZE {each}", each=each)


def check(connection: Connection, dataset: Dataset, key: Key, report: Report) -> None:
    """Report in what the staged feature repeats a published one that it must not repeat, and whom it overlaps."""
    for columns in dataset.checks.unique:
        repeated = _repeated(connection, dataset, columns)
        if repeated is not None:
            values = {"columns": ", ".join(columns), "value": repeated, "n": 2}
            report.append(Finding("UNIQUE-REPEATED", Level.ERROR, values, dataset.id, row=str(key)))
    if dataset.checks.overlaps is not None:
        for other, area, x, y in _overlapped(connection, dataset, dataset.checks.overlaps):
            values = {"other": str(other), "area": round(area, 2), "limit": dataset.checks.overlaps}
            report.append(Finding("AREAS-OVERLAP", Level.ERROR, values, dataset.id, row=str(key), point=point(x, y)))


def _repeated(connection: Connection, dataset: Dataset, columns: tuple[str, ...]) -> str | None:
    """Return the values in those columns that another feature has too; None if there is none."""
    same = sql.SQL(" AND ").join(sql.SQL("old.{0} = new.{0}").format(sql.Identifier(name)) for name in columns)
    found = fetch(
        connection,
        "SELECT concat_ws(', ', {columns}) FROM {staging} AS new JOIN {data} AS old ON {same} AND old.{id} <> new.{id}"
        " LIMIT 1",
        columns=names(list(columns), "new"),
        same=same,
        **_places(dataset),
    )
    return str(found[0][0]) if found else None


def _overlapped(connection: Connection, dataset: Dataset, limit: float) -> list[tuple[Any, ...]]:
    """Return the features that share more than `limit` square metres with the staged one: id, area, a place in both."""
    return fetch(
        connection,
        "SELECT old.{id}, _area, ST_X(_place), ST_Y(_place) FROM {staging} AS new JOIN {data} AS old"
        " ON new.{lon_lat} && old.{lon_lat} AND old.{id} <> new.{id}"
        " AND ST_Relate(new.{geom}, old.{geom}, '2********'),"
        " LATERAL (SELECT ST_Area(ST_Intersection(new.{geom}, old.{geom}){measure}) AS _area,"
        " ST_PointOnSurface(ST_Intersection(new.{lon_lat}, old.{lon_lat})) AS _place) AS measured"
        " WHERE _area > %s ORDER BY _area DESC LIMIT 100",
        limit,
        lon_lat=sql.Identifier(layout.lon_lat_column(dataset) or ""),
        geom=sql.Identifier(layout.GEOMETRY),
        measure=sql.SQL("::geography" if dataset.crs == layout.LON_LAT else ""),
        **_places(dataset),
    )


def _places(dataset: Dataset) -> dict[str, sql.Composable]:
    return {
        "id": sql.Identifier(layout.id_column(dataset)),
        "data": table(layout.DATA, dataset),
        "staging": table(layout.STAGING, dataset),
    }
