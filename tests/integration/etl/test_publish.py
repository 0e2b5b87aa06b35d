"""Publishing: what is in the tables after each road, and that staging is empty."""

import select
from dataclasses import replace

import numpy as np
import psycopg2
import pytest
import shapely

from etl.errors import StoreError
from etl.store import ledger, swap
from etl.store.difference import Counts
from tests.integration.etl.places import chunk, dataset, many, publish, published, query


def staging(dsn: str) -> list[tuple[str]]:
    return query(dsn, "SELECT relname FROM pg_class WHERE relnamespace = 'staging'::regnamespace")


def test_first_load_makes_table_key_index_and_rights(database: str) -> None:
    outcome = publish(database, dataset(), [chunk(many(3)), chunk(many(2, start=3))])
    assert (outcome.state, outcome.road, outcome.counts) == ("published", "first", Counts(inserted=5))
    assert published(database) == [(n, f"place {n}", n / 2, outcome.batch) for n in range(5)]
    indexes = query(database, "SELECT indexdef FROM pg_indexes WHERE schemaname = 'data' ORDER BY indexname")
    assert [text.split(" USING ")[1] for (text,) in indexes] == ["gist (geom_84)", "btree (code)"]
    assert query(database, "SELECT has_table_privilege('krajina_reader', 'data.places', 'SELECT')") == [(True,)]
    assert query(database, "SELECT relpersistence FROM pg_class WHERE oid = 'data.places'::regclass") == [("p",)]
    places = query(database, "SELECT ST_SRID(geom), ST_AsText(geom), ST_SRID(geom_84) FROM data.places WHERE code = 2")
    assert places == [(5514, "POINT(-699998 -1000002)", 4326)]
    assert staging(database) == []


def test_first_load_is_in_the_ledger_and_told(database: str) -> None:
    listener = psycopg2.connect(database)
    listener.autocommit = True
    listener.cursor().execute("LISTEN krajina_published")
    outcome = publish(database, dataset(), [chunk(many(3))])
    select.select([listener], [], [], 10)  # it is told after the commit has been answered
    listener.poll()
    assert [note.payload for note in listener.notifies] == [f'{{"dataset": "places", "batch": {outcome.batch}}}']
    listener.close()
    rows = query(database, "SELECT dataset, batch, rows, definition->>'crs', bbox FROM krajina.current")
    assert rows == [("places", outcome.batch, 3, "EPSG:5514", [15.0, 50.0, 16.0, 51.0])]
    assert query(database, "SELECT state, road, inserted, finished > started FROM krajina.batch") == [
        ("published", "first", 3, True)
    ]


def test_changes_are_published_and_the_old_rows_kept(database: str) -> None:
    first = publish(database, dataset(), [chunk(many(4))])
    rows = [(0, "place 0", 0.0), (1, "renamed", 0.5), (3, "place 3", 1.5), (9, "new", None)]
    outcome = publish(database, dataset(), [chunk(rows)])
    assert (outcome.road, outcome.counts) == ("difference", Counts(1, 1, 1, 2))
    assert published(database) == [
        (0, "place 0", 0.0, first.batch),
        (1, "renamed", 0.5, outcome.batch),
        (3, "place 3", 1.5, first.batch),
        (9, "new", None, outcome.batch),
    ]
    assert query(database, "SELECT code, name, _batch, _closed FROM history.places ORDER BY code") == [
        (1, "place 1", first.batch, outcome.batch),
        (2, "place 2", first.batch, outcome.batch),
    ]
    indexes = query(database, "SELECT indexname FROM pg_indexes WHERE schemaname = 'data' ORDER BY 1")
    assert indexes == [("places_geom_84_idx",), ("places_pkey",)]
    assert staging(database) == []


def test_a_moved_geometry_is_a_change(database: str) -> None:
    publish(database, dataset(), [chunk(many(3))])
    assert publish(database, dataset(), [chunk(many(3), moved=1e-9)]).counts == Counts(updated=3)


def test_nulls_are_compared(database: str) -> None:
    publish(database, dataset(), [chunk([(1, None, 1.0), (2, "b", None)])])
    assert publish(database, dataset(), [chunk([(1, None, 1.0), (2, None, None)])]).counts == Counts(0, 1, 0, 1)


def test_the_same_rows_are_unchanged(database: str) -> None:
    first = publish(database, dataset(), [chunk(many(3))])
    outcome = publish(database, dataset(), [chunk(many(3)[::-1])])
    assert (outcome.state, outcome.counts) == ("unchanged", Counts(unchanged=3))
    assert query(database, "SELECT batch FROM krajina.current") == [(first.batch,)]
    assert query(database, "SELECT state, unchanged FROM krajina.batch ORDER BY id DESC LIMIT 1") == [("unchanged", 3)]
    assert staging(database) == []


def test_the_same_rows_under_another_title_are_published(database: str) -> None:
    publish(database, dataset(), [chunk(many(3))])
    outcome = publish(database, dataset(title={"en": "Sites"}), [chunk(many(3))])
    assert (outcome.state, outcome.counts) == ("published", Counts(unchanged=3))
    assert query(database, "SELECT batch, definition->'title'->>'en' FROM krajina.current") == [
        (outcome.batch, "Sites")
    ]


def test_a_dry_run_says_what_would_change_and_leaves_no_trace(database: str) -> None:
    publish(database, dataset(), [chunk(many(3))])
    before = published(database), query(database, "SELECT count(*) FROM krajina.batch")
    outcome = publish(database, dataset(), [chunk(many(4))], dry_run=True)
    assert (outcome.state, outcome.counts, outcome.batch) == ("published", Counts(inserted=1, unchanged=3), None)
    assert (published(database), query(database, "SELECT count(*) FROM krajina.batch")) == before
    assert staging(database) == []


