"""Faults as plain data, one line each, in the order in which they should be mended; and the number of each.

Apart from the pages because a program that mends plans reads only this.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from findings import Level
from plans.fault import Fault
from plans.report.places import MILLIMETRE, Ground, Shapes, bounded, geojson, shapes_of, to_plain
from plans.rules.rule import Stage
from plans.rules.run import Checked, Judged

type Line = Mapping[str, Any]
"""A fault as report.jsonl has it; see `plans.report`."""

LEVELS = (Level.ERROR, Level.WARNING, Level.NOTE)
STAGES = tuple(Stage)
_OWNERS = {Stage.NEIGHBOURS: "municipality", Stage.HARMONISATION: "region"}


def owner_of(stage: Stage) -> str:
    """Return who can mend faults of a stage.

    The municipality must speak with its neighbour; mapping tables are the region's; all else is in the drafter's hands.
    """
    return _OWNERS.get(stage, "drafter")


def lines(checked: Checked, grounds: Sequence[Ground]) -> tuple[list[dict[str, Any]], Shapes]:
    """Return all faults, errors first, then by stage; and beside each where it is drawn, in degrees (`Ground`).

    `grounds` are those of the plans. Faults of the package are taken to be in the system of the first plan.
    """
    found = [(judged, fault) for judged in checked.judged for fault in judged.faults]
    found.sort(key=lambda each: (LEVELS.index(level_of(*each)), STAGES.index(each[0].rule.stage)))
    shapes = shapes_of([None] * len(found))
    for number, ground in enumerate(grounds):
        mine = [
            i for i, (judged, fault) in enumerate(found) if fault.where is not None and (judged.plan or 0) == number
        ]
        shapes[mine] = ground.degrees(bounded(shapes_of([found[i][1].where for i in mine])), MILLIMETRE)
    texts = geojson(shapes)
    told = []
    for n, (judged, fault) in enumerate(found, 1):
        text = texts[n - 1] if grounds and grounds[judged.plan or 0].placed else None
        told.append(_line(n, judged, fault, json.loads(text) if text else None))
    return told, shapes


def level_of(judged: Judged, fault: Fault) -> Level:
    """Return the level of a fault."""
    return fault.level or judged.level


def write(path: Path, found: Iterable[Line]) -> None:
    """Write lines as JSON Lines."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in found)


def read(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the lines of a report."""
    with path.open(encoding="utf-8") as file:
        yield from (json.loads(line) for line in file)


def _line(n: int, judged: Judged, fault: Fault, where: Any) -> dict[str, Any]:  # noqa: ANN401 (GeoJSON)
    return {
        "n": n,
        "rule": judged.rule.id,
        "level": level_of(judged, fault).value,
        "owner": owner_of(judged.rule.stage),
        "plan": judged.plan,
        "object": fault.object,
        "layer": fault.layer,
        "attribute": fault.attribute,
        "file": fault.place.file,
        "line": fault.place.line,
        "row": fault.place.row,
        "where": where,
        "measured": to_plain(fault.measured),
        "tolerance": to_plain(fault.tolerance),
        "unit": fault.unit,
        "values": {name: to_plain(value) for name, value in fault.values.items()},
        "fix": judged.rule.fix,
    }
