"""How an XPlanGML file is put together: version, plan, Bereiche, object types, identifiers, links."""

from collections.abc import Iterator

from findings import Level
from plans.fault import Fault
from plans.rules.german.sources import GERMAN, OWN, UNTABLED, VALIDATOR, condition, everything, schema_of, version
from plans.rules.rule import Backing, Source, met, package_rule, plan_rule
from plans.standards.german import schema
from plans.standards.german.attributes import values
from plans.subject import Subject

READABLE = Source(Backing.TECHNICAL, "XPlanGML, Namensraum der Version")

package_rule("structure.de-version", Level.ERROR, READABLE, standards=GERMAN)(met("structure.de-version"))
package_rule("structure.de-no-plan", Level.ERROR, schema_of("XPlanAuszug, XP_Plan"), standards=GERMAN)(
    met("structure.de-no-plan")
)
package_rule(
    "structure.de-identifier", Level.ERROR, Source(Backing.LAW, "GML 3.2.1 (ISO 19136), gml:id"), standards=GERMAN
)(met("structure.de-identifier"))
package_rule("structure.de-link", Level.ERROR, VALIDATOR, standards=GERMAN)(met("structure.de-link"))
package_rule("structure.de-unassigned", Level.WARNING, VALIDATOR, standards=GERMAN)(met("structure.de-unassigned"))


@plan_rule("structure.de-object", Level.ERROR, schema_of("Objektarten der Version"), standards=GERMAN, levels=UNTABLED)
def unknown_object(subject: Subject) -> Iterator[Fault]:
    """Find objects of a type that the version of the file does not have."""
    release = version(subject)
    for element in everything(subject.plan):
        if not schema.known(element.layer, release):
            yield Fault.of("structure.de-object", element, values={"version": release})


@plan_rule(
    "structure.de-part",
    Level.ERROR,
    condition("4.1.1.1, 4.1.2.3, 5.1.1.1, 5.1.2.3", "Einschränkung der Relationen bereich und gehoertZuPlan"),
    standards=GERMAN,
)
def wrong_part(subject: Subject) -> Iterator[Fault]:
    """Find Bereiche of another kind of plan (an FP_Bereich in a BP_Plan), or whose gehoertZuPlan is not this plan."""
    boundary = subject.plan.boundary
    if boundary is None:
        return
    expected = f"{boundary.layer[:2]}_Bereich"
    for part in subject.plan.parts:
        named = [str(link) for link in values(part.attributes.get("gehoertZuPlan"))]
        if part.layer != expected or (named and f"#{boundary.id}" not in named):
            yield Fault.of("structure.de-part", part, values={"expected": expected, "plan": boundary.layer})


@plan_rule("structure.de-empty", Level.WARNING, OWN, standards=GERMAN)
def empty(subject: Subject) -> Iterator[Fault]:
    """Find plans that have neither objects nor a drawing."""
    plan = subject.plan
    if plan.is_raster_only and not plan.documents:
        yield Fault("structure.de-empty", place=plan.place, where=plan.boundary.geometry if plan.boundary else None)
