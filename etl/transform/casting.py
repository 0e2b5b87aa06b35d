"""Casting columns to the types of the dataset: text, integer, decimal, boolean, date, datetime, code.

Apart from the rest of the transformation because this is where offices differ most in how they write: `1 234,5`,
`3.5.2024`, `ANO`. A column is cast as a whole by Arrow; only if that fails is each different text of it parsed on its
own, once.
"""

import math
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from etl.transform.texts import as_text

TYPES = {
    "text": pa.string(),
    "code": pa.string(),
    "integer": pa.int64(),
    "decimal": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "datetime": pa.timestamp("us", "UTC"),
}
"""The Arrow type of each column type."""

ZONE = "Europe/Prague"
"""Times without a zone are local times; Berlin, Prague and Warsaw have the same."""

YES = frozenset({"1", "true", "t", "yes", "y", "ano", "a", "ja", "j", "tak", "wahr", "prawda", "pravda", "x"})
NO = frozenset({"0", "false", "f", "no", "n", "ne", "nein", "nie", "falsch", "fałsz", "nepravda"})

_SPACES = re.compile(r"[\s\u00a0\u202f']")
_INTEGER = re.compile(r"[+-]?\d{1,19}(?:[.,]0+)?")
_COMMA = re.compile(r"[+-]?\d+,\d+")
_DATES = ("%d.%m.%Y", "%Y/%m/%d", "%d/%m/%Y", "%Y%m%d", "%d-%m-%Y", "%d.%m.%y")
_TIMES = ("%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M:%S.%f", "%Y%m%d%H%M%S")
_INT64 = 2**63

type Wrong = NDArray[np.bool_]
"""Marks values that stand in the source but cannot be what the column is declared to be; they become null."""


def cast(column: pa.Array, kind: str, *, decimal: str | None = None, form: str | None = None) -> tuple[pa.Array, Wrong]:
    """Return the column as the type that belongs to `kind`, and which values could not be cast.

    `decimal` is the decimal sign of numbers in text (None: point or comma), `form` how dates are written (strptime).
    Text is trimmed; blank text is null. NaN is null; infinite numbers are wrong. Times without a zone are local (ZONE).
    """
    target = TYPES[kind]
    if kind in {"text", "code"}:
        return as_text(column), np.zeros(len(column), dtype=bool)
    if pa.types.is_nested(column.type) or _is_text(column.type):
        return _from_text(as_text(column), target, decimal, form)
    return _from_typed(column, target)


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _from_typed(column: pa.Array, target: pa.DataType) -> tuple[pa.Array, Wrong]:
    """Cast a column that the format has typed; what does not fit goes the way of text."""
    if pa.types.is_floating(column.type):
        column = pc.if_else(pc.is_nan(column), None, column)
        if pa.types.is_floating(target):
            finite = pc.is_finite(column)
            return pc.if_else(finite, column, None).cast(target), _false(finite)
    if pa.types.is_timestamp(column.type) and pa.types.is_timestamp(target):
        return _zoned(column.cast(pa.timestamp("us", column.type.tz))), np.zeros(len(column), dtype=bool)
    if pa.types.is_temporal(column.type) != pa.types.is_temporal(target):
        return _from_text(as_text(column), target, None, None)
    try:
        return column.cast(target, safe=not pa.types.is_date(target)), np.zeros(len(column), dtype=bool)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return _from_text(as_text(column), target, None, None)


def _from_text(column: pa.Array, target: pa.DataType, decimal: str | None, form: str | None) -> tuple[pa.Array, Wrong]:
    """Cast trimmed text: as a whole if Arrow can, else each different text once."""
    if form is None:
        whole = _at_once(column, target, decimal)
        if whole is not None:
            return whole, np.zeros(len(column), dtype=bool)
    parse = partial(_parser(target), decimal=decimal, form=form)
    coded = column.dictionary_encode()
    values = pa.array([parse(text) for text in coded.dictionary.to_pylist()], type=target)
    found = values.take(coded.indices)
    return found, np.asarray(pc.and_(found.is_null(), column.is_valid()))


