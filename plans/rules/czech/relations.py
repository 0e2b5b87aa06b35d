"""Topology between layers: what must lie within what, and what must not lie upon what.

Coverage by areas of use, gaps and overlaps between them are rules of all standards and stand in `plans.rules.topology`.
All overlays here are done on whole layers at once; shapes that are not valid are made valid for it, for their fault is
told elsewhere. Layers of the author's own (X…) are left alone.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Geometry

from findings import Level
from plans.fault import Fault
from plans.model import Element
from plans.rules.czech.sources import CZECH, LEGACY, OWN, VALIDATOR, by_layer, is_own, profile_of
from plans.rules.needs import areas, boundary
from plans.rules.rule import Need, plan_rule
from plans.standards.czech.elements import BUILT_UP, CHANGES, USES
from plans.subject import Subject
from plans.topology.coverage import domain
from plans.topology.mend import cheaply_valid

_PROPOSED = "2"
_SYSTEM = "USES_p"


@dataclass(frozen=True)
class Sound:
    """Elements that have a geometry, and their geometries made valid, (n,)."""

    elements: tuple[Element, ...]
    shapes: NDArray[np.object_]

    def only(self, keep: Callable[[Element], bool]) -> "Sound":
        """Return the elements of which it is true."""
        kept = np.array([keep(each) for each in self.elements], dtype=bool)
        chosen = tuple(each for each, wanted in zip(self.elements, kept, strict=True) if wanted)
        return Sound(chosen, self.shapes[kept])


def sound_layers(subject: Subject) -> dict[str, Sound]:
    """Return the plan's elements with valid geometries by layer; to be asked for by `subject.once`."""
    found = {}
    for layer, elements in subject.once(by_layer).items():
        there = ~(shapely.is_missing(elements.shapes) | shapely.is_empty(elements.shapes))
        shapes = elements.shapes[there]
        rows = tuple(each for each, kept in zip(elements, there, strict=True) if kept)
        found[layer] = Sound(rows, cheaply_valid(shapes))
    return found


def _of(subject: Subject, layer: str, keep: Callable[[Element], bool] = lambda _: True) -> Sound:
    return subject.once(sound_layers).get(layer, Sound((), np.empty(0, dtype=object))).only(keep)


def with_layer(layer: str) -> Need:
    """Return a need of a layer that must be there and not be empty."""

    def need(subject: Subject) -> str | None:
        return None if layer in subject.once(by_layer) else "cz-no-layer"

    return need


@plan_rule("topology.cz-outside-territory", Level.WARNING, VALIDATOR, standards=CZECH, levels=LEGACY, needs=(boundary,))
def outside_territory(subject: Subject) -> Iterator[Fault]:
    """What a layer beside the areas of use holds lies within the area that the plan solves (js_up_2023, T1)."""
    around = subject.once(domain)
    areas = {area.layer for area in subject.plan.areas}
    for layer, sound in subject.once(sound_layers).items():
        if around is not None and layer not in areas and not is_own(layer):
            yield from _protruding("topology.cz-outside-territory", subject, sound, around)


@plan_rule("topology.cz-overlap-in-layer", Level.WARNING, VALIDATOR, standards=CZECH, levels=LEGACY)
def overlaps_in_layer(subject: Subject) -> Iterator[Fault]:
    """Objects of one layer do not lie over one another, but for works and reserves (js_up_2023, T3)."""
    version = profile_of(subject)
    for name, sound in subject.once(sound_layers).items():
        layer = version.layer(name)
        if layer is None or layer.role != "regulation" or layer.may_overlap:
            continue
        one, other = shapely.STRtree(sound.shapes).query(sound.shapes, predicate="intersects")
        one, other = one[one < other], other[one < other]
        common = shapely.intersection(sound.shapes[one], sound.shapes[other])
        for pair in _real(subject, common):
            beside = sound.elements[other[pair]]
            yield _measured(
                "topology.cz-overlap-in-layer", subject, sound.elements[one[pair]], common[pair], other=beside.called
            )


@plan_rule(
    "topology.cz-works-of-system",
    Level.WARNING,
    VALIDATOR,
    standards=CZECH,
    levels=LEGACY,
    needs=(with_layer("VpsVpoAs_p"), with_layer(_SYSTEM)),
)
def works_of_system(subject: Subject) -> Iterator[Fault]:
    """Measures for founding ÚSES (VU) lie within ÚSES (js_up_2023, R2)."""
    works = _of(subject, "VpsVpoAs_p", lambda each: each.code == "VU")
    yield from _protruding("topology.cz-works-of-system", subject, works, _united(_of(subject, _SYSTEM)))


@plan_rule(
    "topology.cz-transformation",
    Level.NOTE,
    VALIDATOR,
    standards=CZECH,
    levels={"JS-2023": Level.WARNING},
    needs=(with_layer(CHANGES), with_layer(BUILT_UP)),
)
def transformation(subject: Subject) -> Iterator[Fault]:
    """Areas of rebuilding (P; since 2024 transformation, T) lie within the built-up area (js_up_2023, R3, of P)."""
    changes = _of(subject, CHANGES, lambda each: each.code in ("P", "T"))
    yield from _protruding("topology.cz-transformation", subject, changes, _united(_of(subject, BUILT_UP)))


