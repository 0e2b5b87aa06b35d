"""What reading gives to the store: chunks of finished rows, and the figures of the whole.

Apart from the code that makes them because the store builds on these two and on nothing else of this room.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from geodesy import Box, Lineage

type Geometries = NDArray[np.object_]
"""shapely geometries, None where a row has none."""

type Rows = NDArray[np.int64]
"""Numbers of rows in their source, from 1."""


@dataclass(frozen=True)
class Chunk:
    """Some rows of a dataset, ready to be stored; all parts have the same length.

    `table` has exactly the dataset's kept columns in their order, typed: text and code as string, integer as int64,
    decimal as float64, boolean, date as date32, datetime as timestamp[us, UTC]. `geometry` is in the dataset's CRS
    (x = easting or longitude), 2D, of the dataset's type, valid, never empty, None where a row has none; None as a
    whole for a dataset without geometry. `geometry_84` is the same in longitude and latitude; None as a whole when the
    dataset's CRS is EPSG:4326 or it has no geometry. `rows` are the numbers of the rows in their source, from 1.
    """

    table: pa.Table
    geometry: Geometries | None
    geometry_84: Geometries | None
    rows: Rows

    def __len__(self) -> int:
        return len(self.rows)


@dataclass
class Figures:
    """What was counted while reading; complete once the last chunk has been read.

    `rows_read` counts rows of the sources, `made_valid` geometries that were repaired, `emptied` those that had to be
    taken away (they too are in `lost`), `lost` values that could not be kept, by column (`geometry`: the geometry,
    `row`: whole rows), `damaged` texts with characters that cannot be read, by column, `dropped` names the columns of
    the sources that are not loaded, `bbox` bounds all geometries in degrees (None when there are none).
    """

    rows_read: int = 0
    with_geometry: int = 0
    made_valid: int = 0
    emptied: int = 0
    lost: Counter[str] = field(default_factory=Counter)
    damaged: Counter[str] = field(default_factory=Counter)
    dropped: set[str] = field(default_factory=set)
    bbox: Box | None = None
    lineages: list[Lineage] = field(default_factory=list)

    @property
    def operation(self) -> str | None:
        """The coordinate operations used, each once; None when there was nothing to transform."""
        return "; ".join(dict.fromkeys(each.operation for each in self.lineages)) or None

    @property
    def accuracy(self) -> float | None:
        """The worst accuracy in metres of the operations used; None when one of them is not known, or none was used."""
        known = [each.accuracy for each in self.lineages]
        return max((each for each in known if each is not None), default=None) if None not in known else None

    def lose(self, column: str, n: int) -> None:
        """Count values of a column that were lost."""
        if n:
            self.lost[column] += n

    def damage(self, column: str, n: int) -> None:
        """Count texts of a column that are damaged."""
        if n:
            self.damaged[column] += n

    def widen(self, box: Box) -> None:
        """Let the bounding box cover this one too."""
        if self.bbox is None:
            self.bbox = box
            return
        west, south, east, north = self.bbox
        self.bbox = (min(west, box[0]), min(south, box[1]), max(east, box[2]), max(north, box[3]))

    def to_json(self) -> dict[str, Any]:
        """Return what the ledger keeps of the figures beside its own columns."""
        return {
            "made_valid": self.made_valid,
            "emptied": self.emptied,
            "lost": dict(self.lost),
            "damaged": dict(self.damaged),
            "dropped": sorted(self.dropped),
        }
