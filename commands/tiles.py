"""Commands on tiles: make them before anybody asks, and write a dataset's into one file."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from commands.collection import catalogue_of, chosen, folder_option, here
from commands.database import opened
from commands.language import language, text
from commands.terminal import say, speaker
from settings import Settings

if TYPE_CHECKING:
    from service.published import Served
    from service.state import Live
    from service.tiles.stock import Stock

DEEPEST = 12
zoom_option = click.option("--zoom", help=text("help.zoom"))


@click.group(help=text("help.tiles"))
def tiles() -> None:
    """Gather the commands on tiles."""


@tiles.command(help=text("help.tiles-seed"))
@click.argument("ids", nargs=-1)
@click.option("--tms", default="WebMercatorQuad", help=text("help.tms"))
@zoom_option
@click.option("--jobs", type=click.IntRange(1, 64), default=2, help=text("help.jobs"))
@folder_option
def seed(ids: tuple[str, ...], tms: str, zoom: str | None, jobs: int, folder: Path | None) -> None:
    """Make tiles."""
    from service.tiles import seeding
    from service.tiles.grids import GRIDS

    if tms not in GRIDS:
        raise click.UsageError(f"--tms: {', '.join(GRIDS)}")
    with opened(here(folder)) as settings, _stock(settings, jobs) as (live, stock):
        if ids:
            chosen(*catalogue_of(settings), ids)
        for served in _published(live, ids):
            levels = _levels(zoom, served, GRIDS[tms].levels)
            began, wanted = time.monotonic(), seeding.tiles(served, GRIDS[tms], levels)
            with _bar(served.id, seeding.count(served, GRIDS[tms], levels)) as progress:
                done = seeding.seed(stock, served, wanted, jobs, progress)
            seconds = round(time.monotonic() - began, 1)
            say(text("tiles-seeded", name=served.id, made=done.made, right=done.right, seconds=seconds))


@tiles.command(help=text("help.tiles-export"))
@click.argument("name", metavar="ID")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@zoom_option
@folder_option
def export(name: str, file: Path, zoom: str | None, folder: Path | None) -> None:
    """Write a PMTiles archive."""
    from service.asked import Asked
    from service.tiles import archive, seeding
    from service.tiles.grids import WEB_MERCATOR

    with opened(here(folder)) as settings, _stock(settings, 2) as (live, stock):
        chosen(*catalogue_of(settings), (name,))
        [served] = _published(live, (name,))
        levels = _levels(zoom, served, WEB_MERCATOR.levels)
        state = live.state
        if state is None:
            raise click.ClickException(text("tiles-none", name=name))
        asked = Asked(state, state.internal, "", {}, language(), "json", served)
        with _bar(name, seeding.count(served, WEB_MERCATOR, levels)) as progress:
            try:
                written = archive.export(stock, served, asked, levels, file.absolute(), progress)
            except ValueError as error:
                raise click.ClickException(text("tiles-none", name=name)) from error
        say(text("tiles-written", place=str(file), n=written))


@contextmanager
def _stock(settings: Settings, jobs: int) -> "Iterator[tuple[Live, Stock]]":
    """Yield the state of what is published and the stock of its tiles. Raises ClickException without a database."""
    import pyproj

    from service.database import Database
    from service.state import Live
    from service.tiles.stock import Stock

    pyproj.datadir.append_data_dir(str(settings.data / "grids"))
    database = Database(settings.database_url or "", size=jobs, wait=60, deadline=300)
    try:
        live = Live(settings, database)
        live.refresh()
        yield live, Stock(database, settings.data)
    finally:
        database.close()


def _published(live: "Live", ids: tuple[str, ...]) -> "list[Served]":
    """Return the named datasets, or all, that have tiles. Raises ClickException for a named one that has none."""
    from service.tiles.documents import has_tiles

    served = live.state.internal.served if live.state else {}
    for name in ids:
        if name not in served or not has_tiles(served[name]):
            raise click.ClickException(text("tiles-none", name=name))
    return [each for each in served.values() if has_tiles(each) and (not ids or each.id in ids)]


def _levels(zoom: str | None, served: "Served", most: int) -> range:
    """Return the levels of the option; without it those from the first on the map. Raises UsageError."""
    if zoom is None:
        first = served.dataset.map.zoom[0] if served.dataset.map else 0
        return range(min(first, DEEPEST), DEEPEST + 1)
    found = re.fullmatch(r"(\d{1,2})(?:-(\d{1,2}))?", zoom)
    if not found or not int(found[1]) <= int(found[2] or found[1]) < most:
        raise click.UsageError(text("tiles-levels", value=zoom, last=most - 1))
    return range(int(found[1]), int(found[2] or found[1]) + 1)


@contextmanager
def _bar(name: str, total: int) -> Iterator[Callable[[int], None]]:
    """Yield what is told how many tiles are done: a moving bar on a terminal, nothing in a log file."""
    console = speaker()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        task = bars.add_task(name, total=total)
        yield lambda n: bars.advance(task, n)
