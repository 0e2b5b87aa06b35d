"""CSV: UTF-8 with a mark at its beginning, which Excel needs, and text that no spreadsheet takes for a formula.

The names of what is added to the columns, and the letters that are dangerous, are those of whole downloads too.
"""

import csv
import io
from collections.abc import Iterator
from functools import partial
from typing import Any

import shapely

from service.asked import Asked
from service.formats.page import Format, Page

X, Y, WKT, CRS = "x", "y", "WKT", "crs"
"""Columns of the geometry. `WKT` is the name by which GDAL and QGIS know a geometry in a text file."""
RISKY = "=+-@\t\r\n"
"""What a text may not begin with: a spreadsheet would take it for a formula (OWASP, CSV injection)."""
MEDIA_TYPE = "text/csv; charset=utf-8; header=present"
BOM = "\ufeff"


def write(page: Page, _: Asked, *, delimiter: str) -> bytes:
    """Return the features as CSV with a header; between semicolons numbers have a decimal comma.

    The geometry is WKT, x first, with its CRS beside it; points have x and y too.
    """
    file = io.StringIO()
    # A return that is not part of the line's end would go unquoted: it would begin a line, and what follows a cell.
    writer = csv.writer(file, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(_header(page))
    cell = partial(_cell, comma=delimiter == ";")
    for feature, place in zip(page.features, _places(page), strict=True):
        own = [feature["id"]] if page.id_name else []
        shown = feature["properties"]
        writer.writerow([cell(value) for value in (*own, *(shown.get(name) for name in page.columns), *place)])
    return (BOM + file.getvalue()).encode()


def _header(page: Page) -> list[str]:
    own = [page.id_name] if page.id_name else []
    places = [*((X, Y) if page.dataset.geometry == "Point" else ()), WKT, CRS] if page.shows_geometry else []
    return [*own, *page.columns, *places]


def _places(page: Page) -> Iterator[list[Any]]:
    """Give the cells of each feature's geometry."""
    if not page.shows_geometry:
        yield from ([] for _ in page.features)
        return
    shapes = page.shapes()
    texts = shapely.to_wkt(shapes, rounding_precision=-1, trim=True)
    points = page.dataset.geometry == "Point"
    for shape, text in zip(shapes, texts, strict=True):
        xy = ([shape.x, shape.y] if shape is not None else [None, None]) if points else []
        yield [*xy, _Plain(text) if text is not None else None, _Plain(page.crs_name)]


class _Plain(str):
    """Text of ours, which is no formula."""

    __slots__ = ()


def _cell(value: Any, *, comma: bool) -> Any:  # noqa: ANN401 (a property's value)
    """Return a value as it stands in a cell: numbers as numbers, text so that it cannot become a formula."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value).replace(".", ",") if comma else repr(value)
    if isinstance(value, str) and not isinstance(value, _Plain) and value[:1] and value[0] in RISKY:
        return f"'{value}"
    return value


CSV = Format("csv", MEDIA_TYPE, "csv", partial(write, delimiter=","), ("text/csv",))
CSV_SEMICOLON = Format("csv-semicolon", MEDIA_TYPE, "csv", partial(write, delimiter=";"))
