"""What a person sees: results on standard output, words and progress on standard error.

Apart so that `--json` leaves standard output to machines, and a log file gets plain lines instead of moving bars.
"""

import json
import sys
from collections.abc import Iterable, Sequence

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from commands.language import language
from findings import Level, Report, messages

FILE_WIDTH = 160
"""Columns of a table that goes into a file or another program."""
_COLOURS = {Level.ERROR: "red", Level.WARNING: "yellow", Level.NOTE: "blue"}


def speaker() -> Console:
    """Return the console for words and progress: standard error."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def say(words: str) -> None:
    """Say one line."""
    speaker().print(escape(words))


def show_json(data: object) -> None:
    """Write data for machines, as one JSON document."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))


def show_report(report: Report) -> None:
    """Write a report for a person: the worst colour of each line's level, help indented below it."""
    console = Console(highlight=False, soft_wrap=True)
    colours = {messages().text(f"level.{level.value}", language()): colour for level, colour in _COLOURS.items()}
    for line in report.text(language()):
        console.print(escape(line), style=colours.get(line.partition("  ")[0], "dim"))


def show_table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write rows under heads; numbers to the right."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    rows = [list(row) for row in rows]
    for index, head in enumerate(heads):
        numeric = bool(rows) and all(isinstance(row[index], int | float) for row in rows if row[index] is not None)
        table.add_column(head, justify="right" if numeric else "left", no_wrap=True)
    for row in rows:
        table.add_row(*("" if value is None else escape(str(value)) for value in row))
    Console(highlight=False, width=None if sys.stdout.isatty() else FILE_WIDTH).print(table)
