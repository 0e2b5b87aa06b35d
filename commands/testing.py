"""`./krajina test`: every gate a change must pass, cheap ones first, the tests last so that theirs is the last word."""

import subprocess
import sys
import time
from pathlib import Path

import click

from commands.language import text
from commands.terminal import say
from machine.web import npm
from settings import ROOT

PYTHON_ROOMS = (
    "findings",
    "catalogue",
    "etl",
    "service",
    "commands",
    "demo",
    "machine",
    "bench",
    "tests",
    "settings.py",
)


def gates(arguments: tuple[str, ...]) -> dict[str, list[str]]:
    """Return the command line of each gate, by name, in order; the arguments go to pytest."""
    rooms = [room for room in PYTHON_ROOMS if (ROOT / room).exists()]
    tool = [sys.executable, "-m"]
    return {
        "lint": [*tool, "ruff", "check", "."],
        "format": [*tool, "ruff", "format", "--check", "."],
        "types": [*tool, "mypy", *rooms],
        "floors": [str(Path(sys.executable).with_name("lint-imports"))],
        "web-types": [*npm(), "run", "--silent", "check"],
        "web": [*npm(), "test", "--silent"],
        "tests": [*tool, "pytest", *arguments],
    }


@click.command(help=text("help.test"))
@click.option("--only", multiple=True, type=click.Choice(list(gates(()))), help=text("help.only"))
@click.argument("arguments", nargs=-1)
def test(only: tuple[str, ...], arguments: tuple[str, ...]) -> None:
    """Run the gates; all of them, even when one fails, so that one run tells everything."""
    failed = []
    for name, command in gates(arguments).items():
        if only and name not in only:
            continue
        say(text("gate", name=name))
        began = time.monotonic()
        folder = ROOT / "web" if name.startswith("web") else ROOT
        if subprocess.run(command, cwd=folder, check=False).returncode:  # noqa: S603 (the table above)
            failed.append(name)
        say(text("gate-took", name=name, seconds=round(time.monotonic() - began, 1)))
    if failed:
        say(text("gates-failed", names=", ".join(failed)))
        sys.exit(1)
