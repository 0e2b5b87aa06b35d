"""A small region for the service's tests: dataset files in a folder, tables published by hand as the layout says.

By hand and not by the loader, so that the service is held to the layout and to nothing else.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import psycopg2
import pyproj
import shapely
import yaml
from psycopg2 import sql

from catalogue import Dataset, layout, read_catalogue

ROOT = Path(__file__).parents[3]
WORDS = ("portal.yml", "vocabularies", "codelists")
BASE: dict[str, Any] = {
    "title": {"cs": "Plochy", "en": "Areas"},
    "description": {"cs": "Zkušební plochy", "en": "Areas <to> test & try"},
    "theme": "planning",
    "publisher": "region",
    "licence": "cc-by-4.0",
    "sources": [{"kind": "geojson", "path": "none.geojson"}],
    "crs": "EPSG:5514",
    "geometry": "MultiPolygon",
    "key": "code",
    "columns": {
        "code": {"type": "integer", "required": True, "title": {"cs": "Kód", "en": "Code"}},
        "name": {"title": {"cs": "Název", "de": "Name", "en": "Name"}},
        "use": {"type": "code", "codelist": "states", "title": {"cs": "Stát", "en": "State"}},
        "size": {"type": "decimal", "unit": "ha", "title": {"cs": "Výměra", "en": "Area"}},
        "built": {"type": "date", "title": {"cs": "Vznik", "en": "Built"}},
        "seen": {"type": "datetime", "title": {"cs": "Prohlídka", "en": "Seen"}},
        "open": {"type": "boolean", "title": {"cs": "Přístupné", "en": "Open"}},
        "owner": {"private": True, "title": {"cs": "Vlastník", "en": "Owner"}},
    },
    "map": {"label": "name", "search": ["name"], "popup": ["name", "use", "size"], "style": {"by": "use"}},
    "paging": {"default": 10, "max": 100},
}
WEST, SOUTH, EAST, NORTH = 14.8, 50.6, 15.4, 51.0
"""Where the features are."""


def write(folder: Path, id_: str, **changes: Any) -> Path:
    """Write a dataset file that differs from BASE in the changes; None leaves a part out."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in WORDS:
        if not (folder / name).exists():
            (folder / name).symlink_to(ROOT / "collections" / name)
    parts = {name: value for name, value in (BASE | changes).items() if value is not None}
    path = folder / f"{id_}.yml"
    fresh = folder / f".{id_}.new"
    fresh.write_text(yaml.safe_dump(parts, allow_unicode=True, sort_keys=False), encoding="utf-8")
    fresh.rename(path)
    return path


def dataset(folder: Path, id_: str) -> Dataset:
    """Read a dataset file that must be right."""
    catalogue, report = read_catalogue(folder)
    assert catalogue is not None, list(report.text("en"))
    assert report.ok, list(report.text("en"))
    return catalogue.datasets[id_]


def publish(dsn: str, dataset: Dataset, rows: Iterable[Mapping[str, Any]], artefact: str | None = None) -> int:
    """Publish rows (columns, and `geom` as a shapely geometry in the dataset's CRS) as one batch, and tell it."""
    with closing(psycopg2.connect(dsn)) as connection, connection, connection.cursor() as cursor:
        plain = json.dumps(dataset.model_dump(mode="json"))
        cursor.execute(
            "INSERT INTO krajina.batch (dataset, state, definition) VALUES (%s, 'published', %s) RETURNING id",
            (dataset.id, plain),
        )
        batch = int((cursor.fetchone() or (0,))[0])
        bbox, count = None, None
        if not dataset.is_raster:
            bbox, count = _fill(cursor, dataset, batch, list(rows))
        cursor.execute(
            "INSERT INTO krajina.current (dataset, batch, rows, definition, bbox, artefact)"
            " VALUES (%(d)s, %(b)s, %(n)s, %(j)s, %(x)s, %(a)s) ON CONFLICT (dataset) DO UPDATE SET batch = %(b)s,"
            " rows = %(n)s, definition = %(j)s, bbox = %(x)s, artefact = %(a)s, published = now()",
            {"d": dataset.id, "b": batch, "n": count, "j": plain, "x": bbox, "a": artefact},
        )
        told = json.dumps({"dataset": dataset.id, "batch": batch})
        cursor.execute(f"SELECT pg_notify('{layout.CHANNEL}', %s)", (told,))
    return batch


