"""What is new in a dataset since a batch, feature by feature: came, went, and which values are others than they were.

The change feed says which features; here it is also said what of them, for people.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from psycopg2 import sql
from psycopg2.extensions import cursor

from catalogue import Dataset
from catalogue.layout import DATA, GEOMETRY, id_column, rows_at, table_name
from service import features
from service.changes import feed
from service.changes.feed import Change
from service.changes.past import reach
from service.crs import CRS84
from service.database import Database
from service.parameters import ItemsQuery

SHOWN = 50
"""Features that are told."""


@dataclass(frozen=True)
class Value:
    """One column of a feature that is not as it was."""

    column: str
    was: Any
    now: Any


@dataclass(frozen=True)
class Difference:
    """One feature: `kind` is inserted, updated or deleted; what it is called; of an updated one what has changed.

    `moved`: its geometry is another.
    """

    id: str
    kind: str
    label: str
    values: tuple[Value, ...]
    moved: bool


@dataclass(frozen=True)
class News:
    """What is new since the batch `since`; `more`: there is more than is told."""

    since: int
    differences: tuple[Difference, ...]
    more: bool


def since(batch: int, dataset: Dataset, database: Database) -> News | None:
    """Return what is new since a batch; None where the history does not reach back to it.

    Raises as `Database.read`.
    """

    def work(ask: cursor) -> News | None:
        ask.execute(features.lock([dataset]))
        if batch not in dict(reach(dataset, ask).batches):
            return None
        told = feed.read(feed.Question(since=str(batch), limit=SHOWN), dataset, ask)
        was = _before([each.key for each in told.changes if each.kind != "inserted"], batch, dataset, ask)
        moved = _moved([each.key for each in told.changes if each.kind == "updated"], batch, dataset, ask)
        found = tuple(_difference(each, was.get(each.key, {}), dataset, each.key in moved) for each in told.changes)
        return News(batch, found, told.more)

    return database.read(work)


def _before(keys: list[Any], batch: int, dataset: Dataset, ask: cursor) -> dict[Any, dict[str, Any]]:
    """Return the columns of the features as they were when the batch was published."""
    if not keys:
        return {}
    query = ItemsQuery(limit=len(keys), crs=CRS84, geometry=False, batch=batch)
    among = sql.SQL("{} = ANY ({})").format(sql.Identifier(id_column(dataset)), sql.Literal(keys))
    ask.execute(features.page(query, dataset, among))
    return {key: json.loads(text)["properties"] for key, text in features.texts(ask.fetchall(), query.crs)}


def _moved(keys: list[Any], batch: int, dataset: Dataset, ask: cursor) -> set[Any]:
    """Return which of the features have another geometry than they had."""
    if not keys or not dataset.has_geometry:
        return set()
    ask.execute(
        sql.SQL(
            "SELECT now.{id} FROM {data} AS now JOIN {past} AS was ON was.{id} = now.{id}"
            " WHERE now.{id} = ANY (%s) AND now.{geometry} IS DISTINCT FROM was.{geometry}"
        ).format(
            id=sql.Identifier(id_column(dataset)),
            data=sql.Identifier(DATA, table_name(dataset.id)),
            past=sql.SQL(rows_at(dataset, batch)),
            geometry=sql.Identifier(GEOMETRY),
        ),
        (keys,),
    )
    return {key for (key,) in ask.fetchall()}


def _difference(change: Change, was: Mapping[str, Any], dataset: Dataset, moved: bool) -> Difference:
    now = change.feature["properties"] if change.feature else {}
    label = dataset.map.label if dataset.map else None
    called = (now or was).get(label or "") or change.key
    changed = change.kind == "updated"
    values = [Value(name, was.get(name), now.get(name)) for name in now if changed and was.get(name) != now.get(name)]
    return Difference(str(change.key), change.kind, str(called), tuple(values), moved)
