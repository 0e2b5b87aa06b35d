"""`./krajina test`: every gate a change must pass, cheap ones first, the tests last so that theirs is the last word."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import click

from commands.language import text
from commands.terminal import say
from machine.web import npm
from settings import ROOT

PYTHON_ROOMS = (
    "findings",
    "geodesy",
    "catalogue",
    "plans",
    "desk",
    "etl",
    "service",
    "commands",
    "demo",
    "machine",
    "bench",
    "tests",
    "settings.py",
)


def _python(*words: str) -> list[str]:
    return [sys.executable, "-m", *words]


def _rooms() -> list[str]:
    return [room for room in PYTHON_ROOMS if (ROOT / room).exists()]


GATES: dict[str, Callable[[], list[str]]] = {
    "lint": lambda: _python("ruff", "check", "."),
    "format": lambda: _python("ruff", "format", "--check", "."),
    "types": lambda: _python("mypy", *_rooms()),
    "floors": lambda: [str(Path(sys.executable).with_name("lint-imports"))],
    "web-types": lambda: [*npm(), "run", "--silent", "check"],
    "web": lambda: [*npm(), "test", "--silent"],
    "tests": lambda: _python("pytest"),
}
"""The command line of each gate, in order; made when it is needed, for npm may have to be found first."""


@click.command(help=text("help.test"))
@click.option("--only", multiple=True, type=click.Choice(list(GATES)), help=text("help.only"))
@click.argument("arguments", nargs=-1)
def test(only: tuple[str, ...], arguments: tuple[str, ...]) -> None:
    """Run the gates; all of them, even when one fails, so that one run tells everything."""
    failed = []
    for name, command in GATES.items():
        if only and name not in only:
            continue
        say(text("gate", name=name))
        began = time.monotonic()
        folder = ROOT / "web" if name.startswith("web") else ROOT
        words = [*command(), *(arguments if name == "tests" else ())]
        if subprocess.run(words, cwd=folder, check=False).returncode:  # noqa: S603 (the table above)
            failed.append(name)
        say(text("gate-took", name=name, seconds=round(time.monotonic() - began, 1)))
    if failed:
        say(text("gates-failed", names=", ".join(failed)))
        sys.exit(1)
