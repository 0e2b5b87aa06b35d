"""What a Polish delivery is made of: schema and version, mandatory attributes, links, one namespace."""

from collections import Counter
from collections.abc import Iterator

from findings import Level
from plans.delivery import Delivery
from plans.fault import Fault
from plans.model import Element, Standard, Step
from plans.rules.polish import ACT as ACT_OF_LAW
from plans.rules.polish import OURS, PLUGIN, SCHEMA, objects_of, text
from plans.rules.rule import met, package_rule, plan_rule
from plans.standards.polish.codes import code_of
from plans.standards.polish.schema import attributes_of
from plans.subject import Subject

ONLY = (Standard.POLISH,)
IDENTIFIED = ("przestrzenNazw", "lokalnyId")

package_rule("structure.pl-version", Level.WARNING, SCHEMA, standards=ONLY)(met("structure.pl-version"))
package_rule("structure.pl-mixed-versions", Level.WARNING, SCHEMA, standards=ONLY)(met("structure.pl-mixed-versions"))
package_rule("structure.pl-signature", Level.NOTE, OURS, standards=ONLY)(met("structure.pl-signature"))
package_rule("structure.pl-no-act", Level.WARNING, PLUGIN, standards=ONLY)(met("structure.pl-no-act"))
package_rule("structure.pl-unknown", Level.WARNING, SCHEMA, standards=ONLY)(met("structure.pl-unknown"))
package_rule("structure.pl-value", Level.ERROR, SCHEMA, standards=ONLY)(met("structure.pl-value"))
package_rule("structure.pl-plan-link", Level.WARNING, SCHEMA, standards=ONLY)(met("structure.pl-plan-link"))
package_rule("structure.pl-empty-link", Level.NOTE, OURS, standards=ONLY)(met("structure.pl-empty-link"))
package_rule("structure.pl-old-versions", Level.NOTE, OURS, standards=ONLY)(met("structure.pl-old-versions"))


@plan_rule("structure.pl-mandatory", Level.ERROR, SCHEMA, standards=ONLY)
def mandatory(subject: Subject) -> Iterator[Fault]:
    """Find attributes that the schema wants and an object lacks, by the object's own version."""
    for element in objects_of(subject.plan):
        version = text(element, "schemat")
        for attribute in attributes_of(element.layer).values():
            if not attribute.required_in(version):
                continue
            wanted = IDENTIFIED if attribute.name == "idIIP" else (attribute.name,)
            for name in wanted:
                if name not in element.attributes or (name in IDENTIFIED and not text(element, name)):
                    values = {"attribute": name, "version": version}
                    yield Fault.of("structure.pl-mandatory", element, attribute=name, values=values)


@package_rule("structure.pl-gml-id", Level.ERROR, SCHEMA, standards=ONLY)
def gml_ids(delivery: Delivery) -> Iterator[Fault]:
    """Find objects without gml:id, or with one that an object before them has in the same file."""
    seen: dict[tuple[str | None, str], int | None] = {}
    for element in _all(delivery):
        identifier = text(element, "gml:id")
        key = (element.place.file, identifier)
        if not identifier or key in seen:
            values = {"value": identifier or "–", "first": seen.get(key) or "–"}
            yield Fault.of("structure.pl-gml-id", element, attribute="gml:id", values=values)
        seen.setdefault(key, element.place.line)


@package_rule("structure.pl-one-namespace", Level.ERROR, PLUGIN, standards=ONLY)
def one_namespace(delivery: Delivery) -> Iterator[Fault]:
    """Find objects whose przestrzenNazw is not that of most others: a data set has one."""
    spaces = Counter(text(each, "przestrzenNazw") for each in _all(delivery))
    usual = max(spaces, key=spaces.__getitem__, default="")
    for element in _all(delivery):
        space = text(element, "przestrzenNazw")
        if space and space != usual:
            values = {"value": space, "usual": usual}
            yield Fault.of("structure.pl-one-namespace", element, attribute="przestrzenNazw", values=values)


@plan_rule("structure.pl-no-zones", Level.ERROR, ACT_OF_LAW, standards=ONLY)
def no_zones(subject: Subject) -> Iterator[Fault]:
    """Find a general plan in force that has no zones."""
    plan = subject.plan
    is_general = code_of(str(plan.attributes.get("typPlanu", ""))) == "planOgolnyGminy"
    if plan.boundary is not None and is_general and plan.lifecycle.step is Step.LEGAL_FORCE and not plan.areas:
        yield Fault.of("structure.pl-no-zones", plan.boundary)


def _all(delivery: Delivery) -> Iterator[Element]:
    for plan in delivery.plans:
        yield from objects_of(plan)
