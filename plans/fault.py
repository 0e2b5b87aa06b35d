"""The Fault: one thing in a plan that is not as a rule wants it, with the place where it shows.

It is a finding of the desk: beside level and values it names rule, object and measured figure, and carries the
geometry of the fault itself (the gap, not the areas beside it). Texts are in `plans/messages`, chosen when it is shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shapely import Geometry

from findings import Level
from plans.model import NOWHERE, Element, Place


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault.

    `rule` is the rule's id, which also names its texts; `values` fill them. `level` None is the rule's own level.
    `object` and `layer` name the element as the plan does. `where` is in the plan's CRS. `measured` and `tolerance`
    are in `unit` ("m", "m²", or "" for plain numbers).
    """

    rule: str
    values: Mapping[str, Any] = field(default_factory=dict)
    level: Level | None = None
    object: str | None = None
    layer: str | None = None
    attribute: str | None = None
    place: Place = NOWHERE
    where: Geometry | None = None
    measured: float | None = None
    tolerance: float | None = None
    unit: str = ""

    @classmethod
    def of(cls, rule: str, element: Element, where: Geometry | None = None, **more: Any) -> "Fault":  # noqa: ANN401
        """Return a fault of an element, at the geometry given or else at the element's own; `more` as the fields."""
        return cls(
            rule,
            object=element.id or None,
            layer=element.layer,
            place=element.place,
            where=element.geometry if where is None else where,
            **more,
        )
