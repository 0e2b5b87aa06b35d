"""How files are sent and how they come about: ranges, versions, one process for all askers, nothing half, no secret."""

import os
import re
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from catalogue import read_catalogue
from service.database import Database
from service.downloads import shelf as shelves
from service.downloads.answers import shelf_of
from service.downloads.errors import BeingMadeError
from service.downloads.kinds import KINDS
from service.downloads.order import Order, order_of
from service.downloads.shelf import Shelf
from service.ledger import read_published
from service.published import served
from settings import Settings
from tests import postgis
from tests.integration.service import exports, region
from tests.integration.service.conftest import _settings
from tests.integration.service.running import Client, running
from tests.waiting import until

BASE = "/ogc/collections"
CSV = f"{BASE}/spots/downloads/spots.csv"


@pytest.fixture
def world(cluster: str, tmp_path: Path) -> Iterator[tuple[Client, Settings]]:
    with postgis.clone(cluster) as dsn:
        settings = _settings(dsn, tmp_path)
        region.write(settings.collections, "spots", columns=exports.COLUMNS, map=exports.MAP, geometry="Point")
        region.publish(dsn, region.dataset(settings.collections, "spots"), exports.rows("Point"))
        with running(settings) as client:
            yield client, settings


def _order(settings: Settings) -> Order:
    """Return the order of the version that is published now."""
    catalogue, _ = read_catalogue(settings.collections)
    assert catalogue is not None
    found = read_published(Database(settings.database_url or "", size=1))
    return order_of(served(catalogue, found, internal=True)["spots"], catalogue)


def _republish(settings: Settings, **changes: Any) -> None:
    about = {"columns": exports.COLUMNS, "map": exports.MAP, "geometry": "Point"} | changes
    region.write(settings.collections, "spots", **about)
    dataset = region.dataset(settings.collections, "spots")
    region.publish(settings.database_url or "", dataset, exports.rows("Point")[:5])


def test_ranges_conditions_and_versions(world: tuple[Client, Settings]) -> None:
    client, _ = world
    whole = client.get(CSV)
    assert whole.status_code == 200
    assert whole.headers["accept-ranges"] == "bytes"
    tag, size = whole.headers["etag"], len(whole.content)
    assert re.fullmatch(r'"\d+-[0-9a-f]{8}-[0-9a-f]+"', tag)
    name = re.search(r'filename="(.+)"', whole.headers["content-disposition"])
    assert name
    part = client.get(CSV, headers={"Range": "bytes=10-19", "If-Range": tag})
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{size}"
    assert client.get(CSV, headers={"Range": "bytes=-7"}).content == whole.content[-7:]
    assert client.get(CSV, headers={"Range": "bytes=10-19", "If-Range": '"older"'}).status_code == 200
    beyond = client.get(CSV, headers={"Range": f"bytes={size}-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{size}")
    assert client.get(CSV, headers={"If-None-Match": tag}).status_code == 304
    head = client.head(CSV)
    assert (head.status_code, head.headers["content-length"], head.content) == (200, str(size), b"")
    lasting = client.get(f"{BASE}/spots/downloads/{name[1]}")
    assert lasting.content == whole.content
    assert "immutable" in lasting.headers["cache-control"]
    assert whole.headers["cache-control"] == "public, no-cache"
    for wrong in ("spots-1-00000000.csv", "spots.xml", "other.csv", "spots.csv.zip", "..%2fspots.csv", "spots-x.csv"):
        assert client.get(f"{BASE}/spots/downloads/{wrong}").status_code == 404, wrong


def test_collection_leads_to_its_files(world: tuple[Client, Settings]) -> None:
    client, _ = world
    links = client.get(f"{BASE}/spots").json()["links"]
    enclosures = [link for link in links if link["rel"] == "enclosure"]
    assert len(enclosures) == len(KINDS) - 1
    assert f"{client.address}{CSV}" in {link["href"] for link in enclosures}
    client.get(CSV)
    listed = {each["format"]: each for each in client.get(f"{BASE}/spots/downloads").json()["downloads"]}
    assert listed["csv"]["size"] == len(client.get(CSV).content)
    assert "size" not in listed["kml"]
    page = client.get(f"{BASE}/spots/downloads?f=html&lang=cs")
    assert "GeoPackage" in page.text
    paths = client.get("/ogc/openapi").json()["paths"]
    assert any(path.endswith("/downloads/{fileName}") for path in paths)


def test_new_batch_is_a_new_file_and_old_ones_go(world: tuple[Client, Settings]) -> None:
    client, settings = world
    first = client.get(CSV)
    old = f"{BASE}/spots/downloads/" + first.headers["content-disposition"].split('"')[1]
    seen: set[str] = set()
    for _ in range(2):
        seen.add(client.get(CSV).headers["etag"])
        _republish(settings)
        until(lambda: client.get(CSV).headers["etag"] not in seen)
    assert client.get(CSV).text.count("\n") < first.text.count("\n")
    assert client.get(old).status_code == 404
    made = [path.name for path in (settings.data / "downloads" / "spots").glob("*.csv") if path.suffixes == [".csv"]]
    assert len(made) == 2


def test_column_made_private_vanishes_from_files(world: tuple[Client, Settings]) -> None:
    client, settings = world
    assert "a_column_with_a_long_title" in client.get(CSV).text
    hidden = exports.COLUMNS | {"a_column_with_a_long_title": {"private": True}}
    region.write(settings.collections, "spots", columns=hidden, map=exports.MAP, geometry="Point")
    until(lambda: "a_column_with_a_long_title" not in client.get(CSV).text)
    assert "žžž" not in client.get(CSV).text


def test_internal_datasets_are_for_tokens(world: tuple[Client, Settings]) -> None:
    client, settings = world
    _republish(settings, access="internal")
    region.token(settings.database_url or "", "geheim")
    until(lambda: client.get(CSV).status_code == 404)
    assert client.get(f"{BASE}/spots/downloads").status_code == 404
    opened = client.get(CSV, headers={"Authorization": "Bearer geheim"})
    assert (opened.status_code, opened.headers["cache-control"]) == (200, "private, no-cache")


def test_askers_at_once_have_one_file_made(world: tuple[Client, Settings]) -> None:
    _, settings = world
    order = _order(settings)
    folder, url = settings.data / "other", settings.database_url or ""
    workers = [Shelf(folder, url), Shelf(folder, url)]  # as two processes have them: only files between them
    seen: set[int] = set()
    stop = threading.Event()

    def watch() -> None:
        while not stop.is_set():
            seen.update(_builders())
            time.sleep(0.005)

    watcher = threading.Thread(target=watch)
    watcher.start()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: workers[n % 2].fetch(order, KINDS["gpkg"], 60), range(8)))
    stop.set()
    watcher.join()
    assert len(set(found)) == 1
    assert len(seen) == 1


