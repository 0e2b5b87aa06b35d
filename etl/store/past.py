"""Rows as they were: history tables, and the state of a dataset at any batch.

A history table has the columns of the published one and the batch that ended each row. Where the layout changes, the
history so far is put aside under the number of the batch that changed it: rows of two layouts do not mix.
"""

from psycopg2 import sql

from catalogue import layout
from catalogue.model import Dataset
from etl.store import tables
from etl.store.connect import Connection
from etl.store.difference import CHANGED
from etl.store.tables import execute, fetch, names, table


def prepare(connection: Connection, dataset: Dataset) -> None:
    """Make the history table of the published table, if there is none."""
    history = table(layout.HISTORY, dataset)
    if tables.exists(connection, history):
        return
    execute(
        connection,
        "CREATE TABLE {history} (LIKE {data}, {closed} bigint NOT NULL)",
        history=history,
        data=table(layout.DATA, dataset),
        closed=sql.Identifier(layout.CLOSED),
    )
    for column in (layout.CLOSED, layout.id_column(dataset)):  # what changed since, and what one feature was
        execute(connection, "CREATE INDEX ON {history} ({column})", history=history, column=sql.Identifier(column))
    tables.grant(connection, history)


def close_changed(connection: Connection, dataset: Dataset, batch: int) -> None:
    """Write the published rows that the batch updates or deletes into the history."""
    _close(
        connection,
        dataset,
        batch,
        sql.SQL(" JOIN {} AS changed ON changed.id = old.{} WHERE changed.change <> 'inserted'").format(
            CHANGED, sql.Identifier(layout.id_column(dataset))
        ),
    )


def close_all(connection: Connection, dataset: Dataset, batch: int) -> None:
    """Write all published rows into the history, whatever their layout."""
    _close(connection, dataset, batch, sql.SQL(""))


def archive(connection: Connection, dataset: Dataset, batch: int) -> None:
    """Put the history so far aside: from this batch on the dataset has another layout."""
    aside = sql.Identifier(f"{layout.table_name(dataset.id)}__{batch}")
    execute(connection, "ALTER TABLE {history} RENAME TO {aside}", history=table(layout.HISTORY, dataset), aside=aside)


def changed_layout_since(connection: Connection, dataset: Dataset, batch: int) -> bool:
    """Say whether the layout changed after the batch: its rows then stand in a history that was put aside."""
    name = layout.table_name(dataset.id)
    found = fetch(
        connection,
        "SELECT substring(relname FROM '__([0-9]+)$')::bigint FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace"
        " WHERE nspname = %s AND relkind = 'r' AND starts_with(relname, %s) AND relname ~ '__[0-9]+$'",
        layout.HISTORY,
        f"{name}__",
    )
    return any(number > batch for (number,) in found)


def as_of(dataset: Dataset, batch: int) -> sql.SQL:
    """Return a query of the dataset's rows as they were when the batch was published, with all columns of the table.

    Valid for a batch since which the layout has not changed.
    """
    return sql.SQL(layout.rows_at(dataset, batch))


def _close(connection: Connection, dataset: Dataset, batch: int, which: sql.Composable) -> None:
    found = fetch(
        connection,
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
        table(layout.DATA, dataset).as_string(connection),
    )
    columns = [str(name) for (name,) in found]
    execute(
        connection,
        "INSERT INTO {history} ({columns}, {closed}) SELECT {old_columns}, %s FROM {data} AS old{which}",
        batch,
        history=table(layout.HISTORY, dataset),
        columns=names(columns),
        old_columns=names(columns, "old"),
        closed=sql.Identifier(layout.CLOSED),
        data=table(layout.DATA, dataset),
        which=which,
    )
