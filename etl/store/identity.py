"""Identity: the text by which a row is found again when its key is several columns, or all that it holds.

Apart because it is made before rows reach the database, and must come out the same in every load and on every machine.
"""

from collections import Counter
from hashlib import sha256

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray

from catalogue.model import Dataset
from etl.transform.chunk import Chunk

LENGTH = 16
"""Hexadecimal digits of a content identity: 64 bits, a repeat by chance in a million rows is 1 in 10^7."""

_BETWEEN, _ABSENT = b"\x1f", b"\x00"


class Identities:
    """Makes the identities of one load; asked chunk by chunk, in order, for it numbers rows that are the same."""

    def __init__(self, dataset: Dataset) -> None:
        self._key = dataset.key_columns
        self._seen: Counter[str] = Counter()

    def of(self, chunk: Chunk) -> pa.Array:
        """Return one text for each row: the key's values joined by a dot (null if one is null), or the content's hash.

        Rows with the same content get "-2", "-3" … in their order: they cannot be told apart, only counted.
        """
        if self._key:
            parts = [pc.cast(chunk.table[name], pa.string()) for name in self._key]
            return pc.binary_join_element_wise(*parts, ".", null_handling="emit_null")
        return pa.array([self._numbered(sha256(row).hexdigest()[:LENGTH]) for row in _contents(chunk)], pa.string())

    def _numbered(self, identity: str) -> str:
        self._seen[identity] += 1
        return identity if self._seen[identity] == 1 else f"{identity}-{self._seen[identity]}"


def _contents(chunk: Chunk) -> list[bytes]:
    """Return what each row holds as bytes: values as text, geometry as WKB; an absent value is not an empty one."""
    parts = [pc.cast(pc.cast(column, pa.string()), pa.binary()) for column in chunk.table.columns]
    if chunk.geometry is not None:
        parts.append(pa.chunked_array([pa.array(_wkb(chunk.geometry), pa.binary())]))
    joined = pc.binary_join_element_wise(*parts, _BETWEEN, null_handling="replace", null_replacement=_ABSENT)
    contents: list[bytes] = joined.to_pylist()
    return contents


def _wkb(geometries: NDArray[np.object_]) -> NDArray[np.object_]:
    return np.asarray(shapely.to_wkb(geometries, byte_order=1), dtype=object)
