"""All rules, by importing the modules in which they stand, in the order in which they are run."""

import plans.rules.coordinates
import plans.rules.czech
import plans.rules.files
import plans.rules.geometry
import plans.rules.german
import plans.rules.harmonisation
import plans.rules.neighbours
import plans.rules.place
import plans.rules.polish.all
import plans.rules.topology  # noqa: F401
from plans.rules.rule import RULES, Rule

__all__ = ["RULES", "Rule"]
