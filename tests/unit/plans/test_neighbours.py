"""A plan beside its neighbours': in the same system, and across the border, where tolerances are wider."""

import pytest
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from plans.context import Neighbour
from plans.rules.run import Checked
from plans.topology.transfer import carried, one
from tests.unit.plans.grounds import at, checked, faults, here, neighbour, plan, shares, squares

WHOLE = at(0, 0, 300, 200)
EAST = at(300, 0, 500, 200)


def beside(*neighbours: Neighbour, codes: tuple[str, ...] = (), edge: BaseGeometry = WHOLE) -> Checked:
    return checked(plan(squares(), WHOLE, codes=codes), here(edge, *neighbours))


def test_plans_that_meet_have_no_faults() -> None:
    assert shares(beside(neighbour([EAST], EAST))) == {}


def test_a_gap_to_the_neighbour_is_the_strip_between() -> None:
    found = faults(beside(neighbour([at(304, 0, 500, 200)], EAST)))
    (fault,) = found["neighbours.gap"]
    assert shapely.area(fault.where) == pytest.approx(800, rel=0.01)
    assert fault.values["municipality"] == "Vedlejší"
    assert fault.values["accuracy"] == 0.0
    assert set(found) == {"neighbours.gap"}


def test_an_overlap_names_the_plan_and_its_own_area() -> None:
    (fault,) = faults(beside(neighbour([at(297, 0, 500, 100)], EAST)))["neighbours.overlap"]
    assert (fault.object, fault.values["plan"]) == ("2", "Plán Vedlejší")
    assert fault.measured == pytest.approx(2.91, abs=0.05)


def test_what_a_third_municipality_covers_is_no_gap() -> None:
    south = neighbour([at(300, 0, 500, 100)], at(300, 0, 500, 100))
    north = neighbour([at(300, 100, 500, 200)], at(300, 100, 500, 200))
    assert shares(beside(south, north)) == {}


def test_far_neighbours_are_not_looked_at() -> None:
    far = at(9000, 0, 9100, 100)
    assert shares(beside(neighbour([far], far))) == {}


def test_dwelling_beside_heavy_industry_is_noted_along_the_common_line() -> None:
    foundry = neighbour([EAST], EAST, hilucs=["2_2_HeavyEndProductIndustry"])
    (fault, _) = faults(beside(foundry))["neighbours.use"]
    assert fault.values["length"] == pytest.approx(100, abs=3)
    assert fault.values["hilucs"].startswith("5_1")
    woods = ("LU", "LU", "LU", "LU", "LU", "LU")
    assert "neighbours.use" not in shares(beside(foundry, codes=woods))


def test_across_the_border_the_tolerance_is_as_wide_as_the_operation_is_inexact() -> None:
    zones, accuracy = carried(shapely.get_parts(at(303, 0, 500, 200)), "EPSG:5514", "EPSG:2176")
    edge, _ = one(EAST, "EPSG:5514", "EPSG:2176")
    assert edge is not None
    found = faults(beside(neighbour(list(zones), edge, "EPSG:2176", state="PL")))
    (fault,) = found["neighbours.gap"]
    assert fault.values["accuracy"] == pytest.approx(accuracy, abs=0.001)
    assert accuracy > 0
    assert fault.tolerance == pytest.approx(0.01 + accuracy)
    assert fault.measured == pytest.approx(3.0, abs=0.1)


def test_a_gap_narrower_than_the_operation_is_exact_is_not_told() -> None:
    _, accuracy = one(EAST, "EPSG:5514", "EPSG:2176")
    strip, _ = one(at(300 + accuracy / 2, 0, 500, 200), "EPSG:5514", "EPSG:2176")
    edge, _ = one(EAST, "EPSG:5514", "EPSG:2176")
    assert isinstance(strip, Polygon)
    assert edge is not None
    assert "neighbours.gap" not in shares(beside(neighbour([strip], edge, "EPSG:2176", state="PL")))


def test_a_neighbour_in_a_system_without_a_way_is_left_out() -> None:
    assert shares(beside(neighbour([EAST], EAST, "EPSG:0"))) == {}
