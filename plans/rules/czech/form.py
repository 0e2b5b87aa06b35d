"""Structure: whether files can be read, what they say of CRS and encoding. What the reader met, named as rules."""

from collections.abc import Iterator

from findings import Level
from plans.fault import Fault
from plans.model import Place
from plans.rules.czech.sources import CZECH, OWN, REGION, TECHNICAL, VALIDATOR, tables_of
from plans.rules.rule import Source, met, package_rule, plan_rule
from plans.subject import Subject

_MET: tuple[tuple[str, Level, Source, str | None], ...] = (
    ("structure.cz-missing-file", Level.ERROR, TECHNICAL, None),
    ("structure.cz-unreadable-layer", Level.ERROR, TECHNICAL, None),
    ("structure.cz-cut-off", Level.ERROR, TECHNICAL, None),
    ("structure.cz-row-count", Level.ERROR, TECHNICAL, None),
    ("geometry.cz-broken-record", Level.ERROR, TECHNICAL, None),
    ("structure.cz-duplicate-layer", Level.ERROR, TECHNICAL, None),
    ("structure.cz-folders", Level.WARNING, REGION, None),
    ("structure.cz-wrong-encoding", Level.WARNING, TECHNICAL, None),
    ("structure.cz-crs", Level.ERROR, TECHNICAL, None),
    ("structure.cz-crs-label", Level.ERROR, TECHNICAL, "crs-label"),
    ("structure.cz-crs-missing", Level.WARNING, VALIDATOR, "crs-label"),
    ("geometry.cz-signs", Level.ERROR, TECHNICAL, "axis-order"),
    ("geometry.cz-swapped-axes", Level.ERROR, TECHNICAL, "axis-order"),
)
for _rule, _level, _source, _fix in _MET:
    package_rule(_rule, _level, _source, standards=CZECH, fix=_fix)(met(_rule))


@plan_rule("structure.cz-profile", Level.NOTE, OWN, standards=CZECH)
def profile_assumed(subject: Subject) -> Iterator[Fault]:
    """The version of the standard is the one that the submitter declared, and not one told from the content."""
    plan = subject.plan
    for each in subject.delivery.incidents:
        mine = each.rule == "structure.cz-profile" and each.place == plan.place
        if mine and subject.context.expected.get("profile") != plan.profile:
            yield Fault("structure.cz-profile", each.values, place=each.place)


@plan_rule("structure.cz-guessed-encoding", Level.NOTE, OWN, standards=CZECH)
def guessed_encoding(subject: Subject) -> Iterator[Fault]:
    """Texts with letters of Czech have their encoding said (.cpg). One fault for each encoding that was guessed."""
    guessed = [table for table in tables_of(subject) if table.encoding_guessed]
    for encoding in dict.fromkeys(table.encoding for table in guessed):
        its = [table for table in guessed if table.encoding == encoding]
        values = {"encoding": encoding, "layers": ", ".join(table.name for table in its), "n": len(its)}
        yield Fault("structure.cz-guessed-encoding", values, layer=its[0].name, place=Place(its[0].file))
