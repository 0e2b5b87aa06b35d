"""How fast a first load is, beside `ogr2ogr` with COPY into the same PostGIS, key and spatial index included.

    python bench/load.py [--rows 500000] [--rounds 3] [--postcodes FOLDER]

Polygons are generated; postcodes are a folder of CSV files without a header (Ordnance Survey Code-Point Open: name,
quality, easting, northing, …). Both programs take turns in a private cluster, so that a busy machine is busy for both,
and are measured as whole processes. Ours also checks what it reads, and stores each geometry twice: as it is, and in
longitude and latitude.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import psycopg2
import pyarrow as pa
import pyogrio
import shapely

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from catalogue import Catalogue, Dataset  # noqa: E402 (the checkout is not installed)
from etl import pipeline  # noqa: E402
from etl.store import connected, migrate  # noqa: E402
from machine.cluster import Cluster  # noqa: E402
from settings import Settings  # noqa: E402

MEMORY = 500
"""Megabytes that a loading process may take at most."""

ABOUT = {"title": {"en": "Bench"}, "theme": "none", "publisher": "none", "licence": "none"}
POLYGONS: dict[str, Any] = {
    **ABOUT,
    "id": "bench-polygons",
    "sources": [{"kind": "geopackage", "path": "polygons.gpkg", "layer": "polygons"}],
    "crs": "EPSG:5514",
    "geometry": "Polygon",
    "key": "id",
    "columns": {
        "id": {"type": "integer", "required": True},
        "name": {},
        "code": {},
        "area": {"type": "decimal"},
        "use": {},
        "floors": {"type": "integer"},
        "built": {"type": "date"},
        "note": {},
    },
}
LON_LAT: dict[str, Any] = {
    **POLYGONS,
    "id": "bench-lon-lat",
    "sources": [{"kind": "geopackage", "path": "lon-lat.gpkg", "layer": "polygons"}],
    "crs": "EPSG:4326",
}
POSTCODES: dict[str, Any] = {
    **ABOUT,
    "id": "bench-postcodes",
    "sources": [
        {"kind": "csv", "path": "postcodes.csv", "header": False, "crs": "EPSG:27700", "geometry": {"x": "3", "y": "4"}}
    ],
    "crs": "EPSG:27700",
    "geometry": "Point",
    "key": "postcode",
    "columns": {
        "postcode": {"from": "1", "required": True},
        "quality": {"from": "2", "type": "integer"},
        "country": {"from": "5"},
        "nhs_region": {"from": "6"},
        "nhs_ha": {"from": "7"},
        "county": {"from": "8"},
        "district": {"from": "9"},
        "ward": {"from": "10"},
    },
}
OGR_POSTCODES = [
    "-oo",
    "HEADERS=NO",
    "-oo",
    "X_POSSIBLE_NAMES=field_3",
    "-oo",
    "Y_POSSIBLE_NAMES=field_4",
    "-a_srs",
    "EPSG:27700",
]


def write_polygons(file: Path, rows: int, crs: str) -> None:
    """Write a GeoPackage of polygons with 13 points that do not touch, in S-JTSK or degrees, with eight attributes."""
    random = np.random.default_rng(1)
    number = np.arange(rows)
    angle = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    radius = random.uniform(20, 48, (rows, 12))
    middle = np.stack([-750_000 + (number % 1000) * 100.0, -1_000_000 - (number // 1000) * 100.0], axis=1)
    corners = middle[:, None] + np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=2)
    if crs == "EPSG:4326":
        corners = (corners - np.array([-750_000, -1_000_000])) / 100_000 + np.array([14, 50.5])
    rings = np.concatenate([corners, corners[:, :1]], axis=1).round(9)
    words = np.array(["Údolní", "Příčná", "Žižkova", "Školní", "U lesa", "Náměstí míru", "Gdańska", "Straße"])
    table = pa.table(
        {
            "geom": pa.array(shapely.to_wkb(shapely.polygons(rings)), pa.binary()),
            "id": number,
            "name": words[random.integers(0, 8, rows)],
            "code": [f"K{n:06d}" for n in number],
            "area": random.uniform(1, 1e4, rows).round(2),
            "use": np.array(["BV", "SM", "RZ", "OV"])[random.integers(0, 4, rows)],
            "floors": random.integers(0, 20, rows),
            "built": pa.array(random.integers(0, 20_000, rows).astype("int32")).cast(pa.date32()),
            "note": [None if n % 3 else f"poznámka č. {n}" for n in number],
        }
    )
    pyogrio.write_arrow(
        table, file, layer="polygons", driver="GPKG", geometry_name="geom", geometry_type="Polygon", crs=crs
    )


def ours(definition: dict[str, Any], folder: Path, dsn: str) -> tuple[float, int]:
    """Load by a process of its own; return seconds and its peak memory in MB."""
    started = time.perf_counter()
    command = [sys.executable, __file__, "--load", definition["id"], str(folder), dsn]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return time.perf_counter() - started, int(done.stdout)


def load(name: str, folder: str, dsn: str) -> None:
    """Load a dataset in this process, and print its peak memory in MB."""
    (definition,) = (each for each in (POLYGONS, LON_LAT, POSTCODES) if each["id"] == name)
    dataset = Dataset.model_validate({**definition, "path": Path(folder) / "bench.yml"})
    nothing = Catalogue(None, {}, {}, {}, {}, {})  # type: ignore[arg-type]
    outcome = pipeline.run(dataset, nothing, Settings(database_url=dsn, data=Path(folder) / "var"))
    if outcome.state != "published":
        raise SystemExit("\n".join(outcome.report.text("en")))
    status = Path("/proc/self/status").read_text(encoding="ascii")
    print(int(status.partition("VmHWM:")[2].split()[0]) // 1024)


def ogr(file: Path, options: list[str], dsn: str) -> float:
    """Load by ogr2ogr; return seconds."""
    command = ["ogr2ogr", "-f", "PostgreSQL", f"PG:{dsn}", str(file), "-nln", "ogr", "-overwrite", *options]
    started = time.perf_counter()
    subprocess.run(
        [*command, "-lco", "GEOMETRY_NAME=geom", "--config", "PG_USE_COPY", "YES"], check=True, capture_output=True
    )
    return time.perf_counter() - started


def forget(dsn: str, definition: dict[str, Any]) -> None:
    """Drop what was loaded."""
    name = definition["id"].replace("-", "_")
    with closing(psycopg2.connect(dsn)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS data.{name}, history.{name}; TRUNCATE krajina.batch CASCADE")


def compare(name: str, rounds: int, us: Callable[[], tuple[float, int]], them: Callable[[], float]) -> bool:
    """Run both in turns and print medians; say whether ours was as fast and small enough."""
    pairs = [(us(), them()) for _ in range(rounds)]
    seconds = statistics.median(mine for (mine, _), _ in pairs)
    other = statistics.median(theirs for _, theirs in pairs)
    memory = max(peak for (_, peak), _ in pairs)
    print(f"{name}: ours {seconds:.1f} s, ogr2ogr {other:.1f} s, ratio {other / seconds:.2f}, peak {memory} MB")
    print("   rounds:", ", ".join(f"{mine:.1f}/{theirs:.1f}" for (mine, _), theirs in pairs))
    return seconds <= other and memory <= MEMORY


def main() -> int:
    """Run the comparison; 0 when ours was at least as fast with the memory it is allowed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rows", type=int, default=500_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--postcodes", type=Path)
    parser.add_argument("--load", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.load:
        load(*options.load)
        return 0
    with tempfile.TemporaryDirectory(prefix="krajina-bench-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)  # the server may belong to another user
        cluster = Cluster(folder / "cluster")
        try:
            return run(folder, cluster.start(), options)
        finally:
            cluster.remove()


def run(folder: Path, dsn: str, options: argparse.Namespace) -> int:
    """Make the files and compare on each."""
    with connected(dsn) as connection:
        migrate(connection)
    tasks: list[tuple[str, dict[str, Any], Path, list[str]]] = [
        ("polygons in S-JTSK", POLYGONS, folder / "polygons.gpkg", []),
        ("polygons in S-JTSK, ogr2ogr transforms too", POLYGONS, folder / "polygons.gpkg", ["-t_srs", "EPSG:4326"]),
        ("polygons in degrees", LON_LAT, folder / "lon-lat.gpkg", []),
    ]
    for definition, name in ((POLYGONS, "polygons.gpkg"), (LON_LAT, "lon-lat.gpkg")):
        write_polygons(folder / name, options.rows, definition["crs"])
    if options.postcodes:
        parts = sorted(options.postcodes.glob("*.csv"))
        (folder / "postcodes.csv").write_bytes(b"".join(part.read_bytes() for part in parts))
        tasks.append(("postcodes", POSTCODES, folder / "postcodes.csv", OGR_POSTCODES))
    good = []
    for name, definition, file, extra in tasks:

        def us(definition: dict[str, Any] = definition) -> tuple[float, int]:
            forget(dsn, definition)
            return ours(definition, folder, dsn)

        def them(file: Path = file, extra: list[str] = extra) -> float:
            return ogr(file, extra, dsn)

        good.append(compare(name, options.rounds, us, them))
    return 0 if all(good) else 1


if __name__ == "__main__":
    raise SystemExit(main())
