"""Columns of codes: what stands in the source is a code of the list, or the label of one, or unknown.

Apart from casting because code lists are the catalogue's. Labels are taken for their code in any of the languages,
since offices deliver now the one, now the other.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from catalogue.vocabularies import CodeList


class Codes:
    """A code list made ready for looking up."""

    def __init__(self, codelist: CodeList) -> None:
        self._codes = {entry.code for entry in codelist.entries}
        self._labels: dict[str, str] = {}
        for entry in codelist.entries:
            for word in (entry.code, *entry.label.values()):
                self._labels.setdefault(word.casefold(), entry.code)

    def apply(self, column: pa.Array) -> tuple[pa.Array, NDArray[np.bool_]]:
        """Return a text column as codes, and which values are none; these are kept as they are."""
        coded = column.dictionary_encode()
        words = coded.dictionary.to_pylist()
        found = pa.array([self._code(word) for word in words], type=pa.string())
        known = pa.array([code in self._codes for code in found.to_pylist()], type=pa.bool_())
        unknown = pc.invert(known.take(coded.indices))
        return found.take(coded.indices), np.asarray(pc.fill_null(unknown, pa.scalar(False)))

    def _code(self, word: str) -> str:
        return word if word in self._codes else self._labels.get(word.casefold(), word)
