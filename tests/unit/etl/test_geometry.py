"""Geometries: type, place, validity; in the dataset's CRS and in degrees."""

from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS
from shapely import LineString, MultiPoint, MultiPolygon, Point, Polygon, box

from etl.checks.faults import Faults
from etl.transform.chunk import Figures
from etl.transform.geometry import Shaper
from findings import Report
from geodesy import way
from tests.unit.etl.making import dataset, load

KROVAK, DEGREES = CRS("EPSG:5514"), CRS("EPSG:4326")
X, Y = -700000.0, -1000000.0
SQUARE = box(X, Y, X + 10, Y + 10)
BOW_TIE = Polygon([(X, Y), (X + 10, Y + 10), (X + 10, Y), (X, Y + 10)])


class Shaped:
    """What a shaper made of geometries that were in `source`, for a dataset in EPSG:5514."""

    def __init__(self, kind: str, shapes: list[object], source: CRS = KROVAK) -> None:
        found = np.empty(len(shapes), dtype=object)
        found[:] = shapes
        self.report, self.figures = Report(), Figures()
        faults = Faults(self.report, "test", "test.gpkg", np.arange(1, len(shapes) + 1))
        area = (14.0, 50.0, 15.5, 51.0)
        shaper = Shaper(
            kind, source, KROVAK, way(source, KROVAK, area), way(KROVAK, DEGREES, area), area, None, self.figures
        )
        self.shapes, degrees = shaper.apply(found, None, faults)
        assert degrees is not None
        self.degrees = degrees


@pytest.mark.parametrize(
    ("kind", "shape", "expected"),
    [
        ("MultiPolygon", SQUARE, MultiPolygon([SQUARE])),
        ("Polygon", MultiPolygon([SQUARE]), SQUARE),
        ("Point", MultiPoint([(X, Y)]), Point(X, Y)),
        ("MultiPoint", Point(X, Y), MultiPoint([(X, Y)])),
        ("Point", Point(X, Y, 300), Point(X, Y)),
        ("LineString", LineString([(X, Y, 1), (X + 1, Y, 2)]), LineString([(X, Y), (X + 1, Y)])),
        ("MultiPolygon", Polygon(), None),
        ("Point", None, None),
    ],
)
def test_types_are_made_exact(kind: str, shape: object, expected: object) -> None:
    made = Shaped(kind, [shape])
    assert made.shapes[0] == expected
    if expected is not None:
        assert made.shapes[0].geom_type == kind
        assert made.degrees[0].geom_type == kind
    assert made.report.counts == {}


@pytest.mark.parametrize(
    ("kind", "shape"),
    [
        ("Point", SQUARE),
        ("MultiPolygon", Point(X, Y)),
        ("Polygon", MultiPolygon([SQUARE, box(X + 20, Y, X + 30, Y + 9)])),
    ],
)
def test_other_types_are_reported_and_taken_away(kind: str, shape: object) -> None:
    made = Shaped(kind, [shape])
    assert made.shapes.tolist() == made.degrees.tolist() == [None]
    assert made.report.counts == {"GEOMETRY-TYPE": 1}
    assert made.figures.lost == {"geometry": 1}


@pytest.mark.parametrize(
    ("pair", "source", "code"),
    [
        ((15.05, 50.8), KROVAK, "GEOMETRY-DEGREES"),
        ((0, 0), KROVAK, "GEOMETRY-ZERO"),
        ((Y, X), KROVAK, "GEOMETRY-SWAPPED"),
        ((-X, -Y), KROVAK, "GEOMETRY-SIGN"),
        ((-Y, -X), KROVAK, "GEOMETRY-SIGN"),
        ((5_000_000, 12), KROVAK, "GEOMETRY-OUTSIDE"),
        ((X, Y), DEGREES, "GEOMETRY-METRES"),
        ((50.8, 15.05), DEGREES, "GEOMETRY-OUTSIDE"),
        ((float("inf"), Y), KROVAK, "GEOMETRY-NOT-FINITE"),
        ((float("nan"), Y), KROVAK, "GEOMETRY-NOT-FINITE"),
    ],
)
@pytest.mark.filterwarnings("ignore:invalid value encountered")
def test_misplaced_coordinates_are_explained(pair: tuple[float, float], source: CRS, code: str) -> None:
    line = LineString([(15.0, 50.7) if source == DEGREES else (X, Y), pair])
    made = Shaped("LineString", [line, None], source)
    assert made.shapes.tolist() == [None, None]
    assert made.report.counts == {code: 1}
    assert next(iter(made.report)).row == "1"


def test_a_bow_tie_is_repaired_and_its_place_told() -> None:
    made = Shaped("MultiPolygon", [SQUARE, BOW_TIE])
    assert shapely.is_valid(made.shapes).all()
    assert shapely.area(made.shapes[1]) == pytest.approx(50)
    assert made.figures.made_valid == 1
    finding = next(iter(made.report))
    assert (finding.code, finding.row, finding.values["reason"]) == ("GEOMETRY-REPAIRED", "2", "Self-intersection")
    assert finding.point == pytest.approx(shapely.get_coordinates(made.degrees[1]).mean(axis=0), abs=1e-3)


def test_what_collapses_is_taken_away() -> None:
    made = Shaped("MultiPolygon", [Polygon([(X, Y), (X + 1, Y + 1), (X + 2, Y + 2), (X, Y)])])
    assert made.shapes.tolist() == [None]
    assert made.report.counts == {"GEOMETRY-COLLAPSED": 1}
    assert made.figures.emptied == 1


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=3, max_size=9))
def test_whatever_ring_comes_what_is_kept_is_valid(points: list[tuple[int, int]]) -> None:
    made = Shaped("MultiPolygon", [Polygon([(X + 10 * x, Y + 10 * y) for x, y in points])])
    shape = made.shapes[0]
    if shape is None:
        assert made.figures.lost["geometry"] == 1
    else:
        assert shape.is_valid
        assert not shape.is_empty
        assert shape.geom_type == "MultiPolygon"
        assert shapely.get_num_coordinates(made.degrees[0]) == shapely.get_num_coordinates(shape)


def test_what_lies_outside_the_box_of_the_dataset_is_an_error(tmp_path: Path) -> None:
    frame = geopandas.GeoDataFrame({"n": [1, 2]}, geometry=[Point(15, 50.5), Point(17, 49)], crs=4326)
    frame.to_file(tmp_path / "x.gpkg")
    described = dataset(
        tmp_path, {"kind": "geopackage", "path": "x.gpkg"}, "Point", checks={"within": [14, 50, 16, 51]}
    )
    found = load(described, tmp_path)
    assert not found.report.ok
    outside = next(finding for finding in found.report if finding.code == "GEOMETRY-NOT-WITHIN")
    assert (outside.row, outside.point) == ("2", (17.0, 49.0))
    assert found.figures.bbox == (15.0, 49.0, 17.0, 50.5)


def test_rows_with_their_points_in_the_wrong_place_do_not_choose_the_operation(tmp_path: Path) -> None:
    points = "\n".join(["0,0", "48.1,17.1"] + ["-688000,-970000"] * 300)
    (tmp_path / "x.csv").write_text(f"x,y\n{points}\n")
    source = {"kind": "csv", "path": "x.csv", "geometry": {"x": "x", "y": "y"}}
    found = load(dataset(tmp_path, source, "Point", crs="EPSG:5514"), tmp_path)
    assert found.figures.accuracy in {1.0, 0.035}, "that for Slovakia says 0.5"
    assert found.report.ok
    assert found.geometry[0] is None
