"""Dashboards count what is there: held against a reckoning by hand, under filters, after a publication."""

import csv
import io
import itertools
import re
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from typing import Any

import psycopg2
import pytest
import shapely
import yaml

from service.dashboards import counting
from service.dashboards.ahead import Ahead
from service.database import Database
from service.state import Live, State
from service.usage.counter import UsageCounter
from settings import Settings
from tests import postgis
from tests.integration.service import region
from tests.integration.service.conftest import _settings
from tests.integration.service.running import Client, running

THIS_YEAR = date.today().year  # noqa: DTZ011
TITLE = {"cs": "Část", "de": "Teil", "pl": "Część", "en": "Part"}
COLUMNS = {
    "code": {"type": "integer", "required": True, "title": {"cs": "Kód", "en": "Code"}},
    "state": {"type": "code", "codelist": "states", "title": {"cs": "Stát", "en": "State"}},
    "town": {"title": {"cs": "Obec", "en": "Town"}},
    "year": {"type": "integer", "title": {"cs": "Rok", "en": "Year"}},
    "cost": {"type": "integer", "unit": "Kč", "title": {"cs": "Cena", "en": "Cost"}},
    "secret": {"private": True, "title": {"cs": "Tajné", "en": "Secret"}},
}
PARTS: list[dict[str, Any]] = [
    {"id": "sum", "kind": "bars", "by": "state", "sum": "cost"},
    {"id": "mean", "kind": "bars", "by": "state", "mean": "cost"},
    {"id": "old", "kind": "bars", "by": "state", "where": "year < 1950 OR town = '=1+1'"},
    {"id": "over", "kind": "bars", "by": "state", "over": "year", "where": "year IN (1990, 2000)"},
    {"id": "tree", "kind": "treemap", "path": ["state", "town"], "sum": "cost"},
    {"id": "decade", "kind": "timeline", "by": "year", "step": "decade"},
    {"id": "gaps", "kind": "gaps", "columns": ["town", "year", "geometry"]},
    {"id": "jubilee", "kind": "anniversaries", "by": "year", "every": 25, "columns": ["town"]},
    {"id": "map", "kind": "map"},
    {
        "id": "table",
        "kind": "table",
        "by": "town",
        "columns": [{"title": TITLE}, {"title": TITLE, "sum": "cost", "where": "state = 'CZ'"}],
    },
    {"id": "broken", "kind": "bars", "by": "state", "where": "nothing = 5"},
]
TOWNS = ["Ďáblice", "<b>Ves</b>", "=1+1", "Ebersbach", None]
STATES = ["CZ", "PL", "DE", None]


def rows(count: int, cost: int = 7) -> list[dict[str, Any]]:
    made = []
    for n in range(1, count + 1):
        year = None if n % 11 == 0 else THIS_YEAR - 50 if n % 13 == 0 else (1990, 2000, 1901, 1955)[n % 4]
        place = shapely.Point(14.8 + n % 20 / 50, 50.6 + n // 20 / 50)
        values = {"code": n, "state": STATES[n % 4], "town": TOWNS[n % 5], "year": year, "cost": n * cost}
        made.append({**values, "secret": "s3cret", "geom": place})
    return made


ROWS = rows(200)


@pytest.fixture(scope="module")
def world(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Client, Settings]]:
    folder = tmp_path_factory.mktemp("dashboards")
    with postgis.clone(cluster) as dsn:
        settings = _settings(dsn, folder)
        drawn = {"style": {"by": "state"}, "label": "town"}
        same = {"crs": "EPSG:4326", "geometry": "Point", "columns": COLUMNS, "map": drawn}
        for name, more in (("trees", {}), ("hidden", {"access": "internal"})):
            region.write(settings.collections, name, **same, **more)
            region.publish(dsn, region.dataset(settings.collections, name), ROWS)
        (settings.collections / "dashboards").mkdir()
        for name, of in (("green", "trees"), ("inner", "hidden")):
            parts = [{"title": TITLE, "dataset": of, **part} for part in PARTS]
            choices = [{"id": "town", "title": TITLE, "columns": {of: "town"}}]
            board = {"title": TITLE, "choices": choices, "parts": parts}
            path = settings.collections / "dashboards" / f"{name}.yml"
            path.write_text(yaml.safe_dump(board, allow_unicode=True), encoding="utf-8")
        with running(settings) as client:
            yield client, settings


