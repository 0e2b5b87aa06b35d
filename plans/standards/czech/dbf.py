"""Reading the rows of a Shapefile (.dbf) from bytes that may be broken, and finding out how its texts are encoded.

Apart from the geometries because the two are two files that may disagree. Encoding: what the .cpg says; else what the
file's own mark says if it is unambiguous; else UTF-8 if every text is UTF-8; else windows-1250, in which Czech offices
have always worked. The last two are guesses and are called so.
"""

import codecs
import math
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

type Value = str | int | float | bool | date | None

_TYPES = {"C": "text", "D": "date", "L": "boolean", "F": "decimal", "O": "decimal", "B": "decimal", "I": "integer"}
_DESCRIPTOR, _LAST = 32, b"\r"
_CZECH, _CZECH_MARK = "cp1250", 0xC8
_DELETED = ord("*")
_PLAIN = re.compile(r"utf-8|ascii|cp\d+|iso8859-\d+")
"""Encodings of plain text; Python knows others that are none (punycode, escapes)."""


class BrokenTableError(ValueError):
    """The bytes are no dBASE table; the argument says what was found."""


@dataclass(frozen=True, slots=True)
class _Column:
    name: bytes
    letter: str
    start: int
    width: int
    decimals: int

    @property
    def type(self) -> str:
        if self.letter == "N":
            return "decimal" if self.decimals else "integer"
        return _TYPES.get(self.letter, "text")


@dataclass
class Rows:
    """Rows of a table. `columns` hold one value for each row, None for nothing; `types` the type of each.

    `is_deleted` marks rows that are struck out; `said` is how many rows the header promises (there may be fewer).
    `undecoded`: (column, row from 0) of texts that are not in the declared encoding; wrong characters are replaced.
    """

    columns: dict[str, list[Value]]
    types: dict[str, str]
    is_deleted: NDArray[np.bool_]
    said: int
    encoding: str
    is_guessed: bool
    undecoded: list[tuple[str, int]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.is_deleted)


