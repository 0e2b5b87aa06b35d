"""What an XPlanGML package has beside the plan: scans with their world files, texts, and the references to them."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from lxml.etree import _Element

from plans.delivery import Incident, Member
from plans.model import Document, Place
from plans.package import Package
from plans.standards.german.attributes import HREF
from plans.standards.gml import children, name_of

PLAN_SUFFIXES = frozenset((".gml", ".xml"))
ROLES = {
    **dict.fromkeys((".png", ".tif", ".tiff"), "drawing"),
    **dict.fromkeys((".pdf", ".txt"), "document"),
    **dict.fromkeys((".pgw", ".tfw", ".pnw", ".tifw", ".wld"), "worldfile"),
    ".p7s": "signature",
}
"""The kinds of files that may lie beside a plan: text, PNG, TIFF, PDF (XPlanung validator), and their own."""
REFERENCES = ("XP_ExterneReferenz", "XP_SpezExterneReferenz", "XP_NetzExterneReferenz")
_SCANS = frozenset(("refScan", "refLegende"))
_TYPES = {"1020": "legend", "1030": "drawing", "1040": "drawing", "1070": "drawing"}
_LINK = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_WORLD_LINES = 6


def members(package: Package, plans: Mapping[str, object]) -> tuple[Member, ...]:
    """Return the files of the package with what each was taken for; `plans` are those read as XPlanGML."""
    return tuple(Member(path, here.stat().st_size, _role(path, plans)) for path, here in package.files.items())


def unexpected(package: Package, plans: Mapping[str, object]) -> Iterator[Incident]:
    """Yield an incident for each file that has no place in a package of XPlanung."""
    for path in package.files:
        if path not in plans and PurePosixPath(path).suffix.lower() not in ROLES:
            yield Incident("files.de-member", {"file": path}, place=Place(path))


def documents(root: _Element, file: str, package: Package) -> tuple[list[Document], list[Incident]]:
    """Return what the references below an element name, once each, and an incident for each file that is missing."""
    beside = {PurePosixPath(path).name.lower(): path for path in package.files}
    found: dict[str, Document] = {}
    missing: list[Incident] = []
    for reference in root.iter(*(f"{{*}}{name}" for name in REFERENCES)):
        parts = {name_of(part): (part.text or part.get(HREF) or "").strip() for part in children(reference)}
        target = parts.get("referenzURL", "")
        named = filter(None, (target, parts.get("georefURL", "")))
        absent = [name for name in named if not _LINK.match(name) and _base(name) not in beside]
        missing += [_missing(name, reference, file) for name in absent]
        if target and target not in found:
            here = beside.get(_base(target))
            title = parts.get("referenzName") or parts.get("beschreibung") or PurePosixPath(target).name
            link = target if _LINK.match(target) else None
            found[target] = Document(title, here, link, _kind(reference, parts))
    return list(found.values()), missing


def world_files(package: Package) -> Iterator[Incident]:
    """Yield an incident for each world file that is not six numbers, or that has decimal commas."""
    for path, here in package.files.items():
        if ROLES.get(PurePosixPath(path).suffix.lower()) == "worldfile":
            reason = _wrong(here)
            if reason:
                yield Incident("files.de-world-file", {"file": path, "reason": reason}, place=Place(path))


def _wrong(path: Path) -> str | None:
    words = path.read_bytes()[:4096].decode("latin-1").split()
    for reason, tried in (("", words), ("comma", [word.replace(",", ".") for word in words])):
        try:
            if len([float(word) for word in tried]) == _WORLD_LINES:
                return reason or None
        except ValueError:
            continue
    return "unreadable"


def _role(path: str, plans: Mapping[str, object]) -> str:
    return "plan" if path in plans else ROLES.get(PurePosixPath(path).suffix.lower(), "document")


def _base(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).name.lower()


def _kind(reference: _Element, parts: Mapping[str, str]) -> str:
    holder = reference.getparent()
    if holder is not None and name_of(holder) in _SCANS:
        return "scan" if name_of(holder) == "refScan" else "legend"
    return _TYPES.get(parts.get("typ", ""), "document")


def _missing(name: str, reference: _Element, file: str) -> Incident:
    return Incident("files.de-reference", {"file": name}, place=Place(file, reference.sourceline))
