"""What a rule looks at: one plan, with what was delivered and what is known around it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

from plans.context import ALONE, Context
from plans.delivery import Delivery
from plans.model import Plan
from plans.tolerance import TOLERANCES, Tolerances


@dataclass(frozen=True)
class Subject:
    """One plan under examination."""

    plan: Plan
    delivery: Delivery
    context: Context = ALONE
    _known: dict[Callable[..., Any], Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def tolerances(self) -> Tolerances:
        """Those of the plan's standard."""
        return TOLERANCES[self.plan.standard]

    def once[T](self, find: Callable[["Subject"], T]) -> T:
        """Return what the function finds in this subject; it is worked out the first time only.

        So several rules share one coverage, one index, one union of the areas.
        """
        if find not in self._known:
            self._known[find] = find(self)
        return cast("T", self._known[find])
