"""The words of a dataset's names, in `krajina.word`: what a misspelt or inflected word of a question may mean.

Apart from the index of names, which PostgreSQL keeps by itself with each row: words must be told here, in the
transaction that publishes the rows. Each dataset has words of its own, so loads of different datasets never wait for
one another, and what is internal lends no word to the public.
"""

from psycopg2 import sql

from catalogue import layout
from catalogue.model import Dataset
from etl.store.connect import Connection
from etl.store.difference import CHANGED
from etl.store.tables import execute, table

SHORTEST = 3
"""Letters of the shortest word that is kept; shorter ones, and all with digits, are found only as they are."""


def renew(connection: Connection, dataset: Dataset, schema: str = layout.DATA) -> None:
    """Keep the words of all rows of the dataset's table in the schema, and no others; none if it is not searched."""
    execute(connection, "DELETE FROM krajina.word WHERE dataset = %s", dataset.id)
    if layout.search_columns(dataset):
        _add(connection, dataset, sql.SQL("{} AS new").format(table(schema, dataset)))


def add(connection: Connection, dataset: Dataset) -> None:
    """Add the words of the staged rows that change what is published; words that go with them may stay."""
    if not layout.search_columns(dataset):
        return
    changed = sql.SQL("{} AS new JOIN {} AS changed ON changed.id = new.{} AND changed.change <> 'deleted'").format(
        table(layout.STAGING, dataset), CHANGED, sql.Identifier(layout.id_column(dataset))
    )
    _add(connection, dataset, changed)


def settle(connection: Connection, dataset: Dataset) -> None:
    """Bring what was added lately to its place in the indexes: each question would look through it one by one."""
    execute(
        connection,
        "SELECT gin_clean_pending_list(indexrelid) FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid"
        " WHERE indrelid IN ('krajina.word'::regclass, %s::regclass)"
        " AND relam = (SELECT oid FROM pg_am WHERE amname = 'gin')",
        table(layout.DATA, dataset).as_string(connection),
    )


def _add(connection: Connection, dataset: Dataset, rows: sql.Composable) -> None:
    """Add the words of the rows `new`.

    What is set apart by spaces is made distinct before it is folded, column by column: folding costs the most, and a
    million addresses lie in few municipalities. The parts get a table of their own because a query that fills a new
    table may use several processors, and one that inserts may not.
    """
    columns = [
        sql.SQL("SELECT DISTINCT new.{}::text AS value FROM {}").format(sql.Identifier(name), rows)
        for name in layout.search_columns(dataset)
    ]
    execute(
        connection,
        "CREATE TEMPORARY TABLE parts ON COMMIT DROP AS SELECT DISTINCT unnest(string_to_array(value, ' ')) AS part"
        " FROM ({columns}) AS searched",
        columns=sql.SQL(" UNION ALL ").join(columns),
    )
    execute(
        connection,
        "INSERT INTO krajina.word (dataset, word, keys) SELECT %s, word, krajina.word_keys(word) FROM ("
        " SELECT DISTINCT word FROM parts, unnest(krajina.words(part)) AS word"
        " WHERE part ~ '[^0-9/]' AND length(word) BETWEEN %s AND 60 AND word !~ '[0-9]'"
        " AND NOT EXISTS (SELECT FROM krajina.word AS known WHERE known.dataset = %s AND known.word = word.word)"
        ") AS found",
        dataset.id,
        SHORTEST,
        dataset.id,
    )
    execute(connection, "DROP TABLE parts")
