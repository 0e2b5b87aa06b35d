"""What a check makes beside its report: the repaired package, the harmonised plan, the differences to the one in force.

Apart from the running of a check because each is made only where there is something to make it of.
"""

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from shapely import Geometry

from findings import Level
from plans.difference import Difference, difference
from plans.harmonise import Harmonised, harmonised, plu, write
from plans.order import Order, Paths
from plans.package import Package, opened
from plans.repair import Change, Repair, propose
from plans.report.places import MILLIMETRE, Ground, extent, geojson, shapes_of, to_plain
from plans.rules.rule import Stage
from plans.rules.run import Checked, judge
from plans.standards import completed, patch, read

LOG = logging.getLogger(__name__)


class Products:
    """What is made of one checked package, in the folder of its check."""

    def __init__(self, package: Package, checked: Checked, order: Order, paths: Paths) -> None:
        self.package, self.checked, self.order, self.paths = package, checked, order, paths
        self.repaired: Repair | None = None
        self.after: Checked | None = None
        self.harmonised: list[Harmonised] = []
        self.differences: list[Difference] = []
        self.broken: list[str] = []

    def attempt(self, stage: str, step: Callable[[], None]) -> None:
        """Take a step. If it breaks down, which is a fault of ours, what was found before it is told all the same."""
        made = set(self.paths.out.iterdir())
        try:
            step()
        except MemoryError:  # it is a limit that the whole check has met
            raise
        except Exception:
            LOG.exception("%s broke down", stage)
            self.broken.append(stage)
            for half in set(self.paths.out.iterdir()) - made:
                half.unlink()

    def repair(self) -> None:
        """Propose repairs, write the corrected package, and judge it as if it had been handed in.

        Not where a file of the package was refused: the corrected one would lack it, and pass without a word.
        """
        if any(
            each.rule.stage is Stage.FILES and each.level is Level.ERROR and each.faults for each in self.checked.judged
        ):
            return
        self.repaired = propose(self.checked)
        if not self.repaired.changes:
            return
        delivery = self.checked.delivery
        target = patch(self.package, delivery, self.repaired.changes, self.paths.out / f"repaired{self._suffix()}")
        _write_changes(self.checked, self.repaired, self.paths.out / "repair.json")
        again = opened({self.order.name: target}, self.paths.scratch / "repaired", self.order.name)
        again = replace(again, profile=self.package.profile)
        context = self.checked.subjects[0].context
        reread = read(again, self.order.standard)
        self.after = judge(completed(reread, self.order.expected.get("in_force"), context.territory), context)

    def harmonise(self) -> None:
        """Bring the plans to the common terms, and compare them with those in force."""
        plans = [subject.plan for subject in self.checked.subjects]
        self.harmonised = [each.once(harmonised) for each in self.checked.subjects]
        if self.harmonised:
            write(self.harmonised, self.paths.out / "harmonised.gpkg")
            plu(self.harmonised, self.paths.out / "plu.gml")
        in_force = [subject.context.in_force for subject in self.checked.subjects]
        self.differences = [difference(plan, one) for plan, one in zip(plans, in_force, strict=True) if one]

    def _suffix(self) -> str:
        """Return the suffix of the corrected package: what was a zip stays one, several files become one."""
        if self.package.is_packed or len(self.package.files) != 1:
            return ".zip"
        return PurePosixPath(next(iter(self.package.files))).suffix.lower() or ".gml"


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A changed object before or after: the geometry and its CRS."""

    change: Change
    when: str
    geometry: Geometry | None
    crs: str | None


def _write_changes(checked: Checked, repair: Repair, path: Path) -> None:
    """Write each changed object before and after as GeoJSON (CRS84, millimetres)."""
    drawn: list[_Drawn] = []
    for change in repair.changes:
        crs = checked.subjects[change.plan].plan.crs
        drawn.append(_Drawn(change, "before", change.element.geometry, crs))
        drawn.append(_Drawn(change, "after", change.after, change.crs or crs))
    features = [_feature(each, text) for each, text in zip(drawn, _in_degrees(drawn), strict=True)]
    document = {"type": "FeatureCollection", "features": features}
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")


def _in_degrees(drawn: Sequence[_Drawn]) -> list[str]:
    """Return the geometries as GeoJSON texts in their order, "" for none; those of one CRS are brought over at once."""
    texts = [""] * len(drawn)
    for crs in dict.fromkeys(each.crs for each in drawn):
        numbers = [number for number, each in enumerate(drawn) if each.crs == crs]
        shapes = shapes_of([drawn[number].geometry for number in numbers])
        found = geojson(Ground(crs, extent(shapes)).degrees(shapes, MILLIMETRE))
        for number, text in zip(numbers, found, strict=True):
            texts[number] = text or ""
    return texts


def _feature(drawn: _Drawn, text: str) -> dict[str, Any]:
    change = drawn.change
    told = {
        "plan": change.plan,
        "layer": change.element.layer,
        "object": to_plain(change.element.id),
        "when": drawn.when,
        "fixes": list(change.fixes),
        "moved": to_plain(change.moved),
        "area": to_plain(change.area_before if drawn.when == "before" else change.area_after),
    }
    return {"type": "Feature", "geometry": json.loads(text) if text else None, "properties": told}
