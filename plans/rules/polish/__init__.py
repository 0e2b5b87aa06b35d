"""Rules that hold for Polish acts of spatial planning alone, and the official texts that they come from.

What the ministry's schema and its plugin refuse is an error; what they only advise, or leave open, is not.
"""

from collections.abc import Iterator
from datetime import date

from plans.model import Element, Plan
from plans.rules.rule import Backing, Source
from plans.standards.polish.codes import ZONES, ZONES_BY_CODE, Zone, code_of

SCHEMA = Source(Backing.LAW, "Schemat aplikacyjny planowaniePrzestrzenne, wersje 2.0 i 3.0")
PLUGIN = Source(Backing.LAW, "Wtyczka APP 2 (Ministerstwo Rozwoju i Technologii), wersja 2.1.3")
REGULATION = Source(
    Backing.LAW, "Rozporządzenie z 8.12.2023 r. w sprawie projektu planu ogólnego gminy (Dz.U. 2023 poz. 2758), ze zm."
)
ACT = Source(Backing.LAW, "Ustawa z 27.03.2003 r. o planowaniu i zagospodarowaniu przestrzennym, art. 13e")
OURS = Source(Backing.OWN, "Krajina")


def text(element: Element, name: str) -> str:
    """Return an attribute as text, the first of several; "" if it is not there."""
    found = texts(element, name)
    return found[0] if found else ""


def texts(element: Element, name: str) -> tuple[str, ...]:
    """Return all values of an attribute as text."""
    found = element.attributes.get(name, ())
    return tuple(str(each) for each in (found if isinstance(found, tuple) else (found,)))


def day(element: Element, name: str) -> date | None:
    """Return an attribute that is a day; None if it is not there or is none."""
    found = element.attributes.get(name)
    return found if isinstance(found, date) else None


def zone_of(element: Element) -> Zone | None:
    """Return the zone that an object is by its name (nazwa), else by its symbol; None if neither says."""
    return ZONES_BY_CODE.get(code_of(text(element, "nazwa"))) or ZONES.get(text(element, "symbol"))


def objects_of(plan: Plan) -> Iterator[Element]:
    """Yield all objects of a plan: those on the map and its documents and drawings."""
    yield from plan.everything()
    yield from plan.records
