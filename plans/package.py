"""The Package: the files that were handed in, unpacked under names of ours."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from plans.archive import Names, is_litter, is_nested, looks_packed, shown, unpack, wrong_name
from plans.delivery import Incident
from plans.limits import ENTRIES, MEGABYTE, UNPACKED
from plans.model import Place

OFFICE = frozenset({".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".odg", ".epub", ".qgz"})
"""Documents that are zips inside, and are not to be opened here."""


@dataclass(frozen=True)
class Package:
    """What was handed in, ready to be read.

    `name` is what the submitter called it, without folders; never used as a path. `files` maps each path inside the
    package, as its maker wrote it, to the file here (a plain file that is not packed maps its own name). Files of a
    Shapefile lie beside each other with one stem and suffixes in small letters. `incidents` are what was met on the
    way. `is_packed`: it was one zip. `profile` is the version of the standard that the submitter declared, if any.
    """

    name: str
    files: Mapping[str, Path]
    incidents: tuple[Incident, ...] = ()
    is_packed: bool = False
    profile: str | None = None


def opened(files: Sequence[Path] | Mapping[str, Path], folder: Path, name: str | None = None) -> Package:
    """Return the package that the files are, unpacked or copied into `folder`, which need not exist.

    One zip is unpacked; several files, or one of another kind, are taken as they are. A mapping says what the submitter
    calls each file. `name` is what the package is called, else as the first file. Never raises for what is in them.
    """
    named = dict(files) if isinstance(files, Mapping) else {path.name: path for path in files}
    name = PurePosixPath((name or next(iter(named), "")).replace("\\", "/")).name
    folder.mkdir(parents=True, exist_ok=True)
    if len(named) == 1:
        packed, path = next(iter(named.items()))
        if _is_archive(packed, path):
            found, incidents = unpack(path, shown(packed), folder)
            return Package(name, found, _with_empty(name, found, incidents), is_packed=True)
    found, incidents = _copied(named, folder)
    return Package(name, found, _with_empty(name, found, incidents))


def _is_archive(name: str, path: Path) -> bool:
    suffix = PurePosixPath(name).suffix.lower()
    return suffix == ".zip" or (looks_packed(path) == "zip" and suffix not in OFFICE)


def _copied(named: Mapping[str, Path], folder: Path) -> tuple[dict[str, Path], list[Incident]]:
    """Copy files that are not packed, as far as their names and sizes may be used."""
    names, found, incidents = Names(folder), dict[str, Path](), list[Incident]()
    seen, left = set[str](), UNPACKED
    if len(named) > ENTRIES:
        first = shown(next(iter(named)))
        incidents.append(Incident("files.entries", {"file": first, "n": len(named), "limit": ENTRIES}))
    for name, path in list(named.items())[:ENTRIES]:
        if is_litter(name):
            continue
        size = path.stat().st_size
        wrong = ("files.twice", {}) if name.lower() in seen else _wrong(name, path, size, left)
        seen.add(name.lower())
        if wrong is not None:
            incidents.append(Incident(wrong[0], {"file": shown(name), **wrong[1]}, place=Place(shown(name))))
            continue
        if is_nested(name):
            incidents.append(Incident("files.nested", {"file": name}, place=Place(name)))
        left -= size
        found[name] = shutil.copyfile(path, names.place(name))
    return found, incidents


def _wrong(name: str, path: Path, size: int, left: int) -> tuple[str, dict[str, object]] | None:
    how = looks_packed(path)
    if how not in (None, "zip"):
        return "files.packing", {"how": how}
    if size > left:
        return "files.too-large", {"size": size // MEGABYTE, "limit": UNPACKED // MEGABYTE}
    return wrong_name(name)


def _with_empty(name: str, found: Mapping[str, Path], incidents: list[Incident]) -> tuple[Incident, ...]:
    """Add that there is nothing in the package, unless it was said why."""
    if not incidents and not any(path.stat().st_size for path in found.values()):
        incidents.append(Incident("files.empty", {"file": shown(name)}, place=Place(shown(name))))
    return tuple(incidents)
