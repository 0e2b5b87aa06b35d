"""From a time to the batch that was published then, where the history reaches that far.

Rows of two layouts do not mix: behind the last change of columns there is a history, but not one of these features.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from psycopg2 import sql
from psycopg2.extensions import cursor

from catalogue import Dataset
from catalogue.layout import HISTORY, LEDGER, table_name
from catalogue.values import Box
from service.database import Database
from service.moments import read_span
from service.parameters import BadParameterError, ItemsQuery

_BATCHES = sql.Identifier(LEDGER, "batch")
_REACH = sql.SQL(
    "WITH known AS (SELECT id, finished FROM {batches} WHERE dataset = %(dataset)s AND state = 'published' AND id >="
    " (SELECT coalesce(max(substring(relname FROM '__([0-9]+)$')::bigint), 0) FROM pg_class"
    " WHERE relnamespace = to_regnamespace(%(history)s) AND relkind = 'r' AND starts_with(relname, %(table)s || '__')"
    " AND relname ~ '__[0-9]+$'))"
    " SELECT id, finished FROM known WHERE finished IS NOT NULL AND to_regclass(%(path)s) IS NOT NULL ORDER BY id"
).format(batches=_BATCHES)
_EXTENT = sql.SQL(
    "SELECT min(bbox[1]), min(bbox[2]), max(bbox[3]), max(bbox[4]) FROM {} WHERE dataset = %s AND state = 'published'"
).format(_BATCHES)


@dataclass(frozen=True)
class Reach:
    """How far back a collection is known: its batches in order, each with the time of its publication; may be none."""

    batches: tuple[tuple[int, datetime], ...]

    def at(self, moment: datetime, name: str) -> int:
        """Return the batch that was published at the moment. Raises BadParameterError, for the parameter `name`."""
        found = [batch for batch, published in self.batches if published <= moment]
        if not found:
            raise self._too_early(name)
        return found[-1]

    def of(self, batch: int, name: str) -> int:
        """Return the batch if it is within reach. Raises BadParameterError, for the parameter `name`."""
        if not self.batches or batch < self.batches[0][0]:
            raise self._too_early(name)
        return batch

    def time_of(self, batch: int) -> datetime:
        """Return when the batch was published."""
        return dict(self.batches)[batch]

    def _too_early(self, name: str) -> BadParameterError:
        if not self.batches:
            return BadParameterError(name, "past-none")
        batch, published = self.batches[0]
        return BadParameterError(
            name, "past-before", first=f"{published.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}", batch=str(batch)
        )


def reach(dataset: Dataset, ask: cursor) -> Reach:
    """Return how far back the collection is known, in the snapshot of the cursor."""
    table = table_name(dataset.id)
    path = f'{HISTORY}."{table}"'
    ask.execute(_REACH, {"dataset": dataset.id, "history": HISTORY, "table": table, "path": path})
    return Reach(tuple((int(batch), published) for batch, published in ask.fetchall()))


def moment_of(text: str, name: str) -> datetime:
    """Return the time that a parameter means; of a day, month or year the last moment. Raises BadParameterError."""
    wanted = "past-time" if name == "as-of" else "since-missing"
    try:
        span = read_span(text)
    except ValueError as error:
        raise BadParameterError(name, wanted) from error
    if "/" in text or span.end is None:
        raise BadParameterError(name, wanted)
    return span.end


def settled(query: ItemsQuery, dataset: Dataset, database: Database) -> ItemsQuery:
    """Return the query with the batch that was published at the time it asks for, if it asks for one.

    Raises BadParameterError for a time before the history, and as `Database.read`.
    """
    if query.as_of is None:
        return query
    moment = moment_of(query.as_of, "as-of")
    found = database.read(lambda ask: reach(dataset, ask))
    return replace(query, batch=found.at(moment, "as-of"))


def extent(dataset: Dataset, ask: cursor) -> Box | None:
    """Return a lon/lat box around all features that there ever were; None if none had a geometry."""
    ask.execute(_EXTENT, (dataset.id,))
    west, south, east, north = ask.fetchone() or (None,) * 4
    return None if west is None else (west, south, east, north)
