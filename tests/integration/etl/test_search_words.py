"""What search goes by follows what is published, on every road of a load; and comes to databases of before."""

import shutil
from dataclasses import replace
from pathlib import Path

import psycopg2

from catalogue import layout
from etl.store import connected, migrate
from etl.store.load import begun
from etl.store.migrate import FOLDER
from etl.store.progress import quiet
from etl.store.tables import fetch
from findings import Report
from tests.integration.etl.places import chunk, dataset, many, publish, query

SEARCHED = dataset(map={"label": "name", "search": ["name"]})
INDEX = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'data' AND indexname LIKE 'places_search_%%'"


def found(dsn: str, word: str) -> set[int]:
    """The places that the index of names holds under a word."""
    question = f"SELECT code FROM data.places WHERE {layout.search_expression(SEARCHED)} @@ %s::tsquery"
    return {code for (code,) in query(dsn, question.replace("%s", f"'{word}'"))}


def words(dsn: str) -> set[str]:
    return {word for (word,) in query(dsn, "SELECT word FROM krajina.word WHERE dataset = 'places'")}


def test_words_and_index_follow_every_road(database: str) -> None:
    publish(database, SEARCHED, [chunk([(1, "Žitná Lhota", 0.0), (2, "U Dubu", 0.0), (3, "123/4", 0.0)])])
    assert words(database) == {"zitna", "lhota", "dubu"}
    assert (found(database, "^zitna"), found(database, "4")) == ({1}, {3})
    changed = [(1, "Žitná Lhota", 0.0), (2, "U Lípy", 0.0), (3, "123/4", 0.0), (4, "Nová Lhota", 0.0)]
    assert publish(database, SEARCHED, [chunk(changed)]).road == "difference"
    assert words(database) >= {"zitna", "lhota", "lipy", "nova"}
    assert (found(database, "dubu"), found(database, "lhota")) == (set(), {1, 4})
    wider = dataset(map={"label": "name", "search": ["name"]}, key=None)
    assert publish(database, wider, [chunk([(1, "Sosnová", 0.0)])]).road == "replacement"
    assert words(database) == {"sosnova"}
    assert (found(database, "sosnova"), found(database, "lhota")) == ({1}, set())
    refused = dataset(map={"label": "name", "search": ["name"]}, key=None, checks={"min_rows": 5, "unique": [["name"]]})
    publish(database, refused, [chunk([(1, "Jedle", 0.0), (2, "Jedle", 0.0)])])
    assert words(database) == {"sosnova"}


def test_a_column_may_be_called_as_the_index_is(database: str) -> None:
    columns = {"code": {"type": "integer"}, "search": {"type": "text", "index": True}, "height": {"type": "decimal"}}
    rows = chunk([(1, "Žitná", 0.0)])
    rows = replace(rows, table=rows.table.rename_columns(list(columns)))
    publish(database, dataset(columns=columns, map={"label": "search", "search": ["search"]}), [rows])
    assert words(database) == {"zitna"}


def test_a_load_of_mostly_other_names_leaves_no_word_behind(database: str) -> None:
    publish(database, SEARCHED, [chunk(many(50, "kopec"))])
    assert publish(database, SEARCHED, [chunk(many(50, "vrch"))]).road == "difference"
    assert words(database) == {"vrch"}


def test_other_searched_columns_are_other_words(database: str) -> None:
    publish(database, dataset(), [chunk(many(3))])
    assert (words(database), query(database, INDEX)) == (set(), [])
    publish(database, SEARCHED, [chunk(many(3))])
    assert (words(database), len(query(database, INDEX))) == ({"place"}, 1)


def test_a_load_that_is_taken_back_takes_its_words_with_it(database: str) -> None:
    publish(database, SEARCHED, [chunk(many(3, "kopec"))])
    with connected(database) as connection, begun(connection, SEARCHED, [], quiet) as load:
        load.stage([chunk(many(3, "vrch"))])
        load.check(Report())
        load.compare(Report())
        load._publish("difference")  # noqa: SLF001 (all but the commit: what is not committed is taken back)
        assert fetch(connection, "SELECT word FROM krajina.word ORDER BY 1") == [("kopec",), ("vrch",)]
    assert words(database) == {"kopec"}
    assert found(database, "kopec") == {0, 1, 2}


def test_two_loads_with_the_same_new_words_do_not_wait_for_each_other(database: str) -> None:
    other = dataset(id="others", map={"label": "name", "search": ["name"]})
    with connected(database) as connection, begun(connection, other, [], quiet) as load:
        load.stage([chunk(many(3, "kopec"))])
        load.check(Report())
        load.compare(Report())
        load._publish("first")  # noqa: SLF001 (not yet committed)
        publish(database, SEARCHED, [chunk(many(3, "kopec"))])
    assert words(database) == {"kopec"}


def test_long_and_strange_texts_are_indexed(database: str) -> None:
    names = ["x" * 5000, "Ж" * 3000 + " konec", "a " * 9000, "", "…—„“", "\\ ' \" : & | ! ( ) *", None]
    publish(database, SEARCHED, [chunk([(n, name, 0.0) for n, name in enumerate(names)])])
    assert found(database, "konec") == {1}
    assert all(len(word) <= 60 for word in words(database))


def test_a_database_of_before_gets_index_and_words(database: str, tmp_path: Path) -> None:
    publish(database, SEARCHED, [chunk(many(3, "Žitná"))])
    made = query(database, INDEX)
    with psycopg2.connect(database) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE indexname LIKE 'places_search_%'")
        name = (cursor.fetchone() or ("",))[0]
        cursor.execute(f"DROP INDEX data.{name}; DROP TABLE krajina.word")
        cursor.execute("DROP FUNCTION krajina.names, krajina.word_keys, krajina.stem, krajina.spelling, krajina.words")
        cursor.execute("CREATE INDEX places_search_old ON data.places USING gin (krajina.fold(name) gin_trgm_ops)")
        cursor.execute("DELETE FROM krajina.migration WHERE name = '0007_search'")
    shutil.copy(FOLDER / "0007_search.sql", tmp_path)
    with psycopg2.connect(database) as connection, connection.cursor() as cursor:
        cursor.execute("DELETE FROM krajina.migration WHERE name <> '0007_search'")
    with connected(database) as connection:
        assert migrate(connection, tmp_path) == ["0007_search"]
    assert query(database, INDEX) == made
    assert query(database, "SELECT count(*) FROM pg_indexes WHERE indexname = 'places_search_old'") == [(0,)]
    assert (words(database), found(database, "zitna")) == ({"zitna"}, {0, 1, 2})
