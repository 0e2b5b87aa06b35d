"""The summary: the verdict, the plans, each rule's outcome, and figures, as plain data.

Apart from the faults themselves because it is what a list of submissions, a mayor and a program ask for first.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import shapely

from plans.model import Plan, Standard
from plans.report import jsonlines
from plans.report.jsonlines import LEVELS, Line
from plans.report.places import Ground, extent, shapes_of, to_plain
from plans.rules.rule import Rule, Stage
from plans.rules.run import Checked, Judged
from plans.subject import Subject
from plans.tolerance import TOLERANCES


def summary(checked: Checked, lines: Sequence[Line], name: str, seconds: Mapping[str, float]) -> dict[str, Any]:
    """Return the summary without what comes from repair, harmonisation and comparison; see `plans.report`."""
    delivery = checked.delivery
    rules = _rules(checked, lines)
    return {
        "name": name,
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "standard": delivery.standard.value if delivery.standard else None,
        "profile": delivery.profile,
        "verdict": verdict(checked),
        "counts": counted(lines),
        "plans": [_plan(subject) for subject in checked.subjects],
        "stages": [_stage(stage, rules, seconds) for stage in Stage],
        "rules": rules,
        "tolerances": asdict(TOLERANCES[delivery.standard]) if delivery.standard else None,
        "slivers": _slivers(checked, lines),
    }


def verdict(checked: Checked) -> str:
    """Return "ok" when nothing forbids publishing, "unreadable" when there is no plan to judge, else "refused"."""
    if not checked.subjects:
        return "unreadable"
    return "ok" if checked.ok else "refused"


def counted(lines: Sequence[Line]) -> dict[str, int]:
    """Return how many faults there are of each level, 0 too."""
    counts = Counter(line["level"] for line in lines)
    return {level.value: counts[level.value] for level in LEVELS}


def ground_of(plan: Plan) -> Ground:
    """Return where the coordinates of a plan are on the earth."""
    return Ground(plan.crs, extent(shapes_of([each.geometry for each in plan.everything()])))


def _plan(subject: Subject) -> dict[str, Any]:
    plan = subject.plan
    shapes = shapes_of([each.geometry for each in plan.everything()])
    territory = subject.context.territory
    whole = shapes_of([plan.boundary.geometry]) if plan.boundary is not None else plan.areas.shapes
    return {
        "title": to_plain(plan.title),
        "id": to_plain(plan.id),
        "kind": plan.kind.value,
        "profile": plan.profile,
        "municipalities": list(plan.municipalities),
        "territory": territory.name if territory else None,
        "crs": plan.crs,
        "partial": plan.is_partial,
        "raster_only": plan.is_raster_only,
        "lifecycle": {name: to_plain(value) for name, value in asdict(plan.lifecycle).items()},
        "counts": {
            "areas": len(plan.areas),
            "regulations": len(plan.regulations),
            "lines": len(plan.lines),
            "documents": len(plan.documents),
            "vertices": int(shapely.get_num_coordinates(shapes).sum()),
        },
        "documents": [
            {"title": to_plain(each.title), "link": to_plain(each.link), "role": each.role} for each in plan.documents
        ],
        "area": to_plain(shapely.area(whole).sum()),
    }


def _rules(checked: Checked, lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Return what each rule said, over all plans: failed where it failed in one, skipped where it ran in none."""
    judged: dict[str, list[Judged]] = defaultdict(list)
    for each in checked.judged:
        judged[each.rule.id].append(each)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for line in lines:
        counts[line["rule"]][line["level"]] += 1
    return [_rule(said[0].rule, said, counts[rule], checked.delivery.standard) for rule, said in judged.items()]


def _rule(rule: Rule, said: Sequence[Judged], counts: Mapping[str, int], standard: Standard | None) -> dict[str, Any]:
    states = {each.state for each in said}
    state = next(state for state in ("failed", "passed", "skipped") if state in states)
    source = (rule.sources.get(standard) if standard else None) or next(iter(rule.sources.values()))
    return {
        "id": rule.id,
        "stage": rule.stage.value,
        "level": said[0].level.value,
        "backing": source.backing.value,
        "source": source.name,
        "state": state,
        "reason": next((each.skipped for each in said if each.skipped), None) if state == "skipped" else None,
        "faults": sum(counts.values()),
        "counts": {level.value: counts[level.value] for level in LEVELS if counts.get(level.value)},
        "owner": jsonlines.owner_of(rule.stage),
        "fix": rule.fix,
    }


def _stage(stage: Stage, rules: Sequence[Mapping[str, Any]], seconds: Mapping[str, float]) -> dict[str, Any]:
    mine = [rule for rule in rules if rule["stage"] == stage.value]
    states = Counter(rule["state"] for rule in mine)
    taken = seconds.get(stage.value)
    return {
        "stage": stage.value,
        "seconds": None if taken is None else round(taken, 3),
        **{state: states[state] for state in ("passed", "failed", "skipped")},
        "faults": sum(rule["faults"] for rule in mine),
    }


def _slivers(checked: Checked, lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Return figures of faults that are areas smaller than a sliver may be, for each rule that measures areas."""
    standard = checked.delivery.standard
    if standard is None:
        return []
    most = TOLERANCES[standard].sliver
    sizes: dict[str, list[float]] = defaultdict(list)
    for line in lines:
        if line["unit"] == "m²" and line["measured"] is not None and line["measured"] < most:
            sizes[line["rule"]].append(line["measured"])
    return [
        {"rule": rule, "count": len(of), "under": most, "total": sum(of), "largest": max(of), "smallest": min(of)}
        for rule, of in sizes.items()
    ]
