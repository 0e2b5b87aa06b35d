"""Unpacking zip and gzip files that strangers made.

Apart from the readers, and by hand rather than by `extractall`, because an archive is an attack surface of its own:
names that climb out of the folder, links, files inside files, a few kilobytes that swell to terabytes. What is unpacked
is counted as it comes out, not as the archive says it would.
"""

import gzip
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, Protocol

from etl.errors import NotReadable

ENTRIES = 1000
BYTES = 8 * 1024**3
"""What an archive may swell to in all."""
RATIO = 200
"""How many times its packed size an archive may swell to; text of geometries reaches about 30."""
ALWAYS = 64 * 1024**2
"""Swelling up to this many bytes is never refused: small archives of monotonous text have high ratios."""
PIECE = 1024 * 1024
_ENCRYPTED = 0x1
_NESTED = (".zip", ".gz", ".7z", ".rar", ".tar", ".bz2", ".xz")


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


@contextmanager
def folder_for(work: Path) -> Iterator[Path]:
    """Lend a fresh folder below `work` for what is unpacked; it is gone afterwards."""
    work.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="unpacked-", dir=work, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def is_zip(path: Path) -> bool:
    """Say whether the file begins like a zip."""
    with path.open("rb") as stream:
        return stream.read(4) == b"PK\x03\x04"


def is_gzip(path: Path) -> bool:
    """Say whether the file begins like a gzip."""
    with path.open("rb") as stream:
        return stream.read(2) == b"\x1f\x8b"


def unzip(path: Path, folder: Path, name: str, patterns: Iterable[str]) -> list[Path]:
    """Unpack the members whose names fit one of the patterns into `folder`; return their places in order of name.

    Patterns are globs compared with the member's whole name and with its last part, in any case. All members lie flat
    in `folder` as `<number>/<last part>`, those of one folder of the archive together, so that no name of a stranger
    makes a path. Raises NotReadable for an archive that is broken, dangerous or too large; `name` is how it is called.
    """
    wanted = tuple(pattern.lower() for pattern in patterns)
    try:
        with zipfile.ZipFile(path) as archive:
            members = _judged(archive, name)
            chosen = [member for member in members if fits(member.filename, wanted)]
            return _unpack(archive, chosen, folder, name, _allowance(path))
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError) as error:
        raise NotReadable("ARCHIVE-BROKEN", file=name, reason=str(error)) from error


def weigh(path: Path, name: str) -> None:
    """Raise NotReadable, as `unzip` does, for a zip that others will unpack: an office document."""
    with TemporaryFile() as nowhere:
        try:
            with zipfile.ZipFile(path) as archive:
                allowance = _allowance(path)
                for member in _judged(archive, name):
                    nowhere.seek(0)
                    with archive.open(member) as stream:
                        allowance -= _copy(stream, nowhere, name, allowance)
        except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError) as error:
            raise NotReadable("ARCHIVE-BROKEN", file=name, reason=str(error)) from error


def gunzip(path: Path, target: Path, name: str) -> Path:
    """Unpack a gzip file to `target` and return that. Raises NotReadable as `unzip` does."""
    try:
        with gzip.open(path) as stream, target.open("wb") as out:
            _copy(stream, out, name, _allowance(path))
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise NotReadable("ARCHIVE-BROKEN", file=name, reason=str(error)) from error
    return target


def _allowance(path: Path) -> int:
    return min(BYTES, max(ALWAYS, path.stat().st_size * RATIO))


def fits(member: str, patterns: tuple[str, ...]) -> bool:
    """Say whether a member has a name that one of the patterns (lower case) describes."""
    whole = member.lower()
    return any(fnmatch(whole, pattern) or fnmatch(PurePosixPath(whole).name, pattern) for pattern in patterns)


def _judged(archive: zipfile.ZipFile, name: str) -> list[zipfile.ZipInfo]:
    """Return the files of the archive, in order of name; refuse the archive as a whole if one of them is not honest."""
    members = archive.infolist()
    if len(members) > ENTRIES:
        raise NotReadable("ARCHIVE-ENTRIES", file=name, n=len(members), limit=ENTRIES)
    seen: set[str] = set()
    for member in members:
        reason = _dishonest(member, seen)
        if reason:
            raise NotReadable(reason, file=name, member=ascii(member.filename))
        seen.add(member.filename.lower())
    return sorted((member for member in members if not member.is_dir()), key=lambda member: member.filename)


def _dishonest(member: zipfile.ZipInfo, seen: set[str]) -> str | None:
    """Return the code of what is wrong with the entry, or None."""
    path = PurePosixPath(member.filename)
    if path.is_absolute() or ".." in path.parts or "\\" in member.orig_filename or ":" in member.filename:
        return "ARCHIVE-PATH"
    if not member.filename.isprintable() or "\x00" in member.orig_filename:
        return "ARCHIVE-PATH"
    if stat.S_ISLNK(member.external_attr >> 16):
        return "ARCHIVE-LINK"
    if member.filename.lower() in seen:
        return "ARCHIVE-TWICE"
    if member.flag_bits & _ENCRYPTED:
        return "ARCHIVE-ENCRYPTED"
    return None


def _unpack(
    archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], folder: Path, name: str, allowance: int
) -> list[Path]:
    folders: dict[PurePosixPath, int] = {}
    unpacked: list[Path] = []
    for member in members:
        place = PurePosixPath(member.filename)
        if place.suffix.lower() in _NESTED:
            raise NotReadable("ARCHIVE-NESTED", file=name, member=ascii(member.filename))
        own = folder / str(folders.setdefault(place.parent, len(folders)))
        own.mkdir(exist_ok=True)
        target = own / place.name
        with archive.open(member) as stream, target.open("wb") as out:
            allowance -= _copy(stream, out, name, allowance)
        unpacked.append(target)
    return unpacked


def _copy(stream: _Readable, out: IO[bytes], name: str, allowance: int) -> int:
    """Copy up to `allowance` bytes and return how many there were."""
    size = 0
    while piece := stream.read(PIECE):
        size += len(piece)
        if size > allowance:
            raise NotReadable("ARCHIVE-BOMB", file=name, n=allowance // 1024**2)
        out.write(piece)
    return size
