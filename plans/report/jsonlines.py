"""Faults as plain data, one line each, in the order in which they should be mended; and the number of each.

Apart from the pages because a program that mends plans reads only this.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from findings import Level
from plans.fault import Fault
from plans.report.places import MILLIMETRE, Ground, Shapes, bounded, geojson, shapes_of, to_plain
from plans.rules.rule import Stage
from plans.rules.run import Checked, Judged

type Line = Mapping[str, Any]
"""A fault as report.jsonl has it (see `plans.report`); \"where\" is there only when it was read from the file."""

LEVELS = (Level.ERROR, Level.WARNING, Level.NOTE)
STAGES = tuple(Stage)
_OWNERS = {Stage.NEIGHBOURS: "municipality", Stage.HARMONISATION: "region"}


def owner_of(stage: Stage) -> str:
    """Return who can mend faults of a stage.

    The municipality must speak with its neighbour; mapping tables are the region's; all else is in the drafter's hands.
    """
    return _OWNERS.get(stage, "drafter")


@dataclass(frozen=True)
class Lines:
    """All faults of a check, errors first, then by stage.

    `rows` are the lines without "where", which is beside them: `shapes` as it is drawn, in degrees (`Ground`), `places`
    as GeoJSON, both None where there is none; a shape that is not placed on the earth has no GeoJSON.
    """

    rows: list[dict[str, Any]]
    shapes: Shapes
    places: list[str | None]


def lines(checked: Checked, grounds: Sequence[Ground]) -> Lines:
    """Return all faults; `grounds` are those of the plans.

    Faults of the package are taken to be in the system of the first plan.
    """
    found = [(judged, fault) for judged in checked.judged for fault in judged.faults]
    found.sort(key=lambda each: (LEVELS.index(level_of(*each)), STAGES.index(each[0].rule.stage)))
    rows = [_row(n, judged, fault) for n, (judged, fault) in enumerate(found, 1)]
    shapes, places = shapes_of([None] * len(found)), shapes_of([None] * len(found))
    for number, ground in enumerate(grounds):
        mine = [i for i, row in enumerate(rows) if (row["plan"] or 0) == number and found[i][1].where is not None]
        shapes[mine] = ground.degrees(bounded(shapes_of([found[i][1].where for i in mine])), MILLIMETRE)
        places[mine] = shapes[mine] if ground.placed else None
    return Lines(rows, shapes, geojson(places))


def level_of(judged: Judged, fault: Fault) -> Level:
    """Return the level of a fault."""
    return fault.level or judged.level


def write(path: Path, found: Lines) -> None:
    """Write the lines as JSON Lines. Geometries are put in as the text that they are."""
    with path.open("w", encoding="utf-8") as file:
        for row, place in zip(found.rows, found.places, strict=True):
            text = json.dumps(row, ensure_ascii=False, separators=(",", ":"))
            file.write(f'{text[:-1]},"where":{place or "null"}}}\n')


def read(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the lines of a report."""
    with path.open(encoding="utf-8") as file:
        yield from (json.loads(line) for line in file)


def _row(n: int, judged: Judged, fault: Fault) -> dict[str, Any]:
    return {
        "n": n,
        "rule": judged.rule.id,
        "level": level_of(judged, fault).value,
        "owner": owner_of(judged.rule.stage),
        "plan": judged.plan,
        "object": to_plain(fault.object),
        "layer": to_plain(fault.layer),
        "attribute": to_plain(fault.attribute),
        "file": to_plain(fault.place.file),
        "line": fault.place.line,
        "row": fault.place.row,
        "measured": to_plain(fault.measured),
        "tolerance": to_plain(fault.tolerance),
        "unit": fault.unit,
        "values": {name: to_plain(value) for name, value in fault.values.items()},
        "fix": judged.rule.fix,
    }
