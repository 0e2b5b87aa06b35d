"""The whole flow of a dataset on one screen: fetch, read, check, compare, publish; and the way back.

fetch ── unchanged? ──────────────────────────────► "unchanged"
  │
read ─ transform ─► staging ─► checks ── errors? ──► "refused": what is published stays
                       │
                    compare with what is published, by key
                       │
                    one transaction: rows, history, ledger ──► "published", and the service hears of it
"""

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from catalogue import Catalogue, Dataset
from catalogue.values import duration
from desk import folders
from etl.checks import after
from etl.errors import StoreError
from etl.read import rows
from etl.sources import Snapshot, fetch
from etl.sources.handed_in import HandedIn
from etl.store import connected, ledger, rasters, together
from etl.store.connect import Connection
from etl.store.difference import Counts
from etl.store.load import Load, Outcome, begun, same_definition
from etl.store.lock import locked
from etl.store.progress import Progress, quiet
from etl.transform.grids import installed
from etl.transform.raster import cog
from findings import Report
from settings import Settings

type Judgement = tuple[Counts | None, Report, dict[str, Any]]

WAIT = 60.0
"""Seconds to wait for another load of the same dataset."""


def run(
    dataset: Dataset,
    catalogue: Catalogue,
    settings: Settings,
    *,
    dry_run: bool = False,
    wait: float = WAIT,
    progress: Progress = quiet,
) -> Outcome:
    """Bring the dataset's sources into the database, and publish what has changed in them.

    A dry run does the same work and takes it back. Raises SourceError if a source cannot be had, StoreError if the
    database cannot go on, Busy if another load of the dataset does not end; then what was published stays.
    """
    with (
        connected(settings.database_url or "") as connection,
        locked(connection, dataset.id, wait, lambda: progress("wait")),
    ):
        last = ledger.loaded(connection, dataset.id)
        progress("fetch")
        snapshots = _fetched(dataset, catalogue, settings, connection, last)
        source = [snapshot.to_json() for snapshot in snapshots]
        with begun(connection, dataset, source, progress, dry_run=dry_run) as load:
            if last and _nothing_new(last, dataset, snapshots, settings):
                return load.end("unchanged", Report(), {})
            way = _raster if dataset.is_raster else _table
            return way(load, dataset, catalogue, snapshots, settings)


def _fetched(
    dataset: Dataset, catalogue: Catalogue, settings: Settings, connection: Connection, last: ledger.Batch | None
) -> list[Snapshot]:
    desk = HandedIn(connection, folders.root(settings.data), catalogue)
    previous = last.source if last else None
    return fetch(dataset, settings.data / "downloads", previous, settings.private_hosts, desk)


def _nothing_new(last: ledger.Batch, dataset: Dataset, snapshots: list[Snapshot], settings: Settings) -> bool:
    """Tell whether a load would bring the same again: same file, same description, and no grid that came since."""
    grids = installed(settings.data / "grids", since=last.started)
    as_many = len(snapshots) == len(last.source or [])
    return same_definition(last.definition, dataset) and not grids and as_many and all(s.unchanged for s in snapshots)


def _table(
    load: Load, dataset: Dataset, catalogue: Catalogue, snapshots: list[Snapshot], settings: Settings
) -> Outcome:
    counts, report, values = _judged(load, dataset, catalogue, snapshots, settings)
    if counts is None or not report.ok:
        return load.end("refused", report, values, counts=counts)
    return load.publish(counts, report, values)


def _judged(
    load: Load, dataset: Dataset, catalogue: Catalogue, snapshots: list[Snapshot], settings: Settings
) -> Judgement:
    """Stage the rows and judge them: what would change (None if that cannot be told), the findings, figures."""
    report = Report()
    published = ledger.current(load.connection, dataset.id)
    reading = rows(dataset, snapshots, catalogue.codelists, report, settings.data / "grids")
    load.stage(reading)
    figures = reading.figures
    report.extend(after(dataset, figures, published.rows if published else None))
    load.check(report)
    values = {
        "rows_read": figures.rows_read,
        "bbox": list(figures.bbox) if figures.bbox else None,
        "operation": figures.operation,
        "accuracy": figures.accuracy,
    }
    return (load.compare(report) if report.ok else None), report, values


