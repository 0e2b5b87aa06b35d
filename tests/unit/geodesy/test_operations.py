"""The operations that are chosen, and what a grid read backwards must not do."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from pyproj import CRS, Transformer

from geodesy import NoWayError, Pairs, way
from geodesy.grid import moved

LIBEREC = np.array([[-688000.0, -970000.0]])
BY_GRID = (15.050317097, 50.803218490)
HELMERT = (  # EPSG:1622, S-JTSK to ETRS89 (1), 1 m; from UTM 33 backwards
    "+proj=pipeline +step +inv +proj=utm +zone=33 +ellps=GRS80 +step +proj=push +v_3 +step +proj=cart +ellps=GRS80 "
    "+step +inv +proj=helmert +x=570.8 +y=85.7 +z=462.8 +rx=4.998 +ry=1.587 +rz=5.261 +s=3.56 "
    "+convention=position_vector +step +inv +proj=cart +ellps=bessel +step +proj=pop +v_3 "
    "+step +proj=krovak +lat_0=49.5 +lon_0=24.8333333333333 +alpha=30.2881397527778 +k=0.9999 +ellps=bessel"
)
METRES_PER_DEGREE = np.array([111_320 * np.cos(np.radians(50.8)), 111_320])


@pytest.fixture(scope="module")
def grids(real_data: Path) -> Path:
    return real_data.parent / "grids"


def metres_off(pairs: Pairs) -> float:
    return float(np.linalg.norm((pairs[0] - BY_GRID) * METRES_PER_DEGREE))


def test_with_the_grid_s_jtsk_is_right_to_a_millimetre(grids: Path) -> None:
    chosen = way(CRS(5514), CRS(4326), grids=grids)
    lon_lat, outside = chosen(LIBEREC)
    assert metres_off(lon_lat) < 0.001
    assert outside == 0
    assert chosen.lineage.accuracy == pytest.approx(0.035)


def test_the_operation_that_is_six_metres_off_is_in_no_way(grids: Path) -> None:
    coarse = Transformer.from_pipeline("+proj=pipeline +step +inv +proj=krovak +ellps=bessel +towgs84=589,76,480")
    assert coarse is not None
    for target in (4326, 4258, 3857, 25833):
        for step in way(CRS(5514), CRS(target), grids=grids).steps:
            assert all(operation.accuracy <= 1 for operation in step.operations)
            assert all("x=589" not in operation.definition for operation in step.operations)


def around_the_edge(n: int) -> Pairs:
    """Points of UTM 33 on both sides of the Czech border, where the grid ends."""
    random = np.random.default_rng(1)
    return np.column_stack([random.uniform(450_000, 540_000, n), random.uniform(5_620_000, 5_670_000, n)])


def test_near_the_edge_of_the_grid_no_point_goes_astray(grids: Path) -> None:
    points = around_the_edge(20_000)
    by_grid, outside = way(CRS(25833), CRS(5514), grids=grids)(points)
    without = Transformer.from_pipeline(HELMERT)
    plain = np.column_stack(without.transform(points[:, 0], points[:, 1]))
    assert 0 < outside < len(points)
    assert np.hypot(*(by_grid - plain).T).max() < 0.5


def test_reading_the_grid_forwards_no_point_goes_astray_either(grids: Path) -> None:
    points, _ = way(CRS(25833), CRS(5514), grids=grids)(around_the_edge(60_000))
    by_grid = way(CRS(5514), CRS(25833), grids=grids)
    lon_lat, outside = by_grid.steps[0](points)
    plain = moved(by_grid.steps[0].operations[1], points)
    apart = np.abs(lon_lat - plain).max(axis=1)
    assert 0 < outside < len(points)
    assert apart.max() < 1e-5
    raw = np.abs(moved(by_grid.steps[0].operations[0], points) - plain).max(axis=1)
    assert raw[np.isfinite(raw)].max() > 0.01, "PROJ has been mended: this room may go"


def test_the_order_of_points_changes_nothing(grids: Path) -> None:
    points = around_the_edge(20_000)
    chosen = way(CRS(25833), CRS(5514), grids=grids)
    forwards, backwards = chosen(points)[0], chosen(points[::-1])[0][::-1]
    assert np.hypot(*(forwards - backwards).T).max() < 0.001


def test_there_and_back_is_where_it_was(grids: Path) -> None:
    points = np.column_stack([np.linspace(-900_000, -450_000, 500), np.linspace(-950_000, -1_200_000, 500)])
    there, _ = way(CRS(5514), CRS(4326), grids=grids)(points)
    back, _ = way(CRS(4326), CRS(5514), grids=grids)(there)
    inside = np.hypot(*(back - points).T)
    assert np.median(inside) < 0.002
    assert inside.max() < 0.5


def test_without_grid_and_area_czechia_is_meant_not_slovakia() -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT_GRID], capture_output=True, text=True, check=True)
    assert "S-JTSK to ETRS89 (1)" in done.stdout


WITHOUT_GRID = "from geodesy import way; from pyproj import CRS; print(way(CRS(4326), CRS(5514)).lineage)"
"""In a process of its own: the folder of grids stays on PROJ's path for as long as a process lives."""


def test_the_same_system_needs_no_operation() -> None:
    chosen = way(CRS(5514), CRS("EPSG:5514"))
    assert chosen.steps == ()
    assert chosen.lineage.accuracy == 0


def test_systems_of_different_bodies_have_no_way() -> None:
    moon = CRS.from_wkt(
        'GEOGCRS["Moon",DATUM["Moon",ELLIPSOID["Moon",1737400,0]],CS[ellipsoidal,2],'
        'AXIS["lat",north],AXIS["lon",east],UNIT["degree",0.0174532925199433]]'
    )
    with pytest.raises(NoWayError):
        way(moon, CRS(5514))
