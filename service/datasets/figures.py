"""What a dataset's rows say of themselves: values that are missing, codes and how often they stand, lost places.

One question for each table, so that all figures are of one state; asked once for each batch.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

from psycopg2 import sql
from psycopg2.extensions import cursor

from catalogue import Catalogue, Column
from catalogue.layout import DATA, lon_lat_column, table_name
from service.database import Database
from service.features import lock
from service.published import Served

KEPT = 64
"""Datasets whose figures a worker keeps."""
UNKNOWN = 5
"""Values outside a code list that are told."""


@dataclass(frozen=True)
class Missing:
    """In how many rows a column is empty, as number and share (0 to 1)."""

    column: str
    n: int
    share: float


@dataclass(frozen=True)
class Coded:
    """How the values of a column of codes stand to its code list.

    `filled` rows have a value, `known` of them a code of the list; of the list's `codes`, `used` stand in the data.
    `unknown` are the most frequent values that are in no list, with their number.
    """

    column: str
    filled: int
    known: int
    codes: int
    used: int
    unknown: Mapping[str, int]
    counts: Mapping[str, int]


@dataclass(frozen=True)
class Figures:
    """What the rows of one batch say; `placeless` is how many have no geometry, None for data without geometry."""

    rows: int
    missing: tuple[Missing, ...]
    coded: tuple[Coded, ...]
    placeless: int | None


class Memory[Value]:
    """A few values by key, made when first asked for; the oldest go. Safe for threads."""

    def __init__(self, size: int) -> None:
        self._size, self._lock = size, Lock()
        self._known: OrderedDict[object, Value] = OrderedDict()

    def get(self, key: object, make: Callable[[], Value]) -> Value:
        """Return the value of the key. Raises what making it raises."""
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        made = make()
        with self._lock:
            self._known[key] = made
            while len(self._known) > self._size:
                self._known.popitem(last=False)
        return made


_KNOWN: Memory[Figures] = Memory(KEPT)


def of(served: Served, catalogue: Catalogue, files: str, database: Database) -> Figures:
    """Return the figures of the dataset's rows; `files` is the version of the catalogue. Raises as `Database.read`."""
    key = (database.url, served.id, served.published.batch, files, tuple(served.dataset.served))
    return _KNOWN.get(key, lambda: database.read(lambda ask: _read(served, catalogue, ask)))


def _read(served: Served, catalogue: Catalogue, ask: cursor) -> Figures:
    dataset = served.dataset
    table = sql.Identifier(DATA, table_name(dataset.id))
    names = list(dataset.served)
    place = lon_lat_column(dataset)
    counted = [*names, *([place] if place else [])]
    parts = [sql.SQL("count(*)"), *(sql.SQL("count({})").format(sql.Identifier(name)) for name in counted)]
    ask.execute(lock([dataset]) + sql.SQL("SELECT {} FROM {}").format(sql.SQL(", ").join(parts), table))
    rows, *filled = ask.fetchone() or (0,)
    empty = [(name, rows - n) for name, n in zip(names, filled[: len(names)], strict=True)]
    missing = [Missing(name, n, n / rows if rows else 0.0) for name, n in empty]
    coded = [
        _coded(name, column, catalogue, _counts(name, table, ask))
        for name, column in dataset.served.items()
        if column.type == "code"
    ]
    return Figures(rows, tuple(missing), tuple(coded), rows - filled[-1] if place else None)


def _counts(name: str, table: sql.Composable, ask: cursor) -> dict[str, int]:
    """Return how often each value stands in a column, the most frequent first."""
    ask.execute(
        sql.SQL("SELECT {0}, count(*) FROM {1} WHERE {0} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1").format(
            sql.Identifier(name), table
        )
    )
    found: list[tuple[Any, int]] = ask.fetchall()
    return {str(value): n for value, n in found}


def _coded(name: str, column: Column, catalogue: Catalogue, counts: dict[str, int]) -> Coded:
    listed = catalogue.codelists.get(column.codelist or "")
    codes = {entry.code for entry in listed.entries} if listed else set()
    known = {value: n for value, n in counts.items() if value in codes}
    unknown = {value: n for value, n in counts.items() if value not in codes}
    return Coded(
        name,
        sum(counts.values()),
        sum(known.values()),
        len(codes),
        len(known),
        dict(list(unknown.items())[:UNKNOWN]),
        counts,
    )