def test_no_rows_at_all_can_be_published(database: str) -> None:
    assert publish(database, dataset(), []).counts == Counts()
    assert publish(database, dataset(), [chunk(many(2))]).counts == Counts(inserted=2)
    assert publish(database, dataset(), []).counts == Counts(deleted=2)


def test_another_layout_makes_a_new_table_and_puts_the_history_aside(database: str) -> None:
    first = publish(database, dataset(), [chunk(many(2))])
    second = publish(database, dataset(), [chunk(many(3))])
    columns = {"code": {"type": "integer"}, "name": {"type": "text"}}
    slim = chunk(many(3))
    slim = replace(slim, table=slim.table.drop_columns(["height"]))
    third = publish(database, dataset(columns=columns), [slim])
    assert third.road == "replacement"
    assert query(database, "SELECT code, name, _batch FROM data.places ORDER BY 1") == [
        (n, f"place {n}", third.batch) for n in range(3)
    ]
    aside = query(database, f"SELECT code, height, _batch, _closed FROM history.places__{third.batch} ORDER BY 1")
    assert aside == [
        (0, 0.0, first.batch, third.batch),
        (1, 0.5, first.batch, third.batch),
        (2, 1.0, second.batch, third.batch),
    ]
    assert query(database, "SELECT * FROM history.places") == []


def test_search_index_follows_the_dataset_file(database: str) -> None:
    publish(database, dataset(), [chunk(many(3))])
    searched = dataset(map={"label": "name", "search": ["name"]})
    outcome = publish(database, searched, [chunk(many(3))])
    assert (outcome.state, outcome.road) == ("published", "difference")
    assert query(database, "SELECT count(*) FROM pg_indexes WHERE indexname LIKE 'places_search_%%'") == [(1,)]
    assert publish(database, searched, [chunk(many(3))]).state == "unchanged"


def test_rights_of_others_survive_another_layout(database: str) -> None:
    publish(database, dataset(), [chunk(many(3))])
    query(database, "GRANT SELECT ON data.places TO PUBLIC")
    assert publish(database, dataset(key=None), [chunk(many(9))]).road == "replacement"
    assert query(database, "SELECT has_table_privilege('pg_monitor', 'data.places', 'SELECT')") == [(True,)]


def test_a_view_on_the_table_forbids_another_layout(database: str) -> None:
    publish(database, dataset(), [chunk(many(3))])
    query(database, "CREATE VIEW public.seen AS SELECT code FROM data.places")
    assert publish(database, dataset(), [chunk(many(9))]).state == "published"
    with pytest.raises(StoreError) as caught:
        publish(database, dataset(key=None), [chunk(many(9))])
    assert caught.value.finding.code == "STORE-DEPENDED-ON"
    assert query(database, "SELECT count(*) FROM public.seen") == [(9,)]


def test_a_reader_that_does_not_end_forbids_another_layout(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(swap, "PATIENCE", 1.0)
    publish(database, dataset(), [chunk(many(3))])
    reader = psycopg2.connect(database)
    reader.cursor().execute("SELECT count(*) FROM data.places")
    with pytest.raises(StoreError) as caught:
        publish(database, dataset(key=None), [chunk(many(9))])
    assert caught.value.finding.code == "STORE-HELD"
    reader.close()
    assert len(published(database)) == 3
    assert publish(database, dataset(key=None), [chunk(many(9))]).road == "replacement"


def test_content_is_the_key_where_there_is_none(database: str) -> None:
    keyless = dataset(key=None)
    rows = [(1, "a", 1.0), (1, "a", 1.0), (2, None, None)]
    publish(database, keyless, [chunk(rows)])
    ids = [id_ for (id_,) in query(database, "SELECT _id FROM data.places ORDER BY code, _id")]
    assert ids[1] == f"{ids[0]}-2"
    assert len({len(each) for each in (ids[0], ids[2])}) == 1
    assert publish(database, keyless, [chunk(rows[::-1])]).state == "unchanged"
    assert publish(database, keyless, [chunk(rows[1:])]).counts == Counts(deleted=1, unchanged=2)


def test_a_key_of_several_columns_is_joined(database: str) -> None:
    publish(database, dataset(key=["code", "name"]), [chunk([(1, "a", 1.0), (1, "b", 1.0)])])
    assert query(database, "SELECT _id FROM data.places ORDER BY 1") == [("1.a",), ("1.b",)]


def test_geometry_may_be_absent(database: str) -> None:
    two = chunk(many(2))
    assert two.geometry is not None
    assert two.geometry_84 is not None
    nothing = np.array([None, shapely.Point(1, 2)], dtype=object)
    publish(database, dataset(), [replace(two, geometry=nothing, geometry_84=nothing)])
    assert query(database, "SELECT geom IS NULL FROM data.places ORDER BY code") == [(True,), (False,)]


def test_an_error_while_reading_is_written_down_and_goes_on(database: str) -> None:
    publish(database, dataset(), [chunk(many(2))])
    before = published(database)

    def broken() -> object:
        yield chunk(many(3))
        raise ValueError("the file ends in the middle")

    with pytest.raises(ValueError, match="in the middle"):
        publish(database, dataset(), broken())  # type: ignore[arg-type]
    assert published(database) == before
    with psycopg2.connect(database) as connection:
        last = ledger.history(connection, "places")[0]
    assert (last.state, last.message) == ("failed", "the file ends in the middle")
    assert staging(database) == []
