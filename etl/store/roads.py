"""Publishing what is staged: by changing the published table in place, or by putting another table into its place.

Both happen in the caller's transaction, with the ledger. In place is the rule, however much has changed: MVCC shows
readers the old rows until the commit, whatever they are doing, and nobody waits. A new table would be written in half
the time, but a transaction with an older snapshot finds it empty. So the table is replaced only when its columns do.
"""

from psycopg2 import sql

from catalogue import layout
from catalogue.model import Dataset
from etl.store import past, tables, words
from etl.store.connect import Connection
from etl.store.difference import CHANGED
from etl.store.progress import Progress
from etl.store.swap import exclusively
from etl.store.tables import execute, names, own_columns, table


def first(connection: Connection, dataset: Dataset, batch: int) -> None:
    """Make the staged table, finished and in its final shape, the published one. There is none yet."""
    if tables.exists(connection, table(layout.HISTORY, dataset)):  # of a table that someone took away
        past.archive(connection, dataset, batch)
    execute(connection, "ALTER TABLE {staging} SET SCHEMA data", staging=table(layout.STAGING, dataset))
    past.prepare(connection, dataset)
    words.renew(connection, dataset)


def in_place(connection: Connection, dataset: Dataset, batch: int, progress: Progress) -> None:
    """Insert, update and delete the rows that differ; those that end go to the history."""
    progress("history")
    past.close_changed(connection, dataset, batch)
    progress("rows")
    id_ = layout.id_column(dataset)
    written = [name for name in own_columns(dataset) if name != id_]
    assignments = [sql.SQL("{0} = new.{0}").format(sql.Identifier(name)) for name in written]
    parts = {
        "data": table(layout.DATA, dataset),
        "staging": table(layout.STAGING, dataset),
        "changed": CHANGED,
        "id": sql.Identifier(id_),
        "batch": sql.Identifier(layout.BATCH),
        "assignments": sql.SQL(", ").join([*assignments, sql.SQL("{} = %s").format(sql.Identifier(layout.BATCH))]),
        "columns": names(own_columns(dataset)),
        "new_columns": names(own_columns(dataset), "new"),
    }
    execute(
        connection,
        "DELETE FROM {data} AS old USING {changed} AS changed"
        " WHERE changed.id = old.{id} AND changed.change = 'deleted'",
        **parts,
    )
    execute(
        connection,
        "UPDATE {data} AS old SET {assignments} FROM {staging} AS new"
        " JOIN {changed} AS changed ON changed.id = new.{id} WHERE old.{id} = new.{id} AND changed.change = 'updated'",
        batch,
        **parts,
    )
    execute(
        connection,
        "INSERT INTO {data} ({columns}, {batch}) SELECT {new_columns}, %s"
        " FROM {staging} AS new JOIN {changed} AS changed ON changed.id = new.{id} WHERE changed.change = 'inserted'",
        batch,
        **parts,
    )
    words.add(connection, dataset)
    execute(connection, "DROP TABLE {staging}", **parts)
    if tables.renew_indexes(connection, dataset):
        words.renew(connection, dataset)


def by_new_layout(connection: Connection, dataset: Dataset, batch: int, progress: Progress) -> None:
    """Swap the staged table, finished and of another layout, for the published one; rows and history are put aside.

    When this returns, no one can read the table until the commit: commit soon. Raises StoreError if readers or
    dependent views do not let the old table go.
    """
    progress("history")
    past.close_all(connection, dataset, batch)
    words.renew(connection, dataset, layout.STAGING)
    old, new = table(layout.DATA, dataset), table(layout.STAGING, dataset)
    tables.copy_rights(connection, old, new)
    progress("swap")
    with exclusively(connection, old):
        past.archive(connection, dataset, batch)
        execute(connection, "DROP TABLE {old}", old=old)
        execute(connection, "ALTER TABLE {new} SET SCHEMA data", new=new)
        past.prepare(connection, dataset)
