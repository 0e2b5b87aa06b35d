"""Repair proposes what is safe, and what it proposes is better: judged again, nothing new is wrong."""

from dataclasses import replace

import pytest
import shapely
from shapely import Polygon

from plans.context import ALONE, Context, Territory
from plans.delivery import Incident
from plans.model import Element, Elements, Place, Plan, Standard
from plans.repair import Repair, propose
from plans.rules.run import Checked
from tests.unit.plans.grounds import X, Y, at, checked, here, neighbour, plan, shares, squares

WHOLE = at(0, 0, 300, 200)


def repaired(found: Checked, repair: Repair, context: Context = ALONE) -> Checked:
    """Judge the plan with the changes made."""
    made = found.delivery.plans[0]
    after = {id(change.element): change for change in repair.changes}

    def fresh(element: Element) -> Element:
        change = after.get(id(element))
        return element if change is None else replace(element, geometry=change.after)

    crs = next((change.crs for change in repair.changes if change.crs), made.crs)
    edge = None if made.boundary is None else fresh(made.boundary)
    return checked(replace(made, crs=crs, boundary=edge, areas=Elements(tuple(map(fresh, made.areas)))), context)


def proposed(made: Plan, context: Context = ALONE) -> tuple[Repair, dict[str, int]]:
    found = checked(made, context)
    repair = propose(found)
    return repair, shares(repaired(found, repair, context))


def test_a_good_plan_needs_no_repair() -> None:
    assert propose(checked(plan(squares(), WHOLE))) == Repair()


def test_narrow_gaps_overlaps_and_what_stands_out_are_closed() -> None:
    shapes = squares()
    shapes[0] = at(0, 0, 100.3, 100)
    shapes[2] = at(200, 0, 300.2, 100)
    shapes[4] = shapely.difference(shapes[4], at(140, 150, 150, 150.4))
    shapes[5] = at(200, 100, 299.8, 200)
    repair, left = proposed(plan(shapes, WHOLE))
    assert {change.fixes for change in repair.changes} == {("snap-own",)}
    assert max(change.moved for change in repair.changes) <= 0.5
    assert set(left) <= {"topology.vertices"}


def test_what_is_wider_is_left_to_the_planner_with_the_reason() -> None:
    shapes = squares()
    shapes[0] = at(0, 0, 104, 100)
    repair, left = proposed(plan(shapes, WHOLE))
    assert repair.changes == ()
    assert [(each.rule, each.reason) for each in repair.left] == [("topology.overlap", "wide")]
    assert left["topology.overlap"] == 1


def test_notes_are_not_made_work() -> None:
    shapes = squares()
    shapes[0] = at(0, 0, 100.004, 100)
    assert shares(checked(plan(shapes, WHOLE))).keys() == {"topology.noise"}
    assert propose(checked(plan(shapes, WHOLE))).changes == ()


def test_a_crossing_at_a_corner_is_made_valid_and_a_bow_tie_is_not() -> None:
    shapes = squares()
    slip = Polygon([(X, Y), (X + 100, Y), (X + 100, Y + 100), (X, Y + 100), (X, Y + 99.9), (X + 0.05, Y + 100.05)])
    shapes[0] = Polygon([*slip.exterior.coords[:-1]])
    tie = Polygon([(X, Y + 100), (X + 100, Y + 200), (X + 100, Y + 100), (X, Y + 200)])
    shapes[3] = tie
    found = checked(plan(shapes, WHOLE))
    repair = propose(found)
    assert {change.element.id for change in repair.changes if "make-valid" in change.fixes} == {"0"}
    assert ("geometry.self-crossing", "area") in {(each.rule, each.reason) for each in repair.left}


def test_axes_are_turned_and_labels_changed_where_the_place_is_known() -> None:
    around = shapely.box(489_000, 5_639_000, 491_000, 5_641_000)
    context = Context(Territory("14626110", "Görlitz", "DE", "EPSG:25833", around))
    right = [shapely.box(490_000 + 100 * k, 5_640_000, 490_100 + 100 * k, 5_640_100) for k in range(3)]
    turned = [shapely.transform(shape, lambda pairs: pairs[:, ::-1]) for shape in right]
    repair, left = proposed(plan(turned, shapely.union_all(turned), Standard.GERMAN), context)
    assert all("axis-order" in change.fixes for change in repair.changes)
    assert len(repair.changes) == 4
    assert "geometry.axes" not in left
    labelled = replace(plan(right, shapely.union_all(right), Standard.GERMAN), crs="EPSG:25832")
    repair, left = proposed(labelled, context)
    assert {(change.crs, change.fixes[0], change.moved) for change in repair.changes} == {
        ("EPSG:25833", "crs-label", 0.0)
    }
    assert "geometry.other-crs" not in left


def test_a_ring_that_a_reader_closed_is_proposed_closed() -> None:
    incident = Incident("geometry.unclosed", {"distance": 100.0}, None, "PlochyRZV_p", Place("areas", row=2))
    repair = propose(checked(plan(squares(), WHOLE), incidents=(incident,)))
    assert [(change.element.id, change.fixes, change.moved) for change in repair.changes] == [
        ("1", ("close-ring",), 0.0)
    ]


def test_the_outline_goes_to_the_neighbours_within_the_own_municipality() -> None:
    edge = at(0, 0, 300.4, 200)
    context = here(edge, neighbour([at(300.4, 0, 500, 200)], at(300.4, 0, 500, 200)))
    repair, left = proposed(plan(squares(), WHOLE), context)
    assert {change.element.id for change in repair.changes} >= {"edge"}
    assert {fix for change in repair.changes for fix in change.fixes} == {"snap-neighbour"}
    assert "neighbours.gap" not in left
    assert "topology.gap" not in left


def test_the_outline_does_not_go_where_the_neighbour_is_off() -> None:
    context = here(WHOLE, neighbour([at(300.4, 0, 500, 200)], at(300, 0, 500, 200)))
    repair, _ = proposed(plan(squares(), WHOLE), context)
    assert repair.changes == ()
    assert [(each.rule, each.reason) for each in repair.left] == [("neighbours.gap", "theirs")]


def test_areas_before_and_after_are_those_of_the_shapes() -> None:
    shapes = squares()
    shapes[0] = at(0, 0, 99.7, 100)
    repair, _ = proposed(plan(shapes, WHOLE))
    (change,) = repair.changes
    assert change.area_after - change.area_before == pytest.approx(30)
    assert change.moved == pytest.approx(0.3, abs=0.01)
