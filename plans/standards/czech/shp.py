"""Reading geometries of a Shapefile (.shp with .shx), record by record, from bytes that may be broken.

Our own reader and not GDAL's, for three reasons: a damaged file gives its sound records and says which are not, and
where; a ring that is not closed and a number that is none are told and not quietly mended or refused; and a corrected
file can be written with every untouched record byte for byte as it was (`shp_write`). Z and M are left out.
Format: ESRI Shapefile Technical Description, 1998.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray

from plans.standards.czech.rings import Parts, Trouble, lines_of, polygons_of

HEADER = 100
NULL, POINTS, LINES, POLYGONS, MULTIPOINTS = 0, (1, 11, 21), (3, 13, 23), (5, 15, 25), (8, 18, 28)
KINDS = {
    **dict.fromkeys(POINTS + MULTIPOINTS, "point"),
    **dict.fromkeys(LINES, "line"),
    **dict.fromkeys(POLYGONS, "polygon"),
}
_FILE_CODE = 9994
_TOP = 1e9
"""Beyond it (in any unit of ours) a number is no coordinate but a fault."""


class BrokenShapefileError(ValueError):
    """The file is no Shapefile at all, or of a kind that has no plane geometry; the argument says what was found."""


@dataclass
class Shapes:
    """Geometries of a file: (n,), None for a null shape or one that cannot be read, and what was met on the way.

    `kind`: polygon | line | point. `is_there` (n,): False for records that lie past the end of a file that is cut off.
    """

    kind: str
    geometries: NDArray[np.object_]
    is_there: NDArray[np.bool_]
    is_cut: bool
    troubles: list[Trouble] = field(default_factory=list)


def read(shp: bytes, shx: bytes | None = None) -> Shapes:
    """Return the geometries of a .shp file in the order of its index, or of the file where there is no sound index.

    Raises BrokenShapefileError for bytes that are no Shapefile.
    """
    kind = _kind(shp)
    spans, is_cut = _spans(shp, shx)
    contents = [shp[start:end] for start, end in spans]
    there = np.array([bool(content) for content in contents], dtype=bool)
    found = Shapes(kind, np.full(len(contents), None, dtype=object), there, is_cut)
    if kind == "point":
        _read_points(contents, found)
        return found
    parts = _parts(contents, found)
    shapes = polygons_of(parts, found.troubles) if kind == "polygon" else lines_of(parts, found.troubles)
    for record, shape in shapes.items():
        found.geometries[record] = shape
    return found


def _kind(shp: bytes) -> str:
    if len(shp) < HEADER or struct.unpack(">i", shp[:4])[0] != _FILE_CODE:
        raise BrokenShapefileError("no header of a Shapefile")
    number = struct.unpack("<i", shp[32:36])[0]
    if number not in KINDS:
        raise BrokenShapefileError(f"shape type {number}")
    return KINDS[number]


def _spans(shp: bytes, shx: bytes | None) -> tuple[list[tuple[int, int]], bool]:
    """Return where records are, and whether the file is cut off.

    The index comes first: a program that edits in place leaves dead records between living ones.
    """
    if shx is not None and len(shx) >= HEADER and struct.unpack(">i", shx[:4])[0] == _FILE_CODE:
        table = np.frombuffer(shx[HEADER : HEADER + (len(shx) - HEADER) // 8 * 8], dtype=">i4").reshape(-1, 2)
        starts = table[:, 0].astype(np.int64) * 2 + 8
        ends = starts + table[:, 1].astype(np.int64) * 2
        sound = (starts >= HEADER + 8) & (ends >= starts) & (ends <= len(shp))
        if len(table) and not sound.any():
            return _walked(shp)
        # A record that lies past the end of the file stays in the row, so that attributes keep their geometry.
        starts, ends = np.where(sound, starts, 0), np.where(sound, ends, 0)
        return list(zip(starts.tolist(), ends.tolist(), strict=True)), not bool(sound.all())
    return _walked(shp)


def _walked(shp: bytes) -> tuple[list[tuple[int, int]], bool]:
    found: list[tuple[int, int]] = []
    place = HEADER
    while place + 12 <= len(shp):
        length = struct.unpack(">i", shp[place + 4 : place + 8])[0] * 2
        start, end = place + 8, place + 8 + length
        if length < 4 or end > len(shp):  # noqa: PLR2004 (a record holds at least its type)
            return found, True
        found.append((start, end))
        place = end
    return found, place != len(shp)


def _parts(contents: list[bytes], found: Shapes) -> Parts:
    """Return the rings or lines of all records whose numbers are in order; others are told in `found`."""
    records: list[int] = []
    lengths: list[int] = []
    points: list[NDArray[np.float64]] = []
    for record, content in enumerate(contents):
        if _is_null(content):
            continue
        read_one = part(content)
        if read_one is None:
            found.troubles.append(Trouble("record", record))
            continue
        sizes, corners = read_one
        records += [record] * len(sizes)
        lengths += sizes
        points.append(corners)
    corners = np.concatenate(points) if points else np.empty((0, 2))
    parts = Parts(np.array(records, dtype=np.intp), np.array(lengths, dtype=np.intp), corners)
    sound = _sound(corners)
    if sound.all():
        return parts
    owner = np.repeat(parts.record, parts.size)
    unsound = np.unique(owner[~sound])
    found.troubles += [_unsound(record, corners[owner == record]) for record in unsound.tolist()]
    return parts.only(~np.isin(parts.record, unsound))


def _is_null(content: bytes) -> bool:
    """Whether a record has no shape, or lies past the end of the file, which is told of the file."""
    return not content or content[:4] == b"\0\0\0\0"


def part(content: bytes) -> tuple[list[int], NDArray[np.float64]] | None:
    """Return sizes of the parts and corners (n, 2) of one record; None if its numbers do not add up."""
    if len(content) < 44:  # noqa: PLR2004 (type, box, two counts)
        return None
    kind, parts, count = struct.unpack("<i32x2i", content[:44])
    start = 44 + 4 * parts
    if kind not in LINES + POLYGONS or parts < 1 or count < 1 or start + 16 * count > len(content):
        return None
    firsts = struct.unpack_from(f"<{parts}i", content, 44)
    sizes = [end - start for start, end in zip(firsts, (*firsts[1:], count), strict=True)]
    if firsts[0] != 0 or min(sizes) < 1:
        return None
    return sizes, np.frombuffer(content, dtype="<f8", count=2 * count, offset=start).reshape(-1, 2)


def _sound(corners: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which corners are places: numbers, and not beyond all measure."""
    with np.errstate(invalid="ignore"):
        sound: NDArray[np.bool_] = (np.abs(corners) < _TOP).all(axis=1)
    return sound


