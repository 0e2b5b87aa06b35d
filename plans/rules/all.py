"""All rules, by importing the modules in which they stand, in the order in which they are run."""

from plans.rules.rule import RULES, Rule

__all__ = ["RULES", "Rule"]
