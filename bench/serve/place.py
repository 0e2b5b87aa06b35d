"""Where the bench stands: a folder with a private PostGIS cluster, the data in it twice, and the product's settings.

In schema `public` are plain tables for raw SQL and the other servers; the product has loaded the same files by its own
loader into the same database. A folder that is kept is found again and used as it is.
"""

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
import pyarrow as pa
import pyarrow.csv
import pyogrio
import shapely
import yaml
from psycopg2 import sql
from psycopg2.extensions import connection as Connection  # noqa: N812 (it is a type)
from psycopg2.extensions import parse_dsn

from bench.serve.data import Area, Collection, collections
from machine.cluster import Cluster

ROOT = Path(__file__).parents[2]
NAMES = ("parcels", "memorials", "zones")
CONNECTIONS = 400
CHUNK = 50_000
"""Rows that are copied into a plain table at a time."""
COLUMNS = {
    "id": "integer PRIMARY KEY",
    "code": "text NOT NULL",
    "name": "text NOT NULL",
    "category": "text NOT NULL",
    "area": "numeric(14,2)",
    "valid_from": "date",
    "updated": "timestamptz",
}
TYPES = {"id": "integer", "area": "decimal", "valid_from": "date", "updated": "datetime"}


@dataclass(frozen=True)
class Place:
    """The folder and what is in it. `dsn` is the cluster's database; all servers reach it by the same socket."""

    folder: Path
    cluster: Cluster
    area: Area
    workers: int = 2

    @property
    def dsn(self) -> str:
        return self.cluster.dsn

    @property
    def socket(self) -> str:
        """The folder of PostgreSQL's socket, for programs that take a host."""
        return str(parse_dsn(self.dsn)["host"])

    @property
    def keywords(self) -> str:
        """The connection in words, for programs that take no URL."""
        return f"host={self.socket} dbname=krajina user=krajina"

    @property
    def postmaster(self) -> int:
        return postmaster(self.cluster)

    def run(self) -> Path:
        """Return the folder of logs, sockets and written configurations, making it if need be."""
        folder = self.folder / "run"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def data(self, name: str) -> Path:
        """Return a folder for what a process of the product makes; it finds the checkout's tools there."""
        folder = self.folder / "product" / name
        folder.mkdir(parents=True, exist_ok=True)
        tools = ROOT / "var" / "tools"
        if tools.is_dir() and not (folder / "tools").exists():
            (folder / "tools").symlink_to(tools)
        return folder

    def product(self, **changes: str) -> dict[str, str]:
        """Return the environment in which the product runs here."""
        return {
            **os.environ,
            "KRAJINA_DATABASE_URL": self.dsn,
            "KRAJINA_COLLECTIONS": str(self.folder / "collections"),
            "KRAJINA_DATA": str(self.data("loader")),
            "KRAJINA_WORKERS": str(self.workers),
            "KRAJINA_LANGUAGE": "en",
            **changes,
        }


def built(folder: Path, rows: int, workers: int) -> Place:
    """Return the place with a running cluster and all data; what is there already is not made again."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)  # the server may belong to another user
    place = Place(folder, Cluster(folder / "cluster"), Area.of(rows), workers)
    stamp = folder / "rows"
    made = stamp.exists() and int(stamp.read_text(encoding="ascii")) == place.area.parcels
    if not made:
        stamp.unlink(missing_ok=True)
        place.cluster.remove()
        for left in ("collections", "collections-300", "files", "product"):
            shutil.rmtree(folder / left, ignore_errors=True)
    _start(place.cluster)
    if not made:
        print(f"data: {place.area.parcels} parcels and what goes with them", flush=True)
        for collection in collections(place.area):
            _write(collection, folder)
            with connected(place.dsn) as connection:
                _plain(collection, connection)
        load(place)
        stamp.write_text(str(place.area.parcels), encoding="ascii")
    _warm(place.dsn)
    return place


def _start(cluster: Cluster) -> None:
    """Start the cluster with room for the connections of all servers at once; the product alone needs far fewer."""
    with connected(cluster.start()) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('max_connections')::integer")
        enough = (cursor.fetchone() or (0,))[0] >= CONNECTIONS
        if not enough:
            cursor.execute(f"ALTER SYSTEM SET max_connections = {CONNECTIONS}")
    if not enough:
        cluster.stop()
        cluster.start()


def postmaster(cluster: Cluster) -> int:
    """Return the first process of the cluster's server, which runs."""
    return int((cluster.home / "data" / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])


