"""Areas of neighbours out of a GeoPackage without GDAL, held to GDAL; and what is none of ours."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import geopandas
import pytest
import shapely

from desk import zones

SQUARE = shapely.MultiPolygon([shapely.box(0, 0, 10, 10), shapely.box(20, 0, 30, 10)])


def written(path: Path, shapes: Sequence[shapely.Geometry | None], layer: str = "elements") -> Path:
    rows = {
        "id": [f"e{n}" for n in range(len(shapes))],
        "code": ["BI"] * len(shapes),
        "hilucs": ["5_1"] * (len(shapes) - 1) + [None],
    }
    geopandas.GeoDataFrame(rows, geometry=shapes, crs="EPSG:5514").to_file(path, layer=layer, driver="GPKG")
    return path


def test_areas_are_what_gdal_reads(tmp_path: Path) -> None:
    shapes = [SQUARE, shapely.MultiPolygon([shapely.box(-5.25, -7, -1, -2)]), shapely.force_3d(SQUARE, 3.0)]
    path = written(tmp_path / "plan.gpkg", shapes)
    found = zones.zones(path)
    assert found is not None
    assert (found.crs, found.ids, found.hilucs) == ("EPSG:5514", ("e0", "e1", "e2"), ("5_1", "5_1", ""))
    by_gdal = geopandas.read_file(path, layer="elements").geometry
    assert all(shapely.equals_exact(ours, theirs) for ours, theirs in zip(found.shapes, by_gdal, strict=True))


def test_only_areas_are_taken(tmp_path: Path) -> None:
    assert zones.zones(written(tmp_path / "other.gpkg", [SQUARE], "plans")) is None
    mixed = [shapely.Point(1, 2), None, shapely.MultiPolygon(), shapely.GeometryCollection([SQUARE]), SQUARE]
    found = zones.zones(written(tmp_path / "mixed.gpkg", mixed))
    assert found is not None
    assert found.ids == ("e4",)
    assert zones.zones(written(tmp_path / "empty.gpkg", [shapely.Point(1, 2)])) is None


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\x00" + b"\xff" * 4096, b"not a database" * 100])
def test_what_is_no_geopackage_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "plan.gpkg"
    path.write_bytes(content)
    with pytest.raises(zones.NotReadableError):
        zones.zones(path)
    with pytest.raises(zones.NotReadableError):
        zones.zones(tmp_path / "absent.gpkg")


@pytest.mark.parametrize(
    "blob", [b"GP", b"GP\x00\x0f" + b"\x00" * 9, b"GP\x00\x01\x00\x00\x00\x00\x01\x06\x00\x00\x00"]
)
def test_broken_geometries_are_told(tmp_path: Path, blob: bytes) -> None:
    path = written(tmp_path / "plan.gpkg", [SQUARE])
    with sqlite3.connect(path) as opened:
        for (name,) in opened.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            opened.execute(f'DROP TRIGGER "{name}"')
        opened.execute("UPDATE elements SET geom = ?", [blob])
    opened.close()
    with pytest.raises(zones.NotReadableError):
        zones.zones(path)
