"""A real PostGIS for tests: one private cluster a session, one template database, one clone of it a test.

Never skipped and never mocked: where PostGIS is missing, the tests fail and `./krajina test` is what installs it.
"""

import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT, make_dsn

from desk import queue
from etl.store.migrate import migrate
from machine.cluster import temporary_cluster

TEMPLATE = "krajina_template"
_numbers = count(1)


@contextmanager
def cluster() -> Iterator[str]:
    """Start a cluster that forgets everything; yield the DSN of its maintenance database."""
    with (
        tempfile.TemporaryDirectory(prefix="krajina-test-") as folder,
        temporary_cluster(Path(folder, "postgres")) as dsn,
    ):
        yield make_dsn(dsn, dbname="postgres")


def make_template(maintenance: str) -> None:
    """Make the template database with PostGIS and all migrations."""
    _execute(maintenance, "CREATE DATABASE {}", TEMPLATE)
    with closing(psycopg2.connect(make_dsn(maintenance, dbname=TEMPLATE))) as connection:
        migrate(connection)
        queue.prepare(connection)


@contextmanager
def clone(maintenance: str) -> Iterator[str]:
    """Yield the DSN of a fresh copy of the template; dropped afterwards, whoever is still connected."""
    name = f"krajina_{next(_numbers)}"
    # Its files are copied: a third of the time that it takes to write every page into the log.
    _execute(maintenance, "CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, TEMPLATE)
    try:
        yield make_dsn(maintenance, dbname=name)
    finally:
        _execute(maintenance, "DROP DATABASE {} WITH (FORCE)", name)


def _execute(dsn: str, statement: str, *names: str) -> None:
    with closing(psycopg2.connect(dsn)) as connection:
        connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