def told(client: Client, part: str, **where: str) -> dict[str, dict[str, str]]:
    """Return the lines of a part's CSV by code, or by name."""
    params = {f"where.{name}": text for name, text in where.items()}
    answer = client.get(f"/en/dashboards/green/{part}.csv", params=params)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/csv")
    lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    return {line.get("code") or next(iter(line.values())): line for line in lines}


def test_sums_and_means_are_those_of_the_rows(world: tuple[Client, Settings]) -> None:
    by_state: dict[str | None, list[int]] = defaultdict(list)
    for row in ROWS:
        by_state[row["state"]].append(row["cost"])
    sums, means = told(world[0], "sum"), told(world[0], "mean")
    assert len(sums) == len(means) == len(by_state)
    for state, costs in by_state.items():
        name = state or "not stated"
        assert int(sums[name]["Cost"]) == sum(costs)
        share = sum(costs) / sum(row["cost"] for row in ROWS)
        assert float(sums[name]["Share"]) == pytest.approx(share, abs=1e-6)
        assert float(means[name]["Average: Cost"]) == pytest.approx(sum(costs) / len(costs), abs=1e-5)


def test_conditions_of_part_and_address_both_hold(world: tuple[Client, Settings]) -> None:
    def is_old(row: dict[str, Any]) -> bool:
        return bool((row["year"] is not None and row["year"] < 1950) or row["town"] == "=1+1")

    whole = Counter(row["state"] or "not stated" for row in ROWS if is_old(row))
    assert {name: int(line["Number"]) for name, line in told(world[0], "old").items()} == whole
    cut = Counter(row["state"] or "not stated" for row in ROWS if is_old(row) and row["cost"] > 700)
    found = told(world[0], "old", trees="cost > 700 AND cost IS NOT NULL")
    assert {name: int(line["Number"]) for name, line in found.items()} == cut
    years = told(world[0], "over")
    for name, line in years.items():
        of = [row["year"] for row in ROWS if (row["state"] or "not stated") == name]
        assert int(line["Number 2000"]) == of.count(2000)
        assert int(line["Number 1990"]) == of.count(1990)


def test_a_treemap_opens_the_next_column(world: tuple[Client, Settings]) -> None:
    assert set(told(world[0], "tree")) == {"CZ", "PL", "DE", "not stated"}
    inner = told(world[0], "tree", trees="state = 'PL'")
    expected: Counter[str] = Counter()
    for row in ROWS:
        if row["state"] == "PL":
            expected[row["town"] or "not stated"] += row["cost"]
    assert sum(int(line["Cost"]) for line in inner.values()) == sum(expected.values())
    assert int(inner["<b>Ves</b>"]["Cost"]) == expected["<b>Ves</b>"]


