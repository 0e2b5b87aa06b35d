"""The ledger, the state of any batch, and the way back."""

from pathlib import Path

import psycopg2
import pytest

from etl import pipeline
from etl.errors import StoreError
from etl.store import connected, ledger, past
from etl.store.difference import Counts
from settings import Settings
from tests.integration.etl.places import Row, chunk, dataset, many, publish, published, query

STATES: list[list[Row]] = [
    many(4),
    [(0, "place 0", 0.0), (1, "renamed", 0.5), (7, "new", 7.0)],
    [(0, "place 0", 0.0), (1, "renamed again", 0.5), (2, "place 2", 1.0)],
]


def settings(dsn: str, folder: Path) -> Settings:
    return Settings(database_url=dsn, data=folder)


def test_every_batch_can_be_read_again(database: str) -> None:
    batches = [publish(database, dataset(), [chunk(rows)]).batch or 0 for rows in STATES]
    with psycopg2.connect(database) as connection, connection.cursor() as cursor:
        for batch, rows in zip(batches, STATES, strict=True):
            text = past.as_of(dataset(), batch).as_string(connection)
            cursor.execute(f"SELECT code, name, height FROM {text} AS past ORDER BY code")
            assert cursor.fetchall() == rows


def test_rollback_publishes_an_earlier_state_as_a_new_batch(database: str, tmp_path: Path) -> None:
    batches = [publish(database, dataset(), [chunk(rows)]).batch for rows in STATES]
    outcome = pipeline.rollback(dataset(), settings(database, tmp_path), to=batches[0])
    assert (outcome.state, outcome.road) == ("published", "rollback")
    assert [row[:3] for row in published(database)] == STATES[0]
    assert outcome.counts == Counts(inserted=1, updated=1, deleted=0, unchanged=2)
    back = pipeline.rollback(dataset(), settings(database, tmp_path))
    assert [row[:3] for row in published(database)] == STATES[2]
    assert back.batch == (outcome.batch or 0) + 1


def test_rollback_over_another_layout_is_refused(database: str, tmp_path: Path) -> None:
    publish(database, dataset(), [chunk(many(2))])
    other = dataset(key=None)
    publish(database, other, [chunk(many(2))])
    with pytest.raises(StoreError) as caught:
        pipeline.rollback(other, settings(database, tmp_path))
    assert caught.value.finding.code == "STORE-OTHER-LAYOUT"
    assert query(database, "SELECT state FROM krajina.batch ORDER BY id DESC LIMIT 1") == [("failed",)]


def test_rollback_to_what_never_was_is_refused(database: str, tmp_path: Path) -> None:
    publish(database, dataset(), [chunk(many(2))])
    for batch, code in ((None, "STORE-NO-EARLIER"), (1, "STORE-NO-BATCH"), (99, "STORE-NO-BATCH")):
        with pytest.raises(StoreError) as caught:
            pipeline.rollback(dataset(), settings(database, tmp_path), to=batch)
        assert caught.value.finding.code == code


def test_status_and_history_tell_what_is_published_and_what_came_last(database: str) -> None:
    first = publish(database, dataset(), [chunk(many(2))])
    publish(database, dataset(), [chunk([(1, "a", None), (1, "b", None)])])
    with connected(database) as connection:
        (status,) = ledger.status(connection)
        batches = ledger.history(connection, "places")
    assert status.current is not None
    assert (status.current.batch, status.current.rows, status.last.state) == (first.batch, 2, "refused")
    assert [batch.state for batch in batches] == ["refused", "published"]
    assert ledger.report_of(batches[0]).counts == {"KEY-REPEATED": 1}


def test_a_killed_batch_is_settled_by_whoever_comes_next(database: str) -> None:
    with connected(database) as connection:
        ledger.begin(connection, dataset(), None)
        connection.commit()
        assert ledger.settle(connection) == ["places"]
        assert ledger.history(connection, "places")[0].message == "interrupted"
        assert ledger.settle(connection) == []
