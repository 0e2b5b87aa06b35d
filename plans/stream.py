"""What a check tells while it works, as lines of JSON, and the same read again when it was stopped.

So nothing is lost when a check is killed: what was read and judged until then is in the report. Read again it is inside
the wall, as everything that a stranger may have had a hand in.
"""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import shapely
from shapely import Point

from findings import Level
from plans.context import Context
from plans.delivery import Delivery, Member
from plans.fault import Fault
from plans.model import Kind, Place, Plan, Standard
from plans.rules.all import RULES
from plans.rules.files import KILLED
from plans.rules.run import Checked, Judged
from plans.subject import Subject

type Plain = dict[str, Any]


def of_delivery(delivery: Delivery) -> Plain:
    """Return what a delivery is, without what is in its plans."""
    return {
        "standard": delivery.standard,
        "profile": delivery.profile,
        "code": delivery.code,
        "members": [asdict(member) for member in delivery.members],
        "plans": [
            {
                "standard": plan.standard,
                "profile": plan.profile,
                "kind": plan.kind,
                "id": plan.id,
                "title": plan.title,
                "municipalities": plan.municipalities,
                "crs": plan.crs,
            }
            for plan in delivery.plans
        ],
    }


def to_delivery(plain: Plain) -> Delivery:
    """Return the delivery that was told."""
    return Delivery(
        Standard(plain["standard"]) if plain["standard"] else None,
        plain["profile"],
        plans=tuple(_plan(each) for each in plain["plans"]),
        members=tuple(Member(**each) for each in plain["members"]),
        code=plain["code"],
    )


def of_judged(judged: Judged) -> Plain:
    """Return what a rule said; of each fault's place the middle only."""
    return {
        "rule": judged.rule.id,
        "level": judged.level.value,
        "skipped": judged.skipped,
        "plan": judged.plan,
        "faults": [_of_fault(fault) for fault in judged.faults],
    }


def to_judged(plain: Plain) -> Judged:
    """Return what was told of a rule."""
    faults = tuple(_to_fault(each) for each in plain["faults"])
    return Judged(RULES[plain["rule"]], Level(plain["level"]), faults, plain["skipped"], plain["plan"])


def to_checked(delivery: Plain | None, judged: list[Plain], killed: Mapping[str, Any]) -> Checked:
    """Return what a check that was stopped had found, with the fault that says at which limit and in which stage."""
    read = to_delivery(delivery) if delivery else Delivery()
    rule = KILLED[killed["limit"]]
    said = [to_judged(each) for each in judged]
    fault = Fault(rule.id, {"stage": killed["stage"], "n": killed["n"]})
    subjects = tuple(Subject(plan, read, Context()) for plan in read.plans)
    return Checked(read, subjects, (Judged(rule, rule.level, (fault,)), *said))


def _plan(plain: Plain) -> Plan:
    known = {"standard": Standard(plain["standard"]), "kind": Kind(plain["kind"])}
    return Plan(**{**plain, **known, "municipalities": tuple(plain["municipalities"])})


def _of_fault(fault: Fault) -> Plain:
    box = shapely.bounds(fault.where)  # NaN for None and for what is empty
    middle = ((box[:2] + box[2:]) / 2).tolist() if np.isfinite(box).all() else None
    kept = replace(fault, where=None, values={})
    values = {name: _value(value) for name, value in fault.values.items()}
    return {**asdict(kept), "where": middle, "values": values}


def _value(value: object) -> object:
    if isinstance(value, int | float | str | bool | None):
        return value
    if isinstance(value, list | tuple):
        return [_value(each) for each in value]
    return value.item() if isinstance(value, np.generic) else str(value)


def _to_fault(plain: Plain) -> Fault:
    where = Point(plain["where"]) if plain["where"] else None
    level = Level(plain["level"]) if plain["level"] else None
    return Fault(**{**plain, "where": where, "level": level, "place": Place(**plain["place"])})
