"""CSV and XLSX: headers, quotes, encodings, geometry in cells."""

from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook
from shapely.geometry import Point

from etl.errors import NotReadable
from etl.sources.cells import unique_names
from tests.unit.etl.making import Loaded, Said, dataset, load


def csv(folder: Path, content: str | bytes, shape: str = "none", columns: Said | None = None,
        crs: str = "EPSG:4326", **source: object) -> Loaded:  # fmt: skip
    (folder / "x.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    return load(
        dataset(folder, {"kind": "csv", "path": "x.csv"} | source, shape, columns=columns or {}, crs=crs), folder
    )


def test_an_office_table(tmp_path: Path) -> None:
    text = 'Kód;Název;"Výměra";X;Y\r\n1;"Žďár; dolní\nčást";1 234,5;-700000,5;-1000000\r\n2;Příbor;;;\r\n'
    columns = {"kod": {"from": "Kód", "type": "integer"}, "nazev": {"from": "Název"},
               "vymera": {"from": "Výměra", "type": "decimal"}}  # fmt: skip
    found = csv(tmp_path, text.encode("cp1250"), "Point", columns, "EPSG:5514", encoding="cp1250", delimiter=";",
                decimal=",", geometry={"x": "X", "y": "Y"})  # fmt: skip
    assert found.column("nazev") == ["Žďár; dolní\nčást", "Příbor"]
    assert found.column("vymera") == [1234.5, None]
    assert found.geometry.tolist() == [Point(-700000.5, -1000000), None]
    assert found.report.ok
    assert found.figures.dropped == set(), "the columns of the geometry are used"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1250", "cp852", "iso8859-2"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    declared = {} if encoding.startswith("utf") else {"encoding": encoding}
    found = csv(tmp_path, "název\nŽluťoučký kůň\n".encode(encoding), columns={"n": {"from": "název"}}, **declared)
    assert found.column("n") == ["Žluťoučký kůň"]


def test_a_wrong_encoding_is_refused_and_a_single_bad_byte_is_not(tmp_path: Path) -> None:
    wrong = csv(tmp_path, "n\nŽďár\nPříbor\n".encode("cp1250"), columns={"n": {}})
    assert {"TEXT-DAMAGED", "BATCH-ENCODING"} <= wrong.codes
    assert not wrong.report.ok
    once = csv(tmp_path, b"n\n" + b"x\n" * 20 + b"P\xf8\n", columns={"n": {}})
    assert once.column("n")[-1] == "P\ufffd"
    assert once.report.ok
    assert next(finding for finding in once.report if finding.code == "TEXT-DAMAGED").row == "21"


def test_text_that_was_decoded_wrongly_before(tmp_path: Path) -> None:
    spoilt = "Příbor".encode().decode("cp1250", "replace")
    found = csv(tmp_path, f"n\nPříbor\n{spoilt}\nSão Tomé\nÄrger\n", columns={"n": {}})
    assert [finding.row for finding in found.report if finding.code == "TEXT-TWICE-ENCODED"] == ["2"]


def test_rows_of_another_length(tmp_path: Path) -> None:
    found = csv(tmp_path, "a,b\n1,2\n1,2,3\n4,5\n", columns={"a": {"type": "integer"}})
    assert found.column("a") == [1, 4]
    assert {"ROW-SKIPPED", "BATCH-VALUES-LOST"} <= found.codes


def test_without_a_header_columns_are_numbered(tmp_path: Path) -> None:
    found = csv(tmp_path, "B1,10\nB2,20\n", columns={"code": {"from": "1"}, "q": {"from": "2"}}, header=False)
    assert found.column("code") == ["B1", "B2"]
    assert found.chunks[0].rows.tolist() == [1, 2]


def test_lines_before_the_header(tmp_path: Path) -> None:
    found = csv(tmp_path, 'Export 2024\n\n"a",b\n1,2\n', columns={"a": {}}, skip_first=2)
    assert found.column("a") == ["1"]


