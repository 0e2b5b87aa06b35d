"""Whether a file is what the dataset file says it is, by its first bytes.

Apart from opening, and before it, because GDAL chooses a driver by content: a file named .geojson that holds a GDAL
virtual dataset would read other files, databases and addresses for whoever wrote it. Here each kind states what its
files begin with; what begins otherwise never reaches GDAL.
"""

from pathlib import Path
from xml.parsers import expat

from etl.errors import NotReadable
from etl.sources.shapefile import companions

HEAD = 4096
_BOM = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def verify(kind: str, path: Path, name: str) -> None:
    """Raise NotReadable unless the file at `path` begins as files of the kind do; `name` is how it is called."""
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    if not head.strip():
        raise NotReadable("SOURCE-EMPTY", file=name)
    if not _BEGINS[kind](head):
        raise NotReadable("SOURCE-NOT-KIND", file=name, kind=kind, found=_seems(head))
    if kind in {"gml", "kml"}:
        _verify_xml(kind, path, name)
    if kind == "shapefile":
        _verify_shapefile(path, name)


def _verify_xml(kind: str, path: Path, name: str) -> None:
    """Refuse document types (they can name files and addresses), other kinds of XML, and what is not XML to its end.

    GDAL reads a file that is cut off as if it ended there.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    roots: list[str] = []

    def begin(tag: str, _: object) -> None:
        roots.append(tag)
        parser.StartElementHandler = None

    def refuse(*_: object) -> None:
        raise NotReadable("SOURCE-DOCTYPE", file=name)

    parser.StartElementHandler = begin
    parser.StartDoctypeDeclHandler = refuse
    try:
        with path.open("rb") as stream:
            parser.ParseFile(stream)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise NotReadable("SOURCE-XML", file=name, reason=str(error)) from error
    space, _, root = roots[0].rpartition(" ")
    if not (space if kind == "gml" else root == "kml"):  # GML has namespaces; GDAL's virtual datasets have none
        raise NotReadable("SOURCE-NOT-KIND", file=name, kind=kind, found=root)


def _verify_shapefile(path: Path, name: str) -> None:
    """Refuse a Shapefile whose parts are shorter than they say: GDAL reads what is there and says nothing."""
    with path.open("rb") as stream:
        _whole(name, 2 * int.from_bytes(stream.read(28)[24:], "big"), path)
    dbf = next((file for file in companions(path) if file.suffix.lower() == ".dbf"), None)
    if dbf is None:
        raise NotReadable("SOURCE-NO-DBF", file=name)
    with dbf.open("rb") as stream:
        header = stream.read(12)
    records, size, record = (int.from_bytes(header[a:b], "little") for a, b in ((4, 8), (8, 10), (10, 12)))
    _whole(name, size + records * record, dbf)


def _whole(name: str, promised: int, path: Path) -> None:
    got = path.stat().st_size
    if got < promised:
        raise NotReadable("SOURCE-CUT", file=name, part=path.suffix.lower(), got=got, promised=promised)


def _text(head: bytes) -> bytes:
    return head.removeprefix(_BOM).lstrip()


def _is_json(head: bytes) -> bool:
    return _text(head).startswith(b"{")


def _is_xml(head: bytes) -> bool:
    return _text(head).startswith(b"<") or head.startswith(_UTF_16)


def _is_geodatabase(head: bytes) -> bool:
    """The catalogue of a geodatabase is one of its tables: versions 9 and 10."""
    return head.startswith((b"\x03\x00\x00\x00", b"\x04\x00\x00\x00"))


def _is_geopackage(head: bytes) -> bool:
    return head.startswith(b"SQLite format 3\x00")


def _is_shapefile(head: bytes) -> bool:
    return head.startswith(b"\x00\x00\x27\x0a")


def _is_cells(head: bytes) -> bool:
    """Text has no NUL bytes (but UTF-16 does), and a table of text does not begin as XML, JSON or a program does."""
    if head.startswith(_UTF_16):
        return True
    return b"\x00" not in head and not _text(head).lower().startswith((b"<ogrvrt", b"<?xml", b"<!doctype", b"<html"))


def _is_zip(head: bytes) -> bool:
    return head.startswith(b"PK\x03\x04")


def _is_tiff(head: bytes) -> bool:
    return head.startswith((b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"))


_BEGINS = {
    "geojson": _is_json,
    "gml": _is_xml,
    "kml": _is_xml,
    "filegdb": _is_geodatabase,
    "geopackage": _is_geopackage,
    "shapefile": _is_shapefile,
    "csv": _is_cells,
    "xlsx": _is_zip,
    "geotiff": _is_tiff,
}


def _seems(head: bytes) -> str:
    """Return what the file seems to be, for the message."""
    if b"<html" in head.lower() or b"<!doctype html" in head.lower():
        return "HTML"
    if b"<OGRVRT" in head:
        return "VRT"
    names = {"geopackage": "SQLite", "xlsx": "ZIP", "geotiff": "TIFF", "shapefile": "Shapefile", "geojson": "JSON"}
    for kind, name in names.items():
        if _BEGINS[kind](head):
            return name
    return "XML" if _is_xml(head) else repr(head[:16])[1:]
