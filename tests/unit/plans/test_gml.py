"""GML geometry: every form of it, axis order by the form of the srsName, arcs, and what is wrong with a file."""

import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import shapely
from lxml import etree
from lxml.etree import _Element
from shapely import Geometry, LineString, MultiPolygon, Point, Polygon

from plans.delivery import Incident
from plans.standards import gml

SPACES = 'xmlns="http://www.opengis.net/gml/3.2" xmlns:xlink="http://www.w3.org/1999/xlink"'
SQUARE = "<LinearRing><posList>0 0 4 0 4 4 0 4 0 0</posList></LinearRing>"
HOLE = "<LinearRing><posList>1 1 1 2 2 2 2 1 1 1</posList></LinearRing>"
PLANAR = f"<exterior>{SQUARE}</exterior>"


def parsed(text: str) -> _Element:
    """Return the first element in a collection."""
    return etree.fromstring(f"<c {SPACES}>{text}</c>")[0]


def polygon(outer: str, inner: str = "") -> str:
    """Return a polygon of rings."""
    return f"<Polygon><exterior>{outer}</exterior>{inner and f'<interior>{inner}</interior>'}</Polygon>"


def read(text: str, crs: str | None = "EPSG:25833", tolerance: float = 0.001) -> tuple[Geometry | None, list[Incident]]:
    """Return a geometry and the incidents it made."""
    reader = gml.Reader("plan.gml", crs, tolerance)
    return reader.geometry(parsed(text)), reader.incidents


def segment(kind: str, points: str) -> str:
    """Return a curve of one segment."""
    return f"<Curve><segments><{kind}><posList>{points}</posList></{kind}></segments></Curve>"


SURFACES = {
    "hole": (polygon(SQUARE, HOLE), 15),
    "patch": (f"<Surface><patches><PolygonPatch>{PLANAR}</PolygonPatch></patches></Surface>", 16),
    "multi": (f"<MultiSurface><surfaceMember>{polygon(SQUARE)}</surfaceMember></MultiSurface>", 16),
    "turned": (
        f"<OrientableSurface orientation='-'><baseSurface>{polygon(SQUARE)}</baseSurface></OrientableSurface>",
        16,
    ),
    "composite": (f"<CompositeSurface><surfaceMember>{polygon(SQUARE)}</surfaceMember></CompositeSurface>", 16),
    "pos": (polygon("<LinearRing><pos>0 0</pos><pos>2 0</pos><pos>2 2</pos><pos>0 0</pos></LinearRing>"), 2),
    "coordinates": (polygon("<LinearRing><coordinates>0,0 2,0 2,2 0,0</coordinates></LinearRing>"), 2),
    "gml2": (polygon(SQUARE).replace("exterior", "outerBoundaryIs"), 16),
}


@pytest.mark.parametrize(("text", "expected"), SURFACES.values(), ids=SURFACES)
def test_surfaces(text: str, expected: float) -> None:
    geometry, incidents = read(text)
    assert not incidents
    assert shapely.area(geometry) == pytest.approx(expected)


def test_patches_that_touch_are_one_surface() -> None:
    other = "<exterior><LinearRing><posList>4 0 8 0 8 4 4 4 4 0</posList></LinearRing></exterior>"
    patches = f"<PolygonPatch>{PLANAR}</PolygonPatch><PolygonPatch>{other}</PolygonPatch>"
    geometry, _ = read(f"<Surface><patches>{patches}</patches></Surface>")
    assert isinstance(geometry, Polygon)
    assert geometry.exterior.is_ccw
    assert geometry.area == 32


def test_a_ring_of_curves_in_both_directions() -> None:
    arc = segment("Arc", "0 0 2 -1 4 0")
    line = segment("LineStringSegment", "0 0 4 4 4 0")
    back = f"<OrientableCurve orientation='-'><baseCurve>{line}</baseCurve></OrientableCurve>"
    members = "".join(f"<curveMember>{each}</curveMember>" for each in (arc, back))
    geometry, incidents = read(f"<Polygon><exterior><Ring>{members}</Ring></exterior></Polygon>")
    assert not incidents
    assert {(2.0, -1.0), (4.0, 0.0), (4.0, 4.0)} <= set(map(tuple, shapely.get_coordinates(geometry).tolist()))


