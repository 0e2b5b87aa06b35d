"""The batches of a dataset as its pages tell them, read from the ledger.

Apart from `service.ledger`, which reads what is published and at every refresh; this is read when somebody asks.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from psycopg2 import sql

from catalogue.layout import LEDGER
from findings import Report
from service.database import Database

LIMIT = 500
"""Batches of a dataset that are told."""
_COLUMNS = (
    *("id", "state", "road", "started", "finished", "rows_read", "inserted", "updated", "deleted", "unchanged"),
    *("operation", "accuracy", "report", "source"),
)
_BATCHES = sql.SQL(
    "SELECT {} FROM {} WHERE dataset = %s AND state <> 'running' AND finished IS NOT NULL ORDER BY id DESC LIMIT {}"
).format(
    sql.SQL(", ").join(map(sql.Identifier, _COLUMNS)),
    sql.Identifier(LEDGER, "batch"),
    sql.Literal(LIMIT),
)
_BY_HAND = frozenset({"edit", "rollback"})
"""Roads on which no source is read."""


@dataclass(frozen=True)
class Batch:
    """One batch that has ended. `state` is published, unchanged, refused or failed; counts are None if not known.

    `road` as in the ledger; `accuracy` in metres; `source` is what was fetched, each with its name and time.
    """

    id: int
    state: str
    road: str | None
    started: datetime
    finished: datetime
    rows_read: int | None
    inserted: int | None
    updated: int | None
    deleted: int | None
    unchanged: int | None
    operation: str | None
    accuracy: float | None
    report: dict[str, Any] | None
    source: list[dict[str, Any]] | None

    @property
    def is_load(self) -> bool:
        """Whether sources were looked at, rather than features edited or a state taken back."""
        return self.road not in _BY_HAND

    @property
    def findings(self) -> Report:
        """What was found when it was loaded."""
        return Report.from_json(self.report or {})

    @property
    def touched(self) -> int:
        """How many rows are new, changed or gone."""
        return sum(n or 0 for n in (self.inserted, self.updated, self.deleted))


@dataclass(frozen=True)
class Entry:
    """One line of the history: a batch, or `n` edits of one day with the last of them as `batch`."""

    batch: Batch
    n: int
    inserted: int
    updated: int
    deleted: int


@dataclass(frozen=True)
class Ledger:
    """The batches of one dataset, the newest first; may be empty."""

    batches: tuple[Batch, ...]

    @property
    def looked(self) -> Batch | None:
        """The last batch for which the sources were looked at and accepted, whether or not anything was new."""
        return next((each for each in self._loads() if each.state in {"published", "unchanged"}), None)

    @property
    def read(self) -> Batch | None:
        """The last accepted batch whose rows were read: its findings are those of what is published."""
        accepted = (each for each in self._loads() if each.state in {"published", "unchanged"})
        return next((each for each in accepted if each.rows_read is not None or each.road == "raster"), None)

    @property
    def refused(self) -> Batch | None:
        """The last batch of all, if it was refused: then what is published is older than what was delivered."""
        last = next(self._loads(), None)
        return last if last is not None and last.state == "refused" else None

    @property
    def edits(self) -> int:
        """How many edits have been published since the last batch that was loaded."""
        published = [each for each in self.batches if each.state == "published"]
        loaded = next((place for place, each in enumerate(published) if each.is_load), len(published))
        return sum(1 for each in published[:loaded] if each.road == "edit")

    @property
    def entries(self) -> list[Entry]:
        """The history: what was published and what was refused, the edits of a day in one line."""
        told = [each for each in self.batches if each.state in {"published", "refused"}]
        entries = []
        for (_, _, alone), found in groupby(told, key=_line):
            group = list(found)
            entries.append(_entry(group) if alone is None else _entry(group[:1]))
        return entries

    @property
    def published(self) -> list[Batch]:
        """The batches that were published."""
        return [each for each in self.batches if each.state == "published"]

    def _loads(self) -> Iterator[Batch]:
        return (each for each in self.batches if each.is_load and each.state != "failed")


def read(dataset: str, database: Database) -> Ledger:
    """Return the batches of a dataset. Raises as `Database.read`."""
    return Ledger(tuple(Batch(*row) for row in database.rows(_BATCHES, (dataset,))))


def _line(batch: Batch) -> tuple[str, object, int | None]:
    """Return the same for batches that share a line; every batch but an edit has its own."""
    together = batch.road == "edit" and batch.state == "published"
    return batch.state, batch.finished.date(), None if together else batch.id


def _entry(group: list[Batch]) -> Entry:
    sums = [sum(getattr(each, name) or 0 for each in group) for name in ("inserted", "updated", "deleted")]
    return Entry(group[0], len(group), *sums)
