"""Other people's programs as clients of the running portal: QGIS and GDAL open every collection."""

import json
import subprocess
from typing import Any

import pytest
import requests
from pyproj import CRS

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


def box_of(row: dict[str, Any]) -> dict[str, str]:
    """Return the box that QGIS asked for, as parameters: newer versions ask in the storage CRS, axes as it has them."""
    crs = CRS(row["crs"])
    west, south, east, north = row["box"]
    if crs.is_geographic:
        return {"bbox": f"{west},{south},{east},{north}"}
    box = (south, west, north, east) if crs.axis_info[0].direction == "north" else (west, south, east, north)
    uri = f"http://www.opengis.net/def/crs/EPSG/0/{crs.to_epsg()}"
    return {"bbox": ",".join(map(str, box)), "bbox-crs": uri}


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
            assert row["inside"] == matched(portal, name, **box_of(row)), row


def test_gdal_opens_every_collection(portal: Portal, collections: dict[str, dict[str, Any]]) -> None:
    for name in collections:
        command = ["ogrinfo", "-ro", "-json", "-so", f"OAPIF:{portal.url}/ogc", name]
        done = subprocess.run(
            [each for each in command if each != "-json"], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        [count] = [line for line in done.stdout.splitlines() if line.startswith("Feature Count:")]
        assert int(count.removeprefix("Feature Count:")) == matched(portal, name), name
