"""What a rule is, and the register in which all rules stand.

    @plan_rule("topology.overlap", Stage.TOPOLOGY, Level.ERROR, source=..., needs=(areas,))
    def overlaps(subject: Subject) -> Iterator[Fault]: ...

The decorator puts the function into RULES; nothing else has to be told. A rule about the package as a whole, whether or
not there is a plan in it, is a `package_rule` and looks at the Delivery.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from findings import Level
from plans.delivery import Delivery
from plans.fault import Fault
from plans.model import Standard
from plans.subject import Subject


class Stage(StrEnum):
    """The stages of a check, in their order."""

    FILES = "files"
    STRUCTURE = "structure"
    ATTRIBUTES = "attributes"
    GEOMETRY = "geometry"
    TOPOLOGY = "topology"
    NEIGHBOURS = "neighbours"
    HARMONISATION = "harmonisation"


class Backing(StrEnum):
    """What stands behind a rule; it bounds the level that the rule may have."""

    LAW = "law"
    """An official text: act, regulation, official schema, official tool of the authority."""
    TECHNICAL = "technical"
    """It is technically impossible to go on otherwise."""
    PRACTICE = "practice"
    """Practitioners' rules: at most a warning."""
    OWN = "own"
    """Ours, or not confirmed: at most a note, or a warning where what is said is a measured fact."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule comes from: what stands behind it, and its name as one would cite it, in its own language."""

    backing: Backing
    name: str


type Judge = Callable[[Subject], Iterable[Fault]]
type PackageJudge = Callable[[Delivery], Iterable[Fault]]
type Need = Callable[[Subject], str | None]
"""Returns None when the rule can run, else the key (`skipped.<key>`) that says why it cannot."""

ALL = (Standard.CZECH, Standard.POLISH, Standard.GERMAN)


@dataclass(frozen=True)
class Rule:
    """One rule.

    `id` is `<stage>.<name>`, with the standard as the first word of the name if it is of one (attributes.pl-symbol); it
    never changes. `levels` are other levels for profiles that begin so ({"XPlan-5": Level.WARNING}). `fix` names the
    repair that can mend it. `sources` are one for each standard, or one for all.
    """

    id: str
    stage: Stage
    level: Level
    sources: Mapping[Standard, Source]
    judge: Judge | None = None
    package_judge: PackageJudge | None = None
    levels: Mapping[str, Level] = field(default_factory=dict)
    needs: tuple[Need, ...] = ()
    fix: str | None = None

    @property
    def standards(self) -> tuple[Standard, ...]:
        """The standards for which the rule holds."""
        return tuple(self.sources)

    def level_for(self, profile: str) -> Level:
        """Return the level of the rule's faults in plans of the profile."""
        return next((level for start, level in self.levels.items() if profile.startswith(start)), self.level)


RULES: dict[str, Rule] = {}
"""All rules by id, in the order in which they are run within a stage. Filled by importing `plans.rules.all`."""


def plan_rule(
    id: str,  # noqa: A002 (what it is called everywhere)
    level: Level,
    source: Source | Mapping[Standard, Source],
    *,
    standards: Iterable[Standard] = ALL,
    levels: Mapping[str, Level] | None = None,
    needs: Iterable[Need] = (),
    fix: str | None = None,
) -> Callable[[Judge], Judge]:
    """Return a decorator that registers a rule on plans. The stage is the first part of the id."""

    def register(judge: Judge) -> Judge:
        _enter(Rule(id, _stage(id), level, _by(source, standards), judge, None, levels or {}, tuple(needs), fix))
        return judge

    return register


def package_rule(
    id: str,  # noqa: A002
    level: Level,
    source: Source | Mapping[Standard, Source],
    *,
    standards: Iterable[Standard] = ALL,
    levels: Mapping[str, Level] | None = None,
    fix: str | None = None,
) -> Callable[[PackageJudge], PackageJudge]:
    """Return a decorator that registers a rule on packages."""

    def register(judge: PackageJudge) -> PackageJudge:
        _enter(Rule(id, _stage(id), level, _by(source, standards), None, judge, levels or {}, fix=fix))
        return judge

    return register


def met(rule: str) -> PackageJudge:
    """Return the judge of a rule whose faults are what a reader met: the incidents of that name."""

    def judge(delivery: Delivery) -> Iterable[Fault]:
        return [
            Fault(rule, each.values, object=each.object, layer=each.layer, place=each.place, where=each.where)
            for each in delivery.incidents
            if each.rule == rule
        ]

    return judge


def _stage(rule: str) -> Stage:
    return Stage(rule.partition(".")[0])


def _by(source: Source | Mapping[Standard, Source], standards: Iterable[Standard]) -> Mapping[Standard, Source]:
    return dict.fromkeys(standards, source) if isinstance(source, Source) else source


def _enter(rule: Rule) -> None:
    if rule.id in RULES:
        raise ValueError(f"two rules are called {rule.id}")
    RULES[rule.id] = rule
