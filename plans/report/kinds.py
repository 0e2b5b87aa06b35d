"""Faults of one kind together: one rule at one level, with its words once and the first of its faults told.

Apart from the pages because the full report, the verdict and the desk list the same kinds in the same order: first what
to mend first. Who has mended the files sees other faults of the geometry; who mends warnings first has lost a day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from plans.report.jsonlines import Line
from plans.report.texts import Told, Words

PRINTED_PER_KIND = 25


@dataclass(frozen=True)
class Kind:
    """Faults of one rule at one level: how many, the first of them with their words, and what the rule says of all.

    `rule` is the rule as summary.json has it; `told` the first fault in words.
    """

    level: str
    rule: Mapping[str, Any]
    count: int
    told: Told
    faults: tuple[tuple[Line, Told], ...]

    @property
    def id(self) -> str:
        """Return the kind's name in links."""
        return f"{self.level}-{self.rule['id']}"


def kinds(summary: Mapping[str, Any], lines: Sequence[Line], words: Words, most: int = PRINTED_PER_KIND) -> list[Kind]:
    """Return the kinds of faults in the order in which they should be mended, with `most` faults of each told."""
    rules = {rule["id"]: rule for rule in summary["rules"]}
    grouped: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        grouped.setdefault((line["level"], line["rule"]), []).append(line)
    return [_kind(level, rules[rule], mine, words, most) for (level, rule), mine in grouped.items()]


def _kind(level: str, rule: Mapping[str, Any], mine: Sequence[Line], words: Words, most: int) -> Kind:
    told = tuple((line, words.told(line)) for line in mine[:most])
    return Kind(level, rule, len(mine), told[0][1], told)


def things(summary: Mapping[str, Any], found: Sequence[Kind], most: int = 3) -> list[Kind]:
    """Return the most important kinds: errors, or if there are none warnings; at most so many."""
    level = "error" if summary["counts"]["error"] else "warning"
    return [kind for kind in found if kind.level == level][:most]
