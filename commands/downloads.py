"""Commands on downloads: make the files of whole datasets before anybody asks for them."""

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.collection import catalogue_of, chosen, folder_option, here
from commands.database import opened
from commands.language import text
from commands.terminal import say
from service.downloads.kinds import COG, KINDS, Kind, offered
from settings import Settings

if TYPE_CHECKING:
    from catalogue import Catalogue
    from service.downloads.shelf import Shelf
    from service.published import Served

PATIENCE = 4000.0
"""Seconds for one file: longer than the process that makes it may take."""
_NAMES = [name for name in KINDS if name != COG.name]


@click.group(help=text("help.downloads"))
def downloads() -> None:
    """Gather the commands on downloads."""


@downloads.command(help=text("help.downloads-build"))
@click.argument("ids", nargs=-1)
@click.option("--format", "formats", multiple=True, type=click.Choice(_NAMES), help=text("help.downloads-format"))
@folder_option
def build(ids: tuple[str, ...], formats: tuple[str, ...], folder: Path | None) -> None:
    """Make files; those that are there already stay."""
    from service.downloads.answers import shelf_of

    with opened(here(folder)) as settings:
        catalogue, report = catalogue_of(settings)
        if ids:
            chosen(catalogue, report, ids)
        found = _published(catalogue, settings)
        absent = [name for name in ids if name not in found]
        if absent:
            raise click.ClickException(text("downloads-none", name=", ".join(absent)))
        work = [(found[name], kind) for name in ids or found for kind in offered(found[name])]
        wanted = [(served, kind) for served, kind in work if kind.name in (formats or _NAMES)]
        made = [_build(served, kind, catalogue, shelf_of(settings)) for served, kind in wanted]
    sys.exit(0 if all(made) else 1)


def _published(catalogue: "Catalogue", settings: Settings) -> "dict[str, Served]":
    """Return what is published, with what only tokens open."""
    from service.database import Database
    from service.ledger import read_published
    from service.published import served

    database = Database(settings.database_url or "", size=1)
    try:
        return served(catalogue, read_published(database), internal=True)
    finally:
        database.close()


def _build(served: "Served", kind: Kind, catalogue: "Catalogue", shelf: "Shelf") -> bool:
    """Make one file and say so; return whether it is there."""
    from service.database import DatabaseUnavailableError, TableChangedError
    from service.downloads.errors import BeingMadeError, TooMuchError
    from service.downloads.order import order_of
    from service.downloads.shelf import BrokenError

    began = time.monotonic()
    try:
        path = shelf.fetch(order_of(served, catalogue), kind, PATIENCE)
    except (BeingMadeError, BrokenError, TooMuchError, TableChangedError, DatabaseUnavailableError) as error:
        say(text("downloads-failed", name=served.id, form=kind.title, reason=f"{type(error).__name__} {error}"))
        return False
    seconds, size = round(time.monotonic() - began, 1), round(path.stat().st_size / 1e6, 1)
    say(text("downloads-made", name=served.id, form=kind.title, size=size, seconds=seconds))
    return True
