"""Files of the desk on disk: KRAJINA_DATA/desk/<id of the check>/in/ as handed in, out/ what was made of them.

Names on disk are ours; what the sender called a file is in the database. A path is only ever made of an id of our form
and a name of FILES.
"""

import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from shutil import disk_usage, rmtree
from typing import Any, BinaryIO

from desk.errors import Invalid, NoRoom, NotFound, TooLarge
from desk.model import Handed

ID = re.compile(r"[A-Za-z0-9_-]{22}")
"""128 random bits in base64."""

LANGUAGES = ("cs", "de", "pl", "en")
FILES = frozenset(
    {
        "summary.json",
        "report.jsonl",
        "faults.geojson",
        "plan.geojson",
        "difference.geojson",
        "repair.json",
        "repair.geojson",
        "repaired.zip",
        "repaired.gml",
        "repaired.gpkg",
        "harmonised.gpkg",
        "plu.gml",
        *(f"{kind}.{language}.html" for kind in ("report", "verdict") for language in LANGUAGES),
    }
)
"""What a check may make and the desk may give out."""

MOST_FILES = 50
"""Files that may be handed in at once (a Shapefile is five)."""
SPARE = 1 << 30
"""Bytes of the disk that stay free beside what is handed in, so that strangers cannot stop the database."""
_CHUNK = 1 << 20


def root(data: Path) -> Path:
    """Return the desk's folder below KRAJINA_DATA."""
    return data / "desk"


def place(folder: Path, check: str) -> Path:
    """Return the folder of a check below the desk's. Raises NotFound for an id that is not of our form."""
    if not ID.fullmatch(check):
        raise NotFound("no-check")
    return folder / check


def made(folder: Path, check: str, name: str) -> Path:
    """Return a file that the check made. Raises NotFound when there is none of that name."""
    path = place(folder, check) / "out" / name
    if name not in FILES or path.is_symlink() or not path.is_file():
        raise NotFound("no-file")
    return path


def keep(folder: Path, check: str, files: Sequence[Handed], most: int) -> list[dict[str, Any]]:
    """Write what was handed in below the folder and onto the disk; return name, size and sha256 of each file.

    `most` is how many bytes all files together may have. Raises Invalid for no or too many files, TooLarge for too
    much, NoRoom when the disk is nearly full; then nothing stays.
    """
    if not files:
        raise Invalid("no-files")
    if len(files) > MOST_FILES:
        raise Invalid("too-many-files", n=MOST_FILES)
    target = place(folder, check) / "in"
    folder.mkdir(parents=True, exist_ok=True)
    if disk_usage(folder).free < most + SPARE:
        raise NoRoom("no-room")
    target.mkdir(parents=True, mode=0o750)
    try:
        kept = list(_kept(target, files, most))
        _to_disk(target)
    except BaseException:
        remove(folder, check)
        raise
    return kept


def _kept(target: Path, files: Sequence[Handed], most: int) -> Iterator[dict[str, Any]]:
    left = most
    for number, handed in enumerate(files):
        path = target / str(number)
        with path.open("xb") as written:
            digest, size = _copied(handed, written, left)
        if not size:
            raise Invalid("empty-file", name=plain_name(handed.name))
        if size > left:
            raise TooLarge("too-large", megabytes=most >> 20)
        left -= size
        yield {"name": plain_name(handed.name), "size": size, "sha256": digest}


def _copied(handed: Handed, written: BinaryIO, most: int) -> tuple[str, int]:
    """Copy at most one chunk more than `most` bytes; return sha256 and how many bytes there were."""
    digest, size = hashlib.sha256(), 0
    source = _opened(handed.content) if isinstance(handed.content, Path) else handed.content
    try:
        while size <= most and (chunk := source.read(_CHUNK)):
            digest.update(chunk)
            size += len(chunk)
            written.write(chunk)
    finally:
        if isinstance(handed.content, Path):
            source.close()
    written.flush()
    os.fsync(written.fileno())
    return digest.hexdigest(), size


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except FileNotFoundError:  # of a check that was deleted a moment ago
        raise NotFound("no-check") from None


def plain_name(name: str) -> str:
    """Return what a sender calls a file: without folders, control characters and more than 200 letters."""
    last = re.split(r"[/\\]", name)[-1]
    return "".join(letter for letter in last if letter.isprintable()).strip()[:200].lstrip(".") or "plan"


def handed_in(folder: Path, check: str, files: Sequence[Any]) -> list[Handed]:
    """Return the files of a check as they were handed in, to be handed in once more."""
    inside = place(folder, check) / "in"
    return [Handed(str(each["name"]), inside / str(number)) for number, each in enumerate(files)]


def remove(folder: Path, check: str) -> None:
    """Remove the folder of a check, whatever is left of it."""
    rmtree(place(folder, check), ignore_errors=True)


def _to_disk(target: Path) -> None:
    """Make the names of the files last as their content does."""
    for each in (target, target.parent, target.parent.parent):
        handle = os.open(each, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
