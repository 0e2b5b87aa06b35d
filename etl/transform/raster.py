"""GeoTIFF to Cloud Optimized GeoTIFF: tiled, with overviews, so that any part at any scale is read with few bytes.

Apart from everything about rows: a raster has no rows, keeps its CRS and pixels, and is written by GDAL from block to
block, in memory that does not grow with the image.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
from pyproj import CRS
from rasterio._err import CPLE_BaseError
from rasterio.enums import ColorInterp, Compression
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader
from rasterio.shutil import copy as write_copy
from rasterio.vrt import WarpedVRT

from catalogue.layout import LON_LAT
from catalogue.model import Dataset
from etl.errors import NotReadable
from etl.sources.open import files
from etl.sources.snapshot import Snapshot
from etl.transform.crs import way_of
from findings import Finding, Level, Report
from geodesy import Box, area_of, identify, same

_MEMORY = 64
"""Megabytes that GDAL keeps of blocks."""
_EDGE = 21
"""Points along each edge when its bounds are taken to degrees."""


@dataclass(frozen=True)
class RasterFigures:
    """What was found in a raster: `bbox` in degrees (west, south, east, north), the operation behind it, its size."""

    bbox: Box
    operation: str | None
    accuracy: float | None
    width: int
    height: int
    bands: int


def cog(dataset: Dataset, snapshot: Snapshot, target: Path, report: Report, grids: Path | None = None) -> RasterFigures:
    """Write the snapshot's image as a COG at `target`, in its own CRS, and return its figures.

    What is wrong with it is added to the report: another CRS than the dataset's, no CRS, lying elsewhere. Raises
    NotReadable if the image is broken anywhere: every pixel is read.
    """
    with files(snapshot) as paths, rasterio.Env(GDAL_CACHEMAX=_MEMORY, GDAL_DISABLE_READDIR_ON_OPEN="EMPTY_DIR"):
        try:
            with rasterio.open(paths[0], driver="GTiff") as image:
                crs = _crs(dataset, snapshot, image, report)
                figures = _figures(image, snapshot.name, crs, grids)
                _judge(dataset, snapshot, figures, report)
                _write(dataset, image, crs, target)
                return figures
        except (RasterioError, CPLE_BaseError, ValueError) as error:
            target.unlink(missing_ok=True)
            reason = str(error.__cause__ or error).replace(str(paths[0]), snapshot.name).replace(paths[0].name, "")
            raise NotReadable("SOURCE-BROKEN", file=snapshot.name, reason=reason) from error


def _crs(dataset: Dataset, snapshot: Snapshot, image: DatasetReader, report: Report) -> CRS:
    """Return the CRS: the declared one, else what the file says, else the dataset's."""
    said = identify(CRS(image.crs.to_wkt())) if image.crs else None
    target = CRS(dataset.crs)
    used = CRS(snapshot.source.crs) if snapshot.source.crs else said or target
    if said is None and not snapshot.source.crs:
        report.append(Finding("SOURCE-CRS-ASSUMED", Level.NOTE, {"crs": dataset.crs}, dataset.id, snapshot.name))
    if not same(used, target):
        values = {"said": used.to_string(), "crs": dataset.crs}
        report.append(Finding("RASTER-CRS", Level.ERROR, values, dataset.id, snapshot.name))
    return used


def _figures(image: DatasetReader, name: str, crs: CRS, grids: Path | None) -> RasterFigures:
    """Return the figures of the image. Raises NotReadable if it does not say where it lies."""
    if image.transform.is_identity:
        raise NotReadable("RASTER-NO-PLACE", file=name)
    left, bottom, right, top = image.bounds
    edge = np.linspace(0, 1, _EDGE)
    x, y = left + edge * (right - left), bottom + edge * (top - bottom)
    ring = np.concatenate(
        [np.column_stack([x, np.full(_EDGE, side)]) for side in (bottom, top)]
        + [np.column_stack([np.full(_EDGE, side), y]) for side in (left, right)]
    )
    there = way_of(crs, CRS(LON_LAT), area_of((left, bottom, right, top), crs), grids)
    degrees = there(ring)[0]
    (west, south), (east, north) = degrees.min(axis=0), degrees.max(axis=0)
    return RasterFigures(
        bbox=(float(west), float(south), float(east), float(north)),
        operation=there.lineage.operation if there.steps else None,
        accuracy=there.lineage.accuracy if there.steps else None,
        width=image.width,
        height=image.height,
        bands=image.count,
    )


def _judge(dataset: Dataset, snapshot: Snapshot, figures: RasterFigures, report: Report) -> None:
    west, south, east, north = figures.bbox
    within = dataset.checks.within
    if within and (east < within[0] or north < within[1] or west > within[2] or south > within[3]):
        point = ((west + east) / 2, (south + north) / 2)
        report.append(Finding("GEOMETRY-NOT-WITHIN", Level.ERROR, {}, dataset.id, snapshot.name, point=point))


def _write(dataset: Dataset, image: DatasetReader, crs: CRS, target: Path) -> None:
    """Copy the image block by block; CRS and nodata value are the declared ones where the file says otherwise."""
    declared = dataset.raster.nodata if dataset.raster else None
    nodata = image.nodata if declared is None else declared
    lossy = image.compression == Compression.jpeg and nodata is None  # already lossy: again costs little, saves much
    palette = image.colorinterp[0] == ColorInterp.palette
    target.parent.mkdir(parents=True, exist_ok=True)
    options = {
        "COMPRESS": "JPEG" if lossy else "DEFLATE",
        "BLOCKSIZE": 512,
        **({"QUALITY": 90} if lossy else {"PREDICTOR": "YES"}),
        "OVERVIEWS": "IGNORE_EXISTING",
        "RESAMPLING": "NEAREST" if palette else "AVERAGE",
        "BIGTIFF": "IF_SAFER",
        "NUM_THREADS": 2,
    }
    if image.crs and image.nodata == nodata and same(CRS(image.crs.to_wkt()), crs):
        write_copy(image, target, driver="COG", **options)
        return
    system = rasterio.CRS.from_wkt(crs.to_wkt("WKT1_GDAL"))
    same_grid = {"transform": image.transform, "width": image.width, "height": image.height}
    with WarpedVRT(image, src_crs=system, crs=system, src_nodata=nodata, nodata=nodata, **same_grid) as view:
        write_copy(view, target, driver="COG", **options)
