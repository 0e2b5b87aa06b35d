"""Where the bench of the map stands: a private database with made-up zoning areas, and the portal that serves them.

The areas are those of the bench of serving (`bench.serve.data`): they tile a square without gap or overlap, and share
their edges. What they may be used for comes in patches of some kilometres, as in real plans.
"""

import math
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyogrio
import shapely
import yaml

from bench.serve.data import SEED, Area, degrees, parcels
from bench.serve.place import command, postmaster
from machine.cluster import Cluster

ROOT = Path(__file__).parents[2]
NAME = "zoning"
USES = (
    "1_PrimaryProduction",
    "2_SecondaryProduction",
    "3_TertiaryProduction",
    "4_TransportNetworksLogisticsAndUtilities",
    "5_ResidentialUse",
    "6_OtherUses",
)
STARTED = 60.0
"""Seconds in which the portal answers."""
LANGUAGES = ("cs", "de", "pl", "en")


@dataclass(frozen=True)
class Stand:
    """Where the portal answers, and the first process of its database."""

    address: str
    postmaster: int


@contextmanager
def portal(rows: int, port: int, keep: Path | None) -> Iterator[Stand]:
    """Serve about so many areas; with `keep` data and database stay there and are found again."""
    with tempfile.TemporaryDirectory(prefix="krajina-bench-") as name:
        folder = keep.absolute() if keep else Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)  # the database server may belong to another user
        cluster = Cluster(folder / "cluster")
        environment = _environment(folder, cluster.start(), port)
        try:
            _load(folder, rows, environment)
            with _served(folder, port, environment) as address:
                yield Stand(address, postmaster(cluster))
        finally:
            if keep:
                cluster.stop()
            else:
                cluster.remove()


def _environment(folder: Path, dsn: str, port: int) -> dict[str, str]:
    return {
        **os.environ,
        "KRAJINA_DATABASE_URL": dsn,
        "KRAJINA_COLLECTIONS": str(folder / "collections"),
        "KRAJINA_DATA": str(folder / "data"),
        "KRAJINA_WORKERS": "1",
        "KRAJINA_PORT": str(port),
    }


def _load(folder: Path, rows: int, environment: dict[str, str]) -> None:
    """Make the areas and load them, unless so many are there already."""
    stamp = folder / "rows"
    if stamp.exists() and int(stamp.read_text(encoding="ascii")) == rows:
        return
    stamp.unlink(missing_ok=True)
    area = Area(math.ceil(math.sqrt(rows / 2)))
    print(f"data: {area.parcels} areas", flush=True)
    file = folder / "areas.gpkg"
    _write(area, file)
    collections = folder / "collections"
    collections.mkdir(exist_ok=True)
    for name, described in (("portal", _portal(area)), (NAME, dataset(file))):
        text = yaml.safe_dump(described, allow_unicode=True, sort_keys=False)
        (collections / f"{name}.yml").write_text(text, encoding="utf-8")
    command("load", NAME, environment=environment)
    stamp.write_text(str(rows), encoding="ascii")


def _write(area: Area, file: Path) -> None:
    random = np.random.default_rng([SEED, 0])
    metres = parcels(area, random)
    middle = shapely.get_coordinates(shapely.centroid(metres)) / 2500
    wave = np.sin(middle[:, 0]) + np.sin(1.7 * middle[:, 1]) + np.sin(middle[:, 0] + 0.6 * middle[:, 1])
    patch = (wave * 2 + random.uniform(-0.8, 0.8, len(wave))).astype(int) % len(USES)
    table = pa.table(
        {
            "id": np.arange(1, len(metres) + 1),
            "name": [f"{use.partition('_')[2]} {number}" for number, use in enumerate(np.array(USES)[patch], 1)],
            "use": np.array(USES)[patch],
            "geom": pa.array(shapely.to_wkb(shapely.transform(metres, degrees)), pa.binary()),
        }
    )
    file.unlink(missing_ok=True)
    pyogrio.write_arrow(
        table, file, layer=NAME, driver="GPKG", geometry_name="geom", geometry_type="Polygon", crs="EPSG:4326"
    )


def _portal(area: Area) -> dict[str, Any]:
    (west, south), (east, north) = degrees(np.array([[0.0, 0.0], [area.metres, area.metres]])).tolist()
    return {
        "title": dict.fromkeys(LANGUAGES, "Bench"),
        "languages": list(LANGUAGES),
        "default_language": "cs",
        "view": [west, south, east, north],
        "publisher": "region",
        "contact": {"name": "Bench", "email": "bench@example.org"},
    }


def dataset(file: Path) -> dict[str, Any]:
    """Return the dataset file of the areas."""
    return {
        "title": dict.fromkeys(LANGUAGES, "Zoning"),
        "theme": "planning",
        "publisher": "region",
        "licence": "cc-by-4.0",
        "made_up": True,
        "sources": [{"kind": "geopackage", "path": str(file), "layer": NAME}],
        "crs": "EPSG:4326",
        "geometry": "Polygon",
        "key": "id",
        "columns": {
            "id": {"type": "integer", "required": True, "title": {"cs": "id"}},
            "name": {"title": {"cs": "name"}},
            "use": {"type": "code", "codelist": "hilucs-group", "title": {"cs": "use"}},
        },
        "map": {
            "style": {"by": "use", "fill": 0.6, "width": 0.6},
            "label": "name",
            "popup": ["name", "use"],
            "visible": True,
        },
    }


@contextmanager
def _served(folder: Path, port: int, environment: dict[str, str]) -> Iterator[str]:
    """Run the portal and give its address."""
    address = f"http://127.0.0.1:{port}"
    with (folder / "portal.log").open("ab") as log:
        words = [sys.executable, "-m", "commands", "serve"]
        process = subprocess.Popen(words, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        _reached(f"{address}/map/portal", process)
        yield address
    finally:
        process.terminate()
        process.wait(20)


def _reached(address: str, process: subprocess.Popen[bytes]) -> None:
    """Wait for an answer. Raises SystemExit if there is none."""
    until = time.monotonic() + STARTED
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError), urllib.request.urlopen(address, timeout=10):  # noqa: S310 (a portal of ours)
            return
        time.sleep(0.3)
    raise SystemExit(f"the portal does not answer at {address}; see portal.log")
