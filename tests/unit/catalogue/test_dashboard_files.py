"""Each rule of a dashboard, broken exactly so: it is told with file and line, and the datasets go on without it."""

from pathlib import Path

import pytest

from catalogue import read_catalogue
from tests.unit.catalogue.collection import ZONES, write

BOARD = """\
title: {cs: Přehled, en: Dashboard}
choices:
  - {id: use, title: {cs: Využití}, columns: {zones: use}}
parts:
  - {id: total, kind: figures, title: {cs: Celkem}, figures: [{dataset: zones, sum: area, title: {cs: Plocha}}]}
  - {id: use, kind: bars, dataset: zones, by: use, sum: area, title: {cs: Podle využití}}
  - {id: age, kind: timeline, dataset: zones, by: code, step: decade, title: {cs: V čase}}
  - {id: map, kind: map, dataset: zones, title: {cs: Mapa}}
"""
OWN = """\
dashboard:
  choices: [use]
  parts:
    - {id: use, kind: bars, by: use, title: {cs: Podle využití}}
"""


def read(folder: Path, board: str, zones: str = ZONES, name: str = "land") -> tuple[list[str], list[tuple[str, int]]]:
    """Return the ids of the dashboards, and code and line of each finding."""
    write(folder, zones)
    path = folder / "dashboards" / f"{name}.yml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(board, encoding="utf-8")
    catalogue, report = read_catalogue(folder)
    assert catalogue is not None
    assert list(catalogue.datasets) == ["zones"]
    return list(catalogue.dashboards), [(each.code, each.line or 0) for each in report]


def test_dashboards_of_a_file_and_of_a_dataset_are_both_there(tmp_path: Path) -> None:
    assert read(tmp_path, BOARD, ZONES + OWN) == (["land", "zones"], [])
    catalogue, _ = read_catalogue(tmp_path)
    assert catalogue is not None
    own = catalogue.dashboards["zones"]
    assert own.title == catalogue.datasets["zones"].title
    assert own.datasets == catalogue.dashboards["land"].datasets == ("zones",)


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("parts:", "part:", "YAML-UNKNOWN-KEY", 4),
        ("kind: bars", "kind: pie", "YAML-CHOICE", 6),
        ("step: decade", "step: week", "YAML-CHOICE", 7),
        ("dataset: zones, by: use", "dataset: zone, by: use", "WORD-UNKNOWN", 6),
        ("dataset: zones, by: use", "by: use", "YAML-MISSING", 6),
        ("by: use, sum: area", "by: usage, sum: area", "COLUMN-UNKNOWN", 6),
        ("by: use, sum: area", "by: owner", "COLUMN-NOT-SHOWN", 6),
        ("by: use, sum: area", "by: use, sum: use", "DASHBOARD-MEASURE", 6),
        ("id: age", "id: use", "DASHBOARD-TWICE", 7),
        ("by: code, step", "by: area, step", "DASHBOARD-TIME", 7),
        ("columns: {zones: use}", "columns: {zones: height}", "COLUMN-UNKNOWN", 3),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, old: str, new: str, code: str, line: int) -> None:
    assert old in BOARD
    boards, found = read(tmp_path, BOARD.replace(old, new, 1), ZONES + OWN)
    assert (code, line) in found
    assert boards == ["zones"]


def test_a_dataset_without_layer_is_no_map_and_an_id_is_used_once(tmp_path: Path) -> None:
    without = ZONES[: ZONES.index("map:")]
    assert read(tmp_path, BOARD, without) == ([], [("DASHBOARD-MAP", 8)])
    boards, found = read(tmp_path / "again", BOARD, ZONES + OWN, name="zones")
    assert found == [("DASHBOARD-TWICE", 1)]
    assert boards == ["zones"]


def test_a_fault_in_a_datasets_own_dashboard_leaves_the_dataset(tmp_path: Path) -> None:
    boards, found = read(tmp_path, BOARD, ZONES + OWN.replace("by: use", "by: height"))
    assert boards == ["land"]
    assert found == [("COLUMN-UNKNOWN", len(ZONES.splitlines()) + 4)]
