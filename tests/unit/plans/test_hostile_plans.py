"""What nobody should hand in, and what other programs make: found by playing against the checks."""

import re
from pathlib import Path

import numpy as np
import pytest
import shapely
from shapely import Polygon, box

from plans.context import ALONE
from plans.examples import czech, german, polish
from plans.examples.czech_files import files_of, pack, zone
from plans.package import opened
from plans.report.texts import values_of
from plans.rules.run import Checked, judge
from plans.standards import read
from plans.topology.coverage import are_piled
from plans.topology.mend import cheaply_valid

SYSTEM = re.compile(r' srsName="[^"]*"')


def checked(path: Path) -> Checked:
    """Return what the rules say of a package."""
    return judge(read(opened([path], path.parent / "unpacked")), ALONE)


def told(found: Checked) -> set[str]:
    """Return the rules that were broken."""
    return {each.rule.id for each in found.judged if each.faults}


def edited(path: Path, old: str, new: str) -> Path:
    """Return the file with a text replaced, once."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def german_gml(folder: Path, text: str) -> Path:
    path = folder / "xplan.gml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_geometry_without_crs_takes_that_of_the_file_and_says_so(tmp_path: Path) -> None:
    path = polish.GOOD(tmp_path)
    head, zone, rest = path.read_text(encoding="utf-8").partition("<app:StrefaPlanistyczna ")
    path.write_text(head + zone + SYSTEM.sub("", rest, count=1), encoding="utf-8")
    assert told(checked(path)) == {"geometry.crs-assumed"}


def test_a_coordinate_beyond_the_earth_is_no_sliver(tmp_path: Path) -> None:
    path = polish.GOOD(tmp_path)
    head, zone, rest = path.read_text(encoding="utf-8").partition("<app:StrefaPlanistyczna ")
    path.write_text(head + zone + re.sub(r"(<gml:posList>)\S+", r"\g<1>1e300", rest, count=1), encoding="utf-8")
    found = told(checked(path))
    assert "geometry.non-finite" in found
    assert "topology.sliver" not in found


def test_what_macos_lays_beside_files_is_no_layer(tmp_path: Path) -> None:
    files = files_of(czech.sketch()) | {"__MACOSX/DUP_999101/Data/._PlochyRZV_p.shp": b"\0" * 120}
    found = checked(pack(files, tmp_path / "DUP_999101.zip"))
    assert found.ok
    assert all("__MACOSX" not in member.path for member in found.delivery.members)


def test_a_corridor_alone_is_no_plan_of_uses(tmp_path: Path) -> None:
    path = pack(files_of(czech.without("PlochyRZV_p")), tmp_path / "DUP_999101.zip")
    assert "structure.cz-no-use-areas" in told(checked(path))


def test_an_area_without_id_is_called_by_its_row() -> None:
    line = dict.fromkeys(("object", "attribute", "file", "line", "unit", "measured", "tolerance"))
    assert values_of({**line, "layer": "PlochyRZV_p", "row": 6, "values": {}})["object"] == "PlochyRZV_p #6"


def test_areas_in_degrees_are_refused_not_passed_unseen(tmp_path: Path) -> None:
    text = german.text(german.SKETCH).decode().replace("EPSG:25833", "EPSG:4326")
    found = checked(german_gml(tmp_path, text))
    assert not found.ok
    assert {each.skipped for each in found.judged if each.rule.id == "topology.gap"} == {"degrees"}


@pytest.mark.parametrize("crs", ["EPSG:31469", "EPSG:25832"])
def test_every_german_system_may_be_used_in_all_of_germany(tmp_path: Path, crs: str) -> None:
    text = german.text(german.SKETCH).decode()
    corners = re.compile(r"(<gml:(?:posList|pos|lowerCorner|upperCorner)[^>]*>)([^<]*)")
    moved = corners.sub(lambda met: met[1] + _moved(met[2], crs), text).replace("EPSG:25833", crs)
    assert "geometry.place" not in told(checked(german_gml(tmp_path, moved)))


def _moved(numbers: str, crs: str) -> str:
    from pyproj import Transformer

    change = Transformer.from_crs("EPSG:25833", crs, always_xy=True)
    values = list(map(float, numbers.split()))
    return " ".join(
        f"{value:.3f}" for x, y in zip(values[::2], values[1::2], strict=True) for value in change.transform(x, y)
    )


def test_turned_axes_are_not_told_as_turned_rings_too(tmp_path: Path) -> None:
    text = re.sub(
        r"(<gml:(?:posList|pos|lowerCorner|upperCorner)[^>]*>)([^<]*)",
        lambda met: (
            met[1]
            + " ".join(word for x, y in zip(met[2].split()[::2], met[2].split()[1::2], strict=True) for word in (y, x))
        ),
        german.text(german.SKETCH).decode(),
    )
    found = told(checked(german_gml(tmp_path, text)))
    assert "geometry.axes" in found
    assert "geometry.de-orientation" not in found


def test_a_star_of_thousands_of_crossings_is_left_out_everywhere(tmp_path: Path) -> None:
    turns = 2 * np.pi * np.arange(4001) * 1999 / 4001
    west, south = czech.node(0, 0)
    star = Polygon(np.column_stack([west + 300 + 200 * np.cos(turns), south + 300 + 200 * np.sin(turns)]))
    assert shapely.is_empty(cheaply_valid(np.array([star], dtype=object))[0])
    areas = czech.areas(c1r1=zone(star, "BI"))
    found = checked(pack(files_of(czech.with_layers(PlochyRZV_p=areas)), tmp_path / "DUP_999101.zip"))
    assert "geometry.self-crossing" in told(found)


def test_areas_upon_one_another_are_seen_to_be_a_pile() -> None:
    random = np.random.default_rng(3).uniform(0, 5, (1000, 2))
    pile = np.array([box(x, y, x + 100, y + 100) for x, y in random], dtype=object)
    side_by_side = np.array([box(x, 0, x + 1, 1) for x in range(1000)], dtype=object)
    assert are_piled(pile)
    assert not are_piled(side_by_side)
