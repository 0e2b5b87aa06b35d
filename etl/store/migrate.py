"""Migrations: the numbered SQL files beside this module, each applied once.

Plain SQL and no tool: the ledger is five tables, the datasets' tables follow from their files.
"""

from pathlib import Path

from etl.errors import StoreError
from etl.store.connect import Connection

FOLDER = Path(__file__).parent / "migrations"
LOCK = 0x4B524A
"""Key of the advisory lock under which migrations run: "KRJ"."""

_LEDGER = """
CREATE SCHEMA IF NOT EXISTS krajina;
CREATE TABLE IF NOT EXISTS krajina.migration (name text PRIMARY KEY, applied timestamptz NOT NULL DEFAULT now());
"""


def migrate(connection: Connection, folder: Path = FOLDER) -> list[str]:
    """Bring the database to the form that this program needs; return the names of the migrations applied now.

    Each runs in a transaction of its own; of several callers one works and the others wait. Raises StoreError for a
    database that a newer version of the program has migrated.
    """
    connection.rollback()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            cursor.execute(_LEDGER)
            connection.commit()
            return _apply_missing(connection, folder)
        finally:
            connection.rollback()
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
            connection.commit()


def _apply_missing(connection: Connection, folder: Path) -> list[str]:
    files = {file.stem: file for file in sorted(folder.glob("[0-9]*.sql"))}
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM krajina.migration")
        applied = {name for (name,) in cursor.fetchall()}
        if unknown := sorted(applied - set(files)):
            raise StoreError("STORE-NEWER", migrations=", ".join(unknown))
        missing = [name for name in files if name not in applied]
        for name in missing:
            cursor.execute(files[name].read_text(encoding="utf-8"))
            cursor.execute("INSERT INTO krajina.migration (name) VALUES (%s)", [name])
            connection.commit()
    return missing
