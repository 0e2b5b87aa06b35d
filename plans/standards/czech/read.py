"""Reading a package of the Czech unified standard into a Delivery: the whole way on one screen.

    package → units (a plan, or a change of it) → raw layers → coordinates turned the right way → version → Plan

Content never raises: what cannot be read is an incident, and the rest is read.
"""

from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from plans.delivery import Delivery, Incident, Member
from plans.model import Document, Kind, Place, Plan, Standard
from plans.package import Package
from plans.standards.czech import geopackage
from plans.standards.czech.axes import KROVAK, settle
from plans.standards.czech.elements import BOUNDARY, boundary, elements
from plans.standards.czech.folders import NAME, Unit, is_known, role_of, stem_of, units
from plans.standards.czech.layer import RawLayer, from_shapefile
from plans.standards.czech.profile import profile
from plans.standards.czech.version import recognised, values_of


def recognises(package: Package) -> bool:
    """Say whether the package is one of the Czech standard, by names alone: DUP_…, or layers that the standard has."""
    return is_known(package)


def read(package: Package) -> Delivery:
    """Return what is in the package: one Plan for each plan or change in it, in EPSG:5514, x first.

    The version of the standard is the one that the submitter declared (`package.profile`: JS-2023, JS-2024, JS-2026,
    JS-pre-2023). Without it the version is told from the content, and that is an incident (structure.cz-profile) with
    its evidence.
    """
    declared = package.profile
    plans: list[Plan] = []
    incidents: list[Incident] = []
    layers: list[RawLayer] = []
    for unit in units(package):
        found, met = _layers(unit)
        incidents += met
        if not found:
            continue
        settled = settle(found)
        version, evidence = recognised(found, declared)
        incidents += settled.incidents
        if version != declared:
            values = {"profile": version, "evidence": ", ".join(evidence) or "–"}
            incidents.append(Incident("structure.cz-profile", values, place=Place(unit.folder or None)))
        plans.append(_plan(unit, settled.layers, version))
        layers += found
        incidents += _misplaced(package, unit)
    return Delivery(
        Standard.CZECH,
        plans[0].profile if plans else declared or "",
        tuple(plans),
        tuple(Member(path, here.stat().st_size, role_of(path)) for path, here in package.files.items()),
        tuple(layer.table() for layer in layers),
        tuple(incidents),
        next((plan.municipalities[0] for plan in plans if plan.municipalities and _is_named(package)), None),
    )


def _layers(unit: Unit) -> tuple[list[RawLayer], list[Incident]]:
    """Return the layers of a unit in the order of the files; of two with the same name only the first."""
    found: dict[str, RawLayer] = {}
    incidents: list[Incident] = []
    for layer, met in _all_layers(unit):
        incidents += met
        if layer is None:
            continue
        incidents += layer.incidents
        first = found.setdefault(layer.name.lower(), layer)
        if first is not layer:
            values = {"first": first.file, "second": layer.file}
            incidents.append(Incident("structure.cz-duplicate-layer", values, None, layer.name, Place(layer.file)))
    return list(found.values()), incidents


def _all_layers(unit: Unit) -> Iterable[tuple[RawLayer | None, Sequence[Incident]]]:
    for parts in unit.shapefiles.values():
        yield from_shapefile(stem_of(parts), parts)
    for path, here in unit.geopackages:
        layers, incidents = geopackage.layers(path, here)
        yield None, incidents
        yield from ((layer, ()) for layer in layers)


def _plan(unit: Unit, layers: Sequence[RawLayer], version: str) -> Plan:
    known = profile(version)
    parts = elements(layers, known)
    code = unit.code or _own_code(layers)
    name = f"DUP_{code or '?'}" + (f"_Z{unit.change}" if unit.change else "")
    title = f"Změna č. {unit.change} územního plánu {code or ''}" if unit.change else f"Územní plán {code or ''}"
    return Plan(
        Standard.CZECH,
        version,
        Kind.CHANGE if unit.change else Kind.ZONING_PLAN,
        name,
        title.strip(),
        (code,) if code else (),
        KROVAK,
        boundary(layers, known),
        areas=parts["areas"],
        regulations=parts["regulations"],
        lines=parts["lines"],
        documents=tuple(
            Document(PurePosixPath(path).name, path, role="drawing" if role_of(path) == "drawing" else "document")
            for path in unit.others
            if role_of(path) in ("drawing", "document")
        ),
        is_partial=unit.change is not None,
        place=Place(unit.folder or None),
    )


def _own_code(layers: Sequence[RawLayer]) -> str | None:
    """Return the code of the municipality that the plan itself says most often, for a package without a name."""
    layer = next((each for each in layers if each.name == BOUNDARY), None)
    values = [str(value) for value in values_of(layer, "OBEC_KOD")] if layer is not None else []
    return max(values, key=values.count) if values else None


def _is_named(package: Package) -> bool:
    named = NAME.fullmatch(package.name) is not None
    return named or any(NAME.fullmatch(step) for path in package.files for step in path.split("/"))


def _misplaced(package: Package, unit: Unit) -> list[Incident]:
    """Return what is not as asked for in the names of the package and its folders."""
    named = NAME.fullmatch(package.name)
    if unit.folder and unit.has_data and named is not None and named["code"] == unit.code:
        return []
    return [Incident("structure.cz-folders", {"name": package.name}, place=Place(package.name))]
