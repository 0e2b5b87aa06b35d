"""The database itself: migrations, locks, what happens when it is not there."""

from pathlib import Path

import psycopg2
import pytest
from psycopg2.extensions import make_dsn

from etl.errors import Busy, StoreError, Unreachable
from etl.store import connected, ledger
from etl.store.lock import locked
from etl.store.migrate import FOLDER, migrate
from tests.integration.etl.places import chunk, dataset, many, publish, published, query


def test_migrations_are_applied_once(database: str) -> None:
    with connected(database) as connection:
        assert migrate(connection) == []
    applied = [name for (name,) in query(database, "SELECT name FROM krajina.migration ORDER BY 1")]
    assert applied == sorted(file.stem for file in FOLDER.glob("*.sql"))


def test_a_migration_that_fails_leaves_nothing_and_the_earlier_ones(database: str, tmp_path: Path) -> None:
    for file in FOLDER.glob("*.sql"):
        (tmp_path / file.name).write_text("SELECT 1")
    (tmp_path / "0900_good.sql").write_text("CREATE TABLE krajina.good (n int)")
    (tmp_path / "0901_bad.sql").write_text("CREATE TABLE krajina.bad (n int); SELECT 1 / 0")
    with psycopg2.connect(database) as connection:
        with pytest.raises(psycopg2.errors.DivisionByZero):
            migrate(connection, tmp_path)
        connection.rollback()
    assert query(database, "SELECT relname FROM pg_class WHERE relname IN ('good', 'bad')") == [("good",)]


def test_extensions_are_where_every_user_finds_them(database: str) -> None:
    found = query(
        database, "SELECT DISTINCT extnamespace::regnamespace::text FROM pg_extension WHERE extname <> 'plpgsql'"
    )
    assert found == [("public",)]


def test_a_newer_database_is_refused(database: str) -> None:
    query(database, "INSERT INTO krajina.migration (name) VALUES ('0999_from_the_future')")
    with connected(database) as connection, pytest.raises(StoreError) as caught:
        migrate(connection)
    assert caught.value.finding.code == "STORE-NEWER"


def test_search_folds_case_and_accents(database: str) -> None:
    assert query(database, "SELECT krajina.fold('Příliš ŁÓDŹ Straße')") == [("prilis lodz strasse",)]


def test_the_reader_role_reads_and_does_no_more(database: str) -> None:
    publish(database, dataset(), [chunk(many(1))])
    with psycopg2.connect(database) as connection, connection.cursor() as cursor:
        cursor.execute("SET ROLE krajina_reader")
        cursor.execute("SELECT count(*) FROM data.places, history.places AS past, krajina.current")
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("SELECT * FROM krajina.batch")


def test_a_second_load_waits_then_is_refused(database: str) -> None:
    waits: list[bool] = []
    with connected(database) as one, connected(database) as two, locked(one, "places", 1, lambda: None):
        with pytest.raises(Busy), locked(two, "places", 0.3, lambda: waits.append(True)):
            pass
        with locked(two, "others", 0.3, lambda: waits.append(False)):
            pass
    assert waits == [True]
    with connected(database) as three, locked(three, "places", 0, lambda: waits.append(False)):
        pass
    assert waits == [True]


def test_a_running_batch_is_not_settled(database: str) -> None:
    with connected(database) as one, connected(database) as two, locked(one, "places", 1, lambda: None):
        ledger.begin(one, dataset(), None)
        one.commit()
        assert ledger.settle(two) == []


def test_no_database_is_said_so() -> None:
    nowhere = make_dsn(host="/nowhere", dbname="x", user="x", password="hidden")  # noqa: S106
    with pytest.raises(Unreachable) as caught, connected(nowhere):
        pass
    assert "hidden" not in str(caught.value.finding.values)


def test_a_connection_lost_while_loading_is_said_so_and_leaves_the_old_state(database: str) -> None:
    publish(database, dataset(), [chunk(many(2))])
    before = published(database)

    def cut(step: str, _rows: int = 0) -> None:
        if step == "compare":
            query(
                database,
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'krajina load'",
            )

    with pytest.raises(Unreachable):
        publish(database, dataset(), [chunk(many(5))], cut)
    assert published(database) == before
    assert publish(database, dataset(), [chunk(many(5))]).state == "published"


def test_an_empty_database_is_told_apart_from_a_broken_one(cluster: str) -> None:
    with pytest.raises(StoreError) as caught, connected(cluster) as connection:
        ledger.status(connection)
    assert caught.value.finding.code == "STORE-NOT-PREPARED"
