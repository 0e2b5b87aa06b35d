"""The full report as one file that opens offline: what to mend, where it is, and all that was looked at.

Apart from the verdict because it is for the drafter. Without JavaScript all text is there; only the map is missing.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from plans.harmonise.tables import hilucs
from plans.report import map as maps
from plans.report import page
from plans.report.drawing import Drawing
from plans.report.jsonlines import Line
from plans.report.kinds import PRINTED_PER_KIND, kinds, things
from plans.report.map import Picture
from plans.report.texts import Words

MOST_ROWS = 60
"""Rows of a table in print; JSON has all."""
FIRST = 5
"""Kinds of faults that are named at the top."""


def render(
    summary: Mapping[str, Any], lines: Sequence[Line], drawing: Drawing, picture: Picture | None, language: str
) -> str:
    """Return the report in a language (cs, de, pl, en).

    `lines` are all its faults; `picture` is the map of the drawing, None if there is none.
    """
    words = Words(language)
    found = kinds(summary, lines, words)
    first = things(summary, found, FIRST)
    leaflet = maps.leaflet() if picture else None
    scripts = _scripts(picture, maps.labels(drawing, found, words)) if picture else []
    return page.render(
        "report.html",
        words,
        styles=[page.style(), *([leaflet.style] if leaflet else [])],
        scripts=scripts,
        **page.names(summary),
        kinds=found,
        things=first,
        more=len(found) - len(first),
        printed=PRINTED_PER_KIND,
        drawn={line["n"] for line, _ in drawing.faults} if picture else set(),
        fixes=fixes(summary),
        built=maps.leaflet() is not None,
        place=picture.place if picture else "",
        overlays=overlays(drawing),
        shown=shown(drawing),
        strokes=maps.STROKES,
        codes=maps.codes_of(drawing, words),
        most_codes=len(maps.NATIONAL),
        other=maps.OTHER,
        lands=hilucs(),
        most_rows=MOST_ROWS,
    )


def _scripts(picture: Picture, labels: Mapping[str, Any]) -> list[str]:
    """Return what is run in a page, in order."""
    leaflet = maps.leaflet()
    own = f"const reportWords = {page.json_in_script(labels)};"
    return [leaflet.script if leaflet else "", page.asset("report.js"), own, picture.script]


def shown(drawing: Drawing) -> set[str]:
    """Return which parts, levels of faults and changes the map shows."""
    faults = {line["level"] for line, _ in drawing.faults}
    return {part.part for part in drawing.parts} | faults | {each.change for each in drawing.overlays}


def overlays(drawing: Drawing) -> list[str]:
    """Return which of the two sets of changes the map can show: difference, repair."""
    found = {"repair" if each.change == "repaired" else "difference" for each in drawing.overlays}
    return sorted(found)


def fixes(summary: Mapping[str, Any]) -> set[str]:
    """Return the names of the repairs that are proposed."""
    changes = summary["repair"]["changes"] if summary["repair"] else []
    return {fix for change in changes for fix in change["fixes"]}
