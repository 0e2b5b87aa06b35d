"""Dataset pages over real loads: what was found, what has changed, what was frozen; in four languages."""

import csv
import hashlib
import io
import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import psycopg2
import pytest

from findings import LANGUAGES
from service.datasets.batches import _BATCHES
from service.datasets.frozen import _BATCH
from service.downloads.shelf import Shelf
from settings import Settings
from tests import postgis
from tests.integration.service.conftest import _settings
from tests.integration.service.lamps import COUNT, DAYS, NOW, feature, first_state, load, second_state
from tests.integration.service.running import Client, running
from tests.waiting import until


@dataclass
class World:
    """A portal whose datasets have a past: the last load of `lamps` was refused, `poles` got a new column."""

    settings: Settings
    client: Client

    def page(self, path: str, language: str = "en") -> str:
        """Return the text of a page that must be there, without tags."""
        answer = self.client.get(f"/{language}/datasets{path}")
        assert answer.status_code == 200, answer.text
        body = answer.text[answer.text.index("<main") : answer.text.index("</main>")]
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


@pytest.fixture(scope="module")
def world(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with postgis.clone(cluster) as dsn:
        settings = _settings(dsn, tmp_path_factory.mktemp("datasets"))
        settings.collections.mkdir()
        assert load(settings, "lamps", first_state(), 9) == "published"
        assert load(settings, "lamps", second_state(), 6) == "published"
        assert load(settings, "lamps", second_state()[:5], 4) == "refused"
        assert load(settings, "poles", first_state(), 9) == "published"
        assert load(settings, "poles", [feature(code, height=5) for code in range(1, 200)], 6, height={}) == "published"
        with running(settings) as client:
            yield World(settings, client)


def test_quality_is_told_in_words_with_numbers_and_rows(world: World) -> None:
    text = world.page("/lamps/quality")
    for told in (
        "The delivery of",
        "Rows: 5; at least 100 are expected.",
        "400 rows were read.",
        "2 values were left empty",
        "“much” in “power” is not of type integer",
        "concerns data that are not public",
        "1 value is not in the code list",
        "XX (1)",
        "1 feature has no place on the map",
        "There are 400 rows. 2 of them have no place on the map.",
        "Kind 399 of 400 3 of",
        "every day",
        "late",
    ):
        assert told in text, told
    assert re.search(r"Name 1 0\.2% no", text), text
    assert re.search(r"Number 0 0% yes", text), text
    for language in LANGUAGES:
        assert "Novak" not in world.page("/lamps/quality", language)
        assert "Nájem" not in world.page("/lamps/quality", language)
    assert "The delivery of" in world.page("/lamps")


def test_history_tells_loads_and_what_is_new(world: World) -> None:
    text = world.page("/lamps/history")
    for told in ("delivery refused", "first load", "Lamp three", "Name: Lamp 3 → Lamp three", "Power: 23 W → 99 W"):
        assert told in text, told
    assert "gone Lamp 4" in text
    assert f"new Lamp {COUNT + 1}" in text
    assert "changed Lamp 10 shape or position: changed" in text
    assert "rent" not in text.casefold()
    answer = world.client.get("/en/datasets/lamps/history?since=999999")
    assert answer.status_code == 200
    assert "What is new since" not in answer.text
    assert world.client.get("/en/datasets/lamps/history?since=x").status_code == 400
    known = world.client.get("/en/datasets/lamps/history")
    assert (
        world.client.get("/en/datasets/lamps/history", headers={"If-None-Match": known.headers["etag"]}).status_code
        == 304
    )


def file_of(world: World, dataset: str, when: str, form: str) -> bytes:
    path = f"/en/datasets/{dataset}/snapshots/{when}/{dataset}-{when.replace(':', '')}.{form}"
    for _ in range(20):
        answer = world.client.get(path, headers={"If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"})  # no memory
        if answer.status_code != 503:  # it is still being made
            break
    assert answer.status_code == 200, answer.text
    return answer.content


def rows_of(content: bytes) -> dict[int, dict[str, str]]:
    return {int(row["code"]): row for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig")))}


def test_snapshots_are_the_data_of_their_day(world: World) -> None:
    then, later = (rows_of(file_of(world, "lamps", DAYS[day], "csv")) for day in (8, 5))
    assert (len(then), len(later)) == (COUNT, COUNT)
    assert (then[3]["name"], later[3]["name"]) == ("Lamp 3", "Lamp three")
    assert (4 in then, 4 in later, COUNT + 1 in then, COUNT + 1 in later) == (True, False, False, True)
    assert "rent" not in then[3]
    assert file_of(world, "lamps", DAYS[7], "csv") == file_of(world, "lamps", DAYS[8], "csv"), "nothing came between"
    document = json.loads(file_of(world, "lamps", DAYS[8], "geojson"))
    assert {each["id"] for each in document["features"]} == set(then)
    assert document["title"]
    minute = (NOW - timedelta(days=5)).strftime("%Y-%m-%dT%H:%MZ")
    assert rows_of(file_of(world, "lamps", minute, "csv")) == later


def test_snapshots_from_before_a_change_of_columns_are_whole(world: World) -> None:
    then, later = (rows_of(file_of(world, "poles", DAYS[day], "csv")) for day in (8, 5))
    assert (len(then), len(later)) == (COUNT, 199)
    assert "height" not in then[1]
    assert later[1]["height"] == "5"


@pytest.mark.parametrize("form", ["csv", "geojson", "gpkg"])
def test_a_frozen_file_is_the_same_bytes_whenever_it_is_made(world: World, form: str) -> None:
    before = file_of(world, "lamps", DAYS[8], form)
    shutil.rmtree(world.settings.data / "snapshots")
    again = file_of(world, "lamps", DAYS[8], form)
    assert hashlib.sha256(before).hexdigest() == hashlib.sha256(again).hexdigest()


def test_a_snapshot_says_how_to_quote_it_and_whether_it_is_final(world: World) -> None:
    page = world.page(f"/lamps/snapshots/{DAYS[8]}")
    digest = hashlib.sha256(file_of(world, "lamps", DAYS[8], "csv")).hexdigest()
    for told in ("This state is final", digest, f"/en/datasets/lamps/snapshots/{DAYS[8]}", "400 features", "batch"):
        assert told in page, told
    assert "This day is not over" in world.page(f"/lamps/snapshots/{datetime.now(UTC).date()}")
    listed = world.page("/lamps/snapshots")
    assert "Freeze the present state" in listed
    asked = world.client.get(f"/en/datasets/lamps/snapshots?date={DAYS[8]}")
    assert (asked.status_code, asked.headers["location"]) == (303, f"/en/datasets/lamps/snapshots/{DAYS[8]}")


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        (f"/lamps/snapshots/{DAYS[10]}", 404, "Nothing had been published by then"),
        ("/lamps/snapshots/2199-01-01", 404, "still to come"),
        ("/lamps/snapshots/yesterday", 400, "a day (2026-05-31)"),
        (f"/lamps/snapshots/{DAYS[8]}/lamps.csv", 404, ""),
        (f"/lamps/snapshots/{DAYS[8]}/..%2Flamps-{DAYS[8]}.csv", 404, ""),
        (f"/lamps/snapshots/{DAYS[10]}/lamps-{DAYS[10]}.csv", 404, ""),
        ("/nothing", 404, ""),
        ("/nothing/quality", 404, ""),
        ("/lamps/worksheet?variant=9", 400, ""),
        ("/lamps/worksheet?as-of=never", 400, ""),
        ("/lamps?x=1", 400, ""),
    ],
)
def test_what_is_not_there_is_said(world: World, path: str, status: int, told: str) -> None:
    answer = world.client.get(f"/en/datasets{path}", headers={"Accept": "text/html"})
    assert answer.status_code == status
    assert told in unescape(answer.text)