def read(dbf: bytes, cpg: bytes | None = None) -> Rows:
    """Return the rows of a .dbf file. Raises BrokenTableError for bytes that are no table."""
    said, start, width = _header(dbf)
    columns = list(_columns(dbf, start, width))
    there = min(said, (len(dbf) - start) // width)
    table = np.frombuffer(dbf, dtype=np.uint8, count=there * width, offset=start).reshape(there, width)
    raw = [_cells(table, column) for column in columns]
    texts = [cells for column, cells in zip(columns, raw, strict=True) if column.type == "text"]
    encoding, is_guessed = _encoding(cpg, dbf[29], [*texts, [column.name for column in columns]])
    rows = Rows({}, {}, table[:, 0] == _DELETED, said, encoding, is_guessed)
    for column, cells in zip(columns, raw, strict=True):
        name = _free(column.name.decode(encoding, "replace"), rows.types)
        rows.types[name] = column.type
        rows.columns[name] = _values(name, column, cells, rows)
    return rows


def _header(dbf: bytes) -> tuple[int, int, int]:
    if len(dbf) < _DESCRIPTOR:
        raise BrokenTableError("no header of a table")
    said, start, width = struct.unpack("<IHH", dbf[4:12])
    if start < _DESCRIPTOR or width < 1 or start > len(dbf):
        raise BrokenTableError("header does not add up")
    return said, start, width


def _columns(dbf: bytes, end: int, width: int) -> Iterator[_Column]:
    place, start = _DESCRIPTOR, 1
    while place + _DESCRIPTOR <= end and dbf[place : place + 1] != _LAST:
        told = dbf[place : place + _DESCRIPTOR]
        name, letter, size, decimals = told[:11].split(b"\0")[0].strip(), chr(told[11]), told[16], told[17]
        if letter == "C":
            size += 256 * decimals  # texts longer than 255, as several programs write them
        if not name or start + size > width:
            raise BrokenTableError("fields do not add up")
        yield _Column(name, letter, start, size, decimals)
        start += size
        place += _DESCRIPTOR


def _cells(table: NDArray[np.uint8], column: _Column) -> list[bytes]:
    if not column.width:
        return [b""] * len(table)
    cells = np.ascontiguousarray(table[:, column.start : column.start + column.width])
    found: list[bytes] = cells.view(f"S{column.width}").ravel().tolist()
    return found


def _encoding(cpg: bytes | None, mark: int, texts: list[list[bytes]]) -> tuple[str, bool]:
    """Return the encoding, and whether it was guessed; nothing is guessed where all is plain ASCII."""
    said = _named(cpg.decode("ascii", "replace")) if cpg else None
    if said is None and mark == _CZECH_MARK:
        said = _CZECH
    if said is not None:
        return said, False
    every = b"\n".join(cell for cells in texts for cell in cells)
    if every.isascii():
        return "utf-8", False
    try:
        every.decode("utf-8")
    except UnicodeDecodeError:
        return _CZECH, True
    return "utf-8", True


def _named(cpg: str) -> str | None:
    """Return Python's name of the encoding that a .cpg file names: UTF-8, 1250, ANSI 1250, 65001, ISO 88592."""
    name = cpg.strip().strip("\0").lower()
    number = re.fullmatch(r"(?:ansi|oem|cp|windows)?[ _-]*(\d{3,5})", name)
    if number:
        name = "utf-8" if number[1] == "65001" else f"cp{number[1]}"
    latin = re.fullmatch(r"(?:iso)?[ _-]*8859[ _-]*(\d{1,2})", name)
    if latin:
        name = f"iso8859-{latin[1]}"
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    return found.name if _PLAIN.fullmatch(found.name) else None


def _free(name: str, taken: dict[str, str]) -> str:
    """Return the name, or with a number behind it if another column has it."""
    number = 1
    found = name
    while found in taken:
        number += 1
        found = f"{name}_{number}"
    return found


def _values(name: str, column: _Column, cells: list[bytes], rows: Rows) -> list[Value]:
    if column.type == "text":
        return [_text(name, number, cell, rows) for number, cell in enumerate(cells)]
    if column.letter in "IOB":
        return _binary(column, cells)
    read_one = {"integer": _integer, "decimal": _decimal, "date": _date, "boolean": _boolean}[column.type]
    known: dict[bytes, Value] = {}
    values = []
    for cell in cells:
        if cell not in known:
            known[cell] = read_one(cell.strip(b" \0"))
        values.append(known[cell])
    return values


def _text(name: str, number: int, cell: bytes, rows: Rows) -> str | None:
    cell = cell.split(b"\0")[0].strip(b" ")
    try:
        return cell.decode(rows.encoding) or None
    except UnicodeDecodeError:
        if not rows.is_deleted[number]:
            rows.undecoded.append((name, number))
        return cell.decode(rows.encoding, "replace")


def _integer(cell: bytes) -> Value:
    if not cell or cell.startswith(b"*"):
        return None
    try:
        return int(cell)
    except ValueError:
        return _decimal(cell)


def _decimal(cell: bytes) -> Value:
    if not cell or cell.startswith(b"*"):
        return None
    try:
        found = float(cell.replace(b",", b"."))
    except ValueError:
        found = math.nan
    return found if math.isfinite(found) else cell.decode("ascii", "replace")


def _date(cell: bytes) -> Value:
    if not cell.strip(b"0"):
        return None
    try:
        return date(int(cell[:4]), int(cell[4:6]), int(cell[6:8]))
    except ValueError:
        return cell.decode("ascii", "replace")


def _boolean(cell: bytes) -> Value:
    return {b"t": True, b"y": True, b"f": False, b"n": False}.get(cell.lower())


def _binary(column: _Column, cells: list[bytes]) -> list[Value]:
    form = {4: "<i", 8: "<d"}.get(column.width)
    if form is None:
        return [None] * len(cells)
    values = [struct.unpack(form, cell.ljust(column.width, b"\0"))[0] for cell in cells]
    return [value if math.isfinite(value) else None for value in values]
