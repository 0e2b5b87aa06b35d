"""XLSX: one sheet of a workbook, by calamine: values of cells only, no formulas, no macros.

Apart from CSV because cells of a sheet have types of their own, and headers of several rows with merged cells.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from catalogue.sources import XlsxSource
from etl.errors import NotReadable
from etl.sources.cells import batch_of, geometry_columns, unique_names, verify_columns
from etl.sources.opened import Batch, Opened

ROWS = 16_384
"""Rows in a batch: cells are Python objects until they are columns."""
JOINT = " / "
"""Between the rows of a header: `Age 16+ / vaccinated`."""

type Cell = Any


def open_xlsx(source: XlsxSource, path: Path) -> Opened:
    """Open the sheet that the source names, else the first one.

    Raises NotReadable if there is no such sheet, or no column that the geometry needs.
    """
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        sheet = _sheet(source, workbook)
        rows = sheet.to_python(skip_empty_area=False)
    except (CalamineError, OSError) as error:
        raise NotReadable("SOURCE-BROKEN", file=source.place, reason=str(error)) from error
    names = _names(source, rows, sheet)
    verify_columns(source, names)
    begin = source.skip_first + source.header_rows
    end = _end(rows) - source.skip_last
    return Opened(
        fields=tuple(names),
        crs=None,
        batches=lambda: _batches(source, names, rows[begin : max(begin, end)]),
        decimal=source.decimal,
        used=geometry_columns(source),
    )


def _sheet(source: XlsxSource, workbook: CalamineWorkbook) -> CalamineSheet:
    if source.sheet is None:
        return workbook.get_sheet_by_index(0)
    if source.sheet not in workbook.sheet_names:
        raise NotReadable("SOURCE-LAYER", file=source.place, layer=source.sheet, layers=", ".join(workbook.sheet_names))
    return workbook.get_sheet_by_name(source.sheet)


def _end(rows: list[list[Cell]]) -> int:
    """Return the number of rows without the empty ones at the end, which formatting leaves behind."""
    end = len(rows)
    while end and not any(cell != "" for cell in rows[end - 1]):
        end -= 1
    return end


def _names(source: XlsxSource, rows: list[list[Cell]], sheet: CalamineSheet) -> list[str]:
    """Return the names of the columns: header cells from top to bottom, a merged cell counting for all it covers."""
    begin, end = source.skip_first, source.skip_first + source.header_rows
    if len(rows) < end:
        raise NotReadable("SOURCE-EMPTY", file=source.place)
    header = [[_text(cell) or "" for cell in row] for row in rows[begin:end]]
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
        for row in range(max(top, begin), min(bottom + 1, end)):
            for column in range(left, min(right + 1, len(header[0]))):
                header[row - begin][column] = _text(rows[top][left]) or ""
    joined = (JOINT.join(dict.fromkeys(filter(None, map(str.strip, parts)))) for parts in zip(*header, strict=True))
    return unique_names(joined)


def _batches(source: XlsxSource, names: list[str], rows: list[list[Cell]]) -> Iterator[Batch]:
    first, remaining = 1, iter(rows)
    while block := list(islice(remaining, ROWS)):
        columns = [_array(cells) for cells in zip(*block, strict=True)]
        yield batch_of(source, pa.table(columns, names=names), first)
        first += len(block)


def _array(cells: tuple[Cell, ...]) -> pa.Array:
    """Return cells as a column: of numbers, truths or times if they all are, else of text. An empty cell is null."""
    kinds = {type(cell) for cell in cells if cell != ""}
    for types, arrow, made in _UNIFORM:
        if kinds and kinds <= types:
            return pa.array([None if cell == "" else made(cell) for cell in cells], type=arrow)
    return pa.array([_text(cell) for cell in cells], type=pa.string())


def _moment(cell: date) -> datetime:
    return cell if isinstance(cell, datetime) else datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001


_UNIFORM: tuple[tuple[set[type], pa.DataType, Callable[[Cell], object]], ...] = (
    ({int, float}, pa.float64(), float),
    ({bool}, pa.bool_(), bool),
    ({date}, pa.date32(), lambda cell: cell),
    ({date, datetime}, pa.timestamp("us"), _moment),
)


def _text(cell: Cell) -> str | None:
    """Return a cell as it reads: whole numbers without a fraction, times in ISO form; None for an empty one."""
    if cell == "":
        return None
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    return str(cell).lower() if isinstance(cell, bool) else str(cell)