@pytest.mark.parametrize("tolerance", [0.1, 0.001])
def test_chords_keep_to_their_arc_and_to_the_given_points(tolerance: float) -> None:
    line, _ = read(segment("ArcString", "10 0 0 10 -10 0 -20 10 -30 0"), tolerance=tolerance)
    points = shapely.get_coordinates(line)
    assert {(10.0, 0.0), (0.0, 10.0), (-10.0, 0.0), (-20.0, 10.0), (-30.0, 0.0)} <= set(map(tuple, points.tolist()))
    first = points[points[:, 0] >= -10]
    middles = (first[1:] + first[:-1]) / 2
    assert np.abs(np.hypot(first[:, 0], first[:, 1]) - 10).max() < 1e-9
    assert (10 - np.hypot(middles[:, 0], middles[:, 1])).max() <= tolerance * 1.001


def test_an_arc_gives_the_same_points_in_both_directions() -> None:
    one, _ = read(segment("Arc", "553193.227 5934865.341 553200.1 5934871.7 553207.9 5934869.3"))
    other, _ = read(segment("Arc", "553207.9 5934869.3 553200.1 5934871.7 553193.227 5934865.341"))
    assert np.array_equal(shapely.get_coordinates(one), shapely.get_coordinates(other)[::-1])


@pytest.mark.parametrize("size", [1e-300, 1e-9, 1e9, 1e100, 1e150, 1e300])
def test_arcs_of_any_size_end(size: float) -> None:
    line, _ = read(segment("Arc", f"0 0 {size} {size} {2 * size} 0"))
    assert np.isfinite(shapely.get_coordinates(line)).all()


def test_circles() -> None:
    three, _ = read(segment("Circle", "10 0 0 10 -10 0"))
    around = "<CircleByCenterPoint><pos>0 0</pos><radius uom='m'>10</radius></CircleByCenterPoint>"
    centred, _ = read(f"<Curve><segments>{around}</segments></Curve>")
    for circle in (three, centred):
        assert shapely.is_closed(circle)
        assert shapely.area(Polygon(shapely.get_coordinates(circle))) == pytest.approx(math.pi * 100, rel=1e-3)


@pytest.mark.parametrize(
    ("name", "code", "expected"),
    [
        ("EPSG:25833", "EPSG:25833", (1, 2)),
        ("urn:ogc:def:crs:EPSG::25833", "EPSG:25833", (1, 2)),
        ("EPSG:2180", "EPSG:2180", (1, 2)),
        ("urn:ogc:def:crs:EPSG::2180", "EPSG:2180", (2, 1)),
        ("http://www.opengis.net/def/crs/EPSG/0/2176", "EPSG:2176", (2, 1)),
        ("http://www.opengis.net/gml/srs/epsg.xml#2180", "EPSG:2180", (1, 2)),
        ("urn:adv:crs:ETRS89_UTM33", "EPSG:25833", (1, 2)),
        ("urn:adv:crs:DE_DHDN_3GK4", "EPSG:31468", (1, 2)),
        ("something else", None, (1, 2)),
    ],
)
def test_axis_order_goes_by_the_form_of_the_name(name: str, code: str | None, expected: tuple[int, int]) -> None:
    reader = gml.Reader("plan.gml", None)
    point = reader.geometry(parsed(f'<Point srsName="{name}"><pos>1 2</pos></Point>'))
    assert [shapely.get_x(point), shapely.get_y(point)] == list(expected)
    assert (reader.crs, reader.crs_names, reader.swapped) == (code, (name,), expected == (2, 1))
    assert bool(reader.incidents) == (code is None)


def test_a_list_of_positions_may_name_the_crs() -> None:
    reader = gml.Reader("plan.gml", None)
    name = "urn:ogc:def:crs:EPSG::2180"
    line = reader.geometry(parsed(f'<LineString><posList srsName="{name}">1 2 3 4</posList></LineString>'))
    assert shapely.get_coordinates(line).tolist() == [[2, 1], [4, 3]]
    assert reader.crs == "EPSG:2180"


def test_the_crs_is_inherited_from_the_envelope_around() -> None:
    point = "<f><Point><pos>1 2</pos></Point></f>"
    envelope = "<boundedBy><Envelope srsName='EPSG:25833'/></boundedBy>"
    tree = etree.fromstring(f"<c {SPACES}>{envelope}{point}</c>")
    reader = gml.Reader("plan.gml", "EPSG:4326")
    reader.geometry(tree[1][0])
    assert reader.crs == "EPSG:25833"


