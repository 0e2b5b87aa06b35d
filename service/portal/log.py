"""What is new, written from the load log: one entry for each dataset and day on which something of it was published.

Apart from the pages, because the home page, the news page and the feed tell the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from psycopg2 import sql

from catalogue.layout import LEDGER
from service.database import Database

_NEWS = sql.SQL("""
    SELECT dataset, finished::date AS day, max(finished), bool_or(road IN ('first', 'raster')),
           coalesce(sum(inserted), 0), coalesce(sum(updated), 0), coalesce(sum(deleted), 0)
    FROM {batch}
    WHERE state = 'published' AND dataset = ANY(%(datasets)s)
      AND (%(before)s::date IS NULL OR finished < %(before)s::date)
    GROUP BY dataset, day
    HAVING bool_or(road = 'raster') OR sum(coalesce(inserted, 0) + coalesce(updated, 0) + coalesce(deleted, 0)) > 0
    ORDER BY day DESC, max(finished) DESC, dataset LIMIT %(limit)s
""").format(batch=sql.Identifier(LEDGER, "batch"))


@dataclass(frozen=True)
class Entry:
    """What happened to a dataset on one day (by the clock of the database): features added, changed and taken away."""

    dataset: str
    day: date
    moment: datetime
    is_first: bool
    added: int
    changed: int
    removed: int

    @property
    def counts(self) -> dict[str, int]:
        """The counts that are not zero, by what they count."""
        named = {"added": self.added, "changed": self.changed, "removed": self.removed}
        return {name: n for name, n in named.items() if n}


def entries(datasets: Iterable[str], database: Database, *, limit: int, before: date | None = None) -> list[Entry]:
    """Return the newest entries of the datasets, newest first; with `before`, those of earlier days.

    May be empty. Loads that changed nothing are no news. Raises as `Database.read`.
    """
    asked = {"datasets": list(datasets), "before": before, "limit": limit}
    rows = database.rows(_NEWS, asked)
    return [
        Entry(name, day, moment, first, int(added), int(changed), int(removed))
        for name, day, moment, first, added, changed, removed in rows
    ]
