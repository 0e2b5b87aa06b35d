"""Every kind of source, whole and broken, made here: names, types, encodings, geometry."""

import gzip
import re
import zipfile
from datetime import date
from pathlib import Path

import geopandas
import pytest
import shapely
from shapely.geometry import Point

from etl.errors import NotReadable
from tests.unit.etl.making import dataset, load

PLACES = geopandas.GeoDataFrame(
    {"kod": [1, 2, 3], "nazev": ["Žďár", "Görlitz", "Łódź"], "den": [date(2024, 5, 3)] * 3},
    geometry=[Point(-700000, -1000000), Point(-690000, -990000), None],
    crs="EPSG:5514",
)
COLUMNS = {"kod": {"type": "integer"}, "nazev": {}}


def written(folder: Path, name: str, driver: str, **options: str) -> Path:
    """Write PLACES with a driver of GDAL."""
    PLACES.to_file(folder / name, driver=driver, **options)
    return folder / name


@pytest.mark.parametrize(
    ("kind", "name", "driver"),
    [
        ("geopackage", "x.gpkg", "GPKG"),
        ("geojson", "x.geojson", "GeoJSON"),
        ("shapefile", "x.shp", "ESRI Shapefile"),
        ("gml", "x.gml", "GML"),
    ],
)
def test_the_same_places_from_each_format(tmp_path: Path, kind: str, name: str, driver: str) -> None:
    written(tmp_path, name, driver)
    found = load(dataset(tmp_path, {"kind": kind, "path": name}, "Point", crs="EPSG:5514", columns=COLUMNS), tmp_path)
    assert found.column("kod") == [1, 2, 3]
    assert found.column("nazev") == ["Žďár", "Görlitz", "Łódź"]
    assert found.geometry[2] is None
    assert shapely.distance(found.geometry[0], Point(-700000, -1000000)) < 0.001
    assert shapely.distance(found.geometry_84[0], Point(14.9, 50.5)) < 0.2
    assert found.report.ok
    assert found.figures.dropped >= {"den"}
    assert found.figures.with_geometry == 2


def test_the_identifier_of_a_geopackage_can_be_a_column(tmp_path: Path) -> None:
    written(tmp_path, "x.gpkg", "GPKG")
    columns = {"fid": {"type": "integer"}}
    found = load(dataset(tmp_path, {"kind": "geopackage", "path": "x.gpkg"}, columns=columns), tmp_path)
    assert found.column("fid") == [1, 2, 3]


def test_a_layer_must_be_named_when_there_are_several(tmp_path: Path) -> None:
    written(tmp_path, "x.gpkg", "GPKG", layer="one")
    written(tmp_path, "x.gpkg", "GPKG", layer="two")
    with pytest.raises(NotReadable) as refused:
        load(dataset(tmp_path, {"kind": "geopackage", "path": "x.gpkg"}), tmp_path)
    assert refused.value.finding.values["layers"] == "one, two"
    assert len(load(dataset(tmp_path, {"kind": "geopackage", "path": "x.gpkg", "layer": "two"}), tmp_path).chunks) == 1


def test_a_shapefile_in_a_zip_in_capitals_without_prj_cpg_and_index(tmp_path: Path) -> None:
    written(tmp_path, "x.shp", "ESRI Shapefile", encoding="CP1250")
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.write(tmp_path / "x.shp", "data/X.SHP")
        archive.write(tmp_path / "x.dbf", "data/X.DBF")
    source = {"kind": "shapefile", "path": "x.zip"}
    found = load(dataset(tmp_path, source, "Point", crs="EPSG:5514", columns=COLUMNS), tmp_path)
    assert found.column("nazev") == ["Žďár", "Görlitz", "Łódź"]
    assert {"SOURCE-CRS-ASSUMED", "SOURCE-ENCODING-GUESSED"} <= found.codes
    assert found.report.ok


