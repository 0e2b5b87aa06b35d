"""What has changed since a batch: which features came, changed or went, and how they are now.

Net changes: a feature that was changed five times stands here once, one that came and went again not at all. Whoever
asks page by page and then from the batch that was told, misses nothing: a change made meanwhile comes again.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg2 import sql
from psycopg2.extensions import cursor

from catalogue import Dataset
from catalogue.edits import Key
from catalogue.layout import BATCH, CLOSED, DATA, HISTORY, id_column, table_name
from service import features
from service.changes.past import Reach, moment_of, reach
from service.crs import CRS84, Crs
from service.parameters import ItemsQuery

_TOUCHED = sql.SQL(
    "WITH touched AS ("
    " SELECT {id} AS id FROM {data} WHERE {written} > %(since)s AND {after}"
    " UNION SELECT {id} FROM {history} WHERE {closed} > %(since)s AND {after})"
    ", told AS (SELECT touched.id, now.{written} AS batch, past.closed,"
    " EXISTS (SELECT FROM {history} AS old WHERE old.{id} = touched.id AND old.{written} <= %(since)s"
    " AND old.{closed} > %(since)s) AS was FROM touched"
    " LEFT JOIN {data} AS now ON now.{id} = touched.id"
    " LEFT JOIN LATERAL (SELECT max({closed}) AS closed FROM {history} AS old WHERE old.{id} = touched.id) AS past"
    " ON true)"
    " SELECT id, CASE WHEN batch IS NULL THEN 'deleted' WHEN was THEN 'updated' ELSE 'inserted' END,"
    " coalesce(batch, closed) FROM told WHERE was OR batch IS NOT NULL ORDER BY id LIMIT %(limit)s"
)


_FIGURES = 18
"""Of the longest number that surely is a bigint."""


@dataclass(frozen=True)
class Change:
    """One feature that is not as it was: inserted, updated or deleted, by which batch, when; as it is now, if it is."""

    key: Key
    kind: str
    batch: int
    time: datetime
    feature: dict[str, Any] | None


@dataclass(frozen=True)
class Feed:
    """Changes after the batch `since`, in the order of keys; `batch` is where to go on from, once all has been read."""

    since: int
    batch: int
    time: datetime
    changes: tuple[Change, ...]
    more: bool


@dataclass(frozen=True)
class Question:
    """What is asked: since when (a batch, or a time as written), after which key, up to which batch all was told."""

    since: str
    limit: int
    after: Key | None = None
    until: int | None = None
    crs: Crs = CRS84


def read(question: Question, dataset: Dataset, ask: cursor) -> Feed:
    """Return the changes, in the snapshot of the cursor. Raises BadParameterError for what lies before the history."""
    ask.execute(features.lock([dataset]))
    known = reach(dataset, ask)
    since = _since(question.since, known)
    ask.execute(_statement(dataset, question.after), _values(question, since))
    rows = ask.fetchall()
    shown = rows[: question.limit]
    now = _now([key for key, kind, _ in shown if kind != "deleted"], question, dataset, ask)
    changes = tuple(Change(key, kind, batch, known.time_of(batch), now.get(key)) for key, kind, batch in shown)
    latest = question.until if question.until in dict(known.batches) else known.batches[-1][0]
    return Feed(since, latest, known.time_of(latest), changes, more=len(rows) > len(shown))


def _since(text: str, known: Reach) -> int:
    """Return the batch that is meant: figures alone are its number, all else is a time."""
    if text.isdecimal() and len(text) <= _FIGURES:
        return known.of(int(text), "since")
    return known.at(moment_of(text, "since"), "since")


def _statement(dataset: Dataset, after: Key | None) -> sql.Composable:
    own, table = sql.Identifier(id_column(dataset)), table_name(dataset.id)
    return _TOUCHED.format(
        id=own,
        data=sql.Identifier(DATA, table),
        history=sql.Identifier(HISTORY, table),
        written=sql.Identifier(BATCH),
        closed=sql.Identifier(CLOSED),
        after=sql.SQL("true" if after is None else "{} > %(after)s").format(own),
    )


def _values(question: Question, since: int) -> dict[str, Any]:
    return {"since": since, "after": question.after, "limit": question.limit + 1}


def _now(keys: list[Key], question: Question, dataset: Dataset, ask: cursor) -> dict[Key, dict[str, Any]]:
    """Return the features with these keys as they are now."""
    if not keys:
        return {}
    query = ItemsQuery(limit=len(keys), crs=question.crs)
    among = sql.SQL("{} = ANY ({})").format(sql.Identifier(id_column(dataset)), sql.Literal(keys))
    ask.execute(features.page(query, dataset, among))
    return {key: json.loads(text) for key, text in features.texts(ask.fetchall(), query.crs)}
