"""The folder of a report: all its files, written in one go from what the check has found.

Apart from the pages because this is the order of work: places, faults, summary, drawing, and then pages from these.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from findings import LANGUAGES
from plans.report import drawing, html, jsonlines, verdict
from plans.report import map as maps
from plans.report.figures import differences_of, harmonised_of, repair_of
from plans.report.summary import ground_of, summary
from plans.rules.run import Checked

if TYPE_CHECKING:
    from plans.difference import Difference
    from plans.harmonise import Harmonised
    from plans.repair import Repair


class Ordered(Protocol):
    """What the report must know of what was ordered: the name that the submitter gave the package."""

    @property
    def name(self) -> str:
        """Return the name, without folders."""


def write(
    folder: Path,
    checked: Checked,
    repair: "Repair | None",
    harmonised: "Sequence[Harmonised]",
    differences: "Sequence[Difference]",
    order: Ordered,
    *,
    repaired: Checked | None = None,
    seconds: Mapping[str, float] | None = None,
) -> None:
    """Write the report's files into the folder, which exists; what they are stands in `plans.report`.

    `harmonised` and `differences` are those of the plans, in their order, as many as there are. `repair` None says that
    nothing was proposed; `repaired` is how the repaired plan was judged, if it was. `seconds` are those of the stages.
    """
    plans = [subject.plan for subject in checked.subjects]
    grounds = [ground_of(plan) for plan in plans]
    found = jsonlines.lines(checked, grounds)
    lines = found.rows
    drawn = drawing.draw(plans, grounds, found, harmonised, repair, differences)
    told = summary(checked, lines, order.name, seconds or {})
    told["harmonised"] = harmonised_of(harmonised)
    told["difference"] = differences_of(differences, checked)
    told["repair"] = repair_of(repair, repaired)
    told["drawn"] = {"metres": round(drawn.metres, 3), "vertices": drawn.vertices, "placed": drawn.placed}
    jsonlines.write(folder / "report.jsonl", found)
    _write(folder / "summary.json", told)
    drawing.write(folder, drawn)
    picture = maps.picture(drawn) if maps.leaflet() else None
    for language in LANGUAGES:
        report = html.render(told, lines, drawn, picture, language)
        (folder / f"report.{language}.html").write_text(report, encoding="utf-8")
        (folder / f"verdict.{language}.html").write_text(verdict.render(told, lines, language), encoding="utf-8")


def _write(path: Path, document: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
