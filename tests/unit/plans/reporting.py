"""Plans, faults and reports made up for tests of the report, in the text and in the browser."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import shapely

import plans.report
from findings import Level
from plans.delivery import Delivery
from plans.fault import Fault
from plans.harmonise import harmonise
from plans.model import Element, Elements, Kind, Place, Plan, Standard
from plans.rules.all import RULES
from plans.rules.rule import Stage
from plans.rules.run import Checked, Judged
from plans.subject import Subject

EVIL = "</script><img src=x onerror=alert(1)>{{7*7}}{% endraw %}\u202egpj"
CORNER = (-700_000.0, -965_000.0)


def plan_of(areas: int, corners: int = 5, crs: str | None = "EPSG:5514") -> Plan:
    """Return a plan of squares side by side, with so many corners each."""
    side = int(np.ceil(np.sqrt(areas)))
    squares = [shapely.box(x, y, x + 50, y + 50) for x, y in _corners(side)[:areas]]
    shapes = [shapely.segmentize(square, 200 / max(corners - 1, 4)) for square in squares]
    rows = [
        Element("PlochyRZV_p", f"{n}", ("BI", "SV", "NZ")[n % 3], "plocha", shape, place=Place("Data/PlochyRZV_p.shp"))
        for n, shape in enumerate(shapes)
    ]
    boundary = Element("ReseneUzemi_p", "", geometry=shapely.box(*shapely.total_bounds(shapes)))
    return Plan(
        Standard.CZECH,
        "JS-2024",
        Kind.ZONING_PLAN,
        "P",
        f"Plán {EVIL}",
        ("563889",),
        crs,
        boundary,
        Elements(tuple(rows)),
    )


def _corners(side: int) -> list[tuple[float, float]]:
    return [(CORNER[0] + 50 * x, CORNER[1] + 50 * y) for x in range(side) for y in range(side)]


def judged_of(plan: Plan, level: Level, faults: int) -> Judged:
    """Return faults of one rule of the level, at the plan's first areas."""
    rule = next(rule for rule in RULES.values() if rule.stage is Stage.ATTRIBUTES and rule.level is level)
    found = [Fault.of(rule.id, area, values={"value": EVIL}, attribute="Typ") for area in plan.areas[:faults]]
    return Judged(rule, level, tuple(found), plan=0)


def checked_of(plan: Plan, *judged: Judged) -> Checked:
    delivery = Delivery(plan.standard, plan.profile, (plan,))
    return Checked(delivery, (Subject(plan, delivery),), judged)


def written(folder: Path, checked: Checked) -> Path:
    harmonised = [harmonise(subject.plan) for subject in checked.subjects]
    order = SimpleNamespace(name=f"DUP {EVIL}.zip")
    plans.report.write(folder, checked, None, harmonised, [], order, seconds={"files": 0.5})
    return folder
