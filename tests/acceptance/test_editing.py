"""Other people's programs as editors of a running portal: OWSLib and QGIS write, the command line shows and undoes."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from owslib.ogcapi.features import Features

from tests import postgis
from tests.conftest import ROOT
from tests.portal import Portal, running

POSTS = """\
title: {cs: Stanice, en: Stations}
theme: municipal-property
publisher: region
licence: cc-by-4.0
sources:
  - {kind: csv, path: posts.csv, encoding: utf-8, delimiter: ";", geometry: {x: X, y: Y}}
crs: EPSG:5514
geometry: Point
key: number
editable: true
columns:
  number: {type: integer, required: true}
  name: {title: {cs: Název, en: Name}}
  power: {type: decimal, unit: kW, min: 0}
"""
ROWS = "number;name;power;X;Y\n" + "".join(f"{n};místo {n};{n};{-688000 - n};-970000\n" for n in range(1, 21))
QGIS_PYTHON = "/usr/bin/python3"


@pytest.fixture(scope="module")
def posts(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal of one collection that may be edited."""
    folder = tmp_path_factory.mktemp("posts")
    collections = folder / "collections"
    collections.mkdir()
    (collections / "posts.csv").write_text(ROWS, encoding="utf-8")
    (collections / "posts.yml").write_text(POSTS, encoding="utf-8")
    arguments = ("--collections", str(collections))
    with postgis.clone(cluster) as dsn, running(ROOT, dsn, folder / "var", *arguments) as portal:
        portal.environment["KRAJINA_COLLECTIONS"] = str(collections)
        yield portal


def command(portal: Portal, *arguments: str) -> str:
    line = [sys.executable, "-m", "commands", *arguments]
    done = subprocess.run(line, cwd=ROOT, env=portal.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout or done.stderr


@pytest.fixture(scope="module")
def token(posts: Portal) -> str:
    """A token that opens editing."""
    return command(posts, "token", "create", "Jana", "--role", "edit").splitlines()[-1]


def first_batch(portal: Portal) -> str:
    """Return the number of the load that came before all edits."""
    return str(json.loads(command(portal, "history", "posts", "--json"))[-1]["id"])


def items(portal: Portal) -> dict[int, dict[str, Any]]:
    found = requests.get(f"{portal.url}/ogc/collections/posts/items?limit=1000", timeout=30).json()["features"]
    return {each["id"]: each for each in found}


def test_owslib_creates_replaces_and_deletes(posts: Portal, token: str) -> None:
    service = Features(f"{posts.url}/ogc/")
    service.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/geo+json"}
    before = items(posts)
    geometry = {"type": "Point", "coordinates": [15.0505, 50.8035]}
    feature = {"type": "Feature", "geometry": geometry, "properties": {"name": "Žďár – zkouška", "power": 3.5}}
    assert service.collection_item_create("posts", json.dumps(feature))
    key = service.response_headers["Location"].rpartition("/")[2]
    assert service.collection_item("posts", key)["geometry"] == geometry
    changed = feature | {"id": key, "properties": {"name": "Změněno"}}
    assert service.collection_item_update("posts", key, json.dumps(changed))
    assert service.collection_item("posts", key)["properties"] == {"number": int(key), "name": "Změněno", "power": None}
    assert service.collection_item_delete("posts", key)
    assert items(posts) == before
    history = command(posts, "history", "posts")
    assert history.count("Jana") == 3


def test_qgis_edits_where_it_can_and_only_with_a_token(posts: Portal, token: str) -> None:
    program = str(ROOT / "tests" / "acceptance" / "qgis_editing.py")
    line = [QGIS_PYTHON, program, f"{posts.url}/ogc", "posts", token]
    done = subprocess.run(line, capture_output=True, text=True, timeout=180, check=False)
    assert done.stdout, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    if not said["edits"]:
        return  # this QGIS only reads OGC API Features; from 3.32 on it edits
    assert said["stranger"] is False
    assert said["done"] == {"attribute": True, "geometry": True, "new": True, "delete": True, "refused": False}
    found = items(posts)
    assert len(found) == 20
    assert (2 in found, found[1]["properties"]["name"], found[1]["properties"]["power"]) == (False, "změněno v QGIS", 1)
    (new,) = [each for each in found.values() if each["properties"]["name"] == "nové z QGIS"]
    storage = {"crs": "http://www.opengis.net/def/crs/EPSG/0/5514"}
    address = f"{posts.url}/ogc/collections/posts/items"
    assert requests.get(f"{address}/{new['id']}", params=storage, timeout=30).json()["geometry"]["coordinates"] == [
        -687000,
        -972000,
    ]
    assert requests.get(f"{address}/1", params=storage, timeout=30).json()["geometry"]["coordinates"] == [
        -687100,
        -972100,
    ]


def test_a_load_keeps_edits_and_a_rollback_gives_them_up(posts: Portal, token: str) -> None:
    address = f"{posts.url}/ogc/collections/posts/items/7"
    answer = requests.patch(
        address, json={"properties": {"name": "edited"}}, headers={"Authorization": f"Bearer {token}"}, timeout=30
    )
    assert answer.status_code == 204, answer.text
    assert "unchanged" in command(posts, "load", "posts")
    source = Path(posts.environment["KRAJINA_COLLECTIONS"]) / "posts.csv"
    source.write_text(ROWS.replace("místo 9;", "místo devět;"), encoding="utf-8")
    line = [sys.executable, "-m", "commands", "load", "posts"]
    refused = subprocess.run(line, cwd=ROOT, env=posts.environment, capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert "EDIT-UNDONE" in refused.stdout + refused.stderr
    assert items(posts)[7]["properties"]["name"] == "edited"
    command(posts, "rollback", "posts", "--to", first_batch(posts))
    assert "1 changed" in command(posts, "load", "posts")