NESTED = "<MultiGeometry><geometryMember>" * 60 + "</geometryMember></MultiGeometry>" * 60
WRONG = {
    "unclosed": (polygon(SQUARE.replace(" 0 0<", "<")), "unclosed", True),
    "word": (polygon(SQUARE.replace("4 4", "4 x")), "coordinates", False),
    "NaN": (polygon(SQUARE.replace("4 4", "4 NaN")), "coordinates", False),
    "odd": (polygon(SQUARE.replace("4 4", "4")), "coordinates", False),
    "hole": (polygon(SQUARE, HOLE.replace("1 1 1", "1 x 1")), "coordinates", True),
    "short": ("<LineString><posList>1 1</posList></LineString>", "too-few-points", False),
    "empty": ("<Polygon/>", "too-few-points", False),
    "height": ("<Point srsDimension='3'><pos>1 2 3</pos></Point>", "third-dimension", True),
    "type": ("<Tin/>", "unknown-type", False),
    "link": ("<CompositeCurve><curveMember xlink:href='#nowhere'/></CompositeCurve>", "broken-link", False),
    "deep": (NESTED, "limits", False),
}


@pytest.mark.parametrize(("text", "rule", "kept"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told_with_its_line_and_the_rest_is_kept(text: str, rule: str, kept: bool) -> None:
    geometry, incidents = read(text)
    assert incidents[0].rule == f"geometry.{rule}"
    assert incidents[0].place.line == 1
    assert (geometry is not None) == kept


def test_a_second_crs_is_told_and_vertices_are_limited() -> None:
    reader = gml.Reader("plan.gml", None, most_vertices=6)
    for name in ("EPSG:25833", "EPSG:25832"):
        reader.geometry(parsed(f'<LineString srsName="{name}"><posList>1 2 3 4</posList></LineString>'))
    assert reader.geometry(parsed("<LineString><posList>1 2 3 4 5 6</posList></LineString>")) is None
    assert [each.rule for each in reader.incidents] == ["geometry.two-crs", "geometry.limits"]


def test_links_that_multiply_end() -> None:
    """Sixty curves, each of which is the next one twice: 2^60 if all were followed."""
    member = '<curveMember xlink:href="#c{0}"/>'
    curves = (f'<MultiCurve gml:id="c{n}">{member.format(n + 1) * 2}</MultiCurve>' for n in range(60))
    spaces = SPACES + ' xmlns:gml="http://www.opengis.net/gml/3.2"'
    tree = etree.fromstring(f"<c {spaces}>{''.join(curves)}</c>")
    reader = gml.Reader("plan.gml", "EPSG:25833")
    assert reader.geometry(tree[0]) is None
    assert {each.values.get("reason") for each in reader.incidents} >= {"depth", "links"}
    assert len(reader.incidents) < 100_000


@pytest.mark.parametrize("name", ["EPSG:25833", "urn:ogc:def:crs:EPSG::2180"])
def test_what_is_written_is_read_again(name: str) -> None:
    square = Polygon([(0, 0), (4, 0), (4, 4), (0, 4)], [[(1, 1), (1, 2), (2, 2)]])
    shapes = (square, MultiPolygon([square]), LineString([(0.1, 0.2), (3, 4)]), Point(1 / 3, 7))
    for shape in shapes:
        made = gml.element(shape, name, "GML_1", decimals=None)
        reader = gml.Reader("plan.gml", None)
        assert shapely.equals_exact(reader.geometry(etree.fromstring(etree.tostring(made))), shape)
        assert not reader.incidents


_BY_GDAL = """
import json, sys, pyogrio, shapely
path, *layers = sys.argv[1:]
read = {layer: pyogrio.raw.read(path, layer=layer, columns=[])[2] for layer in layers}
print(json.dumps({layer: shapely.area(shapely.from_wkb(shapes)).tolist() for layer, shapes in read.items()}))
"""


def test_gdal_reads_the_same_areas(real_data: Path, tmp_path: Path) -> None:
    """Compare with another reader: the same surfaces in every layer; arcs differ by what is between chord and arc."""
    copy = tmp_path / "plan.gml"
    copy.write_bytes((real_data / "plans-de" / "BP2070.gml").read_bytes())
    reader = gml.Reader("plan.gml", None)
    ours: dict[str, list[float]] = {}
    for position in etree.parse(copy).iter("{*}position", "{*}raeumlicherGeltungsbereich"):
        geometry = reader.geometry(position[0])
        parent = position.getparent()
        assert parent is not None
        ours.setdefault(gml.name_of(parent), []).append(float(shapely.area(geometry)))
    # In a process of its own: others of this one's tests may have taken GDAL's GML driver out.
    theirs = json.loads(subprocess.check_output([sys.executable, "-c", _BY_GDAL, copy, *ours]))
    assert theirs == {layer: pytest.approx(areas) for layer, areas in ours.items()}
