"""Readers while something is published: each answer is the old state or the new one, and no one waits for long."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2

from tests.integration.etl.places import Row, chunk, dataset, many, publish
from tests.waiting import until

ROWS = 3000


def state(number: int) -> list[Row]:
    """All rows carry the number of their state; there is one row more in each state."""
    return [(code, f"state {number}", float(number)) for code in range(ROWS + number)]


@contextmanager
def reading(dsn: str, read: object) -> Iterator[list[str]]:
    """Call `read(connection)` without pause in a thread; yields the list of what was wrong."""
    wrong: list[str] = []
    end = threading.Event()

    def work() -> None:
        connection = psycopg2.connect(dsn)
        while not end.is_set():
            try:
                read(connection)  # type: ignore[operator]
                connection.rollback()
            except Exception as error:  # noqa: BLE001 (every fault is a failure of the test)
                wrong.append(repr(error))
                connection.rollback()
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        yield wrong
    finally:
        end.set()
        for thread in threads:
            thread.join()


def test_a_single_query_sees_one_state(database: str) -> None:
    publish(database, dataset(), [chunk(state(0))])
    seen: set[tuple[int, str]] = set()

    def read(connection: psycopg2.extensions.connection) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '1s'")  # nor is a reader kept waiting
            cursor.execute("SELECT count(*), min(name), max(name), count(DISTINCT _batch) FROM data.places")
            count, least, most, batches = cursor.fetchone() or ()
        assert least == most == f"state {count - ROWS}", (count, least, most)
        assert batches == 1
        seen.add((count, least))

    with reading(database, read) as wrong:
        for number in range(1, 6):
            assert publish(database, dataset(), [chunk(state(number))]).road == "difference"
            until_seen(seen, number, wrong)
    assert wrong == []


def until_seen(seen: set[tuple[int, str]], number: int, wrong: list[str]) -> None:
    """Wait until a reader has met the state."""
    until(lambda: (ROWS + number, f"state {number}") in seen or wrong)


def test_a_snapshot_with_pages_sees_one_state(database: str) -> None:
    publish(database, dataset(), [chunk(state(0))])

    def read(connection: psycopg2.extensions.connection) -> None:
        connection.set_session(isolation_level="REPEATABLE READ")
        names, last, rows = set(), -1, 0
        with connection.cursor() as cursor:
            cursor.execute("SELECT batch, rows FROM krajina.current WHERE dataset = 'places'")
            batch, promised = cursor.fetchone() or ()
            while True:
                cursor.execute(
                    "SELECT code, name, _batch FROM data.places WHERE code > %s ORDER BY code LIMIT 500", [last]
                )
                page = cursor.fetchall()
                if not page:
                    break
                last, rows = page[-1][0], rows + len(page)
                names |= {(name, written) for _, name, written in page}
        assert rows == promised, (rows, promised)
        assert names == {(f"state {rows - ROWS}", batch)}, names

    with reading(database, read) as wrong:
        for number in range(1, 6):
            publish(database, dataset(), [chunk(state(number))])
    assert wrong == []


def test_another_layout_comes_between_transactions(database: str) -> None:
    """Who reads the list and then the table in one transaction finds the columns that the list told, and all rows."""
    publish(database, dataset(), [chunk(many(500))])

    def read(connection: psycopg2.extensions.connection) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT rows, definition->>'key' IS NULL FROM krajina.current")
            promised, keyless = cursor.fetchone() or ()
            cursor.execute(f"SELECT {'_id' if keyless else 'code'} FROM data.places")
            assert len(cursor.fetchall()) == promised

    with reading(database, read) as wrong:
        for number in range(1, 6):
            key = None if number % 2 else "code"
            assert publish(database, dataset(key=key), [chunk(many(500 + number))]).road == "replacement"
    assert wrong == []


def test_new_readers_do_not_wait_behind_a_swap_that_waits(database: str) -> None:
    publish(database, dataset(), [chunk(many(10))])
    slow = psycopg2.connect(database)
    slow.cursor().execute("SELECT count(*) FROM data.places")
    publishing = threading.Thread(target=publish, args=(database, dataset(key=None), [chunk(many(30))]))
    publishing.start()
    for _ in range(20):
        quick = psycopg2.connect(database, options="-c lock_timeout=1s")
        quick.cursor().execute("SELECT count(*) FROM data.places")
        quick.close()
        time.sleep(0.1)
    assert publishing.is_alive()
    slow.close()
    publishing.join()
