"""What the rules say of areas beside one another, and that nothing that is wrong with one stops the rest."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from shapely import MultiPolygon, Polygon

from findings import Level
from plans.context import Context, Territory
from plans.delivery import Delivery
from plans.model import Element, Elements, Standard
from plans.rules import topology as rules
from plans.subject import Subject
from plans.topology import coverage as looked_at
from plans.topology.coverage import coverage, gaps
from plans.topology.mend import MOST_PAIRS, crossings, made_valid, polygonal
from plans.topology.pieces import shapes_of
from tests.unit.plans.grounds import X, Y, at, checked, faults, plan, shares, squares

WHOLE = at(0, 0, 300, 200)


def test_a_plan_that_covers_its_boundary_passes() -> None:
    assert shares(checked(plan(squares(), WHOLE))) == {}


def test_an_overlap_is_the_overlap_itself_with_area_and_both_areas() -> None:
    shapes = squares()
    shapes[0] = at(0, 0, 104, 100)
    found = faults(checked(plan(shapes, WHOLE)))
    (fault,) = found["topology.overlap"]
    assert shapely.equals(fault.where, at(100, 0, 104, 100))
    assert {fault.object, fault.values["other"]} == {"0", "1"}
    assert fault.measured == pytest.approx(400)
    assert (fault.tolerance, fault.unit) == (1.0, "m²")


def test_gaps_inside_and_at_the_edge_are_told_apart() -> None:
    shapes = squares()
    shapes[0] = shapely.difference(shapes[0], at(80, 80, 90, 90))
    shapes[1] = shapely.difference(shapes[1], at(140, 0, 160, 10))
    found = faults(checked(plan(shapes, WHOLE)))
    assert [shapely.equals(fault.where, at(80, 80, 90, 90)) for fault in found["topology.gap"]] == [True]
    assert [shapely.equals(fault.where, at(140, 0, 160, 10)) for fault in found["topology.edge-gap"]] == [True]
    assert set(found) == {"topology.gap", "topology.edge-gap"}


def test_a_gap_between_parts_that_touch_at_points_is_found_without_a_boundary() -> None:
    left = Polygon([(X, Y), (X + 50, Y + 50), (X, Y + 100), (X - 50, Y + 100), (X - 50, Y)])
    right = Polygon([(X, Y), (X + 80, Y), (X + 80, Y + 100), (X, Y + 100), (X + 60, Y + 50)])
    (fault,) = faults(checked(plan([left, right])))["topology.gap"]
    assert fault.measured == pytest.approx(500)


def test_an_island_in_a_hole_is_no_gap() -> None:
    ring = shapely.difference(at(0, 0, 100, 100), at(20, 20, 80, 80))
    subject = Subject(plan([ring, at(40, 40, 60, 60)]), Delivery(Standard.CZECH))
    assert gaps(subject).pieces.area.tolist() == [pytest.approx(3600 - 400)]


def test_noise_slivers_and_what_is_real_are_told_apart_by_measure() -> None:
    shapes = squares()
    shapes[0] = at(0, 0, 100.005, 100)  # 5 mm along the line: noise although it has half a square metre
    shapes[2] = shapely.difference(shapes[2], at(240, 50, 250, 50.05))  # 0.5 m²
    found = checked(plan(shapes, WHOLE))
    assert shares(found) == {"topology.sliver": 1, "topology.noise": 1}
    (sliver,) = faults(found)["topology.sliver"]
    assert (sliver.values["n"], sliver.values["largest"]) == (1, 0.5)
    levels = {each.rule.id: each.level for each in found.judged if each.faults}
    assert (levels["topology.sliver"], levels["topology.noise"]) == (Level.WARNING, Level.NOTE)


def test_many_slivers_have_their_figures_in_each() -> None:
    shapes = squares()
    for k in range(20):
        shapes[0] = shapely.difference(shapes[0], at(5 + 4 * k, 50, 6 + 4 * k, 50.02 + 0.01 * k))
    found = faults(checked(plan(shapes, WHOLE)))["topology.sliver"]
    assert len(found) == 20
    assert {(fault.values["n"], fault.values["largest"]) for fault in found} == {(20, 0.21)}


def test_what_stands_out_of_the_boundary_is_told_of_the_area() -> None:
    shapes = squares()
    shapes[3] = at(-3, 100, 100, 200)
    (fault,) = faults(checked(plan(shapes, WHOLE)))["topology.outside"]
    assert fault.object == "3"
    assert fault.measured == pytest.approx(300)


def test_equal_areas_are_twins_and_no_overlap() -> None:
    shapes = squares()
    assert shares(checked(plan([*shapes, shapely.reverse(shapes[4])], WHOLE))) == {"topology.duplicate": 1}


def test_a_corner_that_only_one_area_has_is_a_note() -> None:
    shapes = squares()
    shapes[0] = Polygon([(X, Y), (X + 100, Y), (X + 100, Y + 40), (X + 100, Y + 100), (X, Y + 100)])
    found = checked(plan(shapes, WHOLE))
    assert shares(found) == {"topology.vertices": 1}
    assert found.ok


@pytest.mark.parametrize(("profile", "level"), [("XPlan-6.0", Level.ERROR), ("XPlan-5.4", Level.WARNING)])
def test_a_gap_is_as_bad_as_the_version_of_xplanung_says(profile: str, level: Level) -> None:
    shapes = squares()[1:]
    made = replace(plan(shapes, WHOLE, Standard.GERMAN), profile=profile)
    levels = {each.rule.id: each.level for each in checked(made).judged if each.faults}
    assert levels["topology.edge-gap"] is level


def test_bereiche_are_covered_each_by_its_own_areas() -> None:
    made = plan([at(0, 0, 100, 100), at(50, 0, 150, 100)], at(0, 0, 150, 100), Standard.GERMAN)
    assert "topology.overlap" in shares(checked(made))
    parts = [Element("BP_Bereich", f"b{k}", geometry=each.geometry) for k, each in enumerate(made.areas)]
    areas = [replace(each, attributes={"gehoertZuBereich": f"#b{k}"}) for k, each in enumerate(made.areas)]
    divided = replace(made, areas=Elements(tuple(areas)), parts=Elements(tuple(parts)))
    assert "topology.overlap" not in shares(checked(divided))


def test_every_invalid_area_is_told_and_the_rest_is_examined() -> None:
    shapes: list[shapely.Geometry | None] = list(squares(20, 10, 50.0))
    for k in range(66):
        x, y = X + (k % 20) * 50.0, Y + (k // 20) * 50.0
        shapes[k] = Polygon([(x, y), (x + 50, y + 50), (x + 50, y), (x, y + 50)])
    shapes[150] = shapely.difference(shapes[150], shapely.buffer(shapely.centroid(shapes[150]), 5))
    found = faults(checked(plan(shapes, at(0, 0, 1000, 500))))
    assert len(found["geometry.self-crossing"]) == 66
    assert {fault.object for fault in found["geometry.self-crossing"]} == {str(k) for k in range(66)}
    circle = next(fault for fault in found["topology.gap"] if shapely.area(fault.where) < 100)
    assert circle.values["mended"] == 66


def test_broken_shapes_of_every_kind_stop_nothing() -> None:
    nan = Polygon([(X, Y), (X + 1, Y), (np.nan, Y + 1)])
    odd = [None, Polygon(), nan, shapely.Point(X, Y), shapely.LineString([(X, Y), (X + 9, Y)]), MultiPolygon()]
    assert shares(checked(plan([*odd, *squares()], WHOLE)))["geometry.missing"] == 3
    assert shares(checked(plan(odd)))["geometry.non-finite"] == 1
    assert shares(checked(plan([]))) == {}


def test_all_over_all_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    shapes = [at(0, 0, 100 + k, 100) for k in range(60)]
    assert shares(checked(plan(shapes)))["topology.overlap"] == 60 * 59 // 2
    monkeypatch.setattr(rules, "MOST_FAULTS", 100)
    (*told, rest) = faults(checked(plan(shapes)))["topology.overlap"]
    assert (len(told), rest.values["n"]) == (100, 60 * 59 // 2 - 100)
    monkeypatch.setattr(looked_at, "MOST_PAIRS", 500)
    assert faults(checked(plan(shapes)))["topology.overlap"][-1].values["n"] == 400


def test_a_tangle_is_left_out_before_it_costs_minutes() -> None:
    teeth = np.arange(4000)
    across = np.column_stack([X + teeth, Y + 1000.0 * (teeth % 2)])
    along = np.column_stack([X + 4000.0 * (teeth % 2), Y + teeth / 4])
    tangle = Polygon(np.concatenate([across, along]))
    assert crossings(tangle) > MOST_PAIRS
    assert polygonal(shapes_of([tangle, at(0, 0, 1, 1)])).left_out.tolist() == [0]


def test_a_mended_bow_tie_keeps_both_halves() -> None:
    mended = made_valid(Polygon([(0, 0), (2, 2), (2, 0), (0, 2)]))
    assert mended is not None
    assert shapely.area(mended) == pytest.approx(2.0)


def test_the_municipality_is_compared_with_the_boundary() -> None:
    made = plan(squares(), WHOLE)
    far = Context(Territory("999101", "Zdejší", "CZ", "EPSG:5514", at(0, 0, 308, 200)))
    near = Context(Territory("999101", "Zdejší", "CZ", "EPSG:5514", at(0, 0, 300.9, 200)))
    (fault,) = faults(checked(made, far))["topology.territory-missing"]
    assert fault.measured == pytest.approx(8.0)
    assert fault.tolerance == 1.0
    assert shares(checked(made, near)) == {}
    small = Context(Territory("999101", "Zdejší", "CZ", "EPSG:5514", at(0, 0, 295, 200)))
    assert shares(checked(made, small)) == {"topology.territory-beyond": 1}


def test_spikes_and_doubled_corners_are_notes_in_a_czech_plan() -> None:
    shapes = squares()
    corners = shapely.get_coordinates(shapes[0])
    shapes[0] = Polygon(np.insert(corners, 1, corners[1], axis=0))
    spike = Polygon([(X, Y), (X + 10, Y), (X + 30, Y + 0.05), (X + 10, Y + 0.1), (X + 10, Y + 10), (X, Y + 10)])
    made = replace(plan(shapes, WHOLE), regulations=Elements((Element("VpsVpoAs_p", "v", geometry=spike),)))
    assert shares(checked(made)) == {"geometry.duplicate-points": 1, "geometry.spike": 1}


def test_only_what_does_not_match_is_looked_at() -> None:
    shapes = squares(10, 10)
    shapes[0] = at(0, 0, 104, 100)
    subject = Subject(plan(shapes), Delivery(Standard.CZECH))
    assert set(subject.once(coverage).flawed.tolist()) <= {0, 1, 10, 11}
