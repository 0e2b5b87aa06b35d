"""Reading a delivery of the Polish standard: one file with everything, or the act, its zones and its documents apart.

The ministry's plugin saves each layer to a file of its own, so files are read together; a file of zones alone is a plan
that does not say what it covers. Never raises for bad content: what is wrong are incidents.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from plans.delivery import Delivery, Incident, Member
from plans.model import Place, Standard
from plans.package import Package
from plans.standards.polish.acts import Act, gather
from plans.standards.polish.axes import placed
from plans.standards.polish.collection import SCHEMA, Collection, read_collection
from plans.standards.polish.plan import plan_of

HEAD = 256 * 1024
"""Bytes at the beginning of a file in which the namespace of the schema is looked for."""
NAMED_CRS = re.compile(r"""srsName\s*=\s*["']([^"']+)["']""")
SUFFIXES = (".gml", ".xml", ".xades", ".sig")
ROLES = {
    "drawing": (".tif", ".tiff", ".png", ".jpg", ".jpeg"),
    "worldfile": (".tfw", ".pgw", ".jgw", ".wld"),
    "document": (".pdf", ".docx", ".doc", ".odt", ".rtf", ".txt"),
    "signature": (".sig", ".p7s", ".xades"),
}


UNREADABLE = "files."
"""Incidents whose rule begins so say that a file could not be read at all."""


def recognises(package: Package) -> bool:
    """Whether any file of the package names the application schema near its beginning."""
    return any(True for _ in _candidates(package))


def read(package: Package) -> Delivery:
    """Return what is in the package. Its plans are the acts, in the order of the files (by name)."""
    candidates = list(_candidates(package))
    named = next((found[1] for _, _, head in candidates if (found := NAMED_CRS.search(head))), None)
    read_all = (read_collection(path, name, named) for path, name, _ in candidates)
    collections = [each for each in read_all if _counts(each)]
    incidents = [met for each in collections for met in (*each.incidents, *_signed(each))]
    features, turned = placed(collections)
    acts, met = gather(features)
    members = tuple(_members(package, {each.file for each in collections}))
    systems = {each.file: each.gml.crs for each in collections if each.gml.crs is not None}
    versions = sorted({version for each in collections for version in each.versions})
    return Delivery(
        standard=Standard.POLISH,
        profile=f"APP-{versions[-1]}" if versions else "",
        plans=tuple(plan_of(act, systems, members) for act in acts),
        members=members,
        incidents=(*incidents, *turned, *met, *_two_systems(systems), *_said_of_all(versions, acts)),
    )


def _counts(collection: Collection) -> bool:
    return collection.is_app or any(each.rule.startswith(UNREADABLE) for each in collection.incidents)


def _candidates(package: Package) -> Iterator[tuple[Path, str, str]]:
    """Yield the files that name the schema: where they lie, their names, and how they begin."""
    for name, path in sorted(package.files.items()):
        if name.lower().endswith(SUFFIXES) or len(package.files) == 1:
            with path.open("rb") as file:
                head = file.read(HEAD).replace(b"\0", b"").decode("utf-8", "replace")
            if SCHEMA.search(head):
                yield path, name, head


def _members(package: Package, read_as_plan: set[str]) -> Iterator[Member]:
    for name, path in package.files.items():
        suffix = PurePosixPath(name).suffix.lower()
        role = next((role for role, suffixes in ROLES.items() if suffix in suffixes), "unread")
        yield Member(name, path.stat().st_size, "plan" if name in read_as_plan else role)


def _signed(collection: Collection) -> Iterator[Incident]:
    for line in collection.signatures[:1]:
        yield Incident("structure.pl-signature", {"file": collection.file}, place=Place(collection.file, line))


def _two_systems(systems: dict[str, str]) -> Iterator[Incident]:
    """Yield a word on each file that is in another CRS than the first."""
    first = next(iter(systems.values()), None)
    for file, crs in systems.items():
        if crs != first:
            values = {"first": first, "second": crs, "element": "FeatureCollection"}
            yield Incident("geometry.two-crs", values, place=Place(file))


def _said_of_all(versions: Sequence[str], acts: Sequence[Act]) -> Iterator[Incident]:
    if len(versions) > 1:
        yield Incident("structure.pl-mixed-versions", {"versions": ", ".join(versions)})
    for act in acts:
        if act.head is None:
            yield Incident("structure.pl-no-act", {"n": len(act.objects)}, place=act.objects[0].place)