def test_a_column_that_is_made_private_vanishes_from_what_was_frozen_too(world: World) -> None:
    path = world.settings.collections / "poles.yml"
    before = path.read_text(encoding="utf-8")
    assert "power" in rows_of(file_of(world, "poles", DAYS[8], "csv"))[1]
    try:
        path.write_text(before.replace("  power:\n", "  power:\n    private: true\n"), encoding="utf-8")
        until(lambda: "power" not in rows_of(file_of(world, "poles", DAYS[8], "csv"))[1])
        assert "1 column of that time is not shown" in world.page(f"/poles/snapshots/{DAYS[8]}")
    finally:
        path.write_text(before, encoding="utf-8")
        until(lambda: "power" in rows_of(file_of(world, "poles", DAYS[8], "csv"))[1])


def test_a_worksheet_of_a_snapshot_stays_and_its_answers_are_those_of_the_data(world: World) -> None:
    text = world.page(f"/lamps/worksheet?as-of={DAYS[8]}&sheet=solutions")
    assert re.search(rf"Czechia: {COUNT // 2} : {COUNT} = 50", text), text
    assert "Draw a bar chart" not in text
    assert text != world.page("/lamps/worksheet?sheet=solutions&variant=2")
    for language in LANGUAGES:
        for variant in range(1, 5):
            assert "{" not in world.page(f"/lamps/worksheet?variant={variant}", language)


