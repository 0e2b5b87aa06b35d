"""Datasets that exports find hard, and other programs that read what was exported."""

import json
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
import shapely

from catalogue import layout
from settings import Settings
from tests.integration.service import region

FORMULAS = ('=HYPERLINK("http://x")', "+420", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "=1+1;2", '="a"", b')
"""What a spreadsheet would run."""
COLUMNS: dict[str, Any] = {
    "code": {"type": "integer", "required": True, "title": {"cs": "Kód", "en": "Code"}},
    "name": {"title": {"cs": "Název", "en": "Name"}},
    "a_column_with_a_long_name": {"type": "integer", "title": {"cs": "Velké číslo", "en": "Large"}},
    "a_column_with_a_long_title": {"title": {"cs": "Dlouhý text", "en": "Long text"}},
    "size": {"type": "decimal", "unit": "ha", "title": {"cs": "Výměra", "en": "Area"}},
    "built": {"type": "date", "title": {"cs": "Vznik", "en": "Built"}},
    "seen": {"type": "datetime", "title": {"cs": "Prohlídka", "en": "Seen"}},
    "open": {"type": "boolean", "title": {"cs": "Přístupné", "en": "Open"}},
    "owner": {"private": True},
}
SHOWN = tuple(name for name in COLUMNS if name != "owner")
MAP = {"label": "name", "search": ["name"]}


def rows(kind: str) -> list[dict[str, Any]]:
    """Return rows with Czech text, nulls, formulas, large numbers, early dates; `kind` is a geometry type."""
    texts = (*FORMULAS, "Příliš žluťoučký kůň", 'uvozovky " a \\ a\nnový řádek', "", None, "{1;2}, <b>", "'quoted")
    made = []
    for place, text in enumerate(texts, 1):
        made.append(
            {
                "code": place,
                "name": text,
                "a_column_with_a_long_name": None if place % 4 == 0 else 2**40 + place,
                "a_column_with_a_long_title": None if place % 3 else "ž" * 100,
                "size": None if place % 5 == 0 else -place / 7,
                "built": None if place % 3 == 0 else f"19{place + 10}-06-15",
                "seen": None if place % 4 == 0 else f"2024-05-{place:02d}T10:00:00.25+02:00",
                "open": (True, False, None)[place % 3],
                "owner": "tajný vlastník",
                "geom": None if place == len(texts) else _shape(kind, place),
            }
        )
    return made


def _shape(kind: str, place: int) -> shapely.Geometry:
    x, y = -700000.125 + place * 100, -980000.5 - place * 10
    square = shapely.box(x, y, x + 30, y + 40.25)
    hole = shapely.Polygon(square.exterior, [shapely.box(x + 5, y + 5, x + 10, y + 10).exterior])
    if kind == "MultiPolygon":
        return shapely.MultiPolygon([hole, shapely.box(x + 50, y, x + 60, y + 10)][: 1 + place % 2])
    return shapely.Point(x, y) if kind == "Point" else shapely.MultiLineString([[(x, y), (x + 10, y + 1)]])


def publish(settings: Settings) -> None:
    """Publish areas `multi`, points `spots`, lines `paths`, `register` without geometry, and an empty one."""
    about = {"columns": COLUMNS, "map": MAP}
    kinds = {"multi": "MultiPolygon", "spots": "Point", "paths": "MultiLineString", "nothing": "MultiPolygon"}
    for name, kind in kinds.items():
        region.write(settings.collections, name, **about, geometry=kind)
    region.write(settings.collections, "register", **about | {"map": None}, geometry="none", key=None)
    dsn = settings.database_url or ""
    for name, kind in kinds.items():
        region.publish(dsn, region.dataset(settings.collections, name), rows(kind))
    plain = [{**row, "_id": f"{row['code']}~x"} for row in rows("Point")]
    region.publish(dsn, region.dataset(settings.collections, "register"), plain)
    run(dsn, "UPDATE krajina.current SET bbox = NULL, rows = 0 WHERE dataset = 'nothing'; DELETE FROM data.nothing")


def run(dsn: str, statement: str) -> list[tuple[Any, ...]]:
    """Run a statement; return its rows, if it has any."""
    with closing(psycopg2.connect(dsn)) as connection, connection, connection.cursor() as cursor:
        cursor.execute("SET timezone = 'UTC'")
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def table(dsn: str, name: str, geometry: str | None = layout.GEOMETRY) -> list[dict[str, Any]]:
    """Return the shown columns of a published table by code, the geometry as shapely has it."""
    place = f", ST_AsBinary({geometry})" if geometry else ""
    order = layout.ID if name == "register" else "code"
    found = run(dsn, f"SELECT {', '.join(SHOWN)}{place} FROM data.{name} ORDER BY {order}")
    return [
        dict(zip(SHOWN, row, strict=False))
        | {"geometry": row[-1] and shapely.from_wkb(bytes(row[-1])) if geometry else None}
        for row in found
    ]


def by_ogr(path: Path | str, *options: str) -> list[dict[str, Any]]:
    """Return the features that Debian's GDAL reads, an older one than ours, coordinates as they are."""
    line = [
        "ogr2ogr",
        "-f",
        "GeoJSON",
        "/vsistdout/",
        str(path),
        "-lco",
        "RFC7946=NO",
        "-lco",
        "COORDINATE_PRECISION=15",
    ]
    done = subprocess.run([*line, "-lco", "WRITE_NAME=NO", *options], capture_output=True, text=True, check=True)
    found: list[dict[str, Any]] = json.loads(done.stdout)["features"]
    return found


def about(path: Path) -> dict[str, Any]:
    """Return what pyogrio, in a process where no driver is taken out, says of a file."""
    code = "import sys, json, pyogrio; print(json.dumps(pyogrio.read_info(sys.argv[1]), default=list))"
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found