def test_killed_process_leaves_nothing_and_the_next_makes_it(
    world: tuple[Client, Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, settings = world
    with closing(psycopg2.connect(settings.database_url or "")) as holder, holder.cursor() as cursor:
        cursor.execute("LOCK TABLE data.spots IN ACCESS EXCLUSIVE MODE")
        with ThreadPoolExecutor(1) as pool:
            asked = pool.submit(client.get, CSV)
            making = settings.data / "downloads" / "spots" / ".making-csv"
            until(lambda: _builders() and making.is_dir())
            for pid in _builders():
                os.kill(pid, signal.SIGKILL)
            assert asked.result().status_code == 500
        holder.rollback()
    assert making.is_dir()
    assert not list((settings.data / "downloads" / "spots").glob("*.csv"))
    monkeypatch.setattr(shelves, "FORGET", 0.0)
    assert client.get(CSV).status_code == 200
    assert not making.exists()


def test_slow_file_is_503_with_a_time_to_come_back(
    world: tuple[Client, Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, settings = world
    monkeypatch.setattr("service.downloads.answers.PATIENCE", 0.3)
    with closing(psycopg2.connect(settings.database_url or "")) as holder, holder.cursor() as cursor:
        cursor.execute("LOCK TABLE data.spots IN ACCESS EXCLUSIVE MODE")
        answer = client.get(CSV)
        assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
        assert int(answer.headers["retry-after"]) >= 1
        with pytest.raises(BeingMadeError):
            shelf_of(settings).fetch(_order(settings), KINDS["csv"], 0.1)
        holder.rollback()
    until(lambda: client.get(CSV).status_code != 503)
    assert client.get(CSV).status_code == 200


def _builders() -> set[int]:
    """Return the processes of ours that make files."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(path.read_text(encoding="utf-8").rpartition(")")[2].split()[1])
            line = (path.parent / "cmdline").read_bytes()
        except (OSError, IndexError):
            continue
        if parent == os.getpid() and b"service.downloads.build" in line:
            found.add(int(path.parent.name))
    return found
