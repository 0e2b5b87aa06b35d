"""What is new, gone and changed against the plan in force; and a context that goes through files unchanged."""

from dataclasses import replace
from pathlib import Path

import pytest
import shapely

from plans.context import Context, Neighbour, Zones
from plans.context_files import read, write
from plans.difference import difference
from plans.model import Plan
from tests.unit.plans.grounds import X, Y, at, here, neighbour, plan, squares

WHOLE = at(0, 0, 300, 200)


def in_force(made: Plan) -> Neighbour:
    """Return the plan as the one in force."""
    zones = Zones(
        "EPSG:5514",
        tuple(each.id for each in made.areas),
        tuple(each.code for each in made.areas),
        tuple("" for _ in made.areas),
        made.areas.shapes,
    )
    return replace(neighbour([], WHOLE), zones=zones)


def test_a_plan_does_not_differ_from_itself_wherever_its_rings_begin() -> None:
    made = plan(squares(), WHOLE)
    turned = plan([shapely.reverse(shapely.normalize(shape)) for shape in squares()], WHOLE)
    found = difference(turned, in_force(made))
    assert (found.added, found.removed, found.changed) == ((), (), ())
    assert found.unchanged == pytest.approx(60_000)


def test_added_removed_and_changed_are_told_with_codes_and_areas() -> None:
    old = plan(squares(3, 1), codes=["BI", "LU", "AP"])
    new = plan([*squares(2, 1), at(0, 100, 50, 200)], codes=["BI", "OV", "ZP"])
    found = difference(new, in_force(old))
    assert [(row.before, row.after, round(row.area)) for row in found.added] == [(None, "ZP", 5000)]
    assert [(row.before, row.after, round(row.area)) for row in found.removed] == [("AP", None, 10_000)]
    assert [(row.id, row.before, row.after) for row in found.changed] == [("1", "LU", "OV")]
    assert found.unchanged == pytest.approx(10_000)


def test_a_moved_line_changes_only_the_strip_and_slivers_are_counted() -> None:
    old = plan([at(0, 0, 100, 100), at(100, 0, 200, 100)], codes=["BI", "LU"])
    new = plan([at(0, 0, 110, 100), at(110, 0, 200, 100.005)], codes=["BI", "LU"])
    found = difference(new, in_force(old))
    assert [(row.before, row.after, round(row.area)) for row in found.changed] == [("LU", "BI", 1000)]
    assert (found.added, found.removed, found.below) == ((), (), 1)


def test_a_change_takes_nothing_away_where_it_has_no_areas() -> None:
    old = plan(squares(3, 1))
    new = replace(plan([squares(3, 1)[1]], codes=["OV"]), is_partial=True)
    found = difference(new, in_force(old))
    assert (len(found.changed), found.removed) == (1, ())


def test_invalid_and_missing_shapes_are_no_obstacle() -> None:
    tie = shapely.Polygon([(X, Y), (X + 10, Y + 10), (X + 10, Y), (X, Y + 10)])
    assert difference(plan([None, tie]), in_force(plan(squares()))).removed != ()
    assert difference(plan([]), in_force(plan([]))).unchanged == 0.0


def test_a_context_comes_back_from_its_files(tmp_path: Path) -> None:
    there = here(WHOLE, neighbour([at(300, 0, 400, 100), at(300, 100, 400, 200)], at(300, 0, 400, 200)))
    known = replace(there, in_force=in_force(plan(squares())), expected={"municipality": "999101"})
    write(known, tmp_path / "context")
    back = read(tmp_path / "context")
    assert back.territory == known.territory
    assert back.expected == known.expected
    for one, other in ((known.neighbours[0], back.neighbours[0]), (known.in_force, back.in_force)):
        assert one is not None
        assert other is not None
        assert (one.plan, one.version, one.zones.ids, one.zones.codes) == (
            other.plan,
            other.version,
            other.zones.ids,
            other.zones.codes,
        )
        assert shapely.equals_exact(one.zones.shapes, other.zones.shapes).all()
    write(Context(), tmp_path / "alone")
    assert read(tmp_path / "alone") == Context()