def _fill(cursor: Any, dataset: Dataset, batch: int, rows: list[Mapping[str, Any]]) -> tuple[list[float] | None, int]:
    columns, geometries = layout.columns(dataset), layout.geometry_columns(dataset)
    lon_lat_name = layout.lon_lat_column(dataset) or layout.GEOMETRY
    table = sql.Identifier(layout.DATA, layout.table_name(dataset.id))
    defined = sql.SQL(", ").join(sql.SQL(f"{{}} {kind}").format(sql.Identifier(name)) for name, kind in columns.items())
    cursor.execute(sql.SQL("DROP TABLE IF EXISTS {0}; CREATE TABLE {0} ({1})").format(table, defined))
    lon_lats = lon_lat([row["geom"] for row in rows], dataset.crs) if geometries else []
    values = []
    for place, row in enumerate(rows):
        made = {**row, layout.BATCH: batch}
        if geometries:
            made[layout.GEOMETRY] = shapely.to_wkb(row["geom"])
            made[lon_lat_name] = shapely.to_wkb(lon_lats[place])
        values.append([made.get(name) for name in columns])
    holes = sql.SQL(", ").join(
        sql.SQL("ST_SetSRID(%s::geometry, {})").format(sql.Literal(geometries[name]))
        if name in geometries
        else sql.Placeholder()
        for name in columns
    )
    cursor.executemany(sql.SQL("INSERT INTO {} VALUES ({})").format(table, holes), values)
    cursor.execute(
        sql.SQL("ALTER TABLE {} ADD PRIMARY KEY ({})").format(table, sql.Identifier(layout.id_column(dataset)))
    )
    if not geometries:
        return None, len(rows)
    cursor.execute(sql.SQL("CREATE INDEX ON {} USING gist ({})").format(table, sql.Identifier(lon_lat_name)))
    return [float(edge) for edge in shapely.total_bounds(lon_lats)], len(rows)


def lon_lat(shapes: list[shapely.Geometry], crs: str) -> Any:
    """Return geometries in lon/lat, by way of ETRS89, as the loader does."""
    if crs == "EPSG:4326":
        return np.array(shapes, dtype=object)
    transformer = pyproj.Transformer.from_crs(crs, "EPSG:4258", always_xy=True)
    return shapely.transform(shapes, lambda points: np.column_stack(transformer.transform(points[:, 0], points[:, 1])))


def areas(crs: str, count: int, seed: int = 7) -> list[dict[str, Any]]:
    """Return rows with convex areas of 20 m to 20 km strewn over the region, and every kind of value."""
    random = np.random.default_rng(seed)
    transformer = pyproj.Transformer.from_crs("EPSG:4258", crs if crs != "EPSG:4326" else "EPSG:4258", always_xy=True)
    rows = []
    for place in range(1, count + 1):
        x, y = transformer.transform(random.uniform(WEST, EAST), random.uniform(SOUTH, NORTH))
        size = 10 ** random.uniform(1.3, 4.3) * (1 if abs(x) > 1000 else 1e-5)
        turns = np.sort(random.uniform(0, 2 * np.pi, random.integers(4, 12)))
        ring = np.column_stack([x + size * np.cos(turns), y + size * np.sin(turns)])
        rows.append({"code": place, "geom": shapely.MultiPolygon([shapely.Polygon(ring)]), **_values(place, random)})
    return rows


def _values(place: int, random: np.random.Generator) -> dict[str, Any]:
    return {
        "name": f"Žďár {place}" if place % 5 else f'Hloubka <{place} m & "více"',
        "use": ("CZ", "DE", "PL", None)[place % 4],
        "size": None if place % 7 == 0 else round(float(random.uniform(0, 99)), 3),
        "built": None if place % 3 == 0 else f"20{place % 20:02d}-06-15",
        "seen": f"2024-05-{place % 28 + 1:02d}T10:00:00+00:00",
        "open": (True, False, None)[place % 3],
        "owner": "tajný vlastník",
    }


def token(dsn: str, secret: str, *, expired: bool = False, role: str = "reader", label: str = "test") -> None:
    """Let the secret be a valid token, or one that was valid until a minute ago."""
    digest = hashlib.sha256(secret.encode()).hexdigest()
    until = "now() - interval '1 minute'" if expired else "NULL"
    with closing(psycopg2.connect(dsn)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO krajina.token (label, sha256, role, created, expires) VALUES (%s, %s, %s, now(), {until})",
            (label, digest, role),
        )
