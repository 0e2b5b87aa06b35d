"""Files made to do harm: each is refused with its reason, and nothing of it is done."""

import gzip
import io
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import shapely

from etl.errors import NotReadable
from etl.sources import archives
from tests.unit.etl.making import Said, dataset, load

VRT = '<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>{}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'


def refusal(folder: Path, source: Said, geometry: str = "Point") -> str:
    with pytest.raises(NotReadable) as refused:
        load(dataset(folder, source, geometry), folder)
    return refused.value.finding.code


@pytest.mark.parametrize(
    ("kind", "name"), [("geojson", "x.geojson"), ("gml", "x.gml"), ("kml", "x.kml"), ("csv", "x.csv")]
)
def test_a_virtual_dataset_under_another_name(tmp_path: Path, kind: str, name: str) -> None:
    (tmp_path / "secret.csv").write_text("a,b\n1,2\n")
    (tmp_path / name).write_text(VRT.format(tmp_path / "secret.csv"))
    assert refusal(tmp_path, {"kind": kind, "path": name}) == "SOURCE-NOT-KIND"


def test_a_virtual_dataset_inside_a_zip(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("x.geojson", VRT.format("/etc/passwd"))
    assert refusal(tmp_path, {"kind": "geojson", "path": "x.zip"}) == "SOURCE-NOT-KIND"


def test_gdal_has_no_driver_but_ours(tmp_path: Path) -> None:
    import pyogrio

    from etl.sources.vector import DRIVERS, tame

    tame()
    assert set(pyogrio.list_drivers()) == {*DRIVERS.values(), "MEM"}
    (tmp_path / "x.vrt").write_text(VRT.format("/etc/passwd"))
    with pytest.raises(pyogrio.errors.DataSourceError):
        pyogrio.read_info(tmp_path / "x.vrt")


@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">',
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
    ],
)
def test_a_document_type_in_gml(tmp_path: Path, prolog: str) -> None:
    (tmp_path / "x.gml").write_text(f'<?xml version="1.0"?>{prolog}<g:F xmlns:g="http://www.opengis.net/gml">&e;</g:F>')
    assert refusal(tmp_path, {"kind": "gml", "path": "x.gml"}) == "SOURCE-DOCTYPE"


def nested_collections(folder: Path, depth: int) -> dict[str, object]:
    deep = '{"type":"GeometryCollection","geometries":[' * depth + "]}" * depth
    (folder / "x.geojson").write_text(
        f'{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{{}},"geometry":{deep}}}]}}'
    )
    return {"kind": "geojson", "path": "x.geojson"}


def test_nesting_that_would_end_the_process(tmp_path: Path) -> None:
    assert refusal(tmp_path, nested_collections(tmp_path, 100_000)) == "SOURCE-BROKEN"


@pytest.mark.parametrize("depth", [1, 400])
def test_collections_never_reach_geos(tmp_path: Path, depth: int) -> None:
    found = load(dataset(tmp_path, nested_collections(tmp_path, depth), "Point"), tmp_path)
    assert found.geometry.tolist() == [None]
    assert {"GEOMETRY-UNREADABLE", "BATCH-GEOMETRY-LOST"} <= found.codes


def test_deep_wkt_is_not_parsed(tmp_path: Path) -> None:
    deep = "GEOMETRYCOLLECTION(" * 40_000 + "POINT(1 2)" + ")" * 40_000
    (tmp_path / "x.csv").write_text(f'w\n"{deep}"\n"POINT(15 50)"\n')
    found = load(dataset(tmp_path, {"kind": "csv", "path": "x.csv", "geometry": {"wkt": "w"}}, "Point"), tmp_path)
    assert found.geometry.tolist() == [None, shapely.Point(15, 50)]
    assert "GEOMETRY-UNREADABLE" in found.codes


def test_a_web_page_instead_of_data(tmp_path: Path) -> None:
    (tmp_path / "x.geojson").write_text("<!DOCTYPE html><html><body>Log in</body></html>")
    with pytest.raises(NotReadable) as refused:
        load(dataset(tmp_path, {"kind": "geojson", "path": "x.geojson"}, "Point"), tmp_path)
    assert refused.value.finding.values["found"] == "HTML"


