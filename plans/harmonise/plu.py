"""A harmonised plan as INSPIRE Planned Land Use 4.0 GML, written as text, feature by feature: no tree is in memory.

The order of elements, what must be there and what may be nil is that of the application schema (PlannedLandUse.xsd
4.0, with 4.0.1's `backgroundMap`). What the plan does not say is nil with the reason Unpopulated; presence of several
uses, which no national standard measures, is nil with the reason Unknown.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from math import isfinite
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from shapely import Geometry, MultiLineString, MultiPoint, MultiPolygon

from plans.harmonise import tables
from plans.harmonise.geopackage import lines_of, points_of
from plans.harmonise.making import polygons
from plans.harmonise.matching import texts
from plans.harmonise.model import Harmonised, Item, SpatialPlan
from plans.harmonise.surfaces import shape_text

NAMESPACES = {
    "plu": "http://inspire.ec.europa.eu/schemas/plu/4.0",
    "base": "http://inspire.ec.europa.eu/schemas/base/3.3",
    "base2": "http://inspire.ec.europa.eu/schemas/base2/2.0",
    "gml": "http://www.opengis.net/gml/3.2",
    "xlink": "http://www.w3.org/1999/xlink",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
LISTS = "http://inspire.ec.europa.eu/codelist/"
VOID = f"{LISTS}VoidReasonValue/"
SCHEMA = f"{NAMESPACES['plu']} https://inspire.ec.europa.eu/schemas/plu/4.0/PlannedLandUse.xsd"
SRS = "http://www.opengis.net/def/crs/EPSG/0/"
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def plu(harmonised: Harmonised | Sequence[Harmonised], target: Path) -> Path | None:
    """Write harmonised plans as GML 3.2 in the PLU 4.0 application schema; return its place.

    Coordinates are in each plan's CRS with the axis order of the authority, named by http://www.opengis.net/def/crs/…;
    areas are MultiSurfaces. A plan without CRS or extent is no SpatialPlan and is left out; areas without polygons and
    regulations without geometry too. Returns None, and writes nothing, if no plan is left.
    """
    given = [harmonised] if isinstance(harmonised, Harmonised) else harmonised
    plans = [each for each in given if each.plan.crs is not None and each.plan.extent is not None]
    if not plans:
        return None
    spaces = "".join(f' xmlns:{prefix}="{space}"' for prefix, space in NAMESPACES.items())
    with target.open("w", encoding="utf-8") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        file.write(f'<gml:FeatureCollection{spaces} gml:id="plans" xsi:schemaLocation="{SCHEMA}">\n')
        for each in plans:
            file.writelines(f"<gml:featureMember>{feature}</gml:featureMember>\n" for feature in _features(each))
        file.write("</gml:FeatureCollection>\n")
    return target


def _features(harmonised: Harmonised) -> Iterator[str]:
    plan = harmonised.plan
    srs = SRS + (plan.crs or "").rpartition(":")[2]
    areas = [(item, shape) for item in harmonised.elements if (shape := _surface(item.geometry)) is not None]
    over = [(item, drawn) for item in harmonised.regulations if (drawn := _drawn(item.geometry)) is not None]
    yield _spatial_plan(plan, srs, [item.id for item, _ in areas], [item.id for item, _ in over])
    yield from (_document(plan, number) for number in range(len(plan.documents)))
    yield from (_zoning_element(item, plan, shape_text(shape, srs, f"{item.id}.g")) for item, shape in areas)
    yield from (_regulation(item, plan, shape_text(drawn, srs, f"{item.id}.g")) for item, drawn in over)


def _spatial_plan(plan: SpatialPlan, srs: str, members: Sequence[str], restrictions: Sequence[str]) -> str:
    made = _Feature("SpatialPlan", plan.id, plan.inspire)
    if plan.extent is not None:
        made.add("extent", shape_text(plan.extent, srs, f"{plan.id}.g"))
    made.nil("beginLifespanVersion")
    made.text("officialTitle", plan.title or plan.id)
    made.link("levelOfSpatialPlan", f"{LISTS}LevelOfSpatialPlanValue/{plan.level}")
    made.valid(plan.valid_from, plan.valid_to)
    made.nil("alternativeTitle")
    made.term("planTypeName", plan.plan_type_uri or plan.plan_type)
    made.step(plan)
    made.nil("backgroundMap")
    made.ordinance(plan.adopted)
    made.documents(plan)
    for name, ids in (("member", members), ("restriction", restrictions)):
        for each in ids:
            made.link(name, f"#{each}")
    return made.whole()


def _zoning_element(item: Item, plan: SpatialPlan, shape: str) -> str:
    made = _Feature("ZoningElement", item.id, (plan.inspire[0], item.local))
    made.add("geometry", shape)
    made.valid(item.valid_from, item.valid_to)
    for code in item.meaning.codes:
        made.link("hilucsLandUse", f"{LISTS}HILUCSValue/{code}")
    made.nil("beginLifespanVersion")
    made.nil("hilucsPresence", "Unknown")
    made.terms("specificLandUse", item.meaning.specific)
    made.nil("specificPresence", "Unknown")
    made.link("regulationNature", f"{LISTS}RegulationNatureValue/{item.nature}")
    made.step(plan)
    made.nil("backgroundMap")
    made.dimensions(item, plan)
    made.documents(plan)
    made.link("plan", f"#{plan.id}")
    return made.whole()


def _regulation(item: Item, plan: SpatialPlan, shape: str) -> str:
    made = _Feature("SupplementaryRegulation", item.id, (plan.inspire[0], item.local))
    made.add("geometry", shape)
    made.valid(item.valid_from, item.valid_to)
    for code in item.meaning.codes:
        made.link("supplementaryRegulation", f"{LISTS}SupplementaryRegulationValue/{code}")
    made.terms("specificSupplementaryRegulation", item.meaning.specific)
    made.step(plan)
    made.nil("backgroundMap")
    made.nil("beginLifespanVersion")
    made.dimensions(item, plan)
    made.nil("inheritedFromOtherPlans")
    made.nil("specificRegulationNature")
    if item.name:
        made.text("name", item.name)
    else:
        made.nil("name")
    made.link("regulationNature", f"{LISTS}RegulationNatureValue/{item.nature}")
    made.documents(plan)
    made.link("plan", f"#{plan.id}")
    return made.whole()


def _document(plan: SpatialPlan, number: int) -> str:
    document, identifier = plan.documents[number], _document_id(plan, number)
    made = _Feature("OfficialDocumentation", identifier, (plan.inspire[0], f"{plan.inspire[1]}.document-{number + 1}"))
    link = f"<base2:link>{_clean(document.link)}</base2:link>" if document.link else _nil("base2:link")
    name = f"<base2:name>{_clean(document.title or document.file or identifier)}</base2:name>"
    inside = f"{name}{_nil('base2:date')}{link}"
    made.add("planDocument", f'<base2:DocumentCitation gml:id="{identifier}.c">{inside}</base2:DocumentCitation>')
    return made.whole()


def _document_id(plan: SpatialPlan, number: int) -> str:
    return f"{plan.id}.document-{number + 1}"


class _Feature:
    """A feature in the making: each method adds the next property."""

    def __init__(self, kind: str, identifier: str, inspire: tuple[str, str]) -> None:
        self._kind = kind
        self._parts = [f'<plu:{kind} gml:id="{identifier}">']
        space, local = inspire
        names = f"<base:localId>{_clean(local)}</base:localId><base:namespace>{_clean(space)}</base:namespace>"
        self.add("inspireId", f"<base:Identifier>{names}</base:Identifier>")

    def whole(self) -> str:
        return f"{''.join(self._parts)}</plu:{self._kind}>"

    def add(self, name: str, inside: str) -> None:
        self._parts.append(f"<plu:{name}>{inside}</plu:{name}>")

    def text(self, name: str, text: str) -> None:
        self.add(name, _clean(text))

    def nil(self, name: str, reason: str = "Unpopulated") -> None:
        self._parts.append(_nil(f"plu:{name}", reason))

    def link(self, name: str, href: str) -> None:
        self._parts.append(f"<plu:{name} xlink:href={_quoted(href)}/>")

    def term(self, name: str, term: str) -> None:
        """Add a national term: by its address, or as a title where no register gives it one."""
        if "://" in term:
            self.link(name, term)
        else:
            self._parts.append(f"<plu:{name} xlink:title={_quoted(term)}/>")

    def terms(self, name: str, terms: Sequence[str]) -> None:
        for each in terms:
            self.term(name, each)
        if not terms:
            self.nil(name)

    def valid(self, first: date | None, last: date | None) -> None:
        if first is None:
            self.nil("validFrom")
        else:
            self.add("validFrom", first.isoformat())
        if last is not None:
            self.add("validTo", last.isoformat())

    def step(self, plan: SpatialPlan) -> None:
        if plan.step is None:
            self.nil("processStepGeneral")
        else:
            self.link("processStepGeneral", f"{LISTS}ProcessStepGeneralValue/{plan.step}")

    def ordinance(self, adopted: date | None) -> None:
        if adopted is None:
            self.nil("ordinance")
            return
        inside = f"<plu:ordinanceDate>{adopted.isoformat()}T00:00:00</plu:ordinanceDate>"
        inside += "<plu:ordinanceReference>adopted</plu:ordinanceReference>"
        self.add("ordinance", f"<plu:OrdinanceValue>{inside}</plu:OrdinanceValue>")

    def documents(self, plan: SpatialPlan) -> None:
        for number in range(len(plan.documents)):
            self.link("officialDocument", f"#{_document_id(plan, number)}")
        if not plan.documents:
            self.nil("officialDocument")

    def dimensions(self, item: Item, plan: SpatialPlan) -> None:
        """Add how high and how densely one may build, as far as the element says it in numbers."""
        for row, value in _measured(item, plan.standard):
            kind = f"plu:DimensioningIndication{row['kind']}Value"
            unit = f' uom="{row["unit"]}"' if row["unit"] else ""
            inside = f"<plu:indicationReference>{row['attribute']}</plu:indicationReference>"
            self.add("dimensioningIndication", f"<{kind}>{inside}<plu:value{unit}>{value}</plu:value></{kind}>")


def _measured(item: Item, standard: str) -> Iterator[tuple[Mapping[str, str], str]]:
    for row in _dimensions(standard):
        for text in texts(item.attributes, row["attribute"])[:1]:
            if (value := _number(text, whole=row["kind"] == "Integer")) is not None:
                yield row, value


@cache
def _dimensions(standard: str) -> tuple[dict[str, str], ...]:
    return tuple(row for row in tables.rows("dimensions") if row["standard"] == standard)


def _number(text: str, *, whole: bool) -> str | None:
    """Return a number as XML writes it; None for what is none, or is not whole where it must be."""
    try:
        value = float(text.partition(" ")[0].replace(",", "."))
    except ValueError:
        return None
    if not isfinite(value):
        return None
    if whole:
        return str(int(value)) if value.is_integer() else None
    return repr(value)


@cache
def _nil(name: str, reason: str = "Unpopulated") -> str:
    return f'<{name} xsi:nil="true" nilReason="{VOID}{reason}"/>'


def _clean(text: str) -> str:
    """Return a text as it stands in XML, without the characters that no XML may have."""
    return escape(_NOT_XML.sub("", text))


def _quoted(text: str) -> str:
    return quoteattr(_NOT_XML.sub("", text))


def _surface(geometry: Geometry | None) -> MultiPolygon | None:
    return None if geometry is None else polygons(geometry)


def _drawn(geometry: Geometry | None) -> MultiPolygon | MultiLineString | MultiPoint | None:
    """Return the polygons of a geometry, or else its lines, or else its points; None if it has none of them."""
    if geometry is None:
        return None
    return polygons(geometry) or lines_of(geometry) or points_of(geometry)
