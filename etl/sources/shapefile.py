"""Shapefiles: which files make one, and in which encoding its text is written when nobody says so.

Apart from the reader because it is a matter of its own: DBF files say their encoding in a .cpg file, in one byte of the
header, or not at all, and deliveries of Czech and Polish offices mostly not at all. GDAL then takes ISO-8859-1, which
is wrong for them.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FALLBACK = "cp1250"
"""Windows in Central Europe; German letters stand where they stand in cp1252."""

_LANGUAGE_DRIVER = {0x01: "cp437", 0x02: "cp850", 0x1F: "cp852", 0x64: "cp852", 0x87: "cp852", 0xC8: "cp1250"}
"""Bytes of the header that name one encoding. 0x57 ("ANSI") and 0x03 are left out: they are written by programs that
put into the file whatever their own machine uses."""

_HEADER, _FIELD, _NAME, _TYPE, _LENGTH = 32, 32, 11, 11, 16
_END_OF_FIELDS = 0x0D
_ASCII = 0x7F
_RECORDS = 20_000


@dataclass(frozen=True)
class Encoding:
    """A Python codec; `guessed` when it was found from the text and not said by anyone."""

    name: str
    guessed: bool


def encoding_of(dbf: Path, cpg: Path | None, declared: str | None) -> Encoding:
    """Return the encoding: the declared one, that of the .cpg, of the header, else the one in which text makes sense.

    Text that is UTF-8 but for damage (characters cut at the end of a field) counts as UTF-8.
    """
    said = declared or _of_cpg(cpg) or _of_header(dbf)
    if said:
        return Encoding(codecs.lookup(said).name, guessed=False)
    good, bad = _utf8_characters(dbf)
    if not good and not bad:
        return Encoding("utf-8", guessed=False)
    return Encoding("utf-8" if good > 2 * bad else FALLBACK, guessed=True)


def _of_cpg(cpg: Path | None) -> str | None:
    if cpg is None:
        return None
    said = cpg.read_bytes()[:64].decode("ascii", "ignore").strip().lower()
    number = re.sub(r"\D", "", said)
    isos = re.fullmatch(r"8859(\d{1,2})", number)
    for name in (said, f"iso8859-{isos[1]}" if isos else "", "utf-8" if number == "65001" else "", f"cp{number}"):
        try:
            return codecs.lookup(name).name
        except LookupError:
            continue
    return None


def _of_header(dbf: Path) -> str | None:
    with dbf.open("rb") as stream:
        header = stream.read(_HEADER)
    return _LANGUAGE_DRIVER.get(header[29]) if len(header) == _HEADER else None


def _utf8_characters(dbf: Path) -> tuple[int, int]:
    """Return how many characters beyond ASCII are good UTF-8, and how many bytes are not."""
    good = bad = 0
    for text in _texts(dbf):
        plain = text.decode("utf-8", "replace")
        damaged = plain.count("\ufffd")
        bad += damaged
        good += sum(1 for character in plain if character > "\x7f") - damaged
    return good, bad


def _texts(dbf: Path) -> Iterator[bytes]:
    """Yield the text fields of the file that have bytes beyond ASCII, some thousand records at a time."""
    with dbf.open("rb") as stream:
        header = stream.read(_HEADER)
        if len(header) < _HEADER:
            return
        size, record = (int.from_bytes(header[at : at + 2], "little") for at in (8, 10))
        fields = stream.read(max(size - _HEADER, 0))
        columns = _text_columns(fields, record)
        stream.seek(size)
        while record and (block := stream.read(record * _RECORDS)):
            rows = np.frombuffer(block, dtype=np.uint8)[: len(block) // record * record].reshape(-1, record)
            yield from _beyond_ascii(rows, columns)


def _text_columns(fields: bytes, record: int) -> list[slice]:
    columns, at = [], 1
    for start in range(0, len(fields) - _FIELD + 1, _FIELD):
        field = fields[start : start + _FIELD]
        if field[0] == _END_OF_FIELDS:
            break
        if field[_TYPE : _TYPE + 1] == b"C" and at + field[_LENGTH] <= record:
            columns.append(slice(at, at + field[_LENGTH]))
        at += field[_LENGTH]
    return columns


def _beyond_ascii(rows: NDArray[np.uint8], columns: list[slice]) -> Iterator[bytes]:
    for column in columns:
        cells = rows[:, column]
        marked = (cells > _ASCII).any(axis=1)
        if marked.any():
            # One line break after each cell: a character cut at its end must not swallow the next one.
            yield np.pad(cells[marked], ((0, 0), (0, 1)), constant_values=0x0A).tobytes()


def whole_names(dbf: Path, encoding: str) -> bytes | None:
    """Return the header with names of fields that can be read, or None if they can be as they are.

    A name has ten bytes; where that cuts a character in two, the half of it is taken away.
    """
    header = bytearray(_header(dbf))
    changed = False
    for start in range(_HEADER, len(header) - _FIELD + 1, _FIELD):
        if header[start] == _END_OF_FIELDS:
            break
        name = bytes(header[start : start + _NAME]).partition(b"\x00")[0]
        whole = name.decode(encoding, "ignore").encode(encoding)
        header[start : start + _NAME] = whole.ljust(_NAME, b"\x00")
        changed |= whole != name
    return bytes(header) if changed else None


def _header(dbf: Path) -> bytes:
    with dbf.open("rb") as stream:
        begin = stream.read(_HEADER)
        size = int.from_bytes(begin[8:10], "little")
        return begin + stream.read(max(size - _HEADER, 0))


def companions(shp: Path) -> list[Path]:
    """Return the files that make up a Shapefile: same stem, upper or lower case, in order of name."""
    parts = {".shp", ".shx", ".dbf", ".prj", ".cpg"}
    same = (file for file in shp.parent.iterdir() if file.stem.lower() == shp.stem.lower())
    return sorted(file for file in same if file.suffix.lower() in parts)
