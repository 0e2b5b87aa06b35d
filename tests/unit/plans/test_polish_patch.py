"""Corrected Polish packages: what was mended is new, the order of coordinates right, all else as it was."""

import zipfile
from pathlib import Path

import pytest
import shapely
from shapely import transform

from plans.delivery import Delivery
from plans.examples.polish import GOOD
from plans.examples.polish_broken import BROKEN, SIGNATURE
from plans.model import Element
from plans.package import Package, opened
from plans.repair.change import Change
from plans.standards.polish.patch import patch
from plans.standards.polish.read import read
from tests.unit.plans.polish_files import found


def package_of(tmp_path: Path, path: Path) -> tuple[Package, Delivery]:
    package = opened([path], tmp_path / "opened")
    return package, read(package)


def moved(element: Element, *, crs: str | None = None) -> Change:
    assert element.geometry is not None
    return Change(
        0, element, transform(element.geometry, lambda pairs: pairs + 0.125), ("snap-own",), 0.1, 1.0, 1.0, crs
    )


def test_one_geometry_changes_and_nothing_else(tmp_path: Path) -> None:
    package, delivery = package_of(tmp_path, GOOD(tmp_path))
    zone = delivery.plans[0].areas[2]
    target = patch(package, delivery, [moved(zone)], tmp_path / "repaired.gml")
    after = read(opened([target], tmp_path / "again"))
    for before, now in zip(delivery.plans[0].everything(), after.plans[0].everything(), strict=True):
        same = shapely.equals_exact(before.geometry, now.geometry)
        assert same == (before.id != zone.id)
        assert now.attributes == before.attributes
    assert shapely.bounds(after.plans[0].areas[2].geometry)[0] == shapely.bounds(zone.geometry)[0] + 0.125
    old, new = (path.read_text(encoding="utf-8").splitlines() for path in (package.files["POG_022599.gml"], target))
    assert len([line for line in old if line not in set(new)]) <= 6


def test_a_signature_goes_with_the_change(tmp_path: Path) -> None:
    path = GOOD(tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace("</wfs:FeatureCollection>", SIGNATURE), encoding="utf-8")
    package, delivery = package_of(tmp_path, path)
    target = patch(package, delivery, [moved(delivery.plans[0].areas[0])], tmp_path / "repaired.gml")
    assert "Signature" not in target.read_text(encoding="utf-8")
    assert "structure.pl-signature" in found(delivery)["note"]


def test_a_turned_file_is_written_in_the_right_order(tmp_path: Path) -> None:
    package, delivery = package_of(tmp_path, BROKEN["geometry.pl-axis-order"](tmp_path / "made"))
    target = patch(package, delivery, [], tmp_path / "repaired.zip")
    again = read(opened([target], tmp_path / "again"))
    assert found(again)["error"] == []
    with zipfile.ZipFile(target) as archive:
        act = archive.read("AktPlanowaniaPrzestrzennego.gml")
    assert act == package.files["AktPlanowaniaPrzestrzennego.gml"].read_bytes()


@pytest.mark.parametrize("is_one_line", [False, True])
def test_a_new_label_of_the_crs(tmp_path: Path, is_one_line: bool) -> None:
    path = GOOD(tmp_path)
    if is_one_line:
        path.write_text(" ".join(path.read_text(encoding="utf-8").split("\n")), encoding="utf-8")
    package, delivery = package_of(tmp_path, path)
    changes = [moved(each, crs="EPSG:2177") for each in delivery.plans[0].everything()]
    target = patch(package, delivery, changes, tmp_path / "repaired.gml")
    again = read(opened([target], tmp_path / "again"))
    assert again.plans[0].crs == "EPSG:2177"
    assert "geometry.two-crs" not in {each.rule for each in again.incidents}