def test_a_declared_encoding_and_crs_are_believed(tmp_path: Path) -> None:
    written(tmp_path, "x.shp", "ESRI Shapefile", encoding="CP1250")
    (tmp_path / "x.cpg").write_text("UTF-8")
    source = {"kind": "shapefile", "path": "x.shp", "encoding": "cp1250", "crs": "EPSG:2065"}
    found = load(dataset(tmp_path, source, "Point", crs="EPSG:5514", columns=COLUMNS), tmp_path)
    assert found.column("nazev")[0] == "Žďár"
    assert "SOURCE-CRS-OVERRULED" in found.codes


def test_a_shapefile_without_its_table(tmp_path: Path) -> None:
    written(tmp_path, "x.shp", "ESRI Shapefile")
    (tmp_path / "x.dbf").unlink()
    with pytest.raises(NotReadable) as refused:
        load(dataset(tmp_path, {"kind": "shapefile", "path": "x.shp"}, "Point"), tmp_path)
    assert refused.value.finding.code == "SOURCE-NO-DBF"


GML = """<?xml version="1.0" encoding="UTF-8"?>
<g:FeatureCollection xmlns:g="http://www.opengis.net/gml/3.2" xmlns:a="urn:a">
<g:featureMember><a:Place g:id="p1"><a:name>Łęka</a:name>
<a:middle><g:Point srsName="{crs}"><g:pos>{pos}</g:pos></g:Point></a:middle>
<a:edge><g:LineString srsName="{crs}"><g:posList>{pos} {pos}.5</g:posList></g:LineString></a:edge>
</a:Place></g:featureMember></g:FeatureCollection>"""


@pytest.mark.parametrize(
    ("crs", "pos"),
    [
        ("http://www.opengis.net/def/crs/EPSG/0/2177", "5600000 6500000"),
        ("urn:ogc:def:crs:EPSG::2177", "5600000 6500000"),
        ("EPSG:2177", "6500000 5600000"),
    ],
)
def test_axes_of_gml_follow_the_form_of_the_name(tmp_path: Path, crs: str, pos: str) -> None:
    (tmp_path / "x.gml.gz").write_bytes(gzip.compress(GML.format(crs=crs, pos=pos).encode()))
    source = {"kind": "gml", "path": "x.gml.gz", "geometry_field": "middle"}
    found = load(dataset(tmp_path, source, "Point", crs="EPSG:2177", columns={"name": {}}), tmp_path)
    assert found.geometry.tolist() == [Point(6500000, 5600000)]
    assert found.column("name") == ["Łęka"]


def test_which_geometry_of_several(tmp_path: Path) -> None:
    (tmp_path / "x.gml").write_text(GML.format(crs="EPSG:2177", pos="6500000 5600000"))
    source = {"kind": "gml", "path": "x.gml", "geometry_field": "edge"}
    found = load(dataset(tmp_path, source, "LineString", crs="EPSG:2177"), tmp_path)
    assert found.geometry[0].geom_type == "LineString"
    with pytest.raises(NotReadable) as refused:
        load(dataset(tmp_path, source | {"geometry_field": "corner"}, "Point", crs="EPSG:2177"), tmp_path)
    assert refused.value.finding.values["columns"] == "edge"


