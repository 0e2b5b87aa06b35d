"""Whether the attributes that say how land may be built on agree: general use, special use, use of special areas.

BauNVO § 1: residential, mixed, commercial and special building land (Absatz 1), and the areas of each (Absatz 2).
"""

from collections.abc import Iterator

from findings import Level
from plans.fault import Fault
from plans.model import Element
from plans.rules.german.sources import GERMAN, condition, version
from plans.rules.rule import plan_rule
from plans.standards.german import schema
from plans.standards.german.attributes import values
from plans.subject import Subject

BUILT = frozenset(("BP_BaugebietsTeilFlaeche", "FP_BebauungsFlaeche"))
GENERAL = {
    **dict.fromkeys(("1000", "1100", "1200", "1300"), "1000"),
    **dict.fromkeys(("1400", "1450", "1500", "1550", "1600"), "2000"),
    **dict.fromkeys(("1700", "1800"), "3000"),
    **dict.fromkeys(("2000", "2100", "3000", "4000"), "4000"),
}
"""XP_AllgArtDerBaulNutzung of each XP_BesondereArtDerBaulNutzung; 9999 (other) fits all."""
SPECIAL = frozenset(("2000", "2100", "3000", "4000", "9999"))
"""XP_BesondereArtDerBaulNutzung that may have a sondernutzung."""


@plan_rule(
    "attributes.de-use",
    Level.ERROR,
    condition("4.5.1.2, 5.3.1.1", "Konsistenz der Attribute allgArtDerBaulNutzung und besondereArtDerBaulNutzung"),
    standards=GERMAN,
)
def disagreeing_use(subject: Subject) -> Iterator[Fault]:
    """Find areas whose special use is not one of their general use."""
    for element in _built(subject):
        for special in values(element.attributes.get("besondereArtDerBaulNutzung")):
            expected = GENERAL.get(str(special))
            for general in values(element.attributes.get("allgArtDerBaulNutzung")):
                if expected is not None and str(general) != expected:
                    found = _named(element, subject, str(general), str(special))
                    yield Fault.of("attributes.de-use", element, attribute="allgArtDerBaulNutzung", values=found)


@plan_rule(
    "attributes.de-special-use",
    Level.ERROR,
    condition("4.5.1.3, 5.3.1.2", "Konsistenz der Attribute besondereArtDerBaulNutzung und sondernutzung"),
    standards=GERMAN,
)
def special_use_elsewhere(subject: Subject) -> Iterator[Fault]:
    """Find areas that name a use of special areas and are none."""
    for element in _built(subject):
        named = values(element.attributes.get("sondernutzung")) + values(element.attributes.get("sonderNutzung"))
        for special in values(element.attributes.get("besondereArtDerBaulNutzung")):
            if named and str(special) not in SPECIAL:
                found = {"value": str(named[0]), "special": str(special), "name": element.name}
                yield Fault.of("attributes.de-special-use", element, attribute="sondernutzung", values=found)


def _built(subject: Subject) -> Iterator[Element]:
    return (each for each in (*subject.plan.areas, *subject.plan.regulations) if each.layer in BUILT)


def _named(element: Element, subject: Subject, general: str, special: str) -> dict[str, str]:
    release = version(subject)
    name = schema.text(element.layer, "allgArtDerBaulNutzung", general, release)
    return {"general": general, "general_name": name or general, "special": special, "special_name": element.name}
