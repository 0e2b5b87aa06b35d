"""The three national standards, and reading a package as the one that it is.

Nobody says beforehand what a package is: each standard looks whether it knows it. What nobody knows is told with what
it seems to be, so that the submitter sees what was expected.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from importlib import import_module
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Protocol, cast

from plans.archive import looks_packed, shown
from plans.context import Territory
from plans.delivery import Delivery, Incident, Member
from plans.model import Lifecycle, Place, Plan, Standard, Step
from plans.package import Package
from plans.xml import XmlRefused, refuse_doctype, root_name

if TYPE_CHECKING:
    from plans.repair import Change

_ROOMS = {Standard.CZECH: "czech", Standard.POLISH: "polish", Standard.GERMAN: "german"}
"""In which room each standard stands. They are imported when needed: they use `gml`, which stands beside them."""
_XML = frozenset({".gml", ".xml"})
_NAMED = 5
"""How many files are named when the standard is not known."""


class Reader(Protocol):
    """The module `read` of a standard."""

    def recognises(self, package: Package) -> bool:
        """Say whether the package looks like one of the standard; reads little."""

    def read(self, package: Package) -> Delivery:
        """Return what is in the package. Never raises for what is in it."""


class Patcher(Protocol):
    """The module `patch` of a standard."""

    def patch(self, package: Package, delivery: Delivery, changes: "Sequence[Change]", target: Path) -> Path:
        """Write the package with the changes, and nothing else changed, to `target`; return where it is."""


def read(package: Package, standard: Standard | None = None) -> Delivery:
    """Return what is in the package, read as the standard named, else as the one that recognises it. Never raises.

    Incidents of the package come first. A package of several standards is read as the first of them, and told.
    """
    known = [standard] if standard else [each for each in Standard if _reader(each).recognises(package)]
    if not known:
        return _unknown(package)
    delivery = _reader(known[0]).read(package)
    incidents = list(package.incidents)
    if len(known) > 1:
        incidents.append(Incident("files.two-standards", {"standards": tuple(each.value for each in known)}))
    incidents += [each for each in delivery.incidents if each not in package.incidents]
    return replace(delivery, incidents=tuple(incidents))


def completed(delivery: Delivery, in_force: str | None, territory: Territory | None) -> Delivery:
    """Return the delivery with what its plans cannot say themselves: the Czech standard has no place for either.

    Plans without a date of validity are in force since `in_force` (YYYY-MM-DD; None: nobody told); where one stands, if
    it says so, is left. A title that has the code of `territory` (None: not known) has its name instead.
    """

    def told(plan: Plan) -> Plan:
        return replace(plan, title=_named(plan.title, territory), lifecycle=_since(plan.lifecycle, in_force))

    return replace(delivery, plans=tuple(map(told, delivery.plans)))


def _since(life: Lifecycle, in_force: str | None) -> Lifecycle:
    if in_force is None or life.valid_from is not None:
        return life
    return replace(life, valid_from=date.fromisoformat(in_force), step=life.step or Step.LEGAL_FORCE)


def _named(title: str, territory: Territory | None) -> str:
    words = title.split(" ")
    return " ".join(territory.name if territory and word == territory.code else word for word in words)


def patch(package: Package, delivery: Delivery, changes: "Sequence[Change]", target: Path) -> Path:
    """Write the package with the changes to `target`, in the standard in which it was read; return where it is."""
    if delivery.standard is None:
        raise ValueError("nothing can be changed in a package that is of no standard")
    patcher = cast("Patcher", import_module(f"plans.standards.{_ROOMS[delivery.standard]}.patch"))
    return patcher.patch(package, delivery, changes, target)


def _reader(standard: Standard) -> Reader:
    return cast("Reader", import_module(f"plans.standards.{_ROOMS[standard]}.read"))


def _unknown(package: Package) -> Delivery:
    """Return the delivery of a package that no standard knows: perhaps because its XML may not be read."""
    members = tuple(Member(path, file.stat().st_size) for path, file in package.files.items())
    incidents = [*package.incidents, *_refused(package)]
    if len(incidents) == len(package.incidents) and any(member.size for member in members):
        incidents.append(Incident("files.unknown", {"files": _seen(package)}, place=Place(package.name)))
    return Delivery(None, members=members, incidents=tuple(incidents))


def _refused(package: Package) -> Iterator[Incident]:
    """Yield why files that call themselves XML may not be read."""
    for path, file in package.files.items():
        if PurePosixPath(path).suffix.lower() in _XML and file.stat().st_size:
            try:
                refuse_doctype(file, path)
            except XmlRefused as refused:
                yield refused.incident


def _seen(package: Package) -> tuple[str, ...]:
    """Return what the first files of the package seem to be."""
    return tuple(_seems(package, path) for path in sorted(package.files, key=_promising)[:_NAMED])


def _promising(path: str) -> tuple[bool, str]:
    return PurePosixPath(path).suffix.lower() not in {*_XML, ".shp", ".gpkg"}, path


def _seems(package: Package, path: str) -> str:
    file = package.files[path]
    root = root_name(file)
    if root is not None:
        space, name = root
        return f"{shown(path)}: {shown(f'{name} ({space})' if space else name)}"
    packed = looks_packed(file)
    return f"{shown(path)}: {packed}" if packed else shown(path)
