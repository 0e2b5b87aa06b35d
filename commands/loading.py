"""Commands on data: load it, see what is published, see what was, go back."""

import sys
import time
from collections.abc import Iterable
from pathlib import Path

import click

from catalogue import Catalogue, Dataset
from commands.collection import catalogue_of, chosen, folder_option, here, json_option
from commands.database import opened
from commands.language import text
from commands.progress import shown
from commands.terminal import say, show_json, show_report, show_table
from etl.errors import EtlError, Exit
from etl.store.load import Outcome
from findings import Report
from settings import Settings

wait_option = click.option("--wait", type=click.FloatRange(0), default=60.0, help=text("help.wait"))


def load_each(
    settings: Settings, catalogue: Catalogue, datasets: Iterable[Dataset], *, dry_run: bool = False, wait: float = 60
) -> list[Outcome]:
    """Load one dataset after the other and say how each ended; one that cannot be loaded does not stop the others."""
    from etl import pipeline

    outcomes = []
    for dataset in datasets:
        with shown(dataset.id) as progress:
            try:
                outcome = pipeline.run(dataset, catalogue, settings, dry_run=dry_run, wait=wait, progress=progress)
            except EtlError as error:
                outcome = Outcome(dataset.id, "failed", Report([error.finding]), error=error)
        say(_sentence(outcome))
        outcomes.append(outcome)
    return outcomes


@click.command(help=text("help.load"))
@click.argument("ids", nargs=-1)
@click.option("--all", "every", is_flag=True, help=text("help.all"))
@click.option("--due", is_flag=True, help=text("help.due"))
@click.option("--dry-run", is_flag=True, help=text("help.dry-run"))
@wait_option
@folder_option
@json_option
def load(
    ids: tuple[str, ...], folder: Path | None, wait: float, *, every: bool, due: bool, dry_run: bool, as_json: bool
) -> None:
    """Load datasets."""
    from etl import pipeline

    if not (ids or every or due):
        raise click.UsageError(text("nothing-named"))
    with opened(here(folder)) as settings:
        catalogue, faults = catalogue_of(settings)
        datasets = chosen(catalogue, faults, ids) if ids else list(catalogue.datasets.values())
        if not ids:
            show_report(faults)
        if due:
            datasets = pipeline.due(datasets, settings)
            say(text("due-now", n=len(datasets)))
        outcomes = load_each(settings, catalogue, datasets, dry_run=dry_run, wait=wait)
    _finish(outcomes, as_json=as_json)


@click.command(help=text("help.rollback"))
@click.argument("name", metavar="ID")
@click.option("--to", type=int, help=text("help.to"))
@wait_option
@folder_option
@json_option
def rollback(name: str, to: int | None, wait: float, folder: Path | None, *, as_json: bool) -> None:
    """Publish an earlier state."""
    from etl import pipeline

    with opened(here(folder)) as settings:
        [dataset] = chosen(*catalogue_of(settings), (name,))
        with shown(name) as progress:
            outcome = pipeline.rollback(dataset, settings, to=to, wait=wait, progress=progress)
        say(_sentence(outcome))
    _finish([outcome], as_json=as_json)


@click.command(help=text("help.status"))
@json_option
def status(*, as_json: bool) -> None:
    """Show what is published."""
    from etl.store import connected, settle
    from etl.store import status as state

    with opened(here(None)) as settings, connected(settings.database_url or "") as connection:
        settle(connection)
        found = state(connection)
    if as_json:
        show_json(
            [{"dataset": each.dataset, "current": _plain(each.current), "last": _plain(each.last)} for each in found]
        )
        return
    rows = (
        (
            each.dataset,
            each.current and each.current.rows,
            each.current and each.current.batch,
            each.current and f"{each.current.published:%Y-%m-%d %H:%M}",
            text(f"state.{each.last.state}"),
            f"{each.last.started:%Y-%m-%d %H:%M}",
        )
        for each in found
    )
    show_table([text(f"head.{head}") for head in ("dataset", "rows", "batch", "published", "last", "when")], rows)


@click.command(help=text("help.history"))
@click.argument("name", metavar="ID")
@json_option
def history(name: str, *, as_json: bool) -> None:
    """Show the batches of a dataset."""
    from etl.store import connected, settle
    from etl.store import history as batches
    from etl.store.ledger import report_of

    with opened(here(None)) as settings, connected(settings.database_url or "") as connection:
        settle(connection)
        found = batches(connection, name)
    if as_json:
        show_json([_plain(each) for each in found])
        return
    if not found:
        say(text("no-batches", name=name))
        return
    rows = (
        (
            each.id,
            f"{each.started:%Y-%m-%d %H:%M}",
            text(f"state.{each.state}"),
            each.road and " – ".join(filter(None, (text(f"road.{each.road}"), each.who))),
            each.inserted,
            each.updated,
            each.deleted,
            len(report_of(each)),
        )
        for each in found
    )
    heads = ("batch", "when", "state", "road", "new", "changed", "removed", "findings")
    show_table([text(f"head.{head}") for head in heads], rows)


@click.command(help=text("help.worker"))
@click.option("--every", "seconds", type=click.IntRange(1), default=300, help=text("help.every"))
def worker(seconds: int) -> None:
    """Load what is due, again and again."""
    from etl import pipeline

    with opened(here(None)) as settings:
        while True:
            catalogue, faults = catalogue_of(settings)
            show_report(faults)
            try:
                for outcome in load_each(settings, catalogue, pipeline.due(catalogue.datasets.values(), settings)):
                    show_report(outcome.report)
            except EtlError as error:  # the database may be away for a while; the next round sees
                show_report(Report([error.finding]))
            say(text("worker-round", seconds=seconds))
            time.sleep(seconds)


def _sentence(outcome: Outcome) -> str:
    kind = "dry" if outcome.dry_run and outcome.state == "published" else outcome.state
    kind = "raster" if kind == "published" and outcome.road == "raster" else kind
    counts = outcome.counts
    return text(
        f"outcome.{kind}",
        name=outcome.dataset,
        road=text(f"road.{outcome.road}") if outcome.road else "",
        inserted=counts.inserted,
        updated=counts.updated,
        deleted=counts.deleted,
        unchanged=counts.unchanged,
        seconds=round(outcome.seconds, 1),
    )


def _finish(outcomes: list[Outcome], *, as_json: bool) -> None:
    """Show what was found and end with the exit code of the gravest outcome."""
    if as_json:
        show_json([_outcome(each) for each in outcomes])
    else:
        for outcome in outcomes:
            show_report(outcome.report)
    codes = [outcome.error.exit for outcome in outcomes if outcome.error]
    refused = any(outcome.state == "refused" for outcome in outcomes)
    sys.exit(max(codes) if codes else Exit.REFUSED if refused else Exit.DONE)


def _outcome(outcome: Outcome) -> dict[str, object]:
    counts = {name: getattr(outcome.counts, name) for name in ("inserted", "updated", "deleted", "unchanged")}
    return {
        "dataset": outcome.dataset,
        "state": outcome.state,
        "road": outcome.road,
        "batch": outcome.batch,
        "seconds": round(outcome.seconds, 3),
        "dry_run": outcome.dry_run,
        **counts,
        "report": outcome.report.to_json(),
    }


def _plain(row: object) -> dict[str, object] | None:
    """Return a row of the ledger as JSON-ready data, without the dataset file that it keeps."""
    from dataclasses import asdict, is_dataclass

    if not is_dataclass(row) or isinstance(row, type):
        return None
    return {name: value for name, value in asdict(row).items() if name != "definition"}