def _unsound(record: int, corners: NDArray[np.float64]) -> Trouble:
    """Return what is wrong with such corners, at a point in the middle of those that are sound."""
    sound = _sound(corners)
    first = corners[np.argmin(sound)]
    place = shapely.Point(corners[sound].mean(axis=0)) if sound.any() else None
    return Trouble("coordinates", record, place, {"reason": "not-finite", "text": f"{first[0]:g} {first[1]:g}"})


def _read_points(contents: list[bytes], found: Shapes) -> None:
    for record, content in enumerate(contents):
        if _is_null(content):
            continue
        corners = _dots(content)
        if corners is None:
            found.troubles.append(Trouble("record", record))
        elif not _sound(corners).all():
            found.troubles.append(_unsound(record, corners))
        else:
            found.geometries[record] = shapely.Point(corners[0]) if len(corners) == 1 else shapely.MultiPoint(corners)


def _dots(content: bytes) -> NDArray[np.float64] | None:
    start, count = 4, 1
    if len(content) >= 40 and struct.unpack("<i", content[:4])[0] in MULTIPOINTS:  # noqa: PLR2004 (type, box, count)
        start, count = 40, struct.unpack("<i", content[36:40])[0]
    if count < 1 or start + 16 * count > len(content):
        return None
    return np.frombuffer(content, dtype="<f8", count=2 * count, offset=start).reshape(-1, 2)


def type_of(shp: bytes) -> int:
    """Return the number of the file's shape type."""
    return int(struct.unpack("<i", shp[32:36])[0])


def contents_of(shp: bytes, shx: bytes | None) -> Iterator[bytes]:
    """Yield the contents of each record, b"" for one that lies past the end of the file."""
    for start, end in _spans(shp, shx)[0]:
        yield shp[start:end]
