"""Rules about values and batches, and the stream of chunks."""

from pathlib import Path
from typing import Any

import pytest

from catalogue.model import Checks
from catalogue.vocabularies import Code, CodeList
from etl.checks import after
from etl.errors import CollectionError, NotReadable, SourceError
from etl.read import rows
from etl.sources import fetch
from etl.transform.chunk import Figures
from findings import Level, Report
from tests.unit.etl.making import Loaded, Said, dataset, load

USES = CodeList(
    name="uses",
    entries=(Code(code="B", label={"cs": "bydlení", "en": "housing"}), Code(code="L", label={"cs": "les"})),
)


def table(folder: Path, text: str, columns: Said, **more: Any) -> Loaded:
    (folder / "x.csv").write_text(text)
    described = dataset(folder, {"kind": "csv", "path": "x.csv"}, columns=columns, **more)
    return load(described, folder, {"uses": USES})


def test_codes_are_found_by_code_or_label_and_others_are_said(tmp_path: Path) -> None:
    column = {"type": "code", "codelist": "uses"}
    found = table(tmp_path, "u\nB\nles\nHOUSING\nZ\n\n", {"u": column})
    assert found.column("u") == ["B", "L", "B", "Z"]
    assert [(finding.row, finding.level) for finding in found.report if finding.code == "VALUE-CODE"] == [
        ("4", Level.WARNING)
    ]
    assert not table(tmp_path, "u\nZ\n", {"u": column | {"required": True}}).report.ok


def test_units_are_converted(tmp_path: Path) -> None:
    columns = {"a": {"type": "decimal", "unit": "ha", "source_unit": "m²"},
               "b": {"type": "integer", "unit": "m", "source_unit": "km"}}  # fmt: skip
    found = table(tmp_path, "a,b\n12500,2\n", columns)
    assert (found.column("a"), found.column("b")) == ([1.25], [2000])
    with pytest.raises(CollectionError):
        table(tmp_path, "a\n1\n", {"a": {"type": "decimal", "unit": "kg", "source_unit": "m"}})


def test_rules_of_values(tmp_path: Path) -> None:
    columns = {"k": {"type": "integer", "required": True, "min": 10}, "p": {"pattern": "[0-9]{5}"},
               "m": {"type": "decimal", "max": 5}}  # fmt: skip
    found = table(tmp_path, "k,p,m\n5,46001,1\n,460 01,9\n12,,\n", columns)
    assert found.report.counts == {"VALUE-TOO-SMALL": 1, "VALUE-REQUIRED": 1, "VALUE-PATTERN": 1, "VALUE-TOO-LARGE": 1}
    levels = {finding.code: finding.level for finding in found.report}
    assert levels["VALUE-TOO-SMALL"] == levels["VALUE-REQUIRED"] == Level.ERROR
    assert levels["VALUE-PATTERN"] == levels["VALUE-TOO-LARGE"] == Level.WARNING
    with pytest.raises(CollectionError):
        table(tmp_path, "p\n1\n", {"p": {"pattern": "["}})


def test_a_key_is_required(tmp_path: Path) -> None:
    assert "VALUE-REQUIRED" in table(tmp_path, "k,x\n,1\n", {"k": {}}, key="k").codes


def test_a_few_lost_values_are_borne_and_many_are_not(tmp_path: Path) -> None:
    numbers = "\n".join(str(number) for number in range(300))
    assert table(tmp_path, f"n\n{numbers}\nabout 7\n", {"n": {"type": "integer"}}).report.ok
    found = table(tmp_path, "n\n1\nabout 7\n", {"n": {"type": "integer"}})
    assert {"VALUE-CAST", "BATCH-VALUES-LOST"} <= found.codes


def test_every_wrong_row_is_counted_and_a_hundred_are_described(tmp_path: Path) -> None:
    found = table(tmp_path, "n\n" + "x\n" * 5000, {"n": {"type": "integer"}})
    assert found.report.counts["VALUE-CAST"] == 5000
    assert sum(finding.code == "VALUE-CAST" for finding in found.report) == 100
    assert found.figures.lost == {"n": 5000}


@pytest.mark.parametrize(
    ("checks", "rows_read", "previous", "codes"),
    [
        ({}, 0, None, ["BATCH-TOO-FEW"]),
        ({"min_rows": 0}, 0, None, []),
        ({"max_rows": 5}, 6, None, ["BATCH-TOO-MANY"]),
        ({"max_change": "20 %"}, 79, 100, ["BATCH-CHANGE"]),
        ({"max_change": "20 %"}, 121, 100, ["BATCH-CHANGE"]),
        ({"max_change": "20 %"}, 80, 100, []),
        ({"max_change": "20 %"}, 80, None, []),
    ],
)
def test_whole_batches(checks: dict[str, object], rows_read: int, previous: int | None, codes: list[str]) -> None:
    described = dataset(Path(), {"kind": "csv", "path": "x.csv"}, checks=Checks.model_validate(checks))
    assert [found.code for found in after(described, Figures(rows_read=rows_read), previous)] == codes


def test_nothing_unpacked_is_left_when_reading_stops_early(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a\n" + "1\n" * 10)
    described = dataset(tmp_path, {"kind": "csv", "path": "x.csv"}, columns={"a": {}})
    reading = rows(described, fetch(described, tmp_path / "cache", None), {}, Report())
    assert len(next(reading)) == 10
    del reading
    assert list((tmp_path / "cache" / "test").iterdir()) == []


def test_errors_name_the_file_and_what_to_do() -> None:
    error = NotReadable("SOURCE-LAYER", file="x.gpkg", layer="a", layers="b, c")
    assert isinstance(error, SourceError)
    assert error.exit == 20
    assert "x.gpkg" in str(error)
    assert "b, c" in str(error)
