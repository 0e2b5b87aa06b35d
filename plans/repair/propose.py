"""Proposing: which faults of a checked delivery can be mended, in the order in which one mends them.

First where the plan lies, then each object by itself, then the lines between objects. What was only noted stays.
"""

from collections import Counter
from collections.abc import Iterator

import shapely

from findings import Level
from plans.fault import Fault
from plans.repair import lines, objects
from plans.repair.change import Change, Left, Repair
from plans.repair.work import Work
from plans.rules.place import placed
from plans.rules.run import Checked, Judged
from plans.topology.place import place

LABELS = ("axis-order", "crs-label")
SINGLE = ("close-ring", "make-valid", "duplicate-points", "orient-ring")
"""In this order: making valid closes nothing, but may double corners and turn rings."""


def propose(checked: Checked) -> Repair:
    """Return what can be mended in each plan; nothing of it is done. A delivery without plans gives an empty Repair."""
    changes: list[Change] = []
    left: list[Left] = []
    for number, subject in enumerate(checked.subjects):
        work = Work(number, subject)
        said = [each for each in checked.judged if each.plan in (number, None)]
        _labelled(work, said)
        left += _single(work, said)
        if _has(said, "snap-own"):
            left += lines.own(work)
        if _has(said, "snap-neighbour") and placed(subject) is None:
            left += lines.neighbour(work)
        changes += work.changes()
    return Repair(tuple(changes), tuple(each for each in left if each.count))


def _labelled(work: Work, said: list[Judged]) -> None:
    """Turn axes and change labels where a rule has found out what they should be."""
    found = work.subject.once(place)
    names = {each.rule.id: each.rule.fix for each in said if each.rule.fix in LABELS and _worth(each)}
    for rule, fix in names.items():
        if rule in ("geometry.axes", "geometry.other-crs") and found is not None and found.crs is not None:
            if found.crs != work.subject.plan.crs:
                work.crs = found.crs
            turned = found.turned
        else:
            turned = False  # the reader has turned them already
        for k, shape in enumerate(work.shapes):
            if shape is not None:
                work.put(k, shapely.transform(shape, lambda xy: xy[:, ::-1]) if turned else shape, fix or "")


def _single(work: Work, said: list[Judged]) -> Iterator[Left]:
    for fix in SINGLE:
        for each in said:
            if each.rule.fix != fix:
                continue
            reasons = Counter(_mended(work, fault, fix) for fault in _worth(each))
            yield from (Left(work.number, each.rule.id, n, reason) for reason, n in reasons.items() if reason)


def _mended(work: Work, fault: Fault, fix: str) -> str | None:
    if fix != "close-ring":
        return objects.mended(work, fault, fix)
    numbers = objects.unclosed(work, fault)
    for k in numbers:
        if work.shapes[k] is not None:
            work.put(k, work.shapes[k], fix)
    return None


def _has(said: list[Judged], fix: str) -> bool:
    return any(each.rule.fix == fix and _worth(each) for each in said)


def _worth(judged: Judged) -> list[Fault]:
    """Return the faults that are more than notes."""
    return [fault for fault in judged.faults if (fault.level or judged.level) is not Level.NOTE]
