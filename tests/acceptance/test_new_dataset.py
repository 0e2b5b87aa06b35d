"""A clerk's five minutes: a file nobody has seen, one YAML, and it is on the portal that is already running."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests import postgis
from tests.conftest import ROOT
from tests.portal import Portal, running

CHARGING = """\
title: {cs: Dobíjecí stanice, en: Charging stations}
theme: municipal-property
publisher: region
licence: cc-by-4.0
sources:
  - {kind: csv, path: charging.csv, encoding: cp1250, delimiter: ";", decimal: ",", geometry: {x: X, y: Y}}
crs: EPSG:5514
geometry: Point
key: number
columns:
  number: {from: Číslo, type: integer, required: true}
  name: {from: Název, title: {cs: Název, en: Name}}
  power: {from: Výkon, type: decimal, unit: kW}
  open: {from: Nonstop, type: boolean}
  since: {from: Od, type: date, format: "%d.%m.%Y"}
map: {popup: [name, power], label: name, search: [name]}
"""
ROWS = """\
Číslo;Název;X;Y;Výkon;Nonstop;Od
1;"Žďár; u školy";-688000,00;-970000,00;22,5;ano;01.05.2021
2;Příšovice;-688100,50;-970100,25;150;ne;30.11.2024
"""


@pytest.fixture(scope="module")
def own(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Portal, Path]]:
    """A portal over a folder of dataset files that is still empty."""
    folder = tmp_path_factory.mktemp("own")
    (folder / "collections").mkdir()
    arguments = ("--collections", str(folder / "collections"))
    with postgis.clone(cluster) as dsn, running(ROOT, dsn, folder / "var", *arguments, workers=1) as portal:
        yield portal, folder / "collections"


def command(portal: Portal, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = portal.environment | {"KRAJINA_COLLECTIONS": str(folder)}
    line = [sys.executable, "-m", "commands", *arguments]
    return subprocess.run(line, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def until(portal: Portal, path: str, status: int) -> requests.Response:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        answer = requests.get(portal.url + path, timeout=60)
        if answer.status_code == status:
            return answer
        time.sleep(0.1)
    pytest.fail(f"{path}: {answer.status_code} {answer.text[:500]}")


def test_a_new_dataset_appears_without_a_restart_and_goes_when_its_file_goes(own: tuple[Portal, Path]) -> None:
    portal, folder = own
    items = "/ogc/collections/charging/items"
    assert requests.get(portal.url + items, timeout=60).status_code == 404
    (folder / "charging.csv").write_text(ROWS, encoding="cp1250")
    (folder / "charging.yml").write_text(CHARGING.replace("theme:", "tehme:"), encoding="utf-8")
    assert command(portal, folder, "check").returncode == 10
    (folder / "charging.yml").write_text(CHARGING, encoding="utf-8")
    assert command(portal, folder, "check").returncode == 0
    tried = command(portal, folder, "load", "charging", "--dry-run")
    assert tried.returncode == 0, tried.stderr
    assert requests.get(portal.url + items, timeout=60).status_code == 404

    done = command(portal, folder, "load", "charging")
    assert done.returncode == 0, done.stderr
    features = until(portal, items, 200).json()["features"]
    first = features[0]
    assert first["properties"] == {
        "number": 1, "name": "Žďár; u školy", "power": 22.5, "open": True, "since": "2021-05-01",
    }  # fmt: skip
    assert first["geometry"]["coordinates"] == pytest.approx([15.0503, 50.8032], abs=2e-4)
    stored = requests.get(f"{portal.url}{items}?crs=http://www.opengis.net/def/crs/EPSG/0/5514", timeout=60).json()
    assert stored["features"][1]["geometry"]["coordinates"] == [-688100.5, -970100.25]
    found = requests.get(f"{portal.url}/search?q=zdar&lang=cs", timeout=60).json()["results"]
    assert [each["label"] for each in found] == ["Žďár; u školy"]

    line = ["ogrinfo", "-ro", f"OAPIF:{portal.url}/ogc", "charging", "-fid", "2"]
    assert "Příšovice" in subprocess.run(line, capture_output=True, text=True, check=True).stdout

    assert command(portal, folder, "load", "charging").stderr.count("unchanged") == 1
    (folder / "charging.yml").unlink()
    until(portal, items, 404)


def test_a_bad_delivery_is_refused_and_what_was_published_stays(own: tuple[Portal, Path]) -> None:
    portal, folder = own
    (folder / "benches.csv").write_text(ROWS, encoding="cp1250")
    (folder / "benches.yml").write_text(CHARGING.replace("charging.csv", "benches.csv"), encoding="utf-8")
    assert command(portal, folder, "load", "benches").returncode == 0
    (folder / "benches.csv").write_text(ROWS.replace("\n2;", "\n1;"), encoding="cp1250")
    refused = command(portal, folder, "load", "benches")
    assert refused.returncode == 1, refused.stderr
    assert "1" in refused.stdout
    numbers = [each["id"] for each in until(portal, "/ogc/collections/benches/items", 200).json()["features"]]
    assert numbers == [1, 2]
