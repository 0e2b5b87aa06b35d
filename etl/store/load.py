"""A Load: one batch on its way into the database, from its line in the ledger to what is published.

All its work on tables is one transaction. Whatever ends it early (a fault, a kill, the power) leaves what was
published, and nothing in staging.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2 import errors

from catalogue import layout
from catalogue.model import Dataset
from etl.errors import EtlError, StoreError
from etl.store import copy, ledger, past, rasters, roads, sqlchecks, tables, words
from etl.store.connect import Connection
from etl.store.difference import Counts, compare
from etl.store.progress import Progress
from etl.store.tables import execute, table
from etl.store.undone import undone
from etl.transform.chunk import Chunk
from findings import Report


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a load ended: `state` as in the ledger, `road` and `counts` when rows were compared, time in seconds.

    `batch` is None for a dry run, which says what would have happened. `error` is set by runs of many datasets.
    """

    dataset: str
    state: str
    report: Report
    road: str | None = None
    counts: Counts = field(default_factory=Counts)
    batch: int | None = None
    seconds: float = 0.0
    dry_run: bool = False
    error: EtlError | None = None


class Load:
    """One batch; made by `begun`."""

    def __init__(self, connection: Connection, dataset: Dataset, batch: int, dry_run: bool, progress: Progress) -> None:
        self.connection = connection
        self.dataset = dataset
        self.batch = batch
        self.progress = progress
        self.dry_run = dry_run
        self._started = time.monotonic()
        self._staging = table(layout.STAGING, dataset)
        self._staged = 0
        self._known = not dataset.is_raster and tables.exists(connection, table(layout.DATA, dataset))
        self._same_layout = self._known and tables.same_layout(connection, dataset)

    def stage(self, chunks: Iterable[Chunk]) -> None:
        """Take all rows into the staging table."""
        new = not self._same_layout
        tables.create(self.connection, self.dataset, self._staging, self.batch, logged=new)
        self._staged = copy.copy(self.connection, self.dataset, self._staging, self._counted(chunks), new=new)

    def stage_past(self, batch: int) -> None:
        """Take the rows of an earlier batch into staging. Raises StoreError if the layout has changed since."""
        if not self._same_layout or past.changed_layout_since(self.connection, self.dataset, batch):
            raise StoreError("STORE-OTHER-LAYOUT", dataset=self.dataset.id, batch=batch)
        self.progress("read")
        tables.create(self.connection, self.dataset, self._staging, self.batch, logged=False)
        columns = tables.names(tables.own_columns(self.dataset))
        self._staged = execute(
            self.connection,
            "INSERT INTO {staging} ({columns}) SELECT {columns} FROM {past} AS past",
            staging=self._staging,
            columns=columns,
            past=past.as_of(self.dataset, batch),
        )

    def check(self, report: Report) -> None:
        """Compare staged rows with each other; a table that is going to be published as it is gets its indexes."""
        self.progress("check")
        if self._same_layout or not report.ok or not self._finished():
            sqlchecks.keys(self.connection, self.dataset, report)
            if self.dataset.checks.overlaps is not None:
                tables.index_places(self.connection, self.dataset, self._staging)
        sqlchecks.unique(self.connection, self.dataset, report)
        sqlchecks.overlaps(self.connection, self.dataset, report)

    def _finished(self) -> bool:
        """Give the staged table its key and indexes; False, and nothing done, when the key does not hold."""
        self.progress("index")
        execute(self.connection, "SAVEPOINT finish")
        try:
            tables.finish(self.connection, self.dataset, self._staging)
        except (errors.UniqueViolation, errors.NotNullViolation):
            execute(self.connection, "ROLLBACK TO SAVEPOINT finish")
            return False
        return True

    def compare(self, report: Report) -> Counts:
        """Return what publishing would change, and report if that is too much. Keys must have been found in order."""
        self.progress("compare")
        counts = compare(self.connection, self.dataset, self._staged, same_layout=self._same_layout)
        if self._same_layout:
            sqlchecks.touched(self.dataset, counts, report)
        if self._known:
            undone(self.connection, self.dataset, report, same_layout=self._same_layout)
        return counts

    def publish(self, counts: Counts, report: Report, values: Mapping[str, Any], road: str | None = None) -> Outcome:
        """Publish what is staged, unless nothing at all is new; `values` are further columns of the ledger."""
        now = ledger.current(self.connection, self.dataset.id) if self._same_layout else None
        if not counts.touched and now and same_definition(now.definition, self.dataset):
            return self.end("unchanged", report, values, counts=counts)
        taken = self._road()
        if self.dry_run:
            return self.end("published", report, values, road or taken, counts)
        self._publish(taken)
        if counts.updated + counts.deleted > counts.unchanged:  # many words may have gone
            words.renew(self.connection, self.dataset)
        words.settle(self.connection, self.dataset)
        self._write_ledger(self._staged, report, {**values, **asdict(counts), "road": road or taken})
        self._commit()
        return self.outcome("published", report, road or taken, counts)

    def publish_raster(
        self, artefact: Path, data: Path, report: Report, values: Mapping[str, Any], road: str = "raster"
    ) -> Outcome:
        """Make the finished file what is published of the dataset."""
        values = {**values, "artefact": str(artefact)}
        if self.dry_run:
            return self.end("published", report, values, road)
        self._write_ledger(None, report, {**values, "road": road})
        self._commit()
        rasters.prune(self.connection, data, self.dataset)
        return self.outcome("published", report, road)

    def end(
        self,
        state: str,
        report: Report,
        values: Mapping[str, Any],
        road: str | None = None,
        counts: Counts | None = None,
    ) -> Outcome:
        """Give up what is staged and write down how the batch ended: unchanged, refused; or what a dry run would do."""
        self.connection.rollback()
        if not self.dry_run:
            self.write_end(state, report, values, counts)
            self._commit()
        return self.outcome(state, report, road, counts)

    def write_end(self, state: str, report: Report, values: Mapping[str, Any], counts: Counts | None) -> None:
        """Write into the ledger how the batch ended; does not commit."""
        counted = asdict(counts) if counts else {}
        ledger.finish(self.connection, self.batch, state, {**values, **counted, "report": report.to_json()})

    def _publish(self, road: str) -> None:
        if road == "first":
            roads.first(self.connection, self.dataset, self.batch)
        elif road == "difference":
            roads.in_place(self.connection, self.dataset, self.batch, self.progress)
        else:
            roads.by_new_layout(self.connection, self.dataset, self.batch, self.progress)

    def _road(self) -> str:
        if not self._known:
            return "first"
        return "difference" if self._same_layout else "replacement"

    def _write_ledger(self, rows: int | None, report: Report, values: Mapping[str, Any]) -> None:
        self.progress("ledger")
        ledger.finish(self.connection, self.batch, "published", {**values, "report": report.to_json()})
        ledger.publish(self.connection, self.batch, rows)

    def _commit(self) -> None:
        self.progress("commit")
        self.connection.commit()
        self.progress("done")

    def outcome(self, state: str, report: Report, road: str | None = None, counts: Counts | None = None) -> Outcome:
        """Return how the load ended, or would have."""
        return Outcome(
            dataset=self.dataset.id,
            state=state,
            report=report,
            road=road,
            counts=counts or Counts(),
            batch=None if self.dry_run else self.batch,
            seconds=time.monotonic() - self._started,
            dry_run=self.dry_run,
        )

    def _counted(self, chunks: Iterable[Chunk]) -> Iterator[Chunk]:
        rows = 0
        for chunk in chunks:
            rows += len(chunk)
            self.progress("read", rows)
            yield chunk


