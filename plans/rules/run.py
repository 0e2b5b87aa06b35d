"""Running the rules: every rule that can run does, whatever others have found.

A rule that cannot run is marked skipped with the reason. Nothing stops at the first fault, not even at one of ours: a
rule that breaks down is told as such, and the others run.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from findings import Level
from plans.context import Context
from plans.delivery import Delivery
from plans.fault import Fault
from plans.rules.all import RULES
from plans.rules.files import BROKE_DOWN
from plans.rules.rule import Rule, Stage
from plans.subject import Subject

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Judged:
    """What one rule said of one plan, or of the package (`plan` None): its faults, or why it was skipped."""

    rule: Rule
    level: Level
    faults: tuple[Fault, ...] = ()
    skipped: str | None = None
    plan: int | None = None

    @property
    def state(self) -> str:
        """Return "failed", "passed" or "skipped"."""
        return "skipped" if self.skipped else "failed" if self.faults else "passed"


@dataclass(frozen=True)
class Checked:
    """A delivery, and what all rules said of it, in the order of the stages."""

    delivery: Delivery
    subjects: tuple[Subject, ...]
    judged: tuple[Judged, ...]

    def count(self, level: Level) -> int:
        """Return how many faults of that level there are."""
        return sum((fault.level or each.level) is level for each in self.judged for fault in each.faults)

    @property
    def ok(self) -> bool:
        """Whether nothing forbids publishing."""
        return not self.count(Level.ERROR)


def judge(
    delivery: Delivery,
    context: Context,
    progress: Callable[[Stage], None] = lambda _: None,
    said: Callable[[Judged], None] = lambda _: None,
) -> Checked:
    """Run all rules of the delivery's standard. `progress` is told each stage as it begins, `said` what each rule said.

    A delivery of an unknown standard is judged by the rules that hold for all three.
    """
    subjects = tuple(Subject(plan, delivery, context) for plan in delivery.plans)
    judged: list[Judged] = []
    for stage in Stage:
        progress(stage)
        for rule in RULES.values():
            if rule.stage is stage and _holds(rule, delivery):
                for each in _said(rule, delivery, subjects):
                    judged.append(each)
                    said(each)
    judged += broken_down(each.rule.id for each in judged if each.skipped == _BROKE_DOWN)
    return Checked(delivery, subjects, tuple(judged))


_BROKE_DOWN = "broke-down"


def broken_down(parts: Iterable[str]) -> Iterable[Judged]:
    """Yield that parts of the check broke down (ids of rules, names of stages), if any did."""
    faults = tuple(Fault(BROKE_DOWN.id, {"part": part}) for part in parts)
    if faults:
        yield Judged(BROKE_DOWN, BROKE_DOWN.level, faults)


def _holds(rule: Rule, delivery: Delivery) -> bool:
    if delivery.standard is None:
        return len(rule.standards) > 1
    return delivery.standard in rule.standards


def _said(rule: Rule, delivery: Delivery, subjects: tuple[Subject, ...]) -> Iterable[Judged]:
    level = rule.level_for(delivery.profile)
    if rule.package_judge is not None:
        yield _tried(rule, level, rule.package_judge, delivery, None)
        return
    if not subjects:
        yield Judged(rule, level, skipped="no-plan")
    for number, subject in enumerate(subjects):
        yield _said_of(rule, rule.level_for(subject.plan.profile), subject, number)


def _said_of(rule: Rule, level: Level, subject: Subject, number: int) -> Judged:
    reason = next((said for need in rule.needs if (said := need(subject))), None)
    if reason is not None or rule.judge is None:
        return Judged(rule, level, skipped=reason, plan=number)
    return _tried(rule, level, rule.judge, subject, number)


def _tried[T](rule: Rule, level: Level, judge: Callable[[T], Iterable[Fault]], of: T, plan: int | None) -> Judged:
    try:
        return Judged(rule, level, tuple(judge(of)), plan=plan)
    except MemoryError:  # it is a limit that the whole check has met
        raise
    except Exception:
        LOG.exception("the rule %s broke down", rule.id)
        return Judged(rule, level, skipped=_BROKE_DOWN, plan=plan)
