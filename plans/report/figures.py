"""Figures beside the faults: harmonisation, difference to the plan in force, repair; as plain data.

Apart from the summary because each comes from another room, and each may be missing.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from findings import Level
from plans.report.places import to_plain
from plans.rules.run import Checked

if TYPE_CHECKING:
    from plans.difference import Difference
    from plans.harmonise import Harmonised
    from plans.repair import Repair


def harmonised_of(harmonised: "Sequence[Harmonised]") -> list[dict[str, Any]]:
    """Return for each plan which national code becomes which HILUCS codes, largest area first."""
    return [
        {"plan": number, "unknown_share": round(each.unknown_share, 4), "zones": _zones(each)}
        for number, each in enumerate(harmonised)
    ]


def _zones(harmonised: "Harmonised") -> list[dict[str, Any]]:
    uses = harmonised.preview()
    whole = sum(use.area for use in uses)
    return [
        {
            "code": use.code,
            "name": use.name,
            "layer": use.layer,
            "hilucs": list(use.hilucs),
            "status": use.status.value,
            "source": use.source,
            "areas": use.n,
            "area": round(use.area, 1),
            "share": round(use.area / whole, 4) if whole else 0.0,
        }
        for use in uses
    ]


def differences_of(differences: "Sequence[Difference]", checked: Checked) -> list[dict[str, Any]]:
    """Return for each plan how it differs from the one in force, by kind of change and codes, largest area first."""
    in_force = [subject.context.in_force for subject in checked.subjects]
    return [
        {
            "plan": number,
            "in_force": neighbour.plan if neighbour else "",
            "below": each.below,
            "unchanged": round(each.unchanged, 1),
            "rows": _changes(each),
        }
        for number, (each, neighbour) in enumerate(zip(differences, in_force, strict=False))
    ]


def _changes(difference: "Difference") -> list[dict[str, Any]]:
    together: dict[tuple[str, str | None, str | None], list[float]] = defaultdict(list)
    for change in ("added", "removed", "changed"):
        for row in getattr(difference, change):
            together[change, row.before, row.after].append(row.area)
    rows = [
        {"change": change, "before": before, "after": after, "areas": len(areas), "area": round(sum(areas), 1)}
        for (change, before, after), areas in together.items()
    ]
    return sorted(rows, key=lambda row: (-float(row["area"]), str(row["change"])))


def repair_of(repair: "Repair | None", repaired: Checked | None) -> dict[str, Any] | None:
    """Return the proposed changes, what is left to the planner, and the faults of the repaired plan (`repaired`).

    None if there is neither a change nor something left.
    """
    if repair is None or not (repair.changes or repair.left):
        return None
    counts = {level.value: repaired.count(level) for level in Level} if repaired is not None else None
    left = [{"plan": each.plan, "rule": each.rule, "count": each.count, "reason": each.reason} for each in repair.left]
    return {"changes": list(_proposed(repair)), "left": left, "after": counts}


def _proposed(repair: "Repair") -> Iterator[dict[str, Any]]:
    for change in repair.changes:
        yield {
            "plan": change.plan,
            "layer": change.element.layer,
            "object": to_plain(change.element.id),
            "fixes": list(change.fixes),
            "moved": to_plain(change.moved),
            "before": to_plain(change.area_before),
            "after": to_plain(change.area_after),
        }
