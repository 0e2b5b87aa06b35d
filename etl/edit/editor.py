"""The editor: one edit, one connection, one transaction; what stands in its way is told by `catalogue.edits`.

It holds the dataset's lock, which loads hold too, from before the feature is looked at until the commit. So of two
edits of one state exactly one is made, batches of a dataset are numbered in the order in which they are published, and
a load never meets half an edit.
"""

from pathlib import Path
from uuid import uuid4

import psycopg2
from psycopg2 import errors

from catalogue import layout
from catalogue.edits import (
    AbsentError,
    BusyError,
    Edit,
    Edited,
    ExistsError,
    Key,
    OutdatedError,
    RefusedError,
    StaleError,
    UnavailableError,
    UncertainError,
)
from catalogue.model import Dataset
from etl.checks.batch import number_of_rows
from etl.edit import rows
from etl.edit.feature import Feature, Ways, feature_of
from etl.errors import StoreError
from etl.store import connected, ledger, roads
from etl.store.connect import Connection
from etl.store.migrate import LOCK
from etl.store.progress import quiet
from findings import Finding, Level, Report
from geodesy import Box

WAIT, DEADLINE = "3s", "10s"
"""For the lock of the dataset, and for each statement."""
_SAID = {"create": "inserted", "replace": "updated", "update": "updated", "delete": "deleted"}


class PostgisEditor:
    """Makes edits in the database of the DSN; `grids` is a folder with PROJ grids. Threads may share it."""

    def __init__(self, dsn: str, grids: Path) -> None:
        self._dsn = dsn
        self._grids = grids
        self._ways = Ways()

    def __call__(self, edit: Edit) -> Edited:
        """Make the edit, whole, and return what became of it. Raises the errors of `catalogue.edits`.

        An edit that changes nothing is no batch: the one that wrote the feature is returned.
        """
        feature = None if edit.change == "delete" else feature_of(edit, self._grids, self._ways)
        try:
            with connected(self._dsn) as connection:
                _hold(connection, edit.dataset.id)
                edited = _written(connection, edit, feature)
                _commit(connection)
                return edited
        except StoreError as error:
            raise UnavailableError(str(error)) from error


def _hold(connection: Connection, dataset: str) -> None:
    """Begin the transaction with its limits and take the dataset's lock, which ends with it. Raises BusyError."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = %s", [WAIT])
        cursor.execute("SET LOCAL statement_timeout = %s", [DEADLINE])
        try:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK, dataset])
        except errors.LockNotAvailable as error:
            raise BusyError from error


def _written(connection: Connection, edit: Edit, feature: Feature | None) -> Edited:
    """Write the edit into tables and ledger, not yet committed."""
    now, dataset = _published(connection, edit)
    key = _key(connection, edit)
    before = rows.written_by(connection, dataset, key)
    _permit(edit, before)
    report = Report() if feature is None else feature.report
    batch = ledger.begin(connection, dataset, None)
    rows.stage(connection, dataset, feature, key, batch)
    if before is not None and feature is not None and rows.is_same(connection, dataset):
        connection.rollback()
        return Edited(key, before, report)
    total = (now.rows or 0) + {"create": 1, "delete": -1}.get(edit.change, 0)
    _check(connection, edit, key, total, report)
    rows.list_change(connection, dataset, key, _SAID[edit.change])
    roads.in_place(connection, dataset, batch, quiet)
    _enter(connection, edit, batch, now, feature, report)
    ledger.publish(connection, batch, total)
    return Edited(key, batch, report)


def _published(connection: Connection, edit: Edit) -> tuple[ledger.Current, Dataset]:
    """Return what is published and its definition. Raises OutdatedError if the edit was read against another table."""
    now = ledger.current(connection, edit.dataset.id)
    if now is None:
        raise OutdatedError
    dataset = Dataset.model_validate(now.definition)
    if layout.columns(dataset) != layout.columns(edit.dataset) or dataset.key != edit.dataset.key:
        raise OutdatedError
    return now, dataset


def _key(connection: Connection, edit: Edit) -> Key:
    """Return the feature's id; a new one that comes without gets the next number, or a random text."""
    if edit.key is not None:
        return edit.key
    column = edit.dataset.kept[layout.id_column(edit.dataset)]
    return rows.next_key(connection, edit.dataset) if column.type == "integer" else uuid4().hex


def _permit(edit: Edit, before: int | None) -> None:
    """Raise what stands in the way of the edit, given which batch wrote the feature (None: there is none)."""
    if edit.change == "create":
        if before is not None:
            raise ExistsError
        return
    if before is None:
        raise AbsentError if edit.seen is None else StaleError
    if edit.seen is not None and before not in edit.seen:
        raise StaleError


def _check(connection: Connection, edit: Edit, key: Key, total: int, report: Report) -> None:
    """Check the staged feature against the others by the rules of the dataset file. Raises RefusedError."""
    for code, values in number_of_rows(edit.dataset, total):
        report.append(Finding(code, Level.ERROR, values, edit.dataset.id, row=str(key)))
    rows.check(connection, edit.dataset, key, report)
    if not report.ok:
        raise RefusedError(report)


def _enter(
    connection: Connection, edit: Edit, batch: int, now: ledger.Current, feature: Feature | None, report: Report
) -> None:
    """Write into the ledger how the batch ended."""
    figures = feature.figures if feature else None
    changed = {said: int(said == _SAID[edit.change]) for said in ("inserted", "updated", "deleted")}
    values = {
        **changed,
        "unchanged": (now.rows or 0) - changed["updated"] - changed["deleted"],
        "road": "edit",
        "who": edit.who,
        "rows_read": 1 if feature else 0,
        "bbox": _around(now.bbox, figures.bbox if figures else None),
        "operation": figures.operation if figures else None,
        "accuracy": figures.accuracy if figures else None,
        "report": report.to_json(),
    }
    ledger.finish(connection, batch, "published", values)


def _around(box: list[float] | None, other: Box | None) -> list[float] | None:
    """Return a box around both; it does not shrink when a feature goes, the next load measures anew."""
    if box is None or other is None:
        return box if other is None else list(other)
    return [min(box[0], other[0]), min(box[1], other[1]), max(box[2], other[2]), max(box[3], other[3])]


def _commit(connection: Connection) -> None:
    try:
        connection.commit()
    except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
        raise UncertainError from error