def connected(dsn: str) -> closing[Connection]:
    """Return a connection that commits each statement and is closed at the end of the block."""
    connection = psycopg2.connect(dsn)
    connection.autocommit = True
    return closing(connection)


def command(*words: str, environment: Mapping[str, str]) -> str:
    """Run the product's command line; return what it printed. Raises SystemExit with its words if it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "commands", *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"krajina {' '.join(words)}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def load(place: Place) -> None:
    """Load the collections by the product's own loader; keep what it said about time."""
    said = json.loads(command("load", *NAMES, "--json", environment=place.product()))
    (place.folder / "load.json").write_text(json.dumps(said), encoding="utf-8")


def dataset(name: str, file: Path, geometry: str) -> dict[str, Any]:
    """Return the dataset file of a collection."""
    return {
        "title": {language: name.title() for language in ("cs", "de", "pl", "en")},
        "theme": "planning",
        "publisher": "region",
        "licence": "cc-by-4.0",
        "sources": [{"kind": "geopackage", "path": str(file), "layer": name}],
        "crs": "EPSG:4326",
        "geometry": geometry,
        "key": "id",
        "columns": {
            column: {"type": TYPES.get(column, "text"), "required": column == "id", "title": {"cs": column}}
            for column in COLUMNS
        },
        "map": {"label": "code", "popup": ["code", "name", "category"], "zoom": [5, 22]},
        "paging": {"default": 10, "max": 10_000},
    }


def _write(collection: Collection, folder: Path) -> None:
    """Write the file that the product loads, and the dataset file that describes it."""
    (folder / "collections").mkdir(exist_ok=True)
    (folder / "files").mkdir(exist_ok=True)
    file = folder / "files" / f"{collection.name}.gpkg"
    file.unlink(missing_ok=True)
    table = collection.attributes.append_column("geom", pa.array(shapely.to_wkb(collection.shapes), pa.binary()))
    pyogrio.write_arrow(
        table,
        file,
        layer=collection.name,
        driver="GPKG",
        geometry_name="geom",
        geometry_type=collection.geometry,
        crs="EPSG:4326",
    )
    described = yaml.safe_dump(dataset(collection.name, file, collection.geometry), allow_unicode=True, sort_keys=False)
    (folder / "collections" / f"{collection.name}.yml").write_text(described, encoding="utf-8")


def _plain(collection: Collection, connection: Connection) -> None:
    """Make the plain table: primary key, a spatial index, and one on the category."""
    table = sql.Identifier("public", collection.name)
    defined = sql.SQL(", ").join(sql.SQL(f"{{}} {kind}").format(sql.Identifier(name)) for name, kind in COLUMNS.items())
    geometry = sql.SQL(f"geometry({collection.geometry},4326)")
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS postgis")
        cursor.execute(
            sql.SQL("DROP TABLE IF EXISTS {0}; CREATE TABLE {0} ({1}, geom {2})").format(table, defined, geometry)
        )
        for start in range(0, len(collection.shapes), CHUNK):
            part = collection.attributes.slice(start, CHUNK)
            wkb = shapely.to_wkb(collection.shapes[start : start + CHUNK], hex=True)
            sink = io.BytesIO()
            pyarrow.csv.write_csv(
                part.append_column("geom", pa.array(wkb)), sink, pyarrow.csv.WriteOptions(include_header=False)
            )
            sink.seek(0)
            cursor.copy_expert(sql.SQL("COPY {} FROM STDIN (FORMAT csv)").format(table), sink)
        cursor.execute(sql.SQL("CREATE INDEX ON {0} USING gist (geom); CREATE INDEX ON {0} (category)").format(table))
        cursor.execute(sql.SQL("VACUUM ANALYZE {}").format(table))


def _warm(dsn: str) -> None:
    """Bring all tables and indexes into the server's memory, so that no server pays for being the first."""
    with connected(dsn) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_prewarm")
        cursor.execute(
            "SELECT count(pg_prewarm(oid)) FROM pg_class WHERE relkind IN ('r', 'i', 't', 'm')"
            " AND relnamespace IN ('public'::regnamespace, 'data'::regnamespace, 'pg_toast'::regnamespace)"
        )
