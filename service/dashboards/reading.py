"""Asking for the parts of a dashboard: one snapshot for all that is not known yet, and a memory of what is.

What was counted is kept by the dataset's batch and by everything that was asked, so it is never used beyond a
publication; the oldest makes room.
"""

import logging
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from weakref import WeakKeyDictionary

from psycopg2 import sql
from psycopg2.extensions import cursor

from catalogue import Dataset
from catalogue.dashboards import (
    AnyPart,
    Figure,
    FiguresPart,
    MapPart,
    TableColumn,
    TablePart,
    TreemapPart,
    columns_of,
    datasets_of,
)
from catalogue.layout import DATA, LEDGER
from catalogue.layout import table_name as table_of
from catalogue.values import Box
from service import features
from service.dashboards import conditions
from service.dashboards.address import WHERE, Address
from service.dashboards.counting import Counted, Counts, Question, counts, statement
from service.database import TableChangedError, TooSlowError
from service.parameters import BadParameterError, items_query
from service.published import Served, ground_of
from service.state import Live

LOG = logging.getLogger(__name__)
KEPT = 50_000
"""Rows of answers that a worker keeps: some tens of megabytes, however often strangers ask for something else."""
SECONDS = 10.0
"""After so long no further part is asked for: each question has its own deadline, and a dashboard has many."""
VALUES_MAX = 300
"""Values of a choice; more are no list to choose from."""
_EVERY = sql.SQL("true")

type Key = tuple[object, ...]
type Answers = tuple[Counts, ...]


@dataclass
class _Memory:
    kept: OrderedDict[Key, Counts] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    rows: int = 0

    def get(self, key: Key) -> Counts | None:
        with self.lock:
            found = self.kept.get(key)
            if found is not None:
                self.kept.move_to_end(key)
            return found

    def keep(self, key: Key, found: Counts) -> None:
        with self.lock:
            if key in self.kept:
                self.rows -= _weight(self.kept.pop(key))
            self.kept[key] = found
            self.rows += _weight(found)
            while self.rows > KEPT:
                self.rows -= _weight(self.kept.popitem(last=False)[1])


def _weight(found: Counts) -> int:
    """Return how many rows an answer is worth; one with a filter of 2000 letters alone is worth some."""
    return 10 + len(found.groups) + len(found.items)


_MEMORIES: WeakKeyDictionary[Live, _Memory] = WeakKeyDictionary()
_BORN = threading.Lock()


