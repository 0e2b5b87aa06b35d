"""The state changes while clients read: publications with other columns, edited files, wrong files, a lost database."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2
import pytest
import requests

from machine.cluster import Cluster
from service.news import LOOK_SECONDS
from settings import Settings
from tests import postgis
from tests.integration.service import region
from tests.integration.service.conftest import _settings, _with_areas
from tests.integration.service.running import Client, running
from tests.waiting import until

ITEMS = "/ogc/collections/areas/items"


@contextmanager
def hammering(client: Client, *paths: str, threads: int = 4) -> Iterator[Counter[str]]:
    """Read the paths without pause in some threads; yields how often each status came, and what was wrong."""
    seen: Counter[str] = Counter()
    stop = threading.Event()

    def read() -> None:
        with requests.Session() as session:
            while not stop.is_set():
                for path in paths:
                    try:
                        answer = session.get(client.address + path, timeout=30)
                    except requests.RequestException as error:
                        seen[type(error).__name__] += 1
                        continue
                    seen[str(answer.status_code)] += 1
                    if answer.status_code >= 400 and len(seen) < 20:
                        seen[answer.text[:300]] += 1
                    if "items?limit=100" in path and answer.status_code == 200:
                        seen[_whole(answer.json())] += 1

    workers = [threading.Thread(target=read) for _ in range(threads)]
    for worker in workers:
        worker.start()
    try:
        yield seen
    finally:
        stop.set()
        for worker in workers:
            worker.join()


def _whole(page: dict[str, Any]) -> str:
    """Say whether a page holds the rows of one publication only: each publication has its own number of rows."""
    rounds = {feature["properties"]["size"] for feature in page["features"]}
    fits = len(rounds) == 1 and page["numberMatched"] == 50 + int(next(iter(rounds)))
    return "whole" if fits else f"mixed {page['numberMatched']} {rounds}"


def _round(settings: Settings, number: int) -> None:
    """Publish the collection with another number of rows and, every other time, with another set of columns."""
    columns = dict(region.BASE["columns"])
    if number % 2:
        del columns["open"], columns["seen"]
    else:
        columns["extra"] = {"type": "integer", "title": {"cs": "Navíc"}}
    region.write(settings.collections, "areas", columns=columns)
    dataset = region.dataset(settings.collections, "areas")
    rows = [{**row, "size": float(number), "extra": 1} for row in region.areas("EPSG:5514", 50 + number)]
    region.publish(settings.database_url or "", dataset, rows)


def test_no_request_fails_and_no_answer_is_mixed_while_columns_change(areas: Settings) -> None:
    _round(areas, 1)
    with running(areas) as client:
        paths = (f"{ITEMS}?limit=100", f"{ITEMS}/7", "/ogc/collections", "/map/portal", f"{ITEMS}?f=html")
        with hammering(client, *paths) as seen:
            for number in range(2, 14):
                _round(areas, number)
                time.sleep(0.3)
            until(lambda: seen["200"] > 100)
        assert set(seen) == {"200", "whole"}, seen
        until(lambda: client.get(ITEMS).json()["numberMatched"] == 63)


def test_an_edited_file_shows_at_once_and_a_wrong_one_keeps_the_last_right_one(areas: Settings) -> None:
    with running(areas) as client:
        page = "/ogc/collections/areas?lang=en"
        with hammering(client, page, f"{ITEMS}?limit=1&name=none") as seen:
            region.write(areas.collections, "areas", title={"cs": "Nové", "en": "New title"})
            until(lambda: client.get(page).json()["title"] == "New title")
            (areas.collections / "areas.yml").write_text("title: [\n")
            until(lambda: client.get("/health/ready").json()["catalogue"]["status"] == "errors")
            assert client.get(page).json()["title"] == "New title"
            assert client.get("/health/ready").status_code == 200
            assert "areas.yml" in str(client.get("/health/ready").json()["catalogue"]["findings"])
            region.write(areas.collections, "areas", title={"cs": "Opět", "en": "Right again"})
            until(lambda: client.get(page).json()["title"] == "Right again")
        assert {name for name in seen if name.isdecimal()} == {"200"}, seen


def test_one_wrong_file_does_not_hold_up_the_others(areas: Settings) -> None:
    dsn = areas.database_url or ""
    region.write(areas.collections, "other")
    region.publish(dsn, region.dataset(areas.collections, "other"), region.areas("EPSG:5514", 5))
    with running(areas) as client:
        (areas.collections / "areas.yml").write_text("title: [\n")
        region.write(areas.collections, "other", title={"cs": "Jiné", "en": "Other"})
        until(lambda: client.get("/ogc/collections/other?lang=en").json()["title"] == "Other")
        assert client.get(ITEMS).status_code == 200


def test_a_column_made_private_vanishes_without_a_load(areas: Settings) -> None:
    with running(areas) as client:
        assert "name" in client.get(f"{ITEMS}/1").json()["properties"]
        columns = {**region.BASE["columns"], "name": {"private": True}}
        region.write(areas.collections, "areas", columns=columns, map=None)
        until(lambda: "name" not in client.get(f"{ITEMS}/1").json()["properties"])
        assert client.get(ITEMS, params={"name": "x"}).status_code == 400
        assert client.get(ITEMS, params={"sortby": "name"}).status_code == 400
        assert "name" not in client.get("/ogc/collections/areas/schema").json()["properties"]


def test_a_file_that_is_gone_is_not_served_and_an_unpublished_one_neither(areas: Settings) -> None:
    region.write(areas.collections, "later")
    with running(areas) as client:
        assert client.get("/ogc/collections/later").status_code == 404
        (areas.collections / "areas.yml").unlink()
        until(lambda: client.get(ITEMS).status_code == 404)
        assert client.get("/ogc/collections").json()["collections"] == []


def test_internal_data_are_nowhere_without_a_token(areas: Settings) -> None:
    dsn = areas.database_url or ""
    region.write(areas.collections, "secret", access="internal", title={"cs": "Tajné"})
    region.publish(dsn, region.dataset(areas.collections, "secret"), region.areas("EPSG:5514", 5))
    region.token(dsn, "right")
    region.token(dsn, "late", expired=True)
    with running(areas) as client:
        paths = ("", "/items", "/items/1", "/schema", "/queryables", "/map", "?f=html", "/items?f=html")
        for path in paths:
            assert client.get(f"/ogc/collections/secret{path}").status_code == 404
        everywhere = ("/ogc/collections", "/ogc/openapi", "/map/portal", "/search?q=zdar", "/ogc/collections?f=html")
        for path in everywhere:
            assert "secret" not in client.get(path).text, path
        held = {"Authorization": "Bearer right"}
        for path in everywhere:
            answer = client.get(path, headers=held)
            assert "secret" in answer.text, path
            assert answer.headers["cache-control"] == "private, no-cache"
        assert client.get("/ogc/collections/secret/items", headers=held).json()["numberMatched"] == 5
        for wrong in ("Bearer late", "Bearer nothing", "Basic cmlnaHQ=", "Bearer"):
            answer = client.get("/ogc/collections/secret", headers={"Authorization": wrong})
            assert answer.status_code == 401
            assert answer.headers["www-authenticate"] == "Bearer"
        assert "authorization" in client.get(ITEMS).headers["vary"].lower()


def test_a_lost_connection_is_not_seen(areas: Settings) -> None:
    with running(areas) as client, hammering(client, f"{ITEMS}/1", f"{ITEMS}/2") as seen:
        for _ in range(8):
            time.sleep(0.2)
            with closing(psycopg2.connect(areas.database_url or "")) as connection, connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE application_name LIKE 'krajina-%' AND datname = current_database()"
                )
    assert set(seen) == {"200"}, seen


def test_without_the_database_503_and_then_it_recovers(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path / "postgres")
    maintenance = psycopg2.extensions.make_dsn(cluster.start(), dbname="postgres")
    try:
        postgis.make_template(maintenance)
        with postgis.clone(maintenance) as dsn, running(_with_areas(_settings(dsn, tmp_path))) as client:
            assert client.get(ITEMS).status_code == 200
            cluster.stop()
            assert client.get(ITEMS).status_code == 200  # asked before, and nobody can publish without the database
            for path in (f"{ITEMS}?limit=7", f"{ITEMS}/1", "/search?q=zdar"):
                answer = client.get(path)
                assert (path, answer.status_code) == (path, 503)
                assert answer.headers["retry-after"].isdecimal()
                assert answer.headers["content-type"] == "application/problem+json"
                assert str(tmp_path) not in answer.text
            assert client.get("/ogc/conformance").status_code == 200
            assert client.get("/health/live").status_code == 200
            assert client.get("/health/ready").status_code == 503
            cluster.start()
            until(lambda: client.get(ITEMS).status_code == 200)
            until(lambda: client.get("/health/ready").status_code == 200)
    finally:
        cluster.remove()


@pytest.mark.parametrize("started", [False, True])
def test_news_come_by_listening_after_a_reconnection_too(areas: Settings, started: bool) -> None:
    with running(areas) as client:
        if started:
            with closing(psycopg2.connect(areas.database_url or "")) as connection, connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'krajina-listen'"
                )
        region.write(areas.collections, "more")
        region.publish(
            areas.database_url or "", region.dataset(areas.collections, "more"), region.areas("EPSG:5514", 3)
        )
        until(lambda: client.get("/ogc/collections/more/items").status_code == 200, LOOK_SECONDS - 5)
