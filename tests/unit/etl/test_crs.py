"""Coordinate operations: the best for the place, with the accuracy it has; grids; never the six-metre one."""

from pathlib import Path

import numpy as np
import pytest
from pyproj import CRS, Geod

from etl.errors import NotReadable
from etl.transform import grids
from etl.transform.crs import way_of
from geodesy import area_of, bounds_in, identify, way

GRID = "cz_cuzk_table_-y-x_3_v1710.tif"
LIBEREC = (14.9, 50.6, 15.2, 50.9)
PLACE, TRUE = np.array([[-688000.0, -970000.0]]), (15.050317097, 50.803218490)


def metres(pair: np.ndarray, other: tuple[float, float]) -> float:
    return float(Geod(ellps="GRS80").inv(pair[0], pair[1], *other)[2])


@pytest.fixture(scope="module")
def folder(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the grid of ČÚZK, put there as a user would."""
    place = tmp_path_factory.mktemp("data") / "grids"
    assert grids.add(real_data.parent / "grids" / GRID, place) == place / GRID
    assert grids.installed(place) == [GRID]
    return place


def test_s_jtsk_without_the_grid_is_good_to_a_metre_and_says_so() -> None:
    there = way(CRS("EPSG:5514"), CRS("EPSG:4326"), LIBEREC)
    assert metres(there(PLACE)[0][0], TRUE) < 1.0
    if "gridshift" not in there.lineage.operation:
        assert there.lineage.accuracy in {1.0, 0.035}


def test_s_jtsk_by_the_grid_is_good_to_centimetres_and_says_so(folder: Path) -> None:
    there = way(CRS("EPSG:5514"), CRS("EPSG:4326"), LIBEREC, folder)
    assert metres(there(PLACE)[0][0], TRUE) < 0.01
    assert there.lineage.accuracy == 0.035
    back = way(CRS("EPSG:4326"), CRS("EPSG:5514"), LIBEREC, folder)
    assert back(there(PLACE)[0])[0] == pytest.approx(PLACE, abs=0.01)


def test_beyond_the_grid_the_next_operation_serves_and_is_named(folder: Path) -> None:
    there = way(CRS("EPSG:5514"), CRS("EPSG:4326"), LIBEREC, folder)
    beyond = np.array([[-700000.0, -930000.0], [-688000.0, -970000.0]])
    pairs, outside = there(beyond)
    assert np.isfinite(pairs).all()
    assert outside in {0, 1}
    assert there.spare is not None
    assert there.spare.accuracy == 1.0


@pytest.mark.parametrize(
    ("source", "place"),
    [("EPSG:5514", (-688000, -970000)), ("EPSG:2180", (300000, 350000)), ("EPSG:2177", (6500000, 5600000)),
     ("EPSG:25833", (500000, 5600000)), ("EPSG:31468", (4500000, 5600000)), ("EPSG:32633", (500000, 5600000)),
     ("EPSG:3857", (1670000, 6570000)), ("EPSG:4258", (15, 50)), ("EPSG:27700", (400000, 300000))],
)  # fmt: skip
def test_there_and_back_and_never_by_a_coarse_operation(source: str, place: tuple[float, float]) -> None:
    area = area_of((*place, *place), CRS(source))
    there = way(CRS(source), CRS("EPSG:4326"), area)
    back = way(CRS("EPSG:4326"), CRS(source), area)
    pairs = there(np.array([place], dtype=float))[0]
    assert back(pairs)[0] == pytest.approx(np.array([place]), abs=0.01)
    assert there.lineage.accuracy is not None
    assert there.lineage.accuracy <= 3.0


def test_between_a_satellite_system_and_a_surveyors_one() -> None:
    there = way(CRS("EPSG:32633"), CRS("EPSG:5514"), LIBEREC)
    direct = way(CRS("EPSG:4326"), CRS("EPSG:5514"), LIBEREC)
    degrees = way(CRS("EPSG:32633"), CRS("EPSG:4326"))(np.array([[503500.0, 5628000.0]]))[0]
    assert there(np.array([[503500.0, 5628000.0]]))[0] == pytest.approx(direct(degrees)[0], abs=1e-6)


def test_descriptions_of_others_are_recognised(real_data: Path) -> None:
    by_esri = (real_data / "boundaries" / "bulva_S-JTSK" / "Toky_OP.prj").read_text()
    assert identify(CRS(by_esri)).to_epsg() == 5514
    assert identify(CRS("ESRI:102067")).to_epsg() == 5514
    assert identify(CRS("OGC:CRS84")).to_epsg() == 4326
    shifted = CRS("+proj=krovak +ellps=bessel +towgs84=589,76,480,0,0,0,0 +units=m")
    assert not identify(shifted).is_bound


def test_no_known_way_is_an_error() -> None:
    with pytest.raises(NotReadable) as refused:
        way_of(CRS("+proj=krovak +ellps=bessel"), CRS("EPSG:4326"), None, None)
    assert refused.value.finding.code == "CRS-NO-WAY"


def test_where_systems_reach() -> None:
    west, south, east, north = bounds_in(CRS("EPSG:5514")) or (0, 0, 0, 0)
    assert west < -900000 < -440000 < east < 0
    assert south < -1220000 < -940000 < north < 0
    assert bounds_in(CRS("EPSG:4326")) == (-180, -90, 180, 90)


def test_files_that_are_no_grids(tmp_path: Path, real_data: Path) -> None:
    (tmp_path / "other.tif").write_bytes(b"II*\x00")
    with pytest.raises(NotReadable) as unknown:
        grids.add(tmp_path / "other.tif", tmp_path / "grids")
    assert unknown.value.finding.code == "GRID-UNKNOWN"
    (tmp_path / GRID).write_bytes((real_data / "rasters" / "non_readable_raster.tif").read_bytes())
    with pytest.raises(NotReadable) as broken:
        grids.add(tmp_path / GRID, tmp_path / "grids")
    assert broken.value.finding.code == "GRID-BROKEN"
    assert not (tmp_path / "grids" / GRID).exists()
