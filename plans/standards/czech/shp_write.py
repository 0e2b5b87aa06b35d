"""Writing geometries as a Shapefile (.shp with .shx): new ones, or some of an existing file with all others untouched.

Apart from reading because only examples and corrected packages need it. Outer rings turn with the clock, holes against
it, as the format wants.
"""

import struct
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Geometry

from plans.standards.czech import shp

type Turn = Callable[[NDArray[np.float64]], NDArray[np.float64]]

_NULL = struct.pack("<i", shp.NULL)
_NO_MEASURE = -1e39
"""Below -1e38 the format reads "no data"."""
_PLANE = (1, 3, 5, 8)
_TYPES = {"polygon": 5, "line": 3, "point": 1}


def write(shapes: Sequence[Geometry | None], kind: str) -> tuple[bytes, bytes]:
    """Return .shp and .shx with these geometries; kind polygon | line | point, x first."""
    number = _TYPES[kind]
    return _file(number, [content(shape, number) for shape in shapes])


def rewritten(
    shp_bytes: bytes, shx_bytes: bytes | None, shapes: Mapping[int, Geometry], turn: Turn | None = None
) -> tuple[bytes, bytes]:
    """Return .shp and .shx with other geometries for some records (from 0); the contents of all others are the same.

    Heights or measures stay with their corners; a new corner takes that of the nearest one. `turn` is what brought the
    file's numbers (n, 2) to those of the new geometries, for finding a corner's own.
    """
    number = shp.type_of(shp_bytes)
    contents = []
    for record, old in enumerate(shp.contents_of(shp_bytes, shx_bytes)):
        contents.append(content(shapes[record], number, _third(old, number, turn)) if record in shapes else old)
    return _file(number, contents)


def content(
    shape: Geometry | None, number: int, third: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None
) -> bytes:
    """Return the contents of one record of that shape type. `third`: corners (n, 2) and their heights or measures."""
    if shape is None or shapely.is_empty(shape):
        return _NULL
    if number in shp.POINTS:
        corners = shapely.get_coordinates(shape)[:1]
        dot = struct.pack("<i2d", number, *corners[0])
        return dot if number in _PLANE else dot + _values(corners, third, number)
    parts = _rings(shape) if number in shp.POLYGONS else _lines(shape)
    sizes = np.array([len(part) for part in parts], dtype="<i4")
    corners = np.concatenate(parts)
    body: bytes = struct.pack("<i4d2i", number, *shapely.bounds(shape).tolist(), len(parts), len(corners))
    body += (np.cumsum(sizes) - sizes).astype("<i4").tobytes() + corners.astype("<f8").tobytes()
    if number in _PLANE:
        return body
    values = np.frombuffer(_values(corners, third, number), dtype="<f8")
    return body + struct.pack("<2d", values.min(), values.max()) + bytes(values.tobytes())


def _rings(shape: Geometry) -> list[NDArray[np.float64]]:
    turned = shapely.orient_polygons(shape, exterior_cw=True)
    polygons = [each for each in shapely.get_parts(turned) if shapely.get_dimensions(each) == 2]  # noqa: PLR2004 (areas)
    return [shapely.get_coordinates(ring) for polygon in polygons for ring in shapely.get_rings(polygon)]


def _lines(shape: Geometry) -> list[NDArray[np.float64]]:
    return [shapely.get_coordinates(part) for part in shapely.get_parts(shape)]


def _third(old: bytes, number: int, turn: Turn | None) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Return corners of a record and their heights (measures); None if the type has none or the record is broken."""
    found = None if number in _PLANE or number in shp.POINTS else shp.part(old)
    if found is None:
        return None
    sizes, corners = found
    start = 44 + 4 * len(sizes) + 16 * len(corners) + 16
    if start + 8 * len(corners) > len(old):
        return None
    values = np.frombuffer(old, dtype="<f8", count=len(corners), offset=start)
    return (corners if turn is None else turn(corners)), values


def _values(
    corners: NDArray[np.float64], third: tuple[NDArray[np.float64], NDArray[np.float64]] | None, number: int
) -> bytes:
    if third is None:
        return np.full(len(corners), 0.0 if number < 20 else _NO_MEASURE, dtype="<f8").tobytes()  # noqa: PLR2004 (Z types)
    tree = shapely.STRtree(np.atleast_1d(shapely.points(third[0])))
    return third[1][tree.nearest(shapely.points(corners))].astype("<f8").tobytes()


def _file(number: int, contents: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Return the two files with headers, lengths and box as they must be."""
    body, index, place = bytearray(), bytearray(), shp.HEADER
    for record, each in enumerate(contents, 1):
        words = len(each) // 2
        index += struct.pack(">2i", place // 2, words)
        body += struct.pack(">2i", record, words) + each
        place += 8 + len(each)
    box = _box(contents, number)
    return _header(number, shp.HEADER + len(body), box) + bytes(body), _header(
        number, shp.HEADER + len(index), box
    ) + bytes(index)


def _box(contents: Sequence[bytes], number: int) -> tuple[float, float, float, float]:
    if number in shp.POINTS:
        corners = [struct.unpack("<2d", each[4:20]) for each in contents if len(each) >= 20]  # noqa: PLR2004 (type, x, y)
        boxes = np.array([(*corner, *corner) for corner in corners], dtype=float).reshape(-1, 4)
    else:
        told = [struct.unpack("<4d", each[4:36]) for each in contents if len(each) >= 36]  # noqa: PLR2004 (type, box)
        boxes = np.array(told, dtype=float).reshape(-1, 4)
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    if not len(boxes):
        return (0.0, 0.0, 0.0, 0.0)
    west, south = boxes[:, :2].min(axis=0)
    east, north = boxes[:, 2:].max(axis=0)
    return (float(west), float(south), float(east), float(north))


def _header(number: int, size: int, box: tuple[float, float, float, float]) -> bytes:
    return struct.pack(">i20xi", 9994, size // 2) + struct.pack("<2i8d", 1000, number, *box, 0.0, 0.0, 0.0, 0.0)
