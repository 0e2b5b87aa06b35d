"""The ledger: what was loaded when, from what, with what result; and what is published now.

A batch is written down when it starts and when it ends, so that one that was killed is seen for what it is.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg2 import sql

from catalogue.layout import CHANNEL
from catalogue.model import Dataset
from etl.errors import StoreError
from etl.store.connect import Connection
from etl.store.lock import try_lock, unlock
from findings import Report

type Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Batch:
    """One load as the ledger has it; what is not known (yet) is None.

    `state` is running, published, unchanged, refused or failed; `road` first, difference, replacement, rollback, raster
    or edit, which alone has `who`. `bbox` is west, south, east, north in degrees, `accuracy` in metres, `artefact` the
    file of a raster.
    """

    id: int
    dataset: str
    state: str
    road: str | None
    started: datetime
    finished: datetime | None
    definition: Json
    source: list[Json] | None
    rows_read: int | None
    inserted: int | None
    updated: int | None
    deleted: int | None
    unchanged: int | None
    bbox: list[float] | None
    operation: str | None
    accuracy: float | None
    report: Json | None
    artefact: str | None
    message: str | None
    who: str | None


@dataclass(frozen=True, slots=True)
class Current:
    """What is published of a dataset: by which batch, how many rows (None for a raster), where."""

    dataset: str
    batch: int
    rows: int | None
    definition: Json
    bbox: list[float] | None
    published: datetime
    artefact: str | None


@dataclass(frozen=True, slots=True)
class Status:
    """A dataset's state: what is published, if anything, and the last batch, published or not."""

    dataset: str
    current: Current | None
    last: Batch


_BATCH = sql.SQL(", ").join(map(sql.Identifier, Batch.__slots__))
_CURRENT = sql.SQL(", ").join(map(sql.Identifier, Current.__slots__))


def begin(connection: Connection, dataset: Dataset, source: Sequence[Json] | None) -> int:
    """Write down that a batch has started; return its number. The caller commits."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO krajina.batch (dataset, state, definition, source) VALUES (%s, 'running', %s, %s)"
            " RETURNING id",
            [dataset.id, _text(dataset.model_dump(mode="json")), None if source is None else _text(list(source))],
        )
        return int(_only(cursor.fetchone()))


def finish(connection: Connection, batch: int, state: str, values: Mapping[str, Any]) -> None:
    """Write down how a batch ended; `values` are further columns by name. The caller commits."""
    values = {**values, "state": state}
    settings = [sql.SQL("{} = %s").format(sql.Identifier(name)) for name in values]
    statement = sql.SQL("UPDATE krajina.batch SET finished = clock_timestamp(), {} WHERE id = %s")
    plain = [_text(value) if isinstance(value, dict) else value for value in values.values()]
    with connection.cursor() as cursor:
        cursor.execute(statement.format(sql.SQL(", ").join(settings)), [*plain, batch])


def publish(connection: Connection, batch: int, rows: int | None) -> None:
    """Make the batch, finished in this transaction, the dataset's current one; services hear of it at the commit."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO krajina.current (dataset, batch, rows, definition, bbox, published, artefact)"
            " SELECT dataset, id, %s, definition, bbox, finished, artefact FROM krajina.batch WHERE id = %s"
            " ON CONFLICT (dataset) DO UPDATE SET (batch, rows, definition, bbox, published, artefact) ="
            " (excluded.batch, excluded.rows, excluded.definition, excluded.bbox, excluded.published,"
            " excluded.artefact) RETURNING dataset",
            [rows, batch],
        )
        news = json.dumps({"dataset": _only(cursor.fetchone()), "batch": batch})
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, news])


def settle(connection: Connection) -> list[str]:
    """Mark batches that were killed as failed; return their datasets. Commits.

    A batch that runs holds its dataset's lock, so a lock that can be had has no batch running under it.
    """
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT dataset FROM krajina.batch WHERE state = 'running'")
        running = [dataset for (dataset,) in cursor.fetchall()]
    killed = [dataset for dataset in running if try_lock(connection, dataset)]
    for dataset in killed:
        settle_one(connection, dataset)
        unlock(connection, dataset)
    return killed


def settle_one(connection: Connection, dataset: str) -> None:
    """Mark running batches of a dataset, whose lock the caller holds, as failed. Commits."""
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "UPDATE krajina.batch SET state = 'failed', message = 'interrupted', finished = clock_timestamp()"
            " WHERE dataset = %s AND state = 'running'",
            [dataset],
        )


def current(connection: Connection, dataset: str) -> Current | None:
    """Return what is published of the dataset, or None."""
    found = _rows(connection, sql.SQL("SELECT {} FROM krajina.current WHERE dataset = %s").format(_CURRENT), dataset)
    return Current(*found[0]) if found else None


def loaded(connection: Connection, dataset: str) -> Batch | None:
    """Return the last batch whose sources were accepted: published or unchanged, no edit; None before the first."""
    accepted = sql.SQL(
        "SELECT {} FROM krajina.batch WHERE dataset = %s AND state IN ('published', 'unchanged')"
        " AND road IS DISTINCT FROM 'edit' ORDER BY id DESC LIMIT 1"
    )
    found = _rows(connection, accepted.format(_BATCH), dataset)
    return Batch(*found[0]) if found else None


def earlier(connection: Connection, dataset: str, batch: int | None) -> Batch:
    """Return a published batch of the dataset that is not the current one; None: the one before it.

    Raises StoreError when there is none.
    """
    before = sql.SQL(
        "SELECT {} FROM krajina.batch WHERE dataset = %s AND state = 'published' AND coalesce(id = %s, true)"
        " AND id < (SELECT batch FROM krajina.current WHERE dataset = %s) ORDER BY id DESC LIMIT 1"
    )
    found = _rows(connection, before.format(_BATCH), dataset, batch, dataset)
    if not found:
        raise StoreError("STORE-NO-EARLIER" if batch is None else "STORE-NO-BATCH", dataset=dataset, batch=batch)
    return Batch(*found[0])


def history(connection: Connection, dataset: str, limit: int = 1000) -> list[Batch]:
    """Return the batches of the dataset, the newest first; empty for a dataset that was never loaded."""
    newest = sql.SQL("SELECT {} FROM krajina.batch WHERE dataset = %s ORDER BY id DESC LIMIT {}")
    return [Batch(*row) for row in _rows(connection, newest.format(_BATCH, sql.Literal(limit)), dataset)]


def status(connection: Connection) -> list[Status]:
    """Return the state of every dataset that was ever loaded, by name."""
    last = sql.SQL("SELECT DISTINCT ON (dataset) {} FROM krajina.batch ORDER BY dataset, id DESC").format(_BATCH)
    published = [Current(*row) for row in _rows(connection, sql.SQL("SELECT {} FROM krajina.current").format(_CURRENT))]
    by_dataset = {each.dataset: each for each in published}
    batches = [Batch(*row) for row in _rows(connection, last)]
    return [Status(batch.dataset, by_dataset.get(batch.dataset), batch) for batch in batches]


def report_of(batch: Batch) -> Report:
    """Return the findings of a batch."""
    return Report.from_json(batch.report or {})


def _rows(connection: Connection, statement: sql.Composed, *values: object) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def _text(plain: object) -> str:
    return json.dumps(plain, ensure_ascii=False)


def _only(row: tuple[Any, ...] | None) -> Any:  # noqa: ANN401 (a value of the database)
    if row is None:
        raise LookupError("the statement returned no row")
    return row[0]
