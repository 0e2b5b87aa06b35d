"""Rules of the Czech standard: each finds what it is for, none says more than stands behind it."""

from collections import Counter
from pathlib import Path

import pytest

from findings import Level
from plans.context import ALONE, Context
from plans.examples.czech import GOOD
from plans.examples.czech_broken import BROKEN as OF_FORM
from plans.examples.czech_broken import CONTEXT, PASSES
from plans.examples.czech_relations import BROKEN as OF_RELATIONS
from plans.package import opened
from plans.rules.all import RULES
from plans.rules.rule import Backing
from plans.rules.run import Checked, judge
from plans.standards.czech import read

BROKEN = {**OF_FORM, **OF_RELATIONS}
OURS = [rule for rule in RULES if ".cz-" in rule]


def checked(path: Path, folder: Path, context: Context = ALONE) -> Checked:
    return judge(read(opened([path], folder / "unpacked")), context)


def faults(found: Checked) -> Counter[tuple[str, Level]]:
    return Counter((each.rule.id, fault.level or each.level) for each in found.judged for fault in each.faults)


def test_every_rule_has_a_broken_plan() -> None:
    assert set(BROKEN) == set(OURS)


@pytest.mark.parametrize("rule", OURS)
def test_a_broken_plan_breaks_its_rule_and_no_other_is_an_error(tmp_path: Path, rule: str) -> None:
    found = faults(checked(BROKEN[rule](tmp_path), tmp_path, CONTEXT.get(rule, ALONE)))
    assert rule in {name for name, _ in found}
    assert {name for name, level in found if level is Level.ERROR} <= {rule}


@pytest.mark.parametrize("rule", ["", *PASSES])
def test_good_plans_have_nothing_above_a_note(tmp_path: Path, rule: str) -> None:
    make = PASSES.get(rule, GOOD)
    found = checked(make(tmp_path), tmp_path, CONTEXT.get(rule, ALONE))
    assert {level for _, level in faults(found)} <= {Level.NOTE}
    assert {each.state for each in found.judged if each.rule.id == rule} <= {"passed"}


@pytest.mark.parametrize("rule", OURS)
def test_levels_follow_what_stands_behind_a_rule(rule: str) -> None:
    known = RULES[rule]
    (source,) = known.sources.values()
    most = {
        Backing.LAW: {*Level},
        Backing.TECHNICAL: {*Level},
        Backing.PRACTICE: {Level.WARNING, Level.NOTE},
        Backing.OWN: {Level.NOTE} if rule != "attributes.cz-id-unique" else {Level.WARNING, Level.NOTE},
    }[source.backing]
    levels = {known.level_for(profile) for profile in ("JS-pre-2023", "JS-2023", "JS-2024", "JS-2026")}
    assert levels <= most
    if source.backing is Backing.PRACTICE and known.id not in ("structure.cz-folders", "structure.cz-crs-missing"):
        assert known.level_for("JS-pre-2023") is Level.NOTE
