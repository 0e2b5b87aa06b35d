"""Edits on a real database: one row each, with history and ledger like a load, undone by rollback, kept by loads."""

import multiprocessing
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import shapely

from catalogue import Dataset
from catalogue.edits import (
    AbsentError,
    BusyError,
    Change,
    Edit,
    Edited,
    EditError,
    ExistsError,
    OutdatedError,
    RefusedError,
    StaleError,
    UnavailableError,
)
from etl import pipeline
from etl.edit import PostgisEditor, editor
from etl.store import connected
from etl.store.lock import locked
from settings import Settings
from tests.integration.etl.places import chunk, dataset, many, publish, published, query

FIRST = 20
PLACE = (-690_000.123456, -995_000.654321)


def edit(change: Change, key: int | None = None, which: Dataset | None = None, **more: Any) -> Edit:
    """An edit of the test's places; `at` is a place in the dataset's CRS, other names as Edit has them."""
    at = more.pop("at", None)
    if at is not None:
        more |= {"geometry": shapely.to_wkb(shapely.Point(at)), "moves": True, "crs": "EPSG:5514"}
    return Edit(change, which or dataset(editable=True), {}, who="Jana", key=key, **more)


@pytest.fixture
def make(database: str, tmp_path: Path) -> PostgisEditor:
    """An editor of a database with twenty places."""
    publish(database, dataset(editable=True), [chunk(many(FIRST))])
    return PostgisEditor(database, tmp_path / "grids")


def codes(report: Any) -> set[str]:
    return {finding.code for finding in report}


def test_each_change_is_a_batch_with_history_and_rollback(make: PostgisEditor, database: str, tmp_path: Path) -> None:
    before = published(database)
    made = make(edit("create", values={"name": " nové místo ", "height": 3}, at=PLACE))
    assert made.key == FIRST
    assert query(database, "SELECT name, height, ST_X(geom), ST_Y(geom) FROM data.places WHERE code = %s", FIRST) == [
        ("nové místo", 3.0, *PLACE)
    ]
    make(edit("update", 3, values={"height": None}))
    make(edit("replace", 4, values={"name": "four", "height": 4.5}, at=PLACE))
    make(edit("delete", 5))
    rows = {code: (name, height) for code, name, height, _ in published(database)}
    assert (rows[3], rows[4], 5 in rows, len(rows)) == (("place 3", None), ("four", 4.5), False, FIRST)
    ledger = query(
        database,
        "SELECT state, road, who, inserted, updated, deleted, unchanged FROM krajina.batch"
        " WHERE road = 'edit' ORDER BY id",
    )
    assert [row[3:] for row in ledger] == [(1, 0, 0, 20), (0, 1, 0, 20), (0, 1, 0, 20), (0, 0, 1, 20)]
    assert {row[:3] for row in ledger} == {("published", "edit", "Jana")}
    assert query(database, "SELECT rows, batch FROM krajina.current") == [(20, made.batch + 3)]
    settings = Settings(database_url=database, data=tmp_path)
    pipeline.rollback(dataset(editable=True), settings, to=made.batch - 1)
    assert [row[:3] for row in published(database)] == [row[:3] for row in before]
    assert query(database, "SELECT FROM pg_class WHERE relnamespace = 'staging'::regnamespace") == []


def test_what_does_not_change_anything_is_no_batch(make: PostgisEditor, database: str) -> None:
    first = query(database, "SELECT max(id) FROM krajina.batch")
    assert make(edit("update", 3, values={"name": "place 3"})).batch == first[0][0]
    assert query(database, "SELECT max(id) FROM krajina.batch WHERE state <> 'running'") == first


def test_what_stands_in_the_way(make: PostgisEditor, database: str, tmp_path: Path) -> None:
    batch = published(database)[0][3]
    refusals: list[tuple[Edit, type[EditError]]] = [
        (edit("update", 99, values={}), AbsentError),
        (edit("delete", 99, seen=frozenset({batch})), StaleError),
        (edit("create", 3, values={}), ExistsError),
        (edit("update", 3, values={}, seen=frozenset({batch + 1})), StaleError),
        (edit("delete", 3, dataset(editable=True, key=None)), OutdatedError),
        (edit("create", 30, dataset(editable=True, checks={"max_rows": FIRST}), values={}), RefusedError),
        (
            edit("update", 3, dataset(editable=True, checks={"unique": [["name"]]}), values={"name": "place 4"}),
            RefusedError,
        ),
    ]
    before = published(database)
    for asked, kind in refusals:
        with pytest.raises(kind):
            make(asked)
    with pytest.raises(UnavailableError):
        PostgisEditor("host=127.0.0.1 port=1 dbname=none", tmp_path)(edit("delete", 3))
    assert published(database) == before
    assert query(database, "SELECT count(*) FROM krajina.batch WHERE road = 'edit' OR state = 'running'") == [(0,)]