@dataclass(frozen=True)
class Reading:
    """Who asks what: the worker's state, the datasets that the asker may see, the address, and this year."""

    live: Live
    served: Mapping[str, Served]
    address: Address
    year: int

    def answers(self, parts: Iterable[AnyPart]) -> dict[str, Answers | None]:
        """Return what was counted for each part, by its id: one answer, or one for each of its figures.

        None for a part whose own condition is wrong. Raises BadParameterError for a filter of the address that is,
        TableChangedError when another batch has been published, TooSlowError, and as `Database.read`.
        """
        asked = {part.id: self._askings(part) for part in parts}
        memory = self._memory()
        found = {key: memory.get(key) for key in {self._key(each) for several in asked.values() for each in several}}
        missing = [each for several in asked.values() for each in several if found[self._key(each)] is None]
        wrong: set[Key] = set()
        if missing:
            for key, made in self._asked(missing).items():
                if made is None:
                    wrong.add(key)
                else:
                    found[key] = made
        return {
            id_: None
            if any(self._key(each) in wrong for each in several)
            else tuple(made for each in several if (made := found[self._key(each)]))
            for id_, several in asked.items()
        }

    def values(self, columns: Mapping[str, str]) -> list[object]:
        """Return the values of columns (by dataset) that mean the same, in order; none where they are too many."""
        used = {id_: name for id_, name in columns.items() if id_ in self.served}
        if not used:
            return []

        def work(cursor: cursor) -> list[object]:
            self._check(cursor, list(used))
            several = [
                sql.SQL("SELECT {c}::text AS v FROM {t} WHERE {c} IS NOT NULL").format(
                    c=sql.Identifier(name), t=sql.Identifier(DATA, table_of(id_))
                )
                for id_, name in used.items()
            ]
            question = sql.SQL("SELECT DISTINCT v FROM ({}) AS _all ORDER BY v LIMIT {}")
            cursor.execute(question.format(sql.SQL(" UNION ALL ").join(several), sql.Literal(VALUES_MAX + 1)))
            return [value for (value,) in cursor.fetchall()]

        memory = self._memory()
        batches = tuple((id_, name, self.served[id_].published.batch) for id_, name in used.items())
        key: Key = ("values", self.live.state.files if self.live.state else "", batches)
        known = memory.get(key)
        if known is None:
            found = self.live.database.read(work)
            known = Counts(items=tuple((value,) for value in found) if len(found) <= VALUES_MAX else ())
            memory.keep(key, known)
        return [value for (value,) in known.items]

    @property
    def ground(self) -> Served | None:
        """The municipalities, on which lines and points of a small map lie."""
        return ground_of(self.served)

    def _askings(self, part: AnyPart) -> tuple[Counted, ...]:
        if isinstance(part, FiguresPart):
            return part.figures
        under = self.ground
        if isinstance(part, MapPart) and under and not _has_areas(self.served[part.dataset or ""].dataset):
            return part, MapPart(id="ground", kind="map", title={}, dataset=under.id)
        return (part,)

    def level(self, part: TreemapPart) -> str:
        """Return the column whose values a treemap shows: the first in its path that is not chosen yet."""
        where = self.address.where.get(part.dataset or "")
        free = (name for name in part.path if not conditions.chosen(where, name)[0])
        return next(free, part.path[-1])

    def _memory(self) -> _Memory:
        with _BORN:
            return _MEMORIES.setdefault(self.live, _Memory())

    def _key(self, asking: Counted) -> Key:
        served = self.served[asking.dataset or ""]
        where = self.address.where.get(served.id)
        level = self.level(asking) if isinstance(asking, TreemapPart) else ""
        state = self.live.state
        files = state.files if state else ""
        return (
            files,
            served.id,
            served.published.batch,
            repr(asking),
            where,
            self._day(served.dataset),
            level,
            self.year,
        )

    def _day(self, dataset: Dataset) -> str | None:
        return self.address.date if dataset.time_columns else None

    def _asked(self, missing: Sequence[Counted]) -> dict[Key, Counts | None]:
        used, memory = sorted({each.dataset or "" for each in missing}), self._memory()

        def work(cursor: cursor) -> dict[Key, Counts | None]:
            until, extents = monotonic() + SECONDS, self._check(cursor, used)
            made = {}
            for each in missing:
                if monotonic() > until:
                    raise TooSlowError
                key = self._key(each)
                made[key] = counted = self._one(each, extents[each.dataset or ""], cursor)
                if counted is not None:  # kept at once: whoever comes again after a refusal finds it
                    memory.keep(key, counted)
            return made

        return self.live.database.read(work)

    def _one(self, asking: Counted, extent: Box | None, cursor: cursor) -> Counts | None:
        dataset = self.served[asking.dataset or ""].dataset
        given = {"filter": self.address.where.get(dataset.id), "datetime": self._day(dataset)}
        try:
            asked = _condition(given, dataset, extent, cursor)
        except BadParameterError as error:
            name = "date" if error.name == "datetime" else f"{WHERE}{dataset.id}"
            raise BadParameterError(name, error.key, **error.values) from error
        try:
            own = _condition({"filter": asking.where}, dataset, extent, cursor)
            columns = [_condition({"filter": each.where}, dataset, extent, cursor) for each in _columns(asking)]
        except BadParameterError:
            LOG.exception("a condition of a dashboard over %s is wrong", dataset.id)
            return None
        marked = own if isinstance(asking, Figure) else None
        within = asked if isinstance(asking, Figure) else sql.SQL("({} AND {})").format(asked, own)
        level = self.level(asking) if isinstance(asking, TreemapPart) else ""
        question = Question(asking, dataset, within, marked, tuple(columns), level, self.year)
        cursor.execute(statement(question))
        return counts(question, cursor.fetchall())

    def _check(self, cursor: cursor, used: Sequence[str]) -> dict[str, Box | None]:
        """Begin the snapshot; return the extent of each dataset."""
        current = sql.SQL("SELECT dataset, batch, bbox FROM {} WHERE dataset = ANY({})").format(
            sql.Identifier(LEDGER, "current"), sql.Literal(list(used))
        )
        cursor.execute(features.lock(self.served[id_].dataset for id_ in used) + current)
        found = {dataset: (batch, bbox) for dataset, batch, bbox in cursor.fetchall()}
        if any(id_ not in found or found[id_][0] != self.served[id_].published.batch for id_ in used):
            raise TableChangedError("another batch")
        return {id_: _box(bbox) for id_, (_, bbox) in found.items()}


def shown(parts: Iterable[AnyPart], served: Mapping[str, Served]) -> list[AnyPart]:
    """Return the parts over datasets that the asker may see, and of which the columns are loaded."""
    return [
        part
        for part in parts
        if all(id_ in served and not served[id_].dataset.is_raster for id_ in datasets_of(part))
        and all(name in served[id_].dataset.served for id_, _, name in columns_of(part))
    ]


def _has_areas(dataset: Dataset) -> bool:
    return dataset.geometry.endswith("Polygon")


def _columns(asking: Counted) -> Sequence[TableColumn]:
    return asking.columns if isinstance(asking, TablePart) else ()


def _condition(given: Mapping[str, str | None], dataset: Dataset, extent: Box | None, cursor: cursor) -> sql.Composable:
    """Return filters as SQL. Raises BadParameterError."""
    params = {name: text for name, text in given.items() if text}
    return features.filters(items_query(params, dataset), dataset, extent, cursor) if params else _EVERY


def _box(bbox: Sequence[float] | None) -> Box | None:
    if not bbox:
        return None
    west, south, east, north = bbox
    return west, south, east, north
