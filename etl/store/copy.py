"""COPY beside the reading: while the backend takes one chunk, the next one is read and transformed.

Apart because of the thread: everything else in this room runs in one.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from queue import Full, Queue
from typing import Final

from psycopg2 import sql

from catalogue.model import Dataset
from etl.store.connect import Connection
from etl.store.encode import encoded
from etl.store.tables import names, own_columns
from etl.transform.chunk import Chunk

AHEAD: Final = 1
"""Chunks that may wait between reading and COPY; more would only be memory."""

_PAUSE = 0.2  # seconds after which a full queue looks whether COPY is still there


def copy(
    connection: Connection, dataset: Dataset, target: sql.Identifier, chunks: Iterable[Chunk], *, new: bool
) -> int:
    """COPY all chunks into the table, in the caller's transaction; return how many rows.

    `new`: the table was made in this transaction, so its rows can be written as old ones at once (FREEZE) and need no
    second writing later. Errors of reading and of the database come out as they are.
    """
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT binary, FREEZE {})").format(
        target, names(own_columns(dataset)), sql.Literal(new)
    )
    queue: Queue[Chunk | None] = Queue(AHEAD)
    stream = _Stream(encoded(dataset, _taken(queue)))
    with connection.cursor() as cursor, ThreadPoolExecutor(1, "copy") as executor:
        text = statement.as_string(connection)
        copying: Future[None] = executor.submit(cursor.copy_expert, text, stream)
        try:
            rows = _feed(queue, chunks, copying)
        except BaseException:
            stream.abandoned = True
            raise
        finally:
            _put(queue, None, copying)
        _end(copying, stream)
        if cursor.rowcount != rows:
            raise RuntimeError(f"{rows} rows were read, COPY has taken {cursor.rowcount}")
    return rows


class _Stream:
    """What psycopg2 reads from: hands on encoded pieces whole, whatever size is asked for."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self.abandoned = False
        self.error: Exception | None = None

    def read(self, _size: int = -1, /) -> bytes:
        try:
            piece = next(self._pieces, b"")
        except Exception as error:
            self.error = error  # the driver would make a text of it
            raise
        if self.abandoned:
            raise EOFError("reading was given up")
        return piece

    readline = read
    """Asked for by the driver's types, not called for binary data."""


def _feed(queue: Queue[Chunk | None], chunks: Iterable[Chunk], copying: Future[None]) -> int:
    rows = 0
    for chunk in chunks:
        if len(chunk) and not _put(queue, chunk, copying):
            break
        rows += len(chunk)
    return rows


def _put(queue: Queue[Chunk | None], chunk: Chunk | None, copying: Future[None]) -> bool:
    """Put the chunk into the queue; False if nobody takes from it any more."""
    while not copying.done():
        with suppress(Full):
            queue.put(chunk, timeout=_PAUSE)
            return True
    return False


def _taken(queue: Queue[Chunk | None]) -> Iterator[Chunk]:
    while (chunk := queue.get()) is not None:
        yield chunk


def _end(copying: Future[None], stream: _Stream) -> None:
    error = copying.exception()
    if stream.error is not None:
        raise stream.error
    if error is not None:
        raise error
