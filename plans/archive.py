"""Unpacking zip files that strangers made, as far as they can be trusted.

Apart from the loader's unpacking (`etl.sources.archives`), which has the same enemies but gives up at the first: here
each member that cannot be taken is told with a rule of its own, and the rest is still read. Nothing in an archive is
believed: sizes are counted as they come out, and no name of a stranger makes a path.
"""

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from plans.delivery import Incident
from plans.limits import ALWAYS, ENTRIES, MEGABYTE, NAME, RATIO, UNPACKED
from plans.model import Place

PIECE = 1024 * 1024
NESTED = frozenset({".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst"})
_READ = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
_LOCAL_HEADER = 30
"""Bytes of a member's own header without its name."""
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, struct.error, ValueError, RuntimeError, NotImplementedError)
_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")


@dataclass
class Names:
    """Names of ours for files of strangers, below `folder`: folder, stem and suffix only as far as they matter.

    What lay in one folder still does, and what had one stem (in any case of letters) still has, so that the parts of a
    Shapefile find each other. Suffixes are in small letters.
    """

    folder: Path
    _folders: dict[str, int] = field(default_factory=dict)
    _stems: dict[tuple[str, str], int] = field(default_factory=dict)

    def place(self, path: str) -> Path:
        """Return where the file of that path belongs; its folder exists."""
        inside = PurePosixPath(path)
        parent, stem, suffix = str(inside.parent).lower(), inside.stem.lower(), inside.suffix.lower()
        if not _SUFFIX.fullmatch(suffix):
            stem, suffix = inside.name.lower(), ""
        folder = self.folder / str(self._folders.setdefault(parent, len(self._folders)))
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{self._stems.setdefault((parent, stem), len(self._stems))}{suffix}"


def looks_packed(path: Path) -> str | None:
    """Return "zip", or the name of another way of packing that the file begins like; None if it is not packed."""
    with path.open("rb") as stream:
        head = stream.read(8)
    for begin, kind in _MAGIC.items():
        if head.startswith(begin):
            return kind
    return None


_MAGIC = {
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!": "RAR",
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
}


def unpack(path: Path, name: str, folder: Path) -> tuple[dict[str, Path], list[Incident]]:
    """Unpack the zip at `path`, which the submitter calls `name`, into `folder` under names of ours.

    Return where each member lies now, by its path in the archive (with / between folders), and what could not be taken.
    """
    files: dict[str, Path] = {}
    try:
        with zipfile.ZipFile(path) as archive:
            unpacking = _Unpacking(archive, name, Names(folder), *_allowance(path))
            unpacking.unpack(files)
            return files, unpacking.incidents
    except (*_BROKEN, OSError) as error:
        if isinstance(error, OSError) and error.filename is not None:
            raise  # it is our disk, not their archive
        return files, [_incident("files.archive", name, reason=_reason(error))]


def _allowance(path: Path) -> tuple[int, str]:
    """Return what the archive may swell to in bytes, and the rule that is broken beyond."""
    by_ratio = max(ALWAYS, path.stat().st_size * RATIO)
    return (UNPACKED, "files.too-large") if by_ratio >= UNPACKED else (by_ratio, "files.ratio")


@dataclass
class _Unpacking:
    """One archive being unpacked; `left` bytes may still come out."""

    archive: zipfile.ZipFile
    name: str
    names: Names
    left: int
    exceeded: str
    incidents: list[Incident] = field(default_factory=list)

    def unpack(self, files: dict[str, Path]) -> None:
        for path, member in self._honest():
            if member.file_size > self.left:
                limit = UNPACKED // MEGABYTE if self.exceeded == "files.too-large" else RATIO
                self._tell(self.exceeded, path, size=member.file_size // MEGABYTE, limit=limit)
                continue
            target = self.names.place(path)
            try:
                self._copy(member, target)
            except _BROKEN as error:
                self._tell("files.member", path, reason=_reason(error))
                target.unlink(missing_ok=True)
            else:
                files[path] = target

    def _copy(self, member: zipfile.ZipInfo, target: Path) -> None:
        """Copy a member; what comes out is never more than the size that the member states, which is allowed."""
        with self.archive.open(member) as stream, target.open("wb") as out:
            while piece := stream.read(PIECE):
                self.left -= len(piece)
                out.write(piece)

    def _honest(self) -> Iterator[tuple[str, zipfile.ZipInfo]]:
        """Yield the members that may be unpacked, with their paths; tell of the others."""
        members = self.archive.infolist()
        if len(members) > ENTRIES:
            self.incidents.append(_incident("files.entries", self.name, n=len(members), limit=ENTRIES))
            members = members[:ENTRIES]
        overlapping = _overlapping(members)
        if overlapping:
            self.incidents.append(_incident("files.overlap", self.name, n=len(overlapping)))
        seen: set[str] = set()
        for member in members:
            if id(member) in overlapping:
                continue
            path = member.filename.replace("\\", "/")
            wrong = _wrong(member, path)
            if is_litter(path):
                continue
            if wrong is None and path.lower() in seen:
                wrong = "files.twice", {}
            if wrong is not None:
                self._tell(wrong[0], path, **wrong[1])
                continue
            seen.add(path.lower())
            if is_nested(path):
                self._tell("files.nested", path)
            if not path.endswith("/"):
                yield path, member

    def _tell(self, rule: str, path: str, **values: object) -> None:
        self.incidents.append(_incident(rule, shown(path), **values))


def is_litter(path: str) -> bool:
    """Whether a path is what macOS lays beside each file of an archive, under the file's own name."""
    inside = PurePosixPath(path)
    return inside.parts[:1] == ("__MACOSX",) or inside.name.startswith("._")


def wrong_name(path: str) -> tuple[str, dict[str, object]] | None:
    """Return the rule that a path inside a package breaks, with values; None if it may be used."""
    if not path or not path.isprintable() or len(path) > NAME:
        return "files.name", {"limit": NAME}
    if path.startswith("/") or ":" in path or ".." in path.split("/"):
        return "files.path", {}
    return None


def is_nested(path: str) -> bool:
    """Whether a file of a package is an archive itself: it is told and kept as it is, but nobody looks into it."""
    return PurePosixPath(path).suffix.lower() in NESTED


def shown(path: str) -> str:
    """Return a stranger's path so that it can be shown: one line, not too long, nothing that cannot be printed."""
    text = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in path)
    return text if len(text) <= NAME else text[: NAME - 1] + "…"


def _wrong(member: zipfile.ZipInfo, path: str) -> tuple[str, dict[str, object]] | None:
    if "\x00" in member.orig_filename:
        return "files.name", {"limit": NAME}
    wrong = wrong_name(path)
    if wrong is not None:
        return wrong
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR) and member.create_system == _UNIX:
        return "files.link", {}
    if member.flag_bits & _ENCRYPTED:
        return "files.encrypted", {}
    if member.compress_type not in _READ:
        return "files.packing", {"how": f"zip {member.compress_type}"}
    return None


_UNIX = 3


def _overlapping(members: list[zipfile.ZipInfo]) -> set[int]:
    """Return the ids of members that share bytes of the archive with one before them."""
    end, overlapping = 0, set()
    for member in sorted(members, key=lambda each: each.header_offset):
        if member.header_offset < end:
            overlapping.add(id(member))
        end = max(end, member.header_offset + _LOCAL_HEADER + len(member.orig_filename) + member.compress_size)
    return overlapping


def _incident(rule: str, file: str, **values: object) -> Incident:
    return Incident(rule, {"file": file, **values}, place=Place(file))


def _reason(error: Exception) -> str:
    return shown(str(error)) or type(error).__name__
