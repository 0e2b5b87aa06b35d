"""Each rule of a dataset file, broken exactly so; and the sound file, which has nothing said about it."""

from pathlib import Path

import pytest

from catalogue import Dataset, read_catalogue
from findings import LANGUAGES, Finding
from tests.unit.catalogue.collection import ZONES, broken, write


def faults(folder: Path, zones: str) -> list[Finding]:
    _, report = read_catalogue(write(folder, zones))
    return list(report)


def test_a_sound_file_is_a_dataset_and_has_no_findings(tmp_path: Path) -> None:
    catalogue, report = read_catalogue(write(tmp_path))
    assert not list(report)
    assert catalogue is not None
    zones = catalogue.datasets["zones"]
    assert zones.checks.max_change == pytest.approx(0.2)
    assert zones.checks.overlaps == pytest.approx(1.0)
    assert list(zones.kept) == ["code", "use", "area", "owner"]
    assert list(zones.served) == ["code", "use", "area"]
    assert zones.columns["code"].source_name("code") == "KOD"


BROKEN = [
    ("YAML-UNKNOWN-KEY", 2, broken("theme: boundaries", "tehme: boundaries")),
    ("YAML-UNKNOWN-KEY", 13, broken("codelist:", "code_list:")),
    ("YAML-MISSING", 1, broken("licence: cc-by-4.0\n", "")),
    ("YAML-CHOICE", 9, broken("MultiPolygon", "Polygons")),
    ("YAML-CHOICE", 7, broken("kind: csv", "kind: dbase")),
    ("YAML-NOT-BOOLEAN", 12, broken("required: true", "required: perhaps")),
    ("YAML-NOT-WHOLE", 20, broken("[8, 19]", "[eight, 19]")),
    ("YAML-NOT-LIST", 21, broken("[code, use]\n  label", "code\n  label")),
    ("YAML-NOT-MAPPING", 16, broken("note: {drop: true}", "note: dropped")),
    ("YAML-NOT-TEXT", 3, broken("publisher: region", "publisher: 7")),
    ("YAML-VALUE", 19, broken("{by: use}", "{by: use, color: red}")),
    ("YAML-KEY", 1, broken("en: Zones", "en: Zones, plots")),
    ("YAML-SYNTAX", 3, broken("theme: boundaries", "theme: [boundaries")),
    ("YAML-TWICE", 3, broken("theme: boundaries", "theme: boundaries\ntheme: boundaries")),
    ("YAML-EMPTY", 1, "just words\n"),
    ("VALUE-DURATION", 5, broken("P1M", "monthly")),
    ("VALUE-DURATION", 5, broken("P1M", "P")),
    ("VALUE-CRS", 8, broken("EPSG:5514", "S-JTSK")),
    ("VALUE-NAME", 13, broken("  use: {", "  Use: {")),
    ("VALUE-NAME", 16, broken("note:", "bbox:")),
    ("VALUE-SHARE", 17, broken("20 %", "twenty")),
    ("VALUE-AREA", 17, broken("1 m²", "1")),
    ("VALUE-ENCODING", 7, broken("cp1250", "cp1205")),
    ("SOURCE-PLACE", 7, broken("path: zones.csv, ", "")),
    ("WORD-UNKNOWN", 2, broken("theme: boundaries", "theme: boundary")),
    ("WORD-UNKNOWN", 13, broken("codelist: zone-use", "codelist: zones")),
    ("TITLE-LANGUAGE", 1, broken("cs: Plochy, ", "")),
    ("COLUMN-UNKNOWN", 21, broken("[code, use]\n  label", "[code, height]\n  label")),
    ("COLUMN-NOT-SHOWN", 21, broken("[code, use]\n  label", "[code, owner]\n  label")),
    ("KEY-NOT-REQUIRED", 12, broken(", required: true", "")),
    ("KEY-UNFIT", 12, broken("type: integer", "type: decimal")),
    ("CODE-WITHOUT-LIST", 13, broken(", codelist: zone-use", "")),
    ("UNIT-MISSING", 14, broken("unit: ha, ", "")),
    ("COUNT-UNFIT", 14, broken("unit: ha, ", "unit: ha, count: true, ")),
    ("STYLE-BY", 19, broken("{by: use}", "{by: code}")),
    (
        "SOURCE-RASTER",
        7,
        broken(
            'kind: csv, path: zones.csv, encoding: cp1250, delimiter: ";", geometry: {wkt: WKT}',
            "kind: geotiff, path: a.tif",
        ),
    ),
    ("SOURCE-GEOMETRY", 7, broken(", geometry: {wkt: WKT}", "")),
    ("CRS-UNKNOWN", 8, broken("EPSG:5514", "EPSG:999999")),
    ("CRS-UNKNOWN", 8, broken("EPSG:5514", "EPSG:4978")),
    ("RANGE-TURNED", 20, broken("[8, 19]", "[19, 8]")),
    ("COLUMN-NUMBER", 12, broken('delimiter: ";"', "header: false")),
]


@pytest.mark.parametrize(("code", "line", "zones"), BROKEN, ids=[f"{code}-{line}" for code, line, _ in BROKEN])
def test_each_fault_is_found_on_its_line(tmp_path: Path, code: str, line: int, zones: str) -> None:
    found = faults(tmp_path, zones)
    assert (code, "zones.yml", line) in [(each.code, each.file, each.line) for each in found], found


