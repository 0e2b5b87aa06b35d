"""Our reader of Shapefiles: the same as GDAL on sound files, and the truth about broken ones."""

import struct
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from plans.examples.czech_files import table
from plans.standards.czech import dbf, shp, shp_write

SQUARE = shapely.box(-700_000, -965_000, -699_900, -964_900)
RING = shapely.Polygon(SQUARE.exterior, [shapely.box(-699_980, -964_980, -699_920, -964_920).exterior])
ISLAND = shapely.MultiPolygon([RING, shapely.box(-699_960, -964_960, -699_940, -964_940)])
RECORD = shp.HEADER + 8


CORNERS = RECORD + 48
"""Where the corners of the first record stand, if it has one ring."""


def read_by_gdal(path: Path, encoding: str) -> tuple[NDArray[np.object_], dict[str, list[object]]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        frame = pyogrio.read_dataframe(path, encoding=encoding)
    texts = {name: [None if v is None or v != v else v for v in frame[name]] for name in frame.columns[:-1]}  # noqa: PLR0124
    return np.asarray(frame.geometry.values, dtype=object), texts


def test_real_files_read_as_gdal_reads_them(real_data: Path) -> None:
    files = sorted(real_data.rglob("*.shp"))
    assert len(files) >= 8
    for path in files:
        part = {end: path.with_suffix(end) for end in (".shx", ".dbf", ".cpg")}
        bytes_of = {end: file.read_bytes() if file.exists() else None for end, file in part.items()}
        shapes = shp.read(path.read_bytes(), bytes_of[".shx"])
        rows = dbf.read(bytes_of[".dbf"] or b"", bytes_of[".cpg"])
        theirs, values = read_by_gdal(path, rows.encoding)
        ours, flat = shapely.normalize(shapes.geometries), shapely.normalize(shapely.force_2d(theirs))
        assert shapely.equals_exact(ours, flat).all(), path
        assert shapes.troubles == []
        texts = [name for name, kind in rows.types.items() if kind == "text"]
        assert {name: rows.columns[name] for name in texts} == {name: values[name] for name in texts}, path


def test_texts_cut_within_a_letter_are_told(real_data: Path) -> None:
    with zipfile.ZipFile(real_data / "messy" / "invalid_byte_sequence.zip") as archive:
        (name,) = (name for name in archive.namelist() if name.lower().endswith(".dbf"))
        content = archive.read(name)
    rows = dbf.read(content, b"UTF-8")
    assert len(rows) == 6258
    assert len({row for _, row in rows.undecoded}) == 374


@pytest.mark.parametrize("shape", [SQUARE, RING, ISLAND, shapely.MultiPolygon([SQUARE, shapely.box(0, 0, 1, 1)])])
def test_what_is_written_is_read_again(shape: shapely.Geometry) -> None:
    shapes = shp.read(*shp_write.write([shape, None, shape], "polygon"))
    assert shapes.geometries[1] is None
    assert shapely.equals(shapes.geometries[2], shape)
    assert shapely.area(shapes.geometries[0]) == shapely.area(shape)


def test_rings_that_are_not_closed_are_closed_and_told() -> None:
    content, index = shp_write.write([SQUARE], "polygon")
    last = CORNERS + 4 * 16
    opened = content[:last] + struct.pack("<2d", -699_900.0, -964_999.5) + content[last + 16 :]
    shapes = shp.read(opened, index)
    (trouble,) = shapes.troubles
    assert (trouble.what, trouble.record) == ("unclosed", 0)
    assert trouble.values["distance"] == pytest.approx(0.5)
    assert shapely.get_num_coordinates(shapes.geometries[0]) == 6


@pytest.mark.parametrize("number", [float("nan"), float("inf"), 1e300])
def test_numbers_that_are_no_place_are_told_where(number: float) -> None:
    content, index = shp_write.write([SQUARE, RING], "polygon")
    place = CORNERS + 16
    shapes = shp.read(content[:place] + struct.pack("<d", number) + content[place + 8 :], index)
    (trouble,) = shapes.troubles
    assert trouble.what == "coordinates"
    assert shapely.distance(trouble.where, SQUARE) == 0
    assert shapes.geometries[0] is None
    assert shapely.equals(shapes.geometries[1], RING)


def test_dead_records_between_living_ones_are_not_read() -> None:
    first, _ = shp_write.write([SQUARE], "polygon")
    second, _ = shp_write.write([RING], "polygon")
    both = first + second[shp.HEADER :]
    size = (len(both) - len(first) - 8) // 2
    index = first[: shp.HEADER] + struct.pack(">2i", len(first) // 2, size)
    shapes = shp.read(both, index)
    assert len(shapes.geometries) == 1
    assert shapely.equals(shapes.geometries[0], RING)
    assert len(shp.read(both).geometries) == 2


def test_a_file_cut_off_gives_what_is_there() -> None:
    content, index = shp_write.write([SQUARE, RING], "polygon")
    shapes = shp.read(content[:-20], index)
    assert shapes.is_cut
    assert shapes.is_there.tolist() == [True, False]
    assert shapely.equals(shapes.geometries[0], SQUARE)
    assert len(shp.read(content[:-20]).geometries) == 1


def test_only_the_records_named_are_written_anew() -> None:
    content, index = shp_write.write([SQUARE, RING, ISLAND], "polygon")
    moved = shapely.box(-700_000, -965_000, -699_900, -964_899)
    after, places = shp_write.rewritten(content, index, {1: moved})
    old, new = list(shp.contents_of(content, index)), list(shp.contents_of(after, places))
    assert (new[0], new[2]) == (old[0], old[2])
    assert shapely.equals(shp.read(after, places).geometries[1], moved)
    assert shp_write.rewritten(content, index, {}) == (content, index)


def test_heights_stay_with_their_corners(tmp_path: Path) -> None:
    high = shapely.force_3d(SQUARE, 431.5)
    pyogrio.raw.write(
        tmp_path / "z.shp",
        np.array([shapely.to_wkb(high, output_dimension=3)], dtype=object),
        [np.array([1])],
        ["ID"],
        geometry_type="Polygon Z",
        crs="EPSG:5514",
        driver="ESRI Shapefile",
    )
    content, index = ((tmp_path / f"z.{end}").read_bytes() for end in ("shp", "shx"))
    moved = shapely.box(-700_000, -965_000, -699_900, -964_899)
    after, places = shp_write.rewritten(content, index, {0: moved})
    (tmp_path / "z.shp").write_bytes(after)
    (tmp_path / "z.shx").write_bytes(places)
    shape = read_by_gdal(tmp_path / "z.shp", "utf-8")[0][0]
    assert shapely.equals(shape, moved)
    assert set(shapely.get_coordinates(shape, include_z=True)[:, 2]) == {431.5}


@pytest.mark.parametrize(
    ("cpg", "written", "encoding", "guessed"),
    [
        (b"UTF-8", "utf-8", "utf-8", False),
        (b"1250", "cp1250", "cp1250", False),
        (b"ANSI 1250\r\n", "cp1250", "cp1250", False),
        (b"ISO 88592", "iso8859-2", "iso8859-2", False),
        (b"punycode", "cp1250", "cp1250", True),
        (None, "utf-8", "utf-8", True),
        (None, "cp1250", "cp1250", True),
    ],
)
def test_encodings(cpg: bytes | None, written: str, encoding: str, *, guessed: bool) -> None:
    rows = dbf.read(table({"Nazev": "text"}, [{"Nazev": "Žižkův vršek"}], written), cpg)
    assert (rows.encoding, rows.is_guessed) == (encoding, guessed)
    assert rows.columns["Nazev"] == ["Žižkův vršek"]
    assert not dbf.read(table({"Nazev": "text"}, [{"Nazev": "Vrsek"}], written)).is_guessed


SHP, SHX = shp_write.write([SQUARE, RING, ISLAND, None], "polygon")
DBF = table({"Typ": "text", "CasH": "integer", "m": "decimal"}, [{"Typ": "BI", "CasH": 1, "m": 1.5}] * 4, "utf-8")


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(SHP) - 1), st.integers(0, 255)), max_size=12), st.integers(0, len(SHP)))
def test_mutated_geometries_never_raise_anything_else(changes: list[tuple[int, int]], end: int) -> None:
    content, index = bytearray(SHP), bytearray(SHX)
    for place, value in changes:
        content[place] = value
        index[place % len(SHX)] ^= value % 3
    for one in (bytes(index), None):
        try:
            shapes = shp.read(bytes(content[:end]), one)
        except shp.BrokenShapefileError:
            continue
        assert len(shapes.geometries) == len(shapes.is_there)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(DBF) - 1), st.integers(0, 255)), max_size=12), st.integers(0, len(DBF)))
def test_mutated_tables_never_raise_anything_else(changes: list[tuple[int, int]], end: int) -> None:
    content = bytearray(DBF)
    for place, value in changes:
        content[place] = value
    try:
        rows = dbf.read(bytes(content[:end]))
    except dbf.BrokenTableError:
        return
    assert all(len(values) == len(rows) for values in rows.columns.values())
