"""Packages broken exactly so: one for each rule on files. What swells is small until it is asked for.

Apart from the broken plans of the standards because it is the package that is broken, whatever plan is in it: mostly
the good Czech one.
"""

import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from zipfile import ZipFile, ZipInfo

from plans.examples import czech, german, polish
from plans.limits import ALWAYS, ENTRIES, MEGABYTE, NAME, UNPACKED, XML_DEPTH

type Writer = Callable[[Path], Path]
type Break = Callable[[ZipFile], None]

_EPOCH = (2026, 1, 1, 0, 0, 0)
_SEED = 1
_PIECE = bytes(MEGABYTE)
_SCAN = "Vykresy/hlavni_vykres.tif"
_HIGH = 16


def _member(name: str, mode: int = stat.S_IFREG | 0o644, packed: int = zipfile.ZIP_DEFLATED) -> ZipInfo:
    info = ZipInfo(name, _EPOCH)
    info.external_attr, info.compress_type, info.create_system = mode << _HIGH, packed, 3
    return info


def _with(break_one: Break) -> Writer:
    """Return a writer of the good Czech package to which something has been added."""

    def make(folder: Path) -> Path:
        path = czech.GOOD(folder)
        with ZipFile(path, "a") as archive:
            break_one(archive)
        return path

    return make


def _adding(name: str, content: bytes = b"x", **more: int) -> Writer:
    return _with(lambda archive: archive.writestr(_member(name, **more), content))


def _zeros(size: int, noise: int = 0) -> Writer:
    """Return a writer that adds a scan of so many zero bytes, after some that cannot be packed."""

    def add(archive: ZipFile) -> None:
        archive.writestr(_member(f"{_SCAN}.aux"), Random(_SEED).randbytes(noise))  # noqa: S311 (nothing secret)
        with archive.open(_member(_SCAN), "w") as stream:
            for _ in range(size // MEGABYTE):
                stream.write(_PIECE)

    return _with(add)


def _twice(archive: ZipFile) -> None:
    first = archive.infolist()[0]
    archive.writestr(_member(first.filename.upper()), archive.read(first))


def _over(archive: ZipFile) -> None:
    """List a member a second time under another name, at the same place."""
    first, again = archive.infolist()[0], _member("Data/again.shp")
    again.header_offset, again.CRC = first.header_offset, first.CRC
    again.compress_size, again.file_size = first.compress_size, first.file_size
    archive.filelist.append(again)
    archive.writestr(_member("Data/last.txt"), b"x")


def _many(archive: ZipFile) -> None:
    for number in range(ENTRIES):
        archive.writestr(_member(f"Fotografie/{number:04}.jpg"), b"x")


def _changed(change: Callable[[bytearray, int, int], None]) -> Writer:
    """Return a writer of the good package in which a member's bytes have been changed by hand.

    The change is told where the member's own header is, and where its entry in the list of members.
    """
    name = b"Data/priloha.dbf"

    def make(folder: Path) -> Path:
        path = _adding(name.decode(), b"contents of an annex, long enough to be damaged")(folder)
        content = bytearray(path.read_bytes())
        change(content, content.index(name) - 30, content.rindex(name) - 46)
        path.write_bytes(content)
        return path

    return make


def _locked(content: bytearray, header: int, entry: int) -> None:
    content[header + 6] |= 1
    content[entry + 8] |= 1


def _damaged(content: bytearray, header: int, entry: int) -> None:
    (crc,) = struct.unpack_from("<I", content, entry + 16)
    for place in (header + 14, entry + 16):
        struct.pack_into("<I", content, place, crc ^ 1)


def _cut(folder: Path) -> Path:
    path = czech.GOOD(folder)
    path.write_bytes(path.read_bytes()[:-100])
    return path


def _packed(name: str, *members: tuple[str, bytes]) -> Writer:
    def make(folder: Path) -> Path:
        path = folder / name
        with ZipFile(path, "w") as archive:
            for member, content in members:
                archive.writestr(_member(member), content)
        return path

    return make


def _gml(change: Callable[[bytes], bytes]) -> Writer:
    """Return a writer of the good Polish plan with its text changed."""

    def make(folder: Path) -> Path:
        path = polish.GOOD(folder)
        path.write_bytes(change(path.read_bytes()))
        return path

    return make


def _with_doctype(text: bytes) -> bytes:
    head, end, rest = text.partition(b"?>")
    return head + end + b'\n<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/passwd">]>' + rest


def _nested(text: bytes) -> bytes:
    return text.rpartition(b"</")[0] + b"<a>" * XML_DEPTH + b"</a>" * XML_DEPTH + b"</" + text.rpartition(b"</")[2]


def _two(folder: Path) -> Path:
    path = czech.GOOD(folder)
    with ZipFile(path, "a") as archive, ZipFile(german.GOOD(folder)) as other:
        archive.writestr(_member("xplan.gml"), other.read("xplan.gml"))
    return path


def _unread(folder: Path) -> Path:
    plan = polish.GOOD(folder)
    return _packed("plan.zip", (plan.name, plan.read_bytes()), ("kopia.bak", b"x"))(folder)


BROKEN: dict[str, Writer] = {
    "files.empty": _packed("empty.zip"),
    "files.archive": _cut,
    "files.packing": _adding("Text/vyrok.txt", b"text", packed=zipfile.ZIP_BZIP2),
    "files.member": _changed(_damaged),
    "files.encrypted": _changed(_locked),
    "files.overlap": _with(_over),
    "files.twice": _with(_twice),
    "files.path": _adding("../../Data/PlochyRZV_p.shp"),
    "files.name": _adding("Text/" + "a" * NAME + ".txt"),
    "files.link": _adding("Text/vyrok.pdf", b"/etc/passwd", mode=stat.S_IFLNK | 0o777),
    "files.nested": _adding("Text.zip"),
    "files.entries": _with(_many),
    "files.too-large": _zeros(UNPACKED + MEGABYTE, noise=3 * MEGABYTE),
    "files.ratio": _zeros(2 * ALWAYS),
    "files.xml": _gml(lambda text: text.replace(b"</", b"<", 1)),
    "files.doctype": _gml(_with_doctype),
    "files.xml-depth": _gml(_nested),
    "files.unknown": _packed("drawings.zip", ("plan.dxf", b"0\nSECTION\n"), ("plan.geojson", b"{}")),
    "files.two-standards": _two,
    "files.unread": _unread,
}