def test_several_files_of_a_zip_are_one_table(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("b.csv", "n\n2\n")
        archive.writestr("sub/a.csv", "n\n3\n")
        archive.writestr("a.csv", "n\n1\n")
    source = {"kind": "csv", "path": "x.zip", "member": "*.csv"}
    found = load(dataset(tmp_path, source, columns={"n": {"type": "integer"}}), tmp_path)
    assert found.column("n") == [1, 2, 3]
    assert [number for chunk in found.chunks for number in chunk.rows.tolist()] == [1, 2, 3]
    with pytest.raises(NotReadable) as refused:
        load(dataset(tmp_path, {"kind": "csv", "path": "x.zip"}), tmp_path)
    assert refused.value.finding.code == "ARCHIVE-MEMBER"


def test_wkt_with_latitude_first(tmp_path: Path) -> None:
    text = 'w\n"POINT(50.6 16.1)"\nnonsense\n\n'
    found = csv(tmp_path, text + '"POINT(50.7 16.2)"\n' * 200, "Point", geometry={"wkt": "w", "axis": "lat-lon"})
    assert found.geometry[0] == Point(16.1, 50.6)
    assert found.geometry[1] is None
    assert found.report.counts["GEOMETRY-UNREADABLE"] == 1
    assert found.report.ok


def test_coordinates_that_are_no_numbers(tmp_path: Path) -> None:
    found = csv(tmp_path, "x,y\n15,50\n15,\nabc,50\n,\nnan,50\ninf,50\n", "Point", geometry={"x": "x", "y": "y"})
    assert [shape is None for shape in found.geometry] == [False, True, True, True, True, True]
    assert found.report.counts["GEOMETRY-UNREADABLE"] == 4, "a row without both is no fault"


@pytest.mark.parametrize(("content", "code"), [(b"", "SOURCE-EMPTY"), (b"\n \n", "SOURCE-EMPTY")])
def test_files_with_nothing_in_them(tmp_path: Path, content: bytes, code: str) -> None:
    with pytest.raises(NotReadable) as refused:
        csv(tmp_path, content)
    assert refused.value.finding.code == code


def test_names_of_columns() -> None:
    assert unique_names([" a\n b ", "a", "a", "", "a"]) == ["a b", "a", "a_2", "4", "a_3"]


SHEET = """<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
<row r="1"><c r="A1" t="inlineStr"><is><t>Obec</t></is></c><c r="B1" t="inlineStr"><is><t>Věk 16+</t></is></c></row>
<row r="2"><c r="B2" t="inlineStr"><is><t>počet</t></is></c><c r="C2" t="inlineStr"><is><t>den</t></is></c></row>
<row r="3"><c r="A3" t="inlineStr"><is><t>Žďár</t></is></c><c r="B3"><v>7</v></c><c r="C3" s="1"><v>45415</v></c></row>
<row r="4"><c r="A4" t="inlineStr"><is><t>Příbor</t></is></c><c r="B4"><v>8.5</v></c></row>
<row r="5"><c r="A5" t="inlineStr"><is><t>CELKEM</t></is></c><c r="B5"><v>15.5</v></c></row>
</sheetData><mergeCells count="1"><mergeCell ref="B1:C1"/></mergeCells></worksheet>"""
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="r1" Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets><sheet name="List1" sheetId="1" r:id="r1"/>'
    "</sheets></workbook>",
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="r1" Type="{LINKS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
    "</styleSheet>",
    "xl/worksheets/sheet1.xml": SHEET,
}


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    with ZipFile(tmp_path / "x.xlsx", "w") as archive:
        for name, content in PARTS.items():
            archive.writestr(name, content)
    assert CalamineWorkbook.from_path(str(tmp_path / "x.xlsx")).sheet_names == ["List1"]
    return tmp_path


def test_a_sheet_with_a_header_of_two_rows_and_a_total(workbook: Path) -> None:
    columns = {"obec": {"from": "Obec"}, "n": {"from": "Věk 16+ / počet", "type": "decimal"},
               "den": {"from": "Věk 16+ / den", "type": "date"}}  # fmt: skip
    source = {"kind": "xlsx", "path": "x.xlsx", "sheet": "List1", "header_rows": 2, "skip_last": 1}
    found = load(dataset(workbook, source, columns=columns), workbook)
    assert found.column("obec") == ["Žďár", "Příbor"]
    assert found.column("n") == [7.0, 8.5]
    assert found.column("den") == [date(2024, 5, 3), None]


def test_a_sheet_that_is_not_there(workbook: Path) -> None:
    with pytest.raises(NotReadable) as refused:
        load(dataset(workbook, {"kind": "xlsx", "path": "x.xlsx", "sheet": "List2"}), workbook)
    assert refused.value.finding.values["layers"] == "List1"
