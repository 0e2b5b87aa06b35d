"""Which tiles a publication has touched: those that a changed feature reaches, where it was or where it is now.

The table says which batch wrote each row, the history which batch ended it, so what changed since any batch is known
exactly. It is read once a publication, and only when somebody asks for a tile that is older.
"""

import threading
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from psycopg2 import sql
from psycopg2.extensions import cursor

from catalogue import Dataset
from catalogue.layout import BATCH, CLOSED, DATA, GEOMETRY, HISTORY, lon_lat_column, table_name
from catalogue.values import Box as LonLatBox
from service.features import lock

MOST = 50_000
"""Changed rows from which on every tile counts as touched: comparing would cost more than making tiles."""


@dataclass
class _Known:
    """What is known of a dataset: changes after batch `since` up to `until`, as batch and lon/lat box of each."""

    since: int
    until: int
    batches: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    boxes: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 4)))


class Changes:
    """The changes of all datasets, as far as they have been asked for; for any number of threads."""

    def __init__(self) -> None:
        self._known: dict[str, _Known] = {}
        self._busy = threading.Lock()

    def touch(self, dataset: Dataset, since: int, until: int, near: LonLatBox, ask: cursor) -> bool:
        """Return whether a batch after `since`, up to `until`, changed a feature whose box meets `near`."""
        with self._busy:
            known = self._known.get(dataset.id)
            if known is None or since < known.since:
                known = _read(dataset, since, until, ask)
            elif until > known.until:
                known = _joined(known, _read(dataset, known.until, until, ask))
            self._known[dataset.id] = known
        if since < known.since:
            return True
        later = known.boxes[known.batches > since]
        west, south, east, north = near
        meets = (later[:, 0] <= east) & (later[:, 2] >= west) & (later[:, 1] <= north) & (later[:, 3] >= south)
        return bool(meets.any())


def _joined(known: _Known, later: _Known) -> _Known:
    """Return both as one; if the later changes could not be told, what was known before is worth nothing."""
    if later.since > known.until or len(known.batches) > MOST:
        return _Known(later.until, later.until)
    batches = np.concatenate([known.batches, later.batches])
    return _Known(known.since, later.until, batches, np.concatenate([known.boxes, later.boxes]))


def _read(dataset: Dataset, since: int, until: int, ask: cursor) -> _Known:
    """Return the changes after a batch; `since` is `until` when they cannot be told or are too many."""
    if not _is_whole(dataset, since, ask):
        return _Known(until, until)
    column = sql.Identifier(lon_lat_column(dataset) or GEOMETRY)
    part = sql.SQL("SELECT {batch} AS batch, box3d(box2d({column})) AS b FROM {table} WHERE {batch} > {since}")
    name, number = table_name(dataset.id), sql.Literal(since)
    parts = [
        part.format(batch=sql.Identifier(batch), column=column, table=sql.Identifier(schema, name), since=number)
        for schema, batch in ((DATA, BATCH), (HISTORY, CLOSED))
    ]
    ask.execute(
        sql.SQL(
            "SELECT batch, ST_XMin(b), ST_YMin(b), ST_XMax(b), ST_YMax(b) FROM ({} LIMIT {}) AS q WHERE b IS NOT NULL"
        ).format(sql.SQL(" UNION ALL ").join(parts), sql.Literal(MOST + 1))
    )
    rows = ask.fetchall()
    if len(rows) > MOST:
        return _Known(until, until)
    found = np.array(rows, dtype=float).reshape(-1, 5)
    return _Known(since, until, found[:, 0].astype(np.int64), found[:, 1:])


def _is_whole(dataset: Dataset, since: int, ask: cursor) -> bool:
    """Return whether the history goes back to a batch: since another layout it has begun anew. Begins the snapshot."""
    ask.execute(lock([dataset]))
    name = table_name(dataset.id)
    ask.execute(
        "SELECT relname FROM pg_class JOIN pg_namespace AS n ON n.oid = relnamespace"
        " WHERE nspname = %s AND relkind = 'r' AND (relname = %s OR starts_with(relname, %s))",
        (HISTORY, name, f"{name}__"),
    )
    found = [str(relname) for (relname,) in ask.fetchall()]
    aside = [each.removeprefix(f"{name}__") for each in found if each != name]
    return name in found and not any(number.isdecimal() and int(number) > since for number in aside)
