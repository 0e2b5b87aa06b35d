"""What a column's values must keep: required, smallest, largest, pattern.

Apart from casting because these are the dataset's own rules. In a required column a broken rule is an error; in others
the value is kept and a warning given.
"""

from collections.abc import Iterator, Mapping
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from catalogue.model import Column
from etl.checks.faults import Faults
from etl.errors import CollectionError
from findings import Level

type Broken = tuple[str, NDArray[np.bool_], object]
"""Code, rows, what the rule says."""


def check(name: str, column: Column, values: pa.Array, faults: Faults, *, required: bool) -> None:
    """Report the values of a finished column that break its rules; `required` as declared, or because it is the key."""
    level = Level.ERROR if required else Level.WARNING
    if required and values.null_count:
        faults.add("VALUE-REQUIRED", Level.ERROR, np.asarray(values.is_null()), lambda _: {"column": name})
    for code, wrong, rule in _broken(name, column, values):
        faults.add(code, level, wrong, partial(_said, name, values, rule))


def _said(name: str, values: pa.Array, rule: object, at: int) -> Mapping[str, object]:
    return {"column": name, "value": values[at].as_py(), "rule": rule}


def _broken(name: str, column: Column, values: pa.Array) -> Iterator[Broken]:
    if column.min is not None and column.type in {"integer", "decimal"}:
        yield "VALUE-TOO-SMALL", _marked(pc.less(values, column.min)), column.min
    if column.max is not None and column.type in {"integer", "decimal"}:
        yield "VALUE-TOO-LARGE", _marked(pc.greater(values, column.max)), column.max
    if column.pattern is not None and pa.types.is_string(values.type):
        try:
            fits = pc.match_substring_regex(values, f"^(?:{column.pattern})$")
        except pa.ArrowInvalid as error:
            raise CollectionError("COLUMN-PATTERN", column=name, pattern=column.pattern, reason=str(error)) from error
        yield "VALUE-PATTERN", _marked(pc.invert(fits)), column.pattern


def _marked(mask: pa.Array) -> NDArray[np.bool_]:
    return np.asarray(pc.fill_null(mask, pa.scalar(False)))
