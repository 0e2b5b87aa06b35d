"""A corrected package is the one that was handed in: the fault is gone, and nothing that lay beside it is lost."""

import sqlite3
from pathlib import Path
from zipfile import ZipFile, ZipInfo

import pytest
import shapely

from plans.context import ALONE
from plans.examples import czech
from plans.package import opened
from plans.repair import propose
from plans.repair.change import Change
from plans.rules.run import judge
from plans.standards import patch, read
from tests.unit.plans.grounds import at, checked, plan, squares
from tests.unit.plans.test_czech_reading import as_geopackage
from tests.unit.plans.test_repair import proposed

NESTED = "DUP_999101/Text.zip"


def test_an_area_that_stands_out_beside_its_neighbours_is_cut_at_the_boundary() -> None:
    shapes = squares()
    shapes[1] = at(99.7, -0.3, 200.3, 100.3)
    shapes[0], shapes[2] = at(0, 0, 90, 100), at(210, 0, 300, 100)
    shapes += [at(90, 0, 100, 100), at(200, 0, 210, 100)]
    made = plan(shapes, at(0, 0, 300, 200))
    assert "topology.outside" in {each.rule.id for each in checked(made).judged if each.faults}
    repair, left = proposed(made)
    assert not {"topology.outside", "topology.overlap", "topology.gap"} & set(left)
    assert {each.rule for each in repair.left} == set()
    assert all(shapely.is_valid(each.after) for each in repair.changes)


def test_an_archive_in_the_package_is_told_once_and_stays(tmp_path: Path) -> None:
    path = czech.GOOD(tmp_path)
    with ZipFile(path, "a") as archive:
        archive.writestr(ZipInfo(NESTED), b"PK texts")
    package = opened([path], tmp_path / "opened")
    delivery = read(package)
    found = judge(delivery, ALONE)
    told = [each.rule.id for each in found.judged if each.rule.id.startswith("files.") and each.faults]
    assert told == ["files.nested"]
    after = opened([patch(package, delivery, propose(found).changes, tmp_path / "new.zip")], tmp_path / "after")
    assert after.files[NESTED].read_bytes() == b"PK texts"
    assert set(after.files) == set(package.files)


def test_a_package_of_nothing_but_archives_is_no_plan(tmp_path: Path) -> None:
    path = tmp_path / "plans.zip"
    with ZipFile(path, "w") as archive:
        archive.writestr(ZipInfo("plan.zip"), b"PK")
    assert not judge(read(opened([path], tmp_path / "opened")), ALONE).ok


@pytest.mark.parametrize("kind", ["link", "name"])
def test_an_archive_that_may_not_be_taken_is_not(kind: str, tmp_path: Path) -> None:
    path, member = tmp_path / "plans.zip", ZipInfo("../plan.zip" if kind == "name" else "plan.zip")
    member.external_attr = (0o120777 if kind == "link" else 0o100644) << 16
    with ZipFile(path, "w") as archive:
        archive.writestr(member, b"/etc/passwd")
    package = opened([path], tmp_path / "opened")
    assert not package.files
    assert [each.rule for each in package.incidents] == ["files.path" if kind == "name" else "files.link"]


def test_a_trigger_of_a_geopackage_changes_nothing_and_stays(tmp_path: Path) -> None:
    path, triggers = as_geopackage(czech.sketch(), tmp_path), "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TRIGGER sly AFTER UPDATE ON PlochyRZV_p BEGIN UPDATE PlochyRZV_p SET Typ = 'XX'; END")
    connection.close()
    package = opened([path], tmp_path / "opened")
    delivery = read(package)
    area = delivery.plans[0].areas[3]
    less = shapely.buffer(area.geometry, -1.0)
    assert less is not None
    target = patch(package, delivery, [Change(0, area, less, ("snap-own",), 1.0, 2.0, 1.0)], tmp_path / "new.gpkg")
    after = read(opened([target], tmp_path / "after")).plans[0]
    assert shapely.equals(after.areas[3].geometry, less)
    assert [each.attributes for each in after.areas] == [each.attributes for each in delivery.plans[0].areas]
    names = [set(sqlite3.connect(each).execute(triggers)) for each in (path, target)]
    assert names[0] == names[1] >= {("sly",)}