def plain(archive: zipfile.ZipFile, name: str) -> None:
    archive.writestr(name, "a\n1\n")


def link(archive: zipfile.ZipFile, name: str) -> None:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive.writestr(entry, "/etc/passwd")


def swelling(archive: zipfile.ZipFile, name: str) -> None:
    archive.writestr(name, bytes(80 * 1024**2), zipfile.ZIP_DEFLATED)


def nested(archive: zipfile.ZipFile, name: str) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as within:
        within.writestr("x.csv", "a\n1\n")
    archive.writestr(name, inner.getvalue())


def many(archive: zipfile.ZipFile, name: str) -> None:
    for number in range(archives.ENTRIES + 1):
        archive.writestr(f"{number}{name}", "")


@pytest.mark.parametrize(
    ("write", "name", "code"),
    [
        (plain, "../x.csv", "ARCHIVE-PATH"),
        (plain, "/tmp/x.csv", "ARCHIVE-PATH"),  # noqa: S108 (never written)
        (plain, "a/../../x.csv", "ARCHIVE-PATH"),
        (plain, "C:x.csv", "ARCHIVE-PATH"),
        (plain, "x\x1b[2J.csv", "ARCHIVE-PATH"),
        (link, "x.csv", "ARCHIVE-LINK"),
        (swelling, "x.csv", "ARCHIVE-BOMB"),
        (nested, "x.zip", "ARCHIVE-NESTED"),
        (many, "x.csv", "ARCHIVE-ENTRIES"),
        (plain, "x.exe", "ARCHIVE-MEMBER"),
    ],
)
def test_dishonest_zips(tmp_path: Path, write: Callable[[zipfile.ZipFile, str], None], name: str, code: str) -> None:
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as archive:
        write(archive, name)
    source = {"kind": "csv", "path": "evil.zip"} | ({"member": "*.zip"} if code == "ARCHIVE-NESTED" else {})
    assert refusal(tmp_path, source, "none") == code
    assert {file.name for file in tmp_path.iterdir()} <= {"evil.zip", "cache"}
    assert list((tmp_path / "cache" / "test").iterdir()) == []


def test_a_zip_with_one_name_twice(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        plain(archive, "x.csv")
        with pytest.warns(UserWarning, match="Duplicate"):
            plain(archive, "x.csv")
    assert refusal(tmp_path, {"kind": "csv", "path": "x.zip"}, "none") == "ARCHIVE-TWICE"


def test_a_locked_zip(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        plain(archive, "x.csv")
    content = bytearray((tmp_path / "x.zip").read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + at] |= 1
    (tmp_path / "x.zip").write_bytes(content)
    assert refusal(tmp_path, {"kind": "csv", "path": "x.zip"}, "none") == "ARCHIVE-ENCRYPTED"


def test_a_gzip_that_swells(tmp_path: Path) -> None:
    (tmp_path / "x.gml.gz").write_bytes(gzip.compress(bytes(80 * 1024**2)))
    assert refusal(tmp_path, {"kind": "gml", "path": "x.gml.gz"}) == "ARCHIVE-BOMB"


@pytest.mark.parametrize(("kind", "name"), [("csv", "x.zip"), ("gml", "x.gml.gz"), ("xlsx", "x.xlsx")])
def test_archives_that_are_cut_off(tmp_path: Path, kind: str, name: str) -> None:
    whole = io.BytesIO()
    if name.endswith(".gz"):
        whole.write(gzip.compress(bytes(range(256)) * 100))
    else:
        with zipfile.ZipFile(whole, "w") as archive:
            archive.writestr("x.csv", "a\n1\n" * 100)
    (tmp_path / name).write_bytes(whole.getvalue()[:-40])
    assert refusal(tmp_path, {"kind": kind, "path": name}, "none") == "ARCHIVE-BROKEN"
