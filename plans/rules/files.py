"""Rules on the files themselves: what was met while they were unpacked and opened, before anybody knows what they say.

Each limit and each trick has a rule of its own, so that the text can say what to do. What is told is found where the
files are opened (`plans.package`, `plans.xml`, `plans.standards`). That the check itself had to be stopped is told from
outside its process (`plans.process`); it is no rule that a plan could break or pass, but is shown like one.
"""

from collections.abc import Iterable

from findings import Level
from plans.delivery import Delivery
from plans.fault import Fault
from plans.model import Place
from plans.rules.rule import ALL, Backing, Rule, Source, Stage, met, package_rule

ZIP = Source(Backing.TECHNICAL, "PKWARE, .ZIP File Format Specification (APPNOTE) 6.3.10")
XML = Source(Backing.TECHNICAL, "W3C, Extensible Markup Language (XML) 1.0, Fifth Edition")
ENTITIES = Source(Backing.TECHNICAL, "OWASP, XML External Entity Prevention Cheat Sheet")
LIMIT = Source(Backing.TECHNICAL, "Krajina, plans/limits.py")
OURS = Source(Backing.OWN, "Krajina")

_MET = (
    ("files.empty", Level.ERROR, LIMIT),
    ("files.archive", Level.ERROR, ZIP),
    ("files.packing", Level.ERROR, ZIP),
    ("files.member", Level.ERROR, ZIP),
    ("files.encrypted", Level.ERROR, ZIP),
    ("files.overlap", Level.ERROR, ZIP),
    ("files.twice", Level.ERROR, ZIP),
    ("files.path", Level.ERROR, ZIP),
    ("files.name", Level.ERROR, ZIP),
    ("files.link", Level.ERROR, ZIP),
    ("files.nested", Level.WARNING, OURS),
    ("files.entries", Level.ERROR, LIMIT),
    ("files.too-large", Level.ERROR, LIMIT),
    ("files.ratio", Level.ERROR, LIMIT),
    ("files.xml", Level.ERROR, XML),
    ("files.doctype", Level.ERROR, ENTITIES),
    ("files.xml-depth", Level.ERROR, LIMIT),
    ("files.unknown", Level.ERROR, LIMIT),
    ("files.two-standards", Level.ERROR, LIMIT),
)
"""Rules whose faults are what was met on the way: each reader tells them by the rule's id."""

for _rule, _level, _source in _MET:
    package_rule(_rule, _level, _source)(met(_rule))

KILLED = {
    limit: Rule(f"files.killed-{limit}", Stage.FILES, Level.ERROR, dict.fromkeys(ALL, LIMIT))
    for limit in ("time", "memory", "written", "crash")
}
"""What is said of a check that was stopped, by the limit. Nobody runs them: whoever ends the process knows."""

BROKE_DOWN = Rule("files.broke-down", Stage.FILES, Level.ERROR, dict.fromkeys(ALL, LIMIT))
"""What is said where a rule, or a later stage, broke down: without it nobody knows whether the plan is right."""


@package_rule("files.unread", Level.NOTE, OURS)
def unread(delivery: Delivery) -> Iterable[Fault]:
    """Tell of each file that no reader had a use for. A package of an unknown standard is told as a whole.

    An archive in the package has been told already.
    """
    if delivery.standard is None:
        return []
    told = {each.values["file"] for each in delivery.incidents if each.rule == "files.nested"}
    return [
        Fault("files.unread", {"file": member.path, "size": member.size}, place=Place(member.path))
        for member in delivery.members
        if member.role == "unread" and member.path not in told
    ]
