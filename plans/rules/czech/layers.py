"""Structure: which layers are there, and whether they hold what their names promise."""

from collections.abc import Iterator
from difflib import get_close_matches

from findings import Level
from plans.delivery import Table
from plans.fault import Fault
from plans.model import Place
from plans.rules.czech.sources import (
    CZECH,
    LEGACY,
    OWN,
    TECHNICAL,
    VALIDATOR,
    is_own,
    profile_of,
    tables_of,
)
from plans.rules.needs import whole
from plans.rules.rule import plan_rule
from plans.standards.czech.elements import USES
from plans.standards.czech.layer import official
from plans.subject import Subject

_SHAPES = {"polygon": "Polygon", "line": "Polyline", "point": "Point"}
"""What the format calls them, in every language."""


@plan_rule("structure.cz-no-use-areas", Level.ERROR, TECHNICAL, standards=CZECH, needs=(whole,))
def no_use_areas(subject: Subject) -> Iterator[Fault]:
    """A plan of the whole municipality has areas with a manner of use: without them nothing can be published."""
    if not any(official(each.layer) == USES for each in subject.plan.areas):
        yield Fault("structure.cz-no-use-areas", layer=USES, place=subject.plan.place)


@plan_rule("structure.cz-mandatory-layer", Level.WARNING, VALIDATOR, standards=CZECH, levels=LEGACY, needs=(whole,))
def mandatory_layers(subject: Subject) -> Iterator[Fault]:
    """Every mandatory layer is there and not empty; the areas of use have a rule of their own (js_up_2023, L1)."""
    rows = _rows(subject)
    for layer in profile_of(subject).layers.values():
        if layer.is_mandatory and layer.name != USES and not rows.get(layer.name):
            yield Fault("structure.cz-mandatory-layer", layer=layer.name, place=subject.plan.place)


@plan_rule("structure.cz-empty-layer", Level.NOTE, VALIDATOR, standards=CZECH)
def empty_layers(subject: Subject) -> Iterator[Fault]:
    """A layer that is there has something in it (js_up_2023, L2)."""
    mandatory = {layer.name for layer in profile_of(subject).layers.values() if layer.is_mandatory}
    for table in tables_of(subject):
        if not table.rows and (subject.plan.is_partial or official(table.name) not in mandatory):
            yield _fault("structure.cz-empty-layer", table)


@plan_rule("structure.cz-unknown-layer", Level.WARNING, VALIDATOR, standards=CZECH, levels=LEGACY)
def unknown_layers(subject: Subject) -> Iterator[Fault]:
    """A layer is one of the standard's, or its name begins with X (js_up_2023, L3)."""
    version = profile_of(subject)
    names = {layer.name.lower(): layer.name for layer in version.layers.values()}
    for table in tables_of(subject):
        if version.layer(table.name) is None and not is_own(table.name):
            near = get_close_matches(table.name.lower(), names, 1, 0.8)
            meant = f" ({names[near[0]]}?)" if near else ""
            yield _fault("structure.cz-unknown-layer", table, profile=version.name, meant=meant)


@plan_rule("structure.cz-geometry-type", Level.ERROR, TECHNICAL, standards=CZECH)
def geometry_types(subject: Subject) -> Iterator[Fault]:
    """A layer named …_p holds polygons, one named …_l lines."""
    version = profile_of(subject)
    for table in tables_of(subject):
        layer = version.layer(table.name)
        if layer is not None and table.geometry and table.geometry != layer.geometry:
            yield _fault(
                "structure.cz-geometry-type", table, found=_SHAPES[table.geometry], wanted=_SHAPES[layer.geometry]
            )


@plan_rule("structure.cz-layer-spelling", Level.NOTE, OWN, standards=CZECH)
def spelling(subject: Subject) -> Iterator[Fault]:
    """Names of layers are written as the standard writes them; other letter case is understood."""
    version = profile_of(subject)
    wrong = [table for table in tables_of(subject) if table.name != official(table.name) and version.layer(table.name)]
    if wrong:
        pairs = ", ".join(f"{table.name} → {official(table.name)}" for table in wrong)
        yield Fault("structure.cz-layer-spelling", {"names": pairs, "n": len(wrong)}, place=subject.plan.place)


def _rows(subject: Subject) -> dict[str, int]:
    return {official(table.name): table.rows for table in tables_of(subject)}


def _fault(rule: str, table: Table, **values: str) -> Fault:
    return Fault(rule, values, layer=table.name, place=Place(table.file))