@plan_rule(
    "topology.cz-landscape-change",
    Level.WARNING,
    VALIDATOR,
    standards=CZECH,
    levels=LEGACY,
    needs=(with_layer(CHANGES), with_layer(BUILT_UP)),
)
def landscape_change(subject: Subject) -> Iterator[Fault]:
    """Areas of change in the landscape (K) lie outside the built-up area (js_up_2023, R4)."""
    yield from _upon_built_up("topology.cz-landscape-change", subject, "K")


@plan_rule(
    "topology.cz-buildable-in-built-up",
    Level.NOTE,
    OWN,
    standards=CZECH,
    needs=(with_layer(CHANGES), with_layer(BUILT_UP)),
)
def buildable_in_built_up(subject: Subject) -> Iterator[Fault]:
    """Buildable areas (Z) usually lie outside the built-up area; they may lie inside."""
    yield from _upon_built_up("topology.cz-buildable-in-built-up", subject, "Z")


@plan_rule("topology.cz-proposed-unchanged", Level.NOTE, OWN, standards=CZECH, needs=(areas, with_layer(CHANGES)))
def proposed_without_change(subject: Subject) -> Iterator[Fault]:
    """Where an area of use is proposed (CasH 2), there is an area of change."""
    proposed = _of(subject, USES, _is_proposed)
    changes = _of(subject, CHANGES).shapes
    yield from _missing("topology.cz-proposed-unchanged", subject, proposed, changes)


@plan_rule("topology.cz-change-unproposed", Level.NOTE, OWN, standards=CZECH, needs=(areas, with_layer(CHANGES)))
def change_without_proposed(subject: Subject) -> Iterator[Fault]:
    """Where there is an area of change, an area of use is proposed (CasH 2) or a corridor stands."""
    proposed = [_of(subject, USES, _is_proposed).shapes, _of(subject, "KoridoryP_p").shapes]
    yield from _missing("topology.cz-change-unproposed", subject, _of(subject, CHANGES), np.concatenate(proposed))


def _is_proposed(element: Element) -> bool:
    return str(element.attributes.get("CasH")) == _PROPOSED


def _upon_built_up(rule: str, subject: Subject, code: str) -> Iterator[Fault]:
    changes = _of(subject, CHANGES, lambda each: each.code == code)
    common = shapely.intersection(changes.shapes, _near(changes.shapes, _of(subject, BUILT_UP).shapes))
    for number in _real(subject, common):
        yield _measured(rule, subject, changes.elements[number], common[number])


def _missing(rule: str, subject: Subject, sound: Sound, cover: NDArray[np.object_]) -> Iterator[Fault]:
    """Yield a fault for each element of which a part is not under the shapes of the cover."""
    covered = shapely.STRtree(cover).query(sound.shapes, predicate="covered_by")[0]
    rest = np.setdiff1d(np.arange(len(sound.shapes)), covered)  # the usual case is one shape under one
    bare = shapely.difference(sound.shapes[rest], _near(sound.shapes[rest], cover))
    for number in _real(subject, bare):
        yield _measured(rule, subject, sound.elements[rest[number]], bare[number])


def _protruding(rule: str, subject: Subject, sound: Sound, around: Geometry) -> Iterator[Fault]:
    """Yield a fault for each element that reaches out of a shape by more than the tolerance, with how far (m)."""
    tolerance = subject.tolerances.boundary
    wide = shapely.buffer(around, tolerance, quad_segs=2)
    shapely.prepare(wide)
    for number in np.flatnonzero(~shapely.covers(wide, sound.shapes)):
        out = shapely.difference(sound.shapes[number], wide)
        if shapely.is_empty(out):
            continue
        away = float(shapely.distance(shapely.points(shapely.get_coordinates(out)), around).max())
        yield Fault.of(
            rule,
            sound.elements[number],
            out,
            values={"distance": round(away, 2)},
            measured=away,
            tolerance=tolerance,
            unit="m",
        )


def _near(shapes: NDArray[np.object_], others: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return for each shape the union of those others that meet it, empty where none does.

    So an overlay of thousands of shapes with thousands of others never meets the union of all.
    """
    near = np.full(len(shapes), shapely.Polygon(), dtype=object)
    shape, other = shapely.STRtree(others).query(shapes, predicate="intersects")
    met, first, count = np.unique(shape, return_index=True, return_counts=True)
    near[met] = others[other[first]]
    for number, start, many in zip(met[count > 1], first[count > 1], count[count > 1], strict=True):
        near[number] = shapely.union_all(others[other[start : start + many]])
    return near


def _real(subject: Subject, parts: NDArray[np.object_]) -> Sequence[int]:
    """Return which parts are more than noise, by area and by width."""
    areas, lengths = shapely.area(parts), shapely.length(parts)
    width = np.divide(2 * areas, lengths, out=np.zeros(len(parts)), where=lengths > 0)
    found: list[int] = np.flatnonzero((areas > subject.tolerances.noise) & (width > subject.tolerances.width)).tolist()
    return found


def _measured(rule: str, subject: Subject, element: Element, part: Geometry, **values: str) -> Fault:
    area = float(shapely.area(part))
    return Fault.of(
        rule,
        element,
        part,
        values={"area": round(area, 1), **values},
        measured=area,
        tolerance=subject.tolerances.noise,
        unit="m²",
    )


def _united(sound: Sound) -> Geometry:
    return shapely.union_all(sound.shapes)
