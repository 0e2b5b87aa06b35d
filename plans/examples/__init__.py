"""Example plans: for each rule one that is broken exactly so and one that passes, made when they are asked for.

Apart from the rules because they are downloads too: whoever writes software for plans tests it with them. Each module
beside this one belongs to a standard or a stage and may say

    STANDARD   the standard of its examples, if they are all of one
    GOOD       writes a good plan into a folder and returns its path
    BROKEN     by rule: writes the plan that breaks it
    PASSES     by rule: writes a plan that passes it, where the standard's GOOD does not even meet the rule
    CONTEXT    by rule: what is known around its examples (neighbours, the plan in force); nothing for others
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

from plans.context import ALONE, Context
from plans.model import Standard
from plans.rules.all import RULES

type Writer = Callable[[Path], Path]
"""Writes a plan as it would be handed in into the folder given, which exists, and returns the file's path."""


@dataclass(frozen=True)
class Example:
    """One plan of the register.

    `rule` is the rule it is an example of; "" for a plan that is good by all rules. `standard` is None for a package
    that is of none (unreadable ones). Whether it is `broken` or passes, it is checked within `context`.
    """

    rule: str
    standard: Standard | None
    broken: bool
    make: Writer = field(compare=False)
    context: Context = field(default=ALONE, compare=False)

    @property
    def key(self) -> str:
        """Name of the example in links: topology.overlap.cz.broken, good.pl; only letters, digits, points, hyphens."""
        parts = [self.rule or "good", str(self.standard or ""), self.kind if self.rule else ""]
        return ".".join(part for part in parts if part)

    @property
    def kind(self) -> str:
        """Return "broken" or "good"."""
        return "broken" if self.broken else "good"


@cache
def examples() -> tuple[Example, ...]:
    """Return all examples: the good plans first, then for each rule in their order the broken and the passing ones."""
    found = {example.key: example for example in _all()}
    return tuple(found.values())


def examples_of(rule: str) -> tuple[Example, ...]:
    """Return the examples of a rule, broken ones first: those made for it, and the good plans of its standards."""
    return tuple(example for example in examples() if example.rule == rule)


def example(key: str) -> Example | None:
    """Return the example of that key, None if there is none."""
    return next((each for each in examples() if each.key == key), None)


def good() -> Mapping[Standard, Writer]:
    """Return the writer of the good plan of each standard that has one."""
    return {module.STANDARD: module.GOOD for module in _modules() if hasattr(module, "GOOD")}


def _all() -> Iterator[Example]:
    for standard, make in good().items():
        yield Example("", standard, broken=False, make=make)
    modules = _modules()
    for rule in RULES.values():
        contexts = [module.CONTEXT[rule.id] for module in modules if rule.id in getattr(module, "CONTEXT", {})]
        for module in modules:
            yield from _made_for(rule.id, rule.standards, module, contexts[0] if contexts else ALONE)
        if not any(rule.id in getattr(module, "PASSES", {}) for module in modules):
            context = contexts[0] if contexts else ALONE
            for standard in rule.standards:
                if standard in good():
                    yield Example(rule.id, standard, broken=False, make=good()[standard], context=context)


def _made_for(rule: str, standards: tuple[Standard, ...], module: ModuleType, context: Context) -> Iterator[Example]:
    """Yield the examples that a module has for a rule."""
    only = standards[0] if len(standards) == 1 else None
    standard = getattr(module, "STANDARD", only)
    for name, broken in (("BROKEN", True), ("PASSES", False)):
        make = getattr(module, name, {}).get(rule)
        if make is not None:
            yield Example(rule, standard, broken=broken, make=make, context=context)


@cache
def _modules() -> tuple[ModuleType, ...]:
    """Return the modules beside this one that hold examples, by name."""
    names = sorted(each.name for each in iter_modules(__path__))
    modules = (import_module(f"{__name__}.{name}") for name in names)
    return tuple(module for module in modules if hasattr(module, "GOOD") or hasattr(module, "BROKEN"))
