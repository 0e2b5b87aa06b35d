"""Commands on transformation grids, which PROJ uses for the last decimetres."""

from pathlib import Path

import click

from commands.language import text
from commands.terminal import say
from settings import Settings


@click.group(help=text("help.grids"))
def grids() -> None:
    """Gather the commands on grids."""


@grids.command(help=text("help.grids-add"))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def add(file: Path) -> None:
    """Install a grid."""
    from etl.transform import grids as installed

    place = installed.add(file, Settings.from_environment().data / "grids")
    say(text("grid-added", place=str(place)))