def test_a_misspelt_key_is_met_with_the_right_one(tmp_path: Path) -> None:
    found = faults(tmp_path, broken("theme: boundaries", "tehme: boundaries"))
    assert "theme" in {each.values.get("meant") for each in found}


def test_a_comma_without_quotes_is_one_fault_with_its_remedy(tmp_path: Path) -> None:
    write(tmp_path, broken("en: Zones", "en: Zones, plots"))
    _, report = read_catalogue(tmp_path)
    assert [finding.code for finding in report] == ["YAML-KEY"]
    assert 'quotes: {en: "Parks, gardens"}' in "\n".join(report.text("en"))


def test_faults_are_told_in_every_language(tmp_path: Path) -> None:
    _, report = read_catalogue(write(tmp_path, broken("P1M", "monthly")))
    told = {language: "\n".join(report.text(language)) for language in LANGUAGES}
    assert len(set(told.values())) == len(LANGUAGES)
    assert all("zones.yml:5" in text and "monthly" in text for text in told.values())


def test_a_broken_dataset_does_not_take_the_others_with_it(tmp_path: Path) -> None:
    write(tmp_path, broken("theme: boundaries", "theme: boundary"))
    (tmp_path / "sound.yml").write_text(ZONES, encoding="utf-8")
    catalogue, report = read_catalogue(tmp_path)
    assert catalogue is not None
    assert list(catalogue.datasets) == ["sound"]
    assert report.errors == 1


def test_what_a_folder_does_not_have_comes_from_the_shared_one(tmp_path: Path) -> None:
    write(tmp_path / "shared")
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "zones.yml").write_text(ZONES, encoding="utf-8")
    catalogue, report = read_catalogue(tmp_path / "own", tmp_path / "shared")
    assert not list(report)
    assert catalogue is not None
    assert list(catalogue.codelists) == ["zone-use"]


@pytest.mark.parametrize("name", ["Zones.yml", "zones-.yml", "zo nes.yml", "z" * 41 + ".yml"])
def test_a_file_name_that_cannot_be_an_id_is_refused(tmp_path: Path, name: str) -> None:
    write(tmp_path)
    (tmp_path / "zones.yml").rename(tmp_path / name)
    _, report = read_catalogue(tmp_path)
    assert report.counts == {"DATASET-ID": 1}


def test_a_missing_folder_and_a_missing_portal_are_findings(tmp_path: Path) -> None:
    assert read_catalogue(tmp_path / "nowhere")[1].counts == {"CATALOGUE-NO-FOLDER": 1}
    assert read_catalogue(tmp_path)[1].counts == {"CATALOGUE-NO-PORTAL": 1}


def test_a_file_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "zones.yml").write_bytes("title: {cs: Plochy č}".encode("cp1250"))
    assert read_catalogue(tmp_path)[1].counts == {"FILE-NOT-UTF8": 1}


def test_a_code_stands_once_in_its_list(tmp_path: Path) -> None:
    write(tmp_path)
    with (tmp_path / "codelists" / "zone-use.csv").open("a", encoding="utf-8") as file:
        file.write("work,a,b,c,d,#000000\n")
    [finding] = read_catalogue(tmp_path)[1]
    assert (finding.code, finding.line) == ("CODELIST-TWICE", 4)


def test_what_is_edited_has_one_key_and_columns_that_can_be_filled(tmp_path: Path) -> None:
    for code, text in (
        (
            "EDITABLE-KEY",
            broken("key: code", "key: [code, use]\neditable: true").replace("zone-use}", "zone-use, required: true}"),
        ),
        ("EDITABLE-PRIVATE", broken("{private: true}", "{private: true, required: true}") + "editable: if-match\n"),
    ):
        assert read_catalogue(write(tmp_path, text))[1].counts == {code: 1}
    assert read_catalogue(write(tmp_path, ZONES + "editable: true\n"))[1].ok


HERE = """here: {part: limit, within: 25 m, columns: [use], holds: {use: work}, link: {href: "/{code}", title: {cs: Q}}}
"""


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("HERE-GEOMETRY", broken("geometry: MultiPolygon", "geometry: none") + HERE),
        ("HERE-DISTANCE", broken("geometry: MultiPolygon", "geometry: Point") + HERE.replace(" within: 25 m,", "")),
        ("VALUE-LENGTH", ZONES + HERE.replace("25 m", "25")),
        ("COLUMN-UNKNOWN", ZONES + HERE.replace("{code}", "{number}")),
        ("COLUMN-UNKNOWN", ZONES + HERE.replace("holds: {use", "holds: {state")),
    ],
)
def test_what_is_said_of_places_can_be_said(tmp_path: Path, code: str, text: str) -> None:
    assert code in read_catalogue(write(tmp_path, text))[1].counts
    catalogue, report = read_catalogue(write(tmp_path, ZONES + HERE))
    assert report.ok
    assert catalogue is not None
    zones = catalogue.datasets["zones"]
    assert Dataset.model_validate(zones.model_dump(mode="json")) == zones


def test_a_dataset_survives_the_ledger(tmp_path: Path) -> None:
    catalogue, _ = read_catalogue(write(tmp_path))
    assert catalogue is not None
    zones = catalogue.datasets["zones"]
    assert Dataset.model_validate(zones.model_dump(mode="json")) == zones
