"""Text: from any column, trimmed, whole, and looked at for the marks of wrong encodings.

Apart from casting because every column that can be text passes here, and all of it works on Arrow buffers: what a
buffer does not hold need not be looked for in its values.
"""

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

REPLACED = "\ufffd"
"""Stands where bytes were no characters."""

_TWICE = (
    # UTF-8 read as cp1250 or cp1252: Ä›, Å™, Ĺ™, Ã¡
    r"[ÂÃÄÅĂĹ][\x{80}-\x{BF}‚„…†‡‰‹‘’“”•–—™›ˇ˘˝ľşťźżšœžŸƒ]"
    # cp1250 read as Latin-1, which leaves control characters
    r"|[\x{80}-\x{9F}]"
)
_FOREIGN = "[ìòùøÌÒÙØ]"
"""Letters that no language here has: cp1250 read as cp1252 (ø for ř, ì for ě), or a name from elsewhere."""
_MANY = 0.01
"""Share of texts with foreign letters from which they are no names."""
_TWICE_BYTES = re.compile(rb"\xc3[\x82-\x85\xac\xb2\xb9\xb8\x8c\x92\x99\x98]|\xc4[\x82\xb9]|\xc2[\x80-\x9f]")
_REPLACED_BYTES = re.compile(REPLACED.encode())
_COMBINING_BYTES = re.compile(rb"\xcc[\x80-\xbf]|\xcd[\x80-\xaf]")


def as_text(column: pa.Array) -> pa.Array:
    """Return the column as trimmed text, composed (NFC), without NUL; null where nothing is left.

    Numbers read as they are written without exponent where they are whole; lists are joined by a comma; bytes that
    are no UTF-8 become U+FFFD.
    """
    text = _whole(_plain(column))
    content = _content(text)
    if content.size and content.min() == 0:
        text = pc.replace_substring(text, "\x00", "")
    if _beyond_ascii(content) and _COMBINING_BYTES.search(content):
        text = pc.utf8_normalize(text, "NFC")
    text = pc.utf8_trim_whitespace(text)
    return pc.if_else(pc.equal(text, ""), None, text)


def _plain(column: pa.Array) -> pa.Array:
    """Return any column as a string array that may hold bytes that are no UTF-8."""
    kind = column.type
    if pa.types.is_string(kind):
        return column
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return pc.binary_join(column.cast(pa.list_(pa.string())), ", ")
    if pa.types.is_floating(kind):
        whole = pc.and_(pc.equal(column, pc.trunc(column)), pc.less(pc.abs(column), 1e15))
        figures = pc.if_else(whole, column, None).cast(pa.int64()).cast(pa.string())
        return pc.coalesce(figures, pc.if_else(pc.is_nan(column), None, column).cast(pa.string()))
    if pa.types.is_timestamp(kind):
        return pc.strftime(column, "%Y-%m-%dT%H:%M:%S" + ("Z" if kind.tz == "UTC" else ""))
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        raw = column.cast(pa.binary())
        return pa.Array.from_buffers(pa.string(), len(raw), raw.buffers(), offset=raw.offset)
    return column.cast(pa.string())


def _whole(column: pa.Array) -> pa.Array:
    """Return the column with U+FFFD for bytes that are no UTF-8; almost always that is the column itself."""
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        raw = column.cast(pa.binary()).to_pylist()
        return pa.array([None if value is None else value.decode("utf-8", "replace") for value in raw], pa.string())
    return column


def replaced(column: pa.Array) -> NDArray[np.bool_]:
    """Say which texts hold U+FFFD."""
    content = _content(column)
    if not _beyond_ascii(content) or not _REPLACED_BYTES.search(content):
        return np.zeros(len(column), dtype=bool)
    return np.asarray(pc.fill_null(pc.match_substring(column, REPLACED), pa.scalar(False)))


def twice_encoded(column: pa.Array) -> NDArray[np.bool_]:
    """Say which texts look as if they had been decoded by a wrong encoding before they came to us."""
    content = _content(column)
    if not _beyond_ascii(content) or not _TWICE_BYTES.search(content):
        return np.zeros(len(column), dtype=bool)
    certain, foreign = (
        np.asarray(pc.fill_null(pc.match_substring_regex(column, marks), pa.scalar(False)))
        for marks in (_TWICE, _FOREIGN)
    )
    return certain | foreign if foreign.sum() > _MANY * (len(column) - column.null_count) else certain


def _content(column: pa.Array) -> NDArray[np.uint8]:
    """Return the bytes of all texts of a string column, without a copy."""
    _, offsets, data = column.buffers()
    if not len(column) or data is None:
        return np.zeros(0, dtype=np.uint8)
    ends = np.frombuffer(offsets, dtype=np.int32)
    return np.frombuffer(data, dtype=np.uint8)[ends[column.offset] : ends[column.offset + len(column)]]


def _beyond_ascii(content: NDArray[np.uint8]) -> bool:
    """Say whether there is a byte beyond ASCII: most columns have none, and need no further look."""
    return bool(content.size and content.max() > 0x7F)  # noqa: PLR2004
