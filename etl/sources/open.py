"""Opening a snapshot: unpack what is packed, verify the content, hand over to the reader of its kind.

Apart from the readers: they get one honest file under a harmless name, and know of no archives.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfile

from catalogue.sources import (
    CsvSource,
    FileGdbSource,
    FileSource,
    GeoPackageSource,
    GeoTiffSource,
    GmlSource,
    KmlSource,
    ShapefileSource,
    XlsxSource,
)
from etl.errors import NotReadable
from etl.sources import archives, content
from etl.sources.opened import Opened
from etl.sources.separated import open_csv
from etl.sources.shapefile import companions, encoding_of, whole_names
from etl.sources.snapshot import Snapshot
from etl.sources.vector import open_vector
from etl.sources.workbook import open_xlsx

_MEMBERS = {
    "geojson": ("*.geojson", "*.json"),
    "geopackage": ("*.gpkg",),
    "shapefile": ("*.shp",),
    "gml": ("*.gml", "*.xml"),
    "kml": ("*.kml",),
    "filegdb": ("a00000001.gdbtable",),
    "csv": ("*.csv", "*.txt", "*.tsv"),
    "xlsx": ("*.xlsx",),
    "geotiff": ("*.tif", "*.tiff"),
}
"""Which members of a zip are meant when the dataset file does not say; upper or lower case. Of a geodatabase it is the
table of its tables."""
_BESIDE = {"shapefile": ("*.shx", "*.dbf", "*.prj", "*.cpg"), "filegdb": ("*.gdb/*",)}
"""Members without which these cannot be read."""


@contextmanager
def opened(snapshot: Snapshot) -> Iterator[Opened]:
    """Open the snapshot as the kind its source declares; what was unpacked is gone afterwards.

    Raises NotReadable if it is not of that kind, is broken, or does not have what the source names.
    """
    with files(snapshot) as paths:
        yield _open(snapshot.source, paths, snapshot.name)


@contextmanager
def files(snapshot: Snapshot) -> Iterator[list[Path]]:
    """Give the files to read, unpacked and verified, as links or copies under names of ours; gone afterwards."""
    source = snapshot.source
    with archives.folder_for(snapshot.work) as folder:
        paths = _unpacked(source, snapshot.path, folder, snapshot.name)
        for path in paths:
            content.verify(source.kind, path, snapshot.name)
        if source.kind == "xlsx":
            archives.weigh(paths[0], snapshot.name)
        yield [_renamed(path, folder / f"read-{n}", source.kind) for n, path in enumerate(paths)]


def _unpacked(source: FileSource, path: Path, folder: Path, name: str) -> list[Path]:
    """Return the files of the source: itself, or what is in it if it is a zip or gzip."""
    if archives.is_gzip(path):
        return [archives.gunzip(path, folder / "unpacked", name)]
    if not archives.is_zip(path) or (source.kind == "xlsx" and source.member is None):
        return [path]
    meant, beside = _MEMBERS[source.kind], _BESIDE.get(source.kind, ())
    if source.member:
        meant = (source.member.lower(),)
    found = archives.unzip(path, folder, name, [*meant, *beside])
    chosen = [file for file in found if archives.fits(file.name, meant)] if beside else found
    if not chosen or (len(chosen) > 1 and (source.kind != "csv" or source.member is None)):
        members = ", ".join(file.name for file in (chosen or found)[:10]) or "–"
        raise NotReadable("ARCHIVE-MEMBER", file=name, n=len(chosen), members=members, member=", ".join(meant))
    return chosen


def _renamed(path: Path, folder: Path, kind: str) -> Path:
    """Return the file alone in a folder of ours, under a name of ours, by links; with what belongs to it."""
    folder.mkdir()
    if kind == "filegdb":
        place = folder / "source.gdb"
        place.symlink_to(path.parent.resolve())
        return place
    if kind != "shapefile":
        place = folder / f"source{_MEMBERS[kind][0].removeprefix('*')}"
        place.symlink_to(path.resolve())
        return place
    for file in companions(path):
        (folder / f"source{file.suffix.lower()}").symlink_to(file.resolve())
    return folder / "source.shp"


def _open(source: FileSource, paths: list[Path], name: str) -> Opened:
    path = paths[0]
    if isinstance(source, CsvSource):
        return open_csv(source, paths)
    if isinstance(source, XlsxSource):
        return open_xlsx(source, path)
    if isinstance(source, ShapefileSource):
        return _shapefile(source, path, name)
    if isinstance(source, GmlSource):
        return open_vector("gml", path, name, source.layer, geometry_field=source.geometry_field)
    if isinstance(source, GeoPackageSource | KmlSource | FileGdbSource):
        return open_vector(source.kind, path, name, source.layer)
    if isinstance(source, GeoTiffSource):
        raise TypeError("a raster has no rows: see etl.transform.raster")
    return open_vector("geojson", path, name)


def _shapefile(source: ShapefileSource, path: Path, name: str) -> Opened:
    dbf, cpg = path.with_suffix(".dbf"), path.with_suffix(".cpg")
    encoding = encoding_of(dbf, cpg if cpg.is_file() else None, source.encoding)
    header = whole_names(dbf, encoding.name)
    if header is not None:
        copyfile(dbf.resolve(), patched := dbf.with_name("patched"))
        with patched.open("r+b") as stream:
            stream.write(header)
        patched.replace(dbf)
    table = open_vector("shapefile", path, name, encoding=encoding.name)
    return Opened(table.fields, table.crs, table.batches, encoding.name, guessed=encoding.guessed)
