"""What the tests of the Polish standard share: reading files as they would be handed in, and what was found in them."""

from pathlib import Path

from plans.context import ALONE, Context
from plans.delivery import Delivery
from plans.package import opened
from plans.rules.run import judge
from plans.standards.polish.read import read


def handed_in(folder: Path, *files: Path) -> Delivery:
    """Return the files as one delivery; `folder` is for copies."""
    return read(opened({f"{n}-{file.name}": file for n, file in enumerate(files)}, folder))


def found(delivery: Delivery, context: Context = ALONE) -> dict[str, list[str]]:
    """Return the ids of the rules that found something, by level, each as often as it did."""
    levels: dict[str, list[str]] = {"error": [], "warning": [], "note": []}
    for judged in judge(delivery, context).judged:
        for fault in judged.faults:
            levels[fault.level or judged.level].append(judged.rule.id)
    return levels
