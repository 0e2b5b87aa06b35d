"""What the schemas of XPlanung say, by version: objects and their lineage, obligatory attributes, code lists."""

import csv
from functools import cache
from pathlib import Path

from plans.model import Step

HERE = Path(__file__).parent
TABLED = ("4.1", "5.4", "6.0", "6.1")
READ = ("4.0", "4.1", "5.0", "5.1", "5.2", "5.3", "5.4", "6.0", "6.1")
"""The versions that are read."""


def tabled(version: str) -> str:
    """Return the version whose tables hold for a version: the next later one that there is a table for."""
    return next((each for each in TABLED if each >= version), TABLED[-1])


def version_of(profile: str) -> str:
    """Return the version of a profile: "6.0" of "XPlan-6.0"."""
    return profile.partition("-")[2]


def known(layer: str, version: str) -> bool:
    """Whether the version has objects of that name."""
    return layer in _parents(tabled(version))


@cache
def lineage(layer: str, version: str) -> tuple[str, ...]:
    """Return an object type and all that it derives from, the nearest first."""
    parents = _parents(tabled(version))
    line = [layer]
    while parents.get(line[-1]):
        line.append(parents[line[-1]])
    return tuple(line)


def ground(layer: str, version: str) -> str:
    """Return what the type is as a geometry, "" if it is none.

    Flaechenschlussobjekt, Ueberlagerungsobjekt, Flaechenobjekt, Geometrieobjekt, Linienobjekt or Punktobjekt.
    """
    words = (each.partition("_")[2] for each in lineage(layer, version)[1:])
    return next((word for word in words if word.endswith("objekt")), "")


def surface(layer: str, version: str) -> str:
    """Return what the type is where it is a surface: as `ground`, and for types that may be any geometry by condition.

    The conditions are Konformitätsbedingungen of single types (surfaces.csv).
    """
    return _surfaces().get(layer) or ground(layer, version)


@cache
def obligatory(layer: str, version: str) -> tuple[str, ...]:
    """Return the attributes that an object of the type must have."""
    line = lineage(layer, version)
    return tuple(
        name for above in line for name, must in _attributes(tabled(version)).get(above, {}).items() if must[1]
    )


@cache
def code_list(layer: str, attribute: str, version: str) -> str | None:
    """Return the name of the code list of an attribute, None if it has none."""
    for above in lineage(layer, version):
        found = _attributes(tabled(version)).get(above, {}).get(attribute)
        if found is not None:
            return found[0] or None
    return None


def codes(name: str, version: str) -> dict[str, str]:
    """Return code and text of each entry that a code list has in the version."""
    return _codes(tabled(version)).get(name, {})


def text(layer: str, attribute: str, code: str, version: str) -> str:
    """Return what a code means, "" if nothing is known of it."""
    name = code_list(layer, attribute, version)
    return codes(name, version).get(code, "") if name else ""


@cache
def steps() -> dict[tuple[str, str], Step]:
    """Return the step of each Rechtsstand by list and code (BP_Rechtsstand, 4000)."""
    return {(row["list"], row["code"]): Step(row["step"]) for row in _rows("steps.csv")}


@cache
def _surfaces() -> dict[str, str]:
    return {row["object"]: row["surface"] for row in _rows("surfaces.csv")}


@cache
def _parents(version: str) -> dict[str, str]:
    return {row["object"]: row["parent"] for row in _rows("objects.csv") if version in row["versions"].split()}


@cache
def _attributes(version: str) -> dict[str, dict[str, tuple[str, bool]]]:
    found: dict[str, dict[str, tuple[str, bool]]] = {}
    for row in _rows("attributes.csv"):
        if version in row["versions"].split():
            found.setdefault(row["object"], {})[row["attribute"]] = (row["list"], bool(row["obligatory"]))
    return found


@cache
def _codes(version: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for row in _rows("codes.csv"):
        if version in row["versions"].split():
            found.setdefault(row["list"], {})[row["code"]] = row["name"]
    return found


def _rows(file: str) -> list[dict[str, str]]:
    with (HERE / file).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
