"""What tables of cells have in common: names of columns, and geometry that stands in cells.

Apart because CSV and XLSX differ in how cells are found and in nothing after that.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import pyarrow as pa

from catalogue.sources import TableSource, Wkt
from etl.errors import NotReadable
from etl.sources.opened import Batch
from etl.sources.wkb import from_pairs, from_wkt
from etl.transform.casting import cast


def unique_names(names: Iterable[str]) -> list[str]:
    """Return names for columns: tidied, an empty one is the column's number, a repeated one gets `_2`, `_3`.

    >>> unique_names(["a", " a ", ""])
    ['a', 'a_2', '3']
    """
    found: list[str] = []
    for number, name in enumerate(names, start=1):
        tidy = " ".join(name.replace("\ufeff", "").split()) or str(number)
        again = next((n for n in range(2, number + 1) if f"{tidy}_{n}" not in found), number)
        found.append(f"{tidy}_{again}" if tidy in found else tidy)
    return found


def geometry_columns(source: TableSource) -> frozenset[str]:
    """Return the columns that make the geometry; empty when the table has none."""
    if source.geometry is None:
        return frozenset()
    if isinstance(source.geometry, Wkt):
        return frozenset({source.geometry.wkt})
    return frozenset({source.geometry.x, source.geometry.y})


def verify_columns(source: TableSource, names: Sequence[str]) -> None:
    """Raise NotReadable if a column of the geometry is not there."""
    missing = sorted(geometry_columns(source) - set(names))
    if missing:
        raise NotReadable("SOURCE-GEOMETRY-FIELD", file=source.place, column=missing[0], columns=", ".join(names))


def batch_of(source: TableSource, table: pa.Table, first: int, skipped: tuple[str, ...] = ()) -> Batch:
    """Return the batch of a table of cells, with the geometry that its cells say."""
    if source.geometry is None:
        return Batch(table, None, None, first, skipped)
    if isinstance(source.geometry, Wkt):
        text = cast(_column(table, source.geometry.wkt), "text")[0]
        geometries, unreadable = from_wkt(text, latitude_first=source.geometry.axis == "lat-lon")
        return Batch(table, geometries, unreadable, first, skipped)
    x, wrong_x = cast(_column(table, source.geometry.x), "decimal", decimal=source.decimal)
    y, wrong_y = cast(_column(table, source.geometry.y), "decimal", decimal=source.decimal)
    geometries, unreadable = from_pairs(x, y, np.asarray(wrong_x | wrong_y))
    return Batch(table, geometries, unreadable, first, skipped)


def _column(table: pa.Table, name: str) -> pa.Array:
    return table.column(name).combine_chunks()
