"""The writer of XLSX, row by row in constant memory: typed cells, and text that no spreadsheet takes for a formula.

Text is written as text, never as a formula, and what begins like one is marked as quoted: the apostrophe that a person
would type. So the value stays as it is, also when the sheet is edited or saved anew.
"""

import math
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from service.downloads.order import Order
from service.downloads.snapshot import Snapshot
from service.downloads.statements import cells
from service.formats.delimited import RISKY, X, Y

SHEET = 31
"""Letters that the name of a sheet may have."""
TEXT = 32_767
"""Letters that a cell may have; longer texts are cut and end in `…`."""
EXACT = 10**15
"""Whole numbers from here on have more digits than a spreadsheet keeps; they are written as text."""
EARLIEST = date(1900, 3, 1)
"""Before it spreadsheets count days wrongly; earlier dates are written as text."""
_WIDTHS = {"text": 24, "code": 12, "integer": 12, "decimal": 14, "boolean": 9, "date": 12, "datetime": 19}

type Put = Callable[[int, int, Any], object]


def write(order: Order, state: Snapshot, target: Path) -> None:
    """Write one sheet of data under the columns' titles, and one that says what they are. Times are in UTC."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "tmpdir": str(target.parent),
    }
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"title": order.title, "author": order.attribution, "comments": f"batch {order.batch}"})
        sheet = book.add_worksheet(order.table[:SHEET])
        titles = [field.title + (f" [{field.unit}]" if field.unit else "") for field in order.fields]
        kinds = [field.type for field in order.fields]
        if order.is_points:
            titles += [f"{name} [EPSG:{order.crs}]" for name in (X, Y)]
            kinds += ["decimal", "decimal"]
        _head(sheet, book.add_format({"bold": True}), titles, kinds)
        _fill(_putters(book, sheet, kinds), order, state)
        about = book.add_worksheet("about")
        for line, (name, text) in enumerate(order.about().items()):
            about.write_string(line, 0, name)
            about.write_string(line, 1, text)


def _head(sheet: Worksheet, bold: Format, titles: list[str], kinds: list[str]) -> None:
    for place, kind in enumerate(kinds):
        sheet.set_column(place, place, _WIDTHS[kind])
    sheet.freeze_panes(1, 0)
    for place, title in enumerate(titles):
        sheet.write_string(0, place, title, bold)


def _fill(putters: list[Put], order: Order, state: Snapshot) -> None:
    line = 0
    with state.arrow(cells(order)) as found:
        for batch in found:
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                line += 1
                for place, value in enumerate(row):
                    if value is not None:
                        putters[place](line, place, value)


def _putters(book: xlsxwriter.Workbook, sheet: Worksheet, kinds: list[str]) -> list[Put]:
    """Return for each column what writes a value that is not None."""
    quoted = book.add_format({"quote_prefix": True})
    day, moment = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})

    def text(line: int, place: int, value: str) -> None:
        cut = value if len(value) <= TEXT else f"{value[: TEXT - 1]}…"
        sheet.write_string(line, place, cut, quoted if cut[:1] and cut[0] in RISKY else None)

    def number(line: int, place: int, value: float) -> None:
        if abs(value) < EXACT or (isinstance(value, float) and math.isfinite(value)):
            sheet.write_number(line, place, value)
        else:
            text(line, place, str(value))

    def dated(line: int, place: int, value: date) -> None:
        if isinstance(value, datetime):
            if value.date() >= EARLIEST:
                sheet.write_datetime(line, place, value.astimezone(UTC).replace(tzinfo=None), moment)
            else:
                text(line, place, value.isoformat())
        elif value >= EARLIEST:
            sheet.write_datetime(line, place, value, day)
        else:
            text(line, place, value.isoformat())

    known: dict[str, Put] = {"text": text, "code": text, "integer": number, "decimal": number, "date": dated}
    known |= {"datetime": dated, "boolean": sheet.write_boolean}
    return [known[kind] for kind in kinds]
