"""Repair: what can be mended without asking the planner what was meant, proposed and never done silently.

A change is proposed only where lines move by no more than the tolerance says, areas hardly change, the result is valid
and fits its neighbours; everything else is left, with the reason.
"""

from plans.repair.change import Change, Left, Repair
from plans.repair.propose import propose

__all__ = ["Change", "Left", "Repair", "propose"]
