"""A dataset as it was at a moment: what it was called, its columns, and where its rows are to be read now.

The ledger knows which batch was published and how the dataset was described; the rows stand in the published table and
its history or, from before a change of columns, in a history that was put aside. What may not be shown today is not
shown of the past either.
"""

import logging
from dataclasses import dataclass, replace
from datetime import datetime

from psycopg2 import sql
from psycopg2.extensions import cursor
from pydantic import ValidationError

from catalogue import Catalogue, Dataset
from catalogue.layout import BATCH, CLOSED, HISTORY, LEDGER, columns, lon_lat_column, rows_at, table_name
from service.database import Database
from service.datasets.moments import Moment
from service.downloads.order import Order, order_of
from service.features import lock
from service.published import Published, Served, as_served

LOG = logging.getLogger(__name__)
_BATCH = sql.SQL(
    "SELECT id, finished, definition, bbox FROM {} WHERE dataset = %s AND state = 'published' AND finished <= %s"
    " ORDER BY finished DESC, id DESC LIMIT 1"
).format(sql.Identifier(LEDGER, "batch"))
_FIRST = sql.SQL("SELECT min(finished) FROM {} WHERE dataset = %s AND state = 'published'").format(
    sql.Identifier(LEDGER, "batch")
)
_DAYS = sql.SQL(
    "SELECT (finished AT TIME ZONE 'UTC')::date::text, max(finished), count(*) FROM {} WHERE dataset = %s"
    " AND state = 'published' AND finished IS NOT NULL GROUP BY 1 ORDER BY 1 DESC LIMIT 400"
).format(sql.Identifier(LEDGER, "batch"))


@dataclass(frozen=True)
class Frozen:
    """The state of a dataset that was published at a moment.

    `served` describes it as it was then; `order` is what a file of it is made of; `withheld` are columns that it had
    and that may no longer be shown.
    """

    served: Served
    order: Order
    withheld: tuple[str, ...]

    @property
    def dataset(self) -> Dataset:
        """The description of that time."""
        return self.served.dataset

    @property
    def rows(self) -> sql.Composable:
        """The SQL of its rows, with all columns of the table."""
        return sql.SQL(self.order.past)


class BeforeFirstError(Exception):
    """Nothing was published yet at the moment; `first` is when something was, None if that is not known."""

    def __init__(self, first: datetime | None) -> None:
        super().__init__(str(first))
        self.first = first


def find(served: Served, moment: Moment, catalogue: Catalogue, database: Database) -> Frozen:
    """Return the dataset as it was published at the moment.

    Raises BeforeFirstError, and as `Database.read`.
    """

    def work(ask: cursor) -> Frozen:
        ask.execute(lock([served.dataset]))
        ask.execute(_BATCH, (served.id, moment.time))
        found = ask.fetchone()
        if found is None:
            ask.execute(_FIRST, (served.id,))
            raise BeforeFirstError((ask.fetchone() or (None,))[0])
        batch, finished, definition, bbox = found
        try:
            then = Dataset.model_validate(definition)
        except ValidationError as error:
            LOG.error("the definition of %s in batch %s is not understood: %s", served.id, batch, error)  # noqa: TRY400
            raise BeforeFirstError(None) from error
        shown, withheld = _as_shown(served.dataset, then)
        archive = _archive(then, batch, ask)
        past = _rows(then, batch, archive)
        ask.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.SQL(past)))
        (rows,) = ask.fetchone() or (0,)
        as_then = Served(shown, Published(then, batch, rows, tuple(bbox) if bbox else None, finished))
        return Frozen(as_then, replace(order_of(as_then, catalogue), past=past, archive=archive), withheld)

    return database.read(work)


def days(dataset: str, database: Database) -> list[tuple[str, datetime, int]]:
    """Return the days (UTC) on which something was published, when last, and how often; the newest first."""
    return database.rows(_DAYS, (dataset,))


def box(frozen: Frozen, ask: cursor) -> tuple[float, float, float, float] | None:
    """Return the lon/lat box of the rows; None when none has a geometry."""
    place = lon_lat_column(frozen.dataset)
    if place is None:
        return None
    ask.execute(
        sql.SQL(
            "SELECT ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e) FROM (SELECT ST_Extent({}) AS e FROM {}) AS x"
        ).format(sql.Identifier(place), frozen.rows)
    )
    found = ask.fetchone()
    return None if found is None or found[0] is None else found


def _as_shown(now: Dataset, then: Dataset) -> tuple[Dataset, tuple[str, ...]]:
    """Return the dataset as it was described then, without what may not be shown now, and which columns these are."""
    allowed = as_served(now, then)
    kept = {name: each.model_copy(update={"private": name not in allowed.served}) for name, each in then.kept.items()}
    withheld = tuple(name for name in then.served if name not in allowed.served)
    sections = {"map": allowed.map, "here": None, "time": None, "access": now.access, "columns": kept}
    return then.model_copy(update=sections), withheld


def _archive(dataset: Dataset, batch: int, ask: cursor) -> int:
    """Return the number of the history, put aside by a change of columns, that has the rows; 0 if there was none."""
    name = table_name(dataset.id)
    ask.execute(
        "SELECT coalesce(min(number), 0) FROM (SELECT substring(relname FROM '__([0-9]+)$')::bigint AS number"
        " FROM pg_class WHERE relnamespace = to_regnamespace(%s) AND relkind = 'r' AND starts_with(relname, %s)"
        " AND relname ~ '__[0-9]+$') AS aside WHERE number > %s",
        (HISTORY, f"{name}__", batch),
    )
    return int((ask.fetchone() or (0,))[0])


def _rows(dataset: Dataset, batch: int, archive: int) -> str:
    """Return the SQL of the rows as they were, named as the table is."""
    name, number = table_name(dataset.id), int(batch)
    if not archive:
        return f'{rows_at(dataset, number)} AS "{name}"'
    named = ", ".join(f'"{each}"' for each in columns(dataset))
    return (
        f'(SELECT {named} FROM {HISTORY}."{name}__{int(archive)}" WHERE {BATCH} <= {number} AND {CLOSED} > {number})'
        f' AS "{name}"'
    )
