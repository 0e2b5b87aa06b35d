"""A part of a dashboard as CSV: the figures as they are, not as they are shown, each with its code beside the name."""

import csv
import io
from datetime import date
from typing import Any

from service.dashboards.told import Line, Told
from service.formats.delimited import BOM, RISKY


def csv_of(told: Told) -> bytes:
    """Return the table in UTF-8 with a mark for Excel; figures have a decimal point, shares are between 0 and 1."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    coded = any(_is_coded(line) for line in told.lines)
    heads = [told.heads[0], *(["code"] if coded else []), *told.heads[1:]] if told.heads else []
    writer.writerow([_cell(head) for head in heads])
    for line in told.lines:
        code = [line.code] if coded else []
        writer.writerow([_cell(value) for value in (line.name, *code, *line.raw)])
    return (BOM + file.getvalue()).encode()


def _is_coded(line: Line) -> bool:
    """Return whether a name stands for a code."""
    return line.code is not None and str(line.code) != line.name


def _cell(value: Any) -> Any:  # noqa: ANN401 (a figure or a text)
    """Return a value as it stands in a cell; text so that no spreadsheet takes it for a formula."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, str) and value[:1] and value[0] in RISKY:
        return f"'{value}"
    return value
