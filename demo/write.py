"""Writing the region as files of the kinds that offices really send: each dataset in another format, encoding and CRS.

Apart from what is in them, because here is decided how hard it is to read: a Shapefile without .prj in cp1250, decimal
commas, a CSV without header, latitude before longitude, northing before easting in GML. Geometry is brought from
EPSG:25833 to the file's CRS and rounded there.
"""

import csv
import warnings
import zipfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import geopandas
import numpy as np
import pyogrio
import rasterio
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from pyproj.transformer import AreaOfInterest, TransformerGroup
from rasterio.transform import from_origin

from demo.region import CRS, MIDDLE
from demo.terrain import CELL, Terrain

WGS_84 = "EPSG:4326"
NO_HEIGHT = -9999
_DATE = (2026, 1, 1, 0, 0, 0)
"""The date of every file inside an archive: the same region is the same bytes."""


def in_crs(frame: geopandas.GeoDataFrame, crs: str) -> geopandas.GeoDataFrame:
    """Return the frame in another CRS, to the millimetre or 1e-9 degree."""
    if crs == CRS:
        return frame
    turn = _way(crs)
    digits = 9 if crs == WGS_84 else 3

    def moved(corners: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.round(np.column_stack(turn.transform(corners[:, 0], corners[:, 1])), digits)

    return frame.set_geometry(shapely.transform(frame.geometry.array, moved), crs=crs)


@cache
def _way(crs: str) -> Transformer:
    """Return the best operation that needs no grid: the files are the same on every machine, whatever is installed."""
    around = AreaOfInterest(*MIDDLE, *MIDDLE)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # that a better operation wants a grid is known
        every = TransformerGroup(CRS, crs, always_xy=True, area_of_interest=around).transformers
    return next(each for each in every if "grids=" not in each.definition)


def geopackage(frame: geopandas.GeoDataFrame, path: Path, layer: str, crs: str) -> None:
    """Write a GeoPackage of one layer."""
    path.unlink(missing_ok=True)
    _vector(in_crs(frame, crs), path, "GPKG", layer=layer)


def geojson(frame: geopandas.GeoDataFrame, path: Path) -> None:
    """Write GeoJSON: WGS 84, longitude first."""
    path.unlink(missing_ok=True)
    _vector(in_crs(frame, WGS_84), path, "GeoJSON", COORDINATE_PRECISION="8", RFC7946="YES")


def gml(frame: geopandas.GeoDataFrame, path: Path, crs: str) -> None:
    """Write GML 3.2, whose axes stand in the order of the CRS."""
    for old in (path, path.with_suffix(".xsd")):
        old.unlink(missing_ok=True)
    _vector(in_crs(frame, crs), path, "GML", layer=path.stem.replace("-", "_"), FORMAT="GML3.2")


def bare_shapefile(frame: geopandas.GeoDataFrame, path: Path, crs: str) -> None:
    """Write a zipped Shapefile in cp1250 that says neither its CRS nor its encoding."""
    folder = path.with_suffix("")
    _removed(folder)
    folder.mkdir(parents=True)
    file = folder / f"{folder.name}.shp"
    table = in_crs(frame, crs)
    pyogrio.write_dataframe(table, file, driver="ESRI Shapefile", encoding="CP1250", DBF_DATE_LAST_UPDATE="2026-01-01")
    _zipped(path, sorted(file for file in folder.iterdir() if file.suffix in {".shp", ".shx", ".dbf"}))
    _removed(folder)


def xy_csv(frame: geopandas.GeoDataFrame, path: Path, crs: str) -> None:
    """Write a CSV as a Czech spreadsheet does: cp1250, semicolons, decimal commas, points as X and Y."""
    points = shapely.get_coordinates(in_crs(frame, crs).geometry.array)
    rows = frame.drop(columns="geometry").assign(X=points[:, 0], Y=points[:, 1])
    _csv(path, [list(rows.columns), *map(_with_commas, rows.itertuples(index=False))], "cp1250")


def wkt_csv(frame: geopandas.GeoDataFrame, path: Path, *, header: bool) -> None:
    """Write a CSV in UTF-8 whose last column is WKT in degrees, latitude first."""
    points = shapely.get_coordinates(in_crs(frame, WGS_84).geometry.array)
    rows = frame.drop(columns="geometry").assign(WKT=[f"POINT ({y:.8f} {x:.8f})" for x, y in points])
    names = [list(rows.columns)] if header else []
    _csv(path, [*names, *([_text(cell) for cell in row] for row in rows.itertuples(index=False))], "utf-8")


def table_csv(head: Iterable[str], rows: Iterable[Iterable[object]], path: Path) -> None:
    """Write a CSV of plain cells in UTF-8, without geometry; what is not known is empty."""
    _csv(path, [list(head), *([_text(cell) for cell in row] for row in rows)], "utf-8")


def workbook(frame: geopandas.GeoDataFrame, path: Path, sheet: str, crs: str) -> None:
    """Write an XLSX workbook of one sheet, points as X and Y."""
    points = shapely.get_coordinates(in_crs(frame, crs).geometry.array)
    rows = frame.drop(columns="geometry").assign(X=points[:, 0], Y=points[:, 1])
    path.unlink(missing_ok=True)
    pyogrio.write_dataframe(rows, path, driver="XLSX", layer=sheet)
    with zipfile.ZipFile(path) as written:
        parts = [(name, written.read(name)) for name in written.namelist()]
    _archive(path, parts)


def heights(land: Terrain, path: Path) -> None:
    """Write the terrain as a tiled GeoTIFF of one band (metres, EPSG:25833)."""
    rows, columns = land.heights.shape
    form = {
        "driver": "GTiff",
        "dtype": "float32",
        "count": 1,
        "crs": CRS,
        "nodata": NO_HEIGHT,
        "width": columns,
        "height": rows,
    }
    place = from_origin(land.west, land.north, CELL, CELL)
    with rasterio.open(path, "w", transform=place, tiled=True, compress="deflate", predictor=3, **form) as file:
        file.write(land.heights.astype(np.float32), 1)


def _vector(frame: geopandas.GeoDataFrame, path: Path, driver: str, **options: str) -> None:
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2026-01-01T00:00:00.000Z"})
    try:
        pyogrio.write_dataframe(frame, path, driver=driver, **options)
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _removed(folder: Path) -> None:
    """Remove a folder of files that was written here."""
    if folder.is_dir():
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()


def _zipped(path: Path, files: Iterable[Path]) -> None:
    _archive(path, [(file.name, file.read_bytes()) for file in files])


def _archive(path: Path, parts: list[tuple[str, bytes]]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            archive.writestr(zipfile.ZipInfo(name, _DATE), content, zipfile.ZIP_DEFLATED)


def _csv(path: Path, rows: list[list[str]], encoding: str) -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)


def _with_commas(row: tuple[object, ...]) -> list[str]:
    return [_text(cell).replace(".", ",") if isinstance(cell, float) else _text(cell) for cell in row]


def _text(cell: object) -> str:
    """A cell as text; what is not known is empty, a whole number has no point."""
    return "" if geopandas.pd.isna(cell) else str(cell)
