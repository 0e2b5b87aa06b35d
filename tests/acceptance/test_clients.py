"""Other people's programs as clients of the running portal: QGIS and GDAL open every collection."""

import json
import subprocess
from typing import Any

import pytest
import requests

from tests.conftest import ROOT
from tests.portal import Portal

QGIS_PYTHON = "/usr/bin/python3"


@pytest.fixture(scope="module")
def collections(portal: Portal) -> dict[str, dict[str, Any]]:
    """The public collections with features, by id."""
    found = requests.get(f"{portal.url}/ogc/collections", timeout=30).json()["collections"]
    return {each["id"]: each for each in found if each.get("itemType") == "feature"}


def matched(portal: Portal, collection: str, **query: str) -> int:
    address = f"{portal.url}/ogc/collections/{collection}/items"
    return int(requests.get(address, params={"limit": "1", **query}, timeout=30).json()["numberMatched"])


def test_qgis_opens_every_collection_with_all_features_and_by_extent(
    portal: Portal, collections: dict[str, dict[str, Any]]
) -> None:
    assert len(collections) >= 7
    command = [QGIS_PYTHON, str(ROOT / "tests" / "acceptance" / "qgis_client.py"), f"{portal.url}/ogc", *collections]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    seen = {row["collection"]: row for row in map(json.loads, done.stdout.splitlines())}
    assert set(seen) == set(collections), done.stderr
    for name, row in seen.items():
        assert row["valid"], row
        assert row["features"] == matched(portal, name), row
        if row["geometry"] != "NoGeometry":
            assert row["inside"] == matched(portal, name, bbox=",".join(map(str, row["box"]))), row


def test_gdal_opens_every_collection(portal: Portal, collections: dict[str, dict[str, Any]]) -> None:
    for name in collections:
        command = ["ogrinfo", "-ro", "-json", "-so", f"OAPIF:{portal.url}/ogc", name]
        done = subprocess.run(
            [each for each in command if each != "-json"], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        [count] = [line for line in done.stdout.splitlines() if line.startswith("Feature Count:")]
        assert int(count.removeprefix("Feature Count:")) == matched(portal, name), name
