"""What every reader gives: an opened source, and its rows in batches.

Apart from the readers because the transformation knows these two and no file format.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyproj import CRS

from etl.transform.chunk import Geometries

ROWS = 65_536
"""Rows in a batch at most."""

BYTES = 8 * 1024**2
"""Bytes of a batch in its file at most, as far as the reader can say: as shapely objects they become twenty times that,
and this bounds the memory of a load."""


@dataclass(frozen=True)
class Batch:
    """Some rows of a source as the source has them.

    `table` holds the attributes under the names of the source, typed as the format types them (cells of text are
    strings). `geometry` has a shapely geometry or None for each row, x = easting or longitude, in the source's CRS;
    None as a whole when the source has none. `unreadable` marks rows whose geometry stands in the source but cannot be
    read. `first` is the number of the first row in its source, from 1. `skipped` are rows before this batch's end that
    could not be split into columns and are in no batch, as text.
    """

    table: pa.Table
    geometry: Geometries | None
    unreadable: NDArray[np.bool_] | None
    first: int
    skipped: tuple[str, ...] = ()

    def __len__(self) -> int:
        return int(self.table.num_rows)


@dataclass(frozen=True)
class Opened:
    """A source that has been opened.

    `fields` are the names of its columns in order, `crs` is what the file says of its CRS (None: it says nothing),
    `batches` yields its rows, anew at each call, `encoding` is how its text is written, when the format leaves that
    open; `guessed` says that nobody declared it. `decimal` is the decimal sign of numbers in text; None: either. `used`
    are columns that became the geometry.
    """

    fields: tuple[str, ...]
    crs: CRS | None
    batches: Callable[[], Iterator[Batch]]
    encoding: str | None = None
    guessed: bool = False
    decimal: str | None = None
    used: frozenset[str] = frozenset()