def _raster(
    load: Load, dataset: Dataset, _catalogue: Catalogue, snapshots: list[Snapshot], settings: Settings
) -> Outcome:
    report = Report()
    written = rasters.unfinished(settings.data, dataset, load.batch)
    try:
        load.progress("read")
        figures = cog(dataset, snapshots[0], written, report, settings.data / "grids")
        values = {"bbox": list(figures.bbox), "operation": figures.operation, "accuracy": figures.accuracy}
        if not report.ok:
            return load.end("refused", report, values)
        final = rasters.path(settings.data, dataset, load.batch)
        if not load.dry_run:
            rasters.keep(written, final)
        return load.publish_raster(final, settings.data, report, values)
    finally:
        written.unlink(missing_ok=True)


def publish_together(
    datasets: Iterable[Dataset],
    catalogue: Catalogue,
    settings: Settings,
    change: Callable[[Connection], None],
    *,
    wait: float = WAIT,
    progress: Progress = quiet,
) -> list[Outcome]:
    """Make a change in the database and load the datasets that follow from it, in one transaction; their outcomes.

    All are staged and judged before the first is published. If one is refused, nothing has changed: the outcomes are
    those of the refused ones only. `change` must not commit; what it raises goes through, and nothing has changed.
    Otherwise raises as `run`. Datasets are tables, not rasters.
    """
    ordered = sorted(datasets, key=lambda dataset: dataset.id)  # so that two callers cannot wait for each other
    with connected(settings.database_url or "") as connection, ExitStack() as locks:
        for dataset in ordered:
            locks.enter_context(locked(connection, dataset.id, wait, lambda: progress("wait")))
            ledger.settle_one(connection, dataset.id)
        change(connection)
        judged = [_part(connection, dataset, catalogue, settings, progress) for dataset in ordered]
        refused = [(part, report) for part, counts, report, _ in judged if counts is None or not report.ok]
        if not refused:
            outcomes = [part.publish(counts or Counts(), report, values) for part, counts, report, values in judged]
            connection.commit()
            return outcomes
        connection.rollback()
        return [together.refused(connection, part, report) for part, report in refused]


def _part(
    connection: Connection, dataset: Dataset, catalogue: Catalogue, settings: Settings, progress: Progress
) -> tuple[together.Part, Counts | None, Report, dict[str, Any]]:
    progress("fetch")
    snapshots = _fetched(dataset, catalogue, settings, connection, ledger.loaded(connection, dataset.id))
    load = together.part(connection, dataset, [snapshot.to_json() for snapshot in snapshots], progress)
    return load, *_judged(load, dataset, catalogue, snapshots, settings)


def rollback(
    dataset: Dataset, settings: Settings, *, to: int | None = None, wait: float = WAIT, progress: Progress = quiet
) -> Outcome:
    """Publish the state of an earlier batch again, as a new batch; `to` None is the one before the current one.

    Raises StoreError if there is no such batch, or if the columns of the dataset have changed since.
    """
    with (
        connected(settings.database_url or "") as connection,
        locked(connection, dataset.id, wait, lambda: progress("wait")),
    ):
        target = ledger.earlier(connection, dataset.id, to)
        last = ledger.loaded(connection, dataset.id)
        with begun(connection, dataset, last.source if last else None, progress) as load:
            values = {"bbox": target.bbox, "operation": target.operation, "accuracy": target.accuracy}
            if dataset.is_raster:
                if not target.artefact or not Path(target.artefact).is_file():
                    raise StoreError("STORE-NO-FILE", dataset=dataset.id, batch=target.id)
                return load.publish_raster(Path(target.artefact), settings.data, Report(), values, "rollback")
            load.stage_past(target.id)
            return load.publish(load.compare(Report()), Report(), values, "rollback")


def due(datasets: Iterable[Dataset], settings: Settings, now: datetime | None = None) -> list[Dataset]:
    """Return the datasets whose sources may have changed since they were last looked at, by their `updated`.

    One that was never loaded is due; one that is updated irregularly is not due again.
    """
    now = now or datetime.now(UTC)
    with connected(settings.database_url or "") as connection:
        ledger.settle(connection)
        return [dataset for dataset in datasets if _is_due(dataset, ledger.loaded(connection, dataset.id), now)]


def _is_due(dataset: Dataset, last: ledger.Batch | None, now: datetime) -> bool:
    every = duration(dataset.updated)
    return last is None or (every is not None and last.started + every <= now)