def _at_once(column: pa.Array, target: pa.DataType, decimal: str | None) -> pa.Array | None:
    """Return the column as Arrow casts it, or None if there is one text that Arrow cannot cast."""
    if pa.types.is_boolean(target):
        return None
    if pa.types.is_floating(target) and decimal == ",":
        column = pc.replace_substring(column, ",", ".")
    try:
        found = column.cast(pa.timestamp("us") if pa.types.is_timestamp(target) else target)
    except pa.ArrowInvalid:
        return None
    if pa.types.is_floating(target) and not pc.all(pc.is_finite(found), min_count=0).as_py():
        return None
    return _zoned(found) if pa.types.is_timestamp(target) else found


def _zoned(column: pa.Array) -> pa.Array:
    """Return times in UTC; without a zone they are local. Of an hour that comes twice the first is meant."""
    if column.type.tz is None:
        column = pc.assume_timezone(column, ZONE, ambiguous="earliest", nonexistent="latest")
    return column.cast(pa.timestamp("us", "UTC"))


def _false(column: pa.Array) -> Wrong:
    return np.asarray(pc.fill_null(pc.invert(column), pa.scalar(False)))


def _parser(target: pa.DataType) -> Callable[..., object]:
    if pa.types.is_integer(target):
        return parse_integer
    if pa.types.is_floating(target):
        return parse_decimal
    if pa.types.is_boolean(target):
        return parse_boolean
    return parse_date if pa.types.is_date(target) else parse_datetime


def parse_integer(text: str | None, **_: str | None) -> int | None:
    """Return a whole number, or None.

    >>> parse_integer("1 234"), parse_integer("12,0"), parse_integer("12,5")
    (1234, 12, None)
    """
    plain = _SPACES.sub("", text or "")
    if not _INTEGER.fullmatch(plain):
        return None
    number = int(re.split(r"[.,]", plain)[0])
    return number if -_INT64 <= number < _INT64 else None


def parse_decimal(text: str | None, decimal: str | None = None, **_: str | None) -> float | None:
    """Return a finite number, or None. With a decimal comma, points are thousands; without a rule either sign will do.

    >>> parse_decimal("1.234,5", decimal=","), parse_decimal("3,5"), parse_decimal("3,5", decimal=".")
    (1234.5, 3.5, None)
    """
    plain = _SPACES.sub("", text or "")
    if decimal == ",":
        plain = plain.replace(".", "").replace(",", ".") if "," in plain else plain
    elif decimal is None and _COMMA.fullmatch(plain):
        plain = plain.replace(",", ".")
    try:
        number = float(plain) if "_" not in plain else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def parse_boolean(text: str | None, **_: str | None) -> bool | None:
    """Return what a yes or no in Czech, German, Polish or English says, or None.

    >>> parse_boolean("ANO"), parse_boolean("nein"), parse_boolean("snad")
    (True, False, None)
    """
    plain = (text or "").strip().lower()
    if plain in YES:
        return True
    return False if plain in NO else None


def parse_date(text: str | None, form: str | None = None, **_: str | None) -> date | None:
    """Return a date, or None: by the form if there is one, else ISO 8601 or as it is written in these countries.

    >>> parse_date("3. 5. 2024"), parse_date("2024-02-30")
    (datetime.date(2024, 5, 3), None)
    """
    moment = _moment(text, (form,) if form else (*_DATES, *_TIMES))
    return moment.date() if moment else None


def parse_datetime(text: str | None, form: str | None = None, **_: str | None) -> datetime | None:
    """Return a time in UTC, or None; forms as for dates, a date alone is its midnight, without a zone it is local.

    >>> parse_datetime("15.07.2019 08:09:05").isoformat()
    '2019-07-15T06:09:05+00:00'
    """
    moment = _moment(text, (form,) if form else (*_TIMES, *_DATES))
    if moment is None:
        return None
    local = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(ZONE))
    return local.astimezone(UTC)


def _moment(text: str | None, forms: tuple[str, ...]) -> datetime | None:
    if not text:
        return None
    plain = re.sub(r"\.\s+(?=\d)", ".", text.strip())
    for form in forms:
        try:
            return datetime.strptime(plain, form)  # noqa: DTZ007 (a zone, if there is one, is in the form)
        except ValueError:
            continue
    try:
        return datetime.fromisoformat(plain) if len(forms) > 1 else None
    except ValueError:
        return None
