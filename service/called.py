"""How a feature is called: the same in the search, on the page of a place and wherever else it is told by its name."""

from psycopg2 import sql

from catalogue import Dataset


def called(dataset: Dataset, row: str) -> sql.Composable:
    """Return the SQL of a feature's name as text: by what it is searched first, else its label; NULL if it has neither.

    `row` is how its table is called in the question.
    """
    section = dataset.map
    names = dict.fromkeys([*section.search[:1], section.label] if section else [])
    texts = [
        sql.SQL("nullif({}::text, '')").format(sql.Identifier(row, name)) for name in names if name in dataset.served
    ]
    return sql.SQL("coalesce({})").format(sql.SQL(", ").join([*texts, sql.SQL("NULL::text")]))
