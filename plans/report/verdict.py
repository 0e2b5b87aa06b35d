"""The verdict on one page, for a mayor: may the plan be accepted, what are the three things to do, whose turn is it.

Apart from the full report because it must be read in a minute by somebody who has never seen the data.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from plans.report import page
from plans.report.jsonlines import Line
from plans.report.kinds import kinds, things
from plans.report.texts import Words, clean

THINGS = 3


def render(summary: Mapping[str, Any], lines: Sequence[Line], language: str) -> str:
    """Return the page in a language (cs, de, pl, en)."""
    words = Words(language)
    found = kinds(summary, lines, words, most=1)
    level = "error" if summary["counts"]["error"] else "warning"
    first = things(summary, found, THINGS)
    same = [kind for kind in found if kind.level == level]
    return page.render(
        "verdict.html",
        words,
        styles=[page.style()],
        **page.names(summary),
        municipality=municipality(summary),
        things=first,
        more=len(same) - len(first),
    )


def municipality(summary: Mapping[str, Any]) -> str:
    """Return the municipalities of the plans: names where the register gave them, else codes."""
    names = [each["territory"] or ", ".join(each["municipalities"]) for each in summary["plans"]]
    return clean(", ".join(dict.fromkeys(filter(None, names))))
