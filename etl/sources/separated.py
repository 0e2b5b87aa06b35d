"""CSV: text with separated values, by Arrow's streaming reader.

Apart from the other tables because of what text can do wrong: encodings, quotes, rows of the wrong length. Bytes that
are no characters of the declared encoding become U+FFFD, which the transformation finds and reports; cells stay text,
so that nothing is typed by guess.
"""

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
from pyarrow import csv as arrow_csv

from catalogue.sources import CsvSource
from etl.errors import NotReadable
from etl.sources.cells import batch_of, geometry_columns, unique_names, verify_columns
from etl.sources.opened import ROWS, Batch, Opened

BLOCK = 8 * 1024**2
_HEAD = 1024**2
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class _AsUtf8(io.RawIOBase):
    """A file as UTF-8, whatever it is written in; what cannot be decoded becomes U+FFFD."""

    def __init__(self, path: Path, encoding: str) -> None:
        super().__init__()
        self._file = path.open("rb")
        self._decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._left:
            raw = self._file.read(_HEAD)
            self._left = self._decoder.decode(raw, final=not raw).encode()
            if not raw:
                break
        size = min(len(buffer), len(self._left))
        buffer[:size] = self._left[:size]
        self._left = self._left[size:]
        return size

    def close(self) -> None:
        self._file.close()
        super().close()


def open_csv(source: CsvSource, paths: list[Path]) -> Opened:
    """Open the files of a CSV source as one table; the first file says which columns there are.

    Raises NotReadable if a file has other columns than the first, or none of the columns the geometry needs.
    """
    heads = [_head(source, path) for path in paths]
    names = heads[0][0]
    for path, (other, _) in zip(paths, heads, strict=True):
        if other != names:
            raise NotReadable("SOURCE-COLUMNS-DIFFER", file=source.place, member=path.name, first=paths[0].name)
    verify_columns(source, names)

    def batches() -> Iterator[Batch]:
        first = 1
        for path, (_, lines) in zip(paths, heads, strict=True):
            for batch in _batches(source, path, names, lines, first):
                yield batch
                first = batch.first + len(batch) + len(batch.skipped)

    return Opened(
        fields=tuple(names),
        crs=None,
        batches=batches,
        encoding=_encoding(source, paths[0]),
        decimal=source.decimal,
        used=geometry_columns(source),
    )


def _encoding(source: CsvSource, path: Path) -> str:
    with path.open("rb") as stream:
        if stream.read(2) in _UTF_16:
            return "utf-16"
    name = codecs.lookup(source.encoding).name
    return "utf-8-sig" if name == "utf-8" else name


def _head(source: CsvSource, path: Path) -> tuple[list[str], int]:
    """Return the names of the columns, and how many lines stand before the first row of data."""
    with path.open("rb") as stream:
        text = codecs.getincrementaldecoder(_encoding(source, path))(errors="replace").decode(stream.read(_HEAD))
    lines = io.StringIO(text, newline="")
    for _ in range(source.skip_first):
        lines.readline()
    reader = csv.reader(lines, delimiter=source.delimiter)
    try:
        record = next((record for record in reader if record), None)
    except csv.Error as error:
        raise NotReadable("SOURCE-BROKEN", file=source.place, reason=str(error)) from error
    if record is None:
        raise NotReadable("SOURCE-EMPTY", file=source.place)
    if not source.header:
        return [str(number) for number in range(1, len(record) + 1)], source.skip_first
    return unique_names(record), source.skip_first + reader.line_num


def _batches(source: CsvSource, path: Path, names: list[str], lines: int, first: int) -> Iterator[Batch]:
    skipped: list[str] = []

    def skip(row: arrow_csv.InvalidRow) -> str:
        skipped.append(row.text[:200])
        return "skip"

    try:
        with _AsUtf8(path, _encoding(source, path)) as text:
            reader = arrow_csv.open_csv(
                pa.PythonFile(text, mode="r"),
                read_options=arrow_csv.ReadOptions(
                    use_threads=False, block_size=BLOCK, skip_rows=lines, column_names=names
                ),
                parse_options=arrow_csv.ParseOptions(
                    delimiter=source.delimiter, newlines_in_values=True, invalid_row_handler=skip
                ),
                convert_options=arrow_csv.ConvertOptions(
                    check_utf8=False,
                    column_types=dict.fromkeys(names, pa.string()),
                    strings_can_be_null=True,
                    null_values=[""],
                ),
            )
            for record in reader:
                for start in range(0, record.num_rows, ROWS):
                    piece = pa.Table.from_batches([record.slice(start, ROWS)])
                    yield batch_of(source, piece, first, tuple(skipped))
                    first += piece.num_rows + len(skipped)
                    skipped.clear()
    except pa.ArrowException as error:
        raise NotReadable("SOURCE-BROKEN", file=source.place, reason=str(error)) from error