@pytest.mark.parametrize(("name", "kind", "driver"), [("x.geojson", "geojson", "GeoJSON"), ("x.gml", "gml", "GML")])
def test_a_file_that_ends_in_the_middle(tmp_path: Path, name: str, kind: str, driver: str) -> None:
    content = written(tmp_path, name, driver).read_bytes()
    (tmp_path / name).write_bytes(content[: len(content) * 2 // 3])
    with pytest.raises(NotReadable) as refused:
        load(dataset(tmp_path, {"kind": kind, "path": name}, "Point", crs="EPSG:5514"), tmp_path)
    assert refused.value.finding.code in {"SOURCE-BROKEN", "SOURCE-XML"}


@pytest.mark.parametrize("suffix", [".shp", ".dbf"])
def test_a_shapefile_that_ends_in_the_middle(tmp_path: Path, suffix: str) -> None:
    part = written(tmp_path, "x.shp", "ESRI Shapefile").with_suffix(suffix)
    part.write_bytes(part.read_bytes()[:-20])
    with pytest.raises(NotReadable) as refused:
        load(dataset(tmp_path, {"kind": "shapefile", "path": "x.shp"}, "Point"), tmp_path)
    assert refused.value.finding.values["part"] == suffix


def test_a_geopackage_that_ends_in_the_middle(tmp_path: Path) -> None:
    whole = written(tmp_path, "x.gpkg", "GPKG").read_bytes()
    (tmp_path / "x.gpkg").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(NotReadable):
        load(dataset(tmp_path, {"kind": "geopackage", "path": "x.gpkg"}, "Point"), tmp_path)


ARC = """<g:Curve srsName="EPSG:2177"><g:segments><g:Arc>
<g:posList>6500000 5600000 6500005 5600005 6500010 5600000</g:posList></g:Arc></g:segments></g:Curve>"""


def test_arcs_become_line_segments(tmp_path: Path) -> None:
    plain = GML.format(crs="EPSG:2177", pos="6500000 5600000")
    (tmp_path / "x.gml").write_text(re.sub("<g:LineString.*</g:LineString>", ARC, plain))
    source = {"kind": "gml", "path": "x.gml", "geometry_field": "edge"}
    found = load(dataset(tmp_path, source, "LineString", crs="EPSG:2177"), tmp_path)
    assert shapely.get_num_coordinates(found.geometry[0]) > 10
    assert shapely.length(found.geometry[0]) == pytest.approx(5 * 3.14159, rel=1e-3)


def test_two_sources_make_one_table(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("kod,nazev\n1,A\n")
    (tmp_path / "b.csv").write_text("kod\n2\n")
    sources = [{"kind": "csv", "path": "a.csv"}, {"kind": "csv", "path": "b.csv"}]
    found = load(dataset(tmp_path, sources, columns=COLUMNS), tmp_path)
    assert found.column("nazev") == ["A", None]
    assert found.report.ok
    assert "COLUMN-MISSING" in found.codes


def test_files_of_three_systems_meet_in_one_table(tmp_path: Path) -> None:
    square = shapely.box(-700000, -965000, -699000, -964000)
    area = geopandas.GeoDataFrame({"kod": [1], "nazev": ["Žďár"]}, geometry=[square], crs="EPSG:5514")
    area.to_file(tmp_path / "cz.shp", encoding="CP1250")
    for ending in ("prj", "cpg"):
        (tmp_path / f"cz.{ending}").unlink()
    area.to_crs(2176).to_file(tmp_path / "pl.gml", driver="GML", FORMAT="GML3.2")
    assert re.search(r"<gml:posList>56\d{5}\S* 5[45]\d{5}", (tmp_path / "pl.gml").read_text())  # northing first
    area.to_crs(25833).to_file(tmp_path / "de.gpkg", driver="GPKG")
    sources = [
        {"kind": "shapefile", "path": "cz.shp", "encoding": "cp1250", "crs": "EPSG:5514"},
        {"kind": "gml", "path": "pl.gml"},
        {"kind": "geopackage", "path": "de.gpkg"},
    ]
    found = load(dataset(tmp_path, sources, "Polygon", crs="EPSG:5514", columns=COLUMNS), tmp_path)
    assert found.report.ok
    assert found.column("nazev") == ["Žďár"] * 3
    assert [shapely.hausdorff_distance(square, each) < 1.5 for each in found.geometry] == [True] * 3
    assert shapely.hausdorff_distance(*found.geometry[1:]) < 1.5


def test_a_column_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("KOD\n1\n")
    found = load(dataset(tmp_path, {"kind": "csv", "path": "a.csv"}, columns=COLUMNS), tmp_path)
    assert not found.report.ok
    missing = next(finding for finding in found.report if finding.code == "COLUMN-MISSING")
    assert missing.values == {"column": "nazev", "columns": "KOD"}
