"""The whole flow of a dataset on one screen: fetch, read, check, compare, publish; and the way back.

fetch ── unchanged? ──────────────────────────────► "unchanged"
  │
read ─ transform ─► staging ─► checks ── errors? ──► "refused": what is published stays
                       │
                    compare with what is published, by key
                       │
                    one transaction: rows, history, ledger ──► "published", and the service hears of it
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from catalogue import Catalogue, Dataset
from catalogue.values import duration
from etl.checks import after
from etl.errors import StoreError
from etl.read import rows
from etl.sources import Snapshot, fetch
from etl.store import connected, ledger, rasters
from etl.store.load import Load, Outcome, begun, same_definition
from etl.store.lock import locked
from etl.store.progress import Progress, quiet
from etl.transform.grids import installed
from etl.transform.raster import cog
from findings import Report
from settings import Settings

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
        snapshots = fetch(dataset, settings.data / "downloads", last.source if last else None, settings.private_hosts)
        source = [snapshot.to_json() for snapshot in snapshots]
        with begun(connection, dataset, source, progress, dry_run=dry_run) as load:
            if last and _nothing_new(last, dataset, snapshots, settings):
                return load.end("unchanged", Report(), {})
            way = _raster if dataset.is_raster else _table
            return way(load, dataset, catalogue, snapshots, settings)


def _nothing_new(last: ledger.Batch, dataset: Dataset, snapshots: list[Snapshot], settings: Settings) -> bool:
    """Tell whether a load would bring the same again: same file, same description, and no grid that came since."""
    grids = installed(settings.data / "grids", since=last.started)
    return same_definition(last.definition, dataset) and not grids and all(each.unchanged for each in snapshots)


def _table(
    load: Load, dataset: Dataset, catalogue: Catalogue, snapshots: list[Snapshot], settings: Settings
) -> Outcome:
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
    counts = load.compare(report) if report.ok else None
    if counts is None or not report.ok:
        return load.end("refused", report, values, counts=counts)
    return load.publish(counts, report, values)


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