def test_other_parts_count_too(world: tuple[Client, Settings]) -> None:
    client = world[0]
    decades = Counter(row["year"] // 10 * 10 for row in ROWS if row["year"])
    assert {int(name[:4]): int(line["Number"]) for name, line in told(client, "decade").items()} == decades
    gaps = told(client, "gaps")
    assert int(gaps["town"]["Missing"]) == sum(not row["town"] for row in ROWS)
    assert int(gaps["year"]["Missing"]) == sum(row["year"] is None for row in ROWS)
    assert int(gaps["geometry"]["Missing"]) == 0
    round_ones = [row for row in ROWS if row["year"] and (THIS_YEAR - row["year"]) % 25 == 0]
    assert len(told(client, "jubilee")) == len(round_ones) > 0
    table = told(client, "table")
    assert list(table)[:4] == ["<b>Ves</b>", "'=1+1", "Ďáblice", "Ebersbach"]  # as many in each: by the alphabet
    by_town = [row for row in ROWS if row["town"] == "Ďáblice"]
    assert list(table["Ďáblice"].values())[-1] == str(sum(row["cost"] for row in by_town if row["state"] == "CZ"))
    assert sum(int(line["Number"]) for line in told(client, "map").values()) == len(ROWS)


def test_formulas_markup_and_private_columns_stay_what_they_are(world: tuple[Client, Settings]) -> None:
    client = world[0]
    assert "'=1+1" in {line["Town"] for line in told(client, "table").values()}
    page = client.get("/cs/dashboards/green").text
    assert "<b>Ves</b>" not in page
    assert "&lt;b&gt;Ves&lt;/b&gt;" in page
    assert "s3cret" not in page
    assert 'style="' not in page
    assert client.get("/cs/dashboards/green", params={"where.trees": "secret = 's3cret'"}).status_code == 400
    assert client.get("/cs/dashboards/green", params={"where.trees": "state = "}).status_code == 400
    assert client.get("/cs/dashboards/green", params={"where.other": "a = 1"}).status_code == 200
    assert client.get("/cs/dashboards/inner").status_code == 404
    assert "inner" not in client.get("/cs/dashboards").text


def test_a_part_whose_condition_is_wrong_does_not_take_the_others_along(world: tuple[Client, Settings]) -> None:
    page = world[0].get("/en/dashboards/green").text
    assert "This part cannot be shown now" in page
    assert len(re.findall(r"<figcaption>[^<]{10,}</figcaption>", page)) == 8


def test_many_slow_questions_are_given_up_together(
    world: tuple[Client, Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.dashboards.reading.SECONDS", 0.0)
    page = world[0].get("/en/dashboards/green", params={"where.trees": "cost > 4.75"})
    assert page.status_code == 503
    assert "Retry-After" in page.headers


def test_what_was_counted_before_a_refusal_is_kept_for_who_comes_again(
    world: tuple[Client, Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.dashboards.reading.SECONDS", 1.5)
    monkeypatch.setattr("service.dashboards.reading.monotonic", itertools.count().__next__)  # a second for each part
    address = "/en/dashboards/green?where.trees=cost%20%3E%204.5"
    answers = [world[0].get(address).status_code for _ in range(len(PARTS) + 2)]
    assert (answers[0], answers[-1]) == (503, 200)


def test_the_form_leads_to_the_address_of_its_choice(world: tuple[Client, Settings]) -> None:
    client = world[0]
    given = {"choose.town": "<b>Ves</b>", "where.trees": "state = 'CZ' AND town = 'Ďáblice'"}
    answer = client.get("/cs/dashboards/green", params=given)
    assert answer.status_code == 303
    chosen = client.get(answer.headers["location"])
    assert chosen.status_code == 200
    expected = sum(row["cost"] for row in ROWS if row["state"] == "CZ" and row["town"] == "<b>Ves</b>")
    found = told(client, "sum", trees="state = 'CZ' AND town = '<b>Ves</b>'")
    assert int(found["CZ"]["Cost"]) == expected
    empty = client.get("/cs/dashboards/green", params={**given, "choose.town": ""})
    assert "town" not in empty.headers["location"]


def test_pictures_are_png_of_what_is_asked_and_known_answers_are_304(world: tuple[Client, Settings]) -> None:
    client = world[0]
    for part in ("sum", "tree", "decade", "gaps", "map", "over"):
        answer = client.get(f"/de/dashboards/green/{part}.png")
        assert answer.status_code == 200
        assert answer.content.startswith(b"\x89PNG")
        assert int.from_bytes(answer.content[16:20]) == 1600
        again = client.get(f"/de/dashboards/green/{part}.png", headers={"If-None-Match": answer.headers["etag"]})
        assert again.status_code == 304
    for file in ("table.png", "sum.pdf", "none.csv"):
        assert client.get(f"/de/dashboards/green/{file}").status_code == 404


def test_a_page_in_a_frame_may_be_framed_and_others_may_not(world: tuple[Client, Settings]) -> None:
    framed = world[0].get("/pl/dashboards/green?part=sum&embed=1")
    assert "frame-ancestors *" in framed.headers["content-security-policy"]
    assert framed.text.count("<section") == 1
    assert "frame-ancestors 'self'" in world[0].get("/pl/dashboards/green").headers["content-security-policy"]


def test_what_is_published_is_seen_at_once(world: tuple[Client, Settings]) -> None:
    client, settings = world
    before = client.get("/en/dashboards/green/sum.csv")
    dataset = region.dataset(settings.collections, "trees")
    region.publish(settings.database_url or "", dataset, rows(200, cost=9))
    try:
        until = time.monotonic() + 60  # the worker is told a moment after the commit
        while client.get("/en/dashboards/green/sum.csv").headers["etag"] == before.headers["etag"]:
            assert time.monotonic() < until
            time.sleep(0.05)
        found = told(client, "sum")
        assert int(found["PL"]["Cost"]) == sum(n * 9 for n in range(1, 201) if STATES[n % 4] == "PL")
    finally:
        region.publish(settings.database_url or "", dataset, ROWS)


def test_what_is_published_is_counted_before_anybody_asks(
    world: tuple[Client, Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, settings = world
    asked: list[str] = []
    over, count = threading.Event(), Ahead._count  # noqa: SLF001 (that it has come to its end is told nowhere)

    def seen(question: counting.Question) -> Any:
        over.clear()
        asked.append(threading.current_thread().name)
        return counting.statement(question)

    def counted(ahead: Ahead, state: State) -> bool:
        if whole := count(ahead, state):
            over.set()
        return whole

    monkeypatch.setattr("service.dashboards.reading.statement", seen)
    monkeypatch.setattr(Ahead, "_count", counted)
    dataset = region.dataset(settings.collections, "trees")
    for cost in (9, 7):
        asked.clear()
        region.publish(settings.database_url or "", dataset, rows(200, cost=cost))
        until = time.monotonic() + 60
        while (len(asked) < len(PARTS) - 1 or not over.is_set()) and time.monotonic() < until:
            time.sleep(0.1)
        assert set(asked) == {"krajina-ahead"}
        asked.clear()
        assert int(told(client, "sum")["PL"]["Cost"]) == sum(n * cost for n in range(1, 201) if STATES[n % 4] == "PL")
        assert client.get("/en/dashboards/green").status_code == 200
        assert asked == []


def test_requests_are_added_up_by_day_and_nothing_else_is_kept(world: tuple[Client, Settings]) -> None:
    client, settings = world
    live = client  # a request of its own below; the counter is tried alone, so that nothing waits for a minute
    assert live.get("/cs/dashboards/green").status_code == 200
    counter = UsageCounter(None, settings.database_url or "")  # type: ignore[arg-type]
    for _ in range(3):
        counter.add(("trees", "map"), date(2020, 5, 1))
    counter.flush()
    counter.add(("trees", "map"), date(2020, 5, 1))
    counter.flush()
    with closing(psycopg2.connect(settings.database_url)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT * FROM krajina.usage WHERE day = '2020-05-01'")
        assert cursor.fetchall() == [(date(2020, 5, 1), "trees", "map", 4)]


def test_what_offices_alone_may_see_is_not_counted(world: tuple[Client, Settings]) -> None:
    settings = world[1]
    live = Live(settings, Database(settings.database_url or ""))
    live.refresh()
    counter = UsageCounter(live, settings.database_url or "")
    for name in ("green", "inner"):
        counter.count({"method": "GET", "path": f"/en/dashboards/{name}", "headers": []}, 200, b"text/html")
    assert [subject for _, subject, _ in counter._sums] == ["green"]  # noqa: SLF001 (what would be written)


def test_counts_that_cannot_be_written_wait(world: tuple[Client, Settings]) -> None:
    counter = UsageCounter(None, "postgresql://nobody@127.0.0.1:1/none")  # type: ignore[arg-type]
    counter.add(("trees", "data"), date(2020, 5, 2))
    counter.flush()
    counter._url = world[1].database_url or ""  # noqa: SLF001 (the database is there again)
    counter.flush()
    with closing(psycopg2.connect(world[1].database_url)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT requests FROM krajina.usage WHERE day = '2020-05-02'")
        assert cursor.fetchall() == [(1,)]


def test_dataset_and_dashboards_lead_to_each_other(world: tuple[Client, Settings]) -> None:
    client = world[0]
    dataset = client.get("/en/datasets/trees").text
    assert 'href="/en/dashboards/green"' in dataset
    assert "/dashboards/inner" not in dataset
    assert 'href="/en/datasets/trees"' in client.get("/en/dashboards/green").text
    assert 'href="/en/datasets/trees"' in client.get("/ogc/collections/trees?f=html&lang=en").text
    assert '<section id="planning"' in client.get("/en/datasets").text


def test_a_long_filter_is_not_repeated_in_every_row(world: tuple[Client, Settings]) -> None:
    client = world[0]
    short, long = "town <> 'x'", " OR ".join(f"town <> 'Somewhere far away {n:02d}'" for n in range(40))
    pages = [client.get("/en/dashboards/green", params={"where.trees": each}).text for each in (short, long)]
    assert 1200 < len(long) < 2000
    assert ["do not lead to the map" in page for page in pages] == [False, True]
    assert ["Only this: " in page for page in pages] == [True, False]
    assert len(pages[1]) < 400_000