@pytest.mark.parametrize(
    ("values", "at", "code"),
    [
        ({"height": "high"}, None, "MEMBER-TYPE"),
        ({"name": None}, None, "VALUE-REQUIRED"),
        ({"name": "x"}, None, "VALUE-PATTERN"),
        ({"height": 5000}, None, "VALUE-TOO-LARGE"),
        ({}, (15.0, 50.5), "GEOMETRY-DEGREES"),
        ({}, (PLACE[1], PLACE[0]), "GEOMETRY-SWAPPED"),
        ({}, (float("nan"), 0.0), "GEOMETRY-NOT-FINITE"),
        ({}, (-500_000.0, -1_200_000.0), "GEOMETRY-NOT-WITHIN"),
    ],
)
def test_what_a_load_would_find_refuses_an_edit(
    make: PostgisEditor, values: dict[str, Any], at: tuple[float, float] | None, code: str
) -> None:
    columns = {
        "code": {"type": "integer", "required": True},
        "name": {"required": True, "pattern": ".{3,}"},
        "height": {"type": "decimal", "max": 1000},
    }
    which = dataset(editable=True, columns=columns, checks={"within": [14.0, 50.0, 16.0, 51.5]})
    with pytest.raises(RefusedError) as refused:
        make(edit("update", 3, which, values=values, at=at))
    assert codes(refused.value.report) == {code}
    assert {finding.row for finding in refused.value.report} == {"3"}


def test_of_edits_of_one_state_exactly_one_is_made(make: PostgisEditor, database: str) -> None:
    seen = frozenset({published(database)[3][3]})
    start = threading.Barrier(8)

    def change(number: int) -> Edited | None:
        start.wait()
        try:
            return make(edit("update", 3, values={"name": f"from {number}"}, seen=seen))
        except StaleError:
            return None

    with ThreadPoolExecutor(8) as threads:
        made = [each for each in threads.map(change, range(8)) if each]
    assert len(made) == 1
    assert query(database, "SELECT count(*) FROM history.places WHERE code = 3") == [(1,)]
    with ThreadPoolExecutor(8) as threads:
        keys = {each.key for each in threads.map(lambda _: make(edit("create", values={"name": "new"})), range(8))}
    assert keys == set(range(FIRST, FIRST + 8))
    assert query(database, "SELECT rows FROM krajina.current") == [(FIRST + 8,)]


def test_an_edit_waits_for_a_load_but_not_for_ever(
    make: PostgisEditor, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editor, "WAIT", "100ms")
    with connected(database) as connection, locked(connection, "places", 1, lambda: None), pytest.raises(BusyError):
        make(edit("delete", 3))
    make(edit("delete", 3))


def test_a_load_does_not_undo_edits(make: PostgisEditor, database: str) -> None:
    which = dataset(editable=True)
    make(edit("update", 3, values={"name": "edited"}))
    make(edit("delete", 5))
    make(edit("create", 30, values={"name": "new"}))
    before = published(database)
    refused = publish(database, which, [chunk([*many(FIRST), (40, "later", 1.0)])])
    assert (refused.state, refused.report.counts) == ("refused", {"EDIT-UNDONE": 3})
    assert {finding.row for finding in refused.report} == {"3", "5", "30"}
    assert published(database) == before
    # A source that has taken the edits in may change their rows again.
    taken = [row for row in many(FIRST) if row[0] not in {3, 5}]
    make(edit("delete", 30))
    assert publish(database, which, [chunk([*taken, (3, "edited", 1.5)])]).state == "unchanged"
    assert publish(database, which, [chunk([*taken, (3, "changed", 1.5)])]).state == "published"


def die_before_the_commit(dsn: str, folder: Path) -> None:
    """Make an edit, and die in the way of kill -9 when all is written and nothing committed."""
    editor._commit = lambda _: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[assignment]  # noqa: SLF001
    PostgisEditor(dsn, folder)(edit("update", 3, values={"name": "half"}))


def test_killed_in_the_middle_nothing_is_half_done(make: PostgisEditor, database: str, tmp_path: Path) -> None:
    before = published(database)
    child = multiprocessing.get_context("forkserver").Process(target=die_before_the_commit, args=(database, tmp_path))
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL
    made = make(edit("update", 4, values={"name": "whole"}))
    assert [row[:3] for row in published(database) if row[0] != 4] == [row[:3] for row in before if row[0] != 4]
    assert query(database, "SELECT count(*), max(id) FROM krajina.batch WHERE road = 'edit'") == [(1, made.batch)]