def test_the_examples_run(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = world.client.get("/en/datasets/lamps").text
    lines = [unescape(each) for each in re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", page, re.DOTALL)]
    [program] = [each for each in lines if "urlopen" in each]
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=True)
    assert ended.stdout.strip() == str(COUNT)
    [whole] = [each for each in lines if "/downloads/lamps.csv" in each]
    first, fetch = iter([0.0]), Shelf.fetch  # who comes first is told to come back
    monkeypatch.setattr(Shelf, "fetch", lambda shelf, order, kind, _: fetch(shelf, order, kind, next(first, 45.0)))
    subprocess.run(shlex.split(whole), cwd=tmp_path, capture_output=True, timeout=120, check=True)
    assert (tmp_path / "lamps.csv").read_text("utf-8-sig").count("\n") == COUNT + 1
    [some] = [each for each in lines if "items?f=json" in each]
    address = some.split('"')[1]
    assert {each["properties"]["kind"] for each in world.client.get(address).json()["features"]} == {"CZ"}


def test_the_map_is_drawn_once_for_each_version_and_holds_no_style(world: World) -> None:
    answer = world.client.get("/cs/datasets/lamps/map.svg")
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert answer.text.count("<circle") == COUNT - 2
    assert "style" not in answer.text
    again = world.client.get("/cs/datasets/lamps/map.svg", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


def test_datasets_are_listed_and_searched_in_any_language(world: World) -> None:
    assert "2 datasets" in world.page("")
    assert "1 dataset" in world.page("?q=poles")
    assert "2 datasets" in world.page("?q=lampa")
    assert "0 datasets" in world.page("?q=hřiště")
    assert world.client.get("/xx/datasets").status_code == 404


def test_a_code_leads_to_the_portal_only(world: World) -> None:
    assert world.client.get("/qr.svg?to=/cs/datasets/lamps").headers["content-type"].startswith("image/svg+xml")
    for wrong in ("//evil.example", "https://evil.example", ""):
        assert world.client.get("/qr.svg", params={"to": wrong}).status_code == 400


def test_the_reader_may_read_what_the_pages_ask_of_the_ledger(world: World) -> None:
    with closing(psycopg2.connect(world.settings.database_url)) as connection, connection.cursor() as cursor:
        cursor.execute("SET ROLE krajina_reader")
        cursor.execute(_BATCHES, ("lamps",))
        assert len(cursor.fetchall()) == 3
        cursor.execute(_BATCH, ("lamps", NOW))
        assert cursor.fetchone()
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("SELECT who FROM krajina.batch")


def test_nothing_of_a_private_column_is_on_any_page(world: World) -> None:
    paths = ["", "/lamps", "/lamps/quality", "/lamps/history", "/lamps/worksheet", f"/lamps/snapshots/{DAYS[8]}"]
    assert Path(world.settings.collections / "lamps.yml").is_file()
    for path in paths:
        answer = world.client.get(f"/cs/datasets{path}")
        assert answer.status_code == 200, path
        for secret in ("Novak", "Nájem", "rent"):
            assert not re.search(rf"\b{secret}\b", answer.text), (path, secret)