@contextmanager
def begun(
    connection: Connection,
    dataset: Dataset,
    source: list[dict[str, Any]] | None,
    progress: Progress,
    *,
    dry_run: bool = False,
) -> Iterator[Load]:
    """Begin a batch and yield it; one that ends by an error is written down as failed, and the error goes on.

    The caller holds the dataset's lock, so an earlier batch that still seems to run was killed: it is settled. A dry
    run leaves no trace in the database.
    """
    ledger.settle_one(connection, dataset.id)
    progress("begin")
    batch = ledger.begin(connection, dataset, source)
    if not dry_run:
        connection.commit()
    try:
        yield Load(connection, dataset, batch, dry_run, progress)
    except BaseException as error:
        if not dry_run:
            _write_failure(connection, batch, error)
        raise
    finally:
        if not connection.closed:
            connection.rollback()


def same_definition(definition: Mapping[str, Any], dataset: Dataset) -> bool:
    """Say whether a definition of the ledger is the dataset file's, wherever that file lies."""
    new = dataset.model_dump(mode="json")
    return {**definition, "path": None} == {**new, "path": None}


def _write_failure(connection: Connection, batch: int, error: BaseException) -> None:
    report = Report([error.finding] if isinstance(error, EtlError) else [])
    message = str(error) or type(error).__name__
    with suppress(psycopg2.Error):  # a lost connection: the next run finds the batch and settles it
        connection.rollback()
        ledger.finish(connection, batch, "failed", {"message": message, "report": report.to_json()})
        connection.commit()
