"""The pygeoapi map provider over rasters: a picture of any box in any offered CRS, drawn from the COG's overviews.

What a raster looks like follows from its dataset file: its own colours, shades of grey, a hillshade, a colour ramp.
"""

import warnings
from typing import Any

import numpy as np
import pyproj
import rasterio
from numpy.typing import NDArray
from pygeoapi.provider.base import BaseProvider
from rasterio.enums import ColorInterp, Resampling
from rasterio.errors import NotGeoreferencedWarning, RasterioError
from rasterio.io import MemoryFile
from rasterio.transform import from_bounds
from rasterio.vrt import WarpedVRT
from rasterio.warp import transform_bounds

from service.asked import ASKED
from service.crs import CRS84_URI
from service.database import DatabaseUnavailableError
from service.parameters import Box, MapQuery
from service.published import Served

NAME = "service.raster.Pictures"
warnings.filterwarnings("ignore", category=NotGeoreferencedWarning)  # of the pictures we make: a PNG has no place
SUN_AZIMUTH, SUN_HEIGHT = 315.0, 45.0
METRES_PER_DEGREE = 111_320.0
BEYOND = (0.02, 0.98)
"""Shares of the values that make the ends of a ramp; what lies beyond is drawn as the end."""
_TERRAIN = ((0.0, (70, 130, 90)), (0.35, (200, 205, 120)), (0.65, (180, 125, 75)), (1.0, (250, 250, 250)))
_GREY = ((0.0, (0, 0, 0)), (1.0, (255, 255, 255)))

type Image = NDArray[np.uint8]
"""4 × height × width: red, green, blue, opacity."""
type Bands = np.ma.MaskedArray[Any, Any]


class Pictures(BaseProvider):  # type: ignore[misc]  # pygeoapi has no types
    """Pictures of one raster file."""

    def query(self, **arguments: Any) -> bytes:  # noqa: ANN401 (pygeoapi's arguments)
        """Return a PNG; transparent where there is no data. Raises DatabaseUnavailableError if the file is gone."""
        asked = ASKED.get()
        if asked and isinstance(asked.query, MapQuery):
            return picture(self.data, self.options["palette"], asked.query)
        box = Box(*arguments["bbox"])
        return picture(
            self.data, self.options["palette"], MapQuery(box, box.crs, arguments["width"], arguments["height"])
        )


def definition(served: Served, crs: list[str]) -> dict[str, Any]:
    """Return the provider part of a raster's configuration."""
    section = served.dataset.raster
    return {
        "type": "map",
        "name": NAME,
        "data": served.published.artefact or "",
        "options": {"palette": section.palette if section else "rgb"},
        "format": {"name": "png", "mimetype": "image/png"},
        "crs": crs,
        "storage_crs": CRS84_URI,
    }


def picture(path: str, palette: str, query: MapQuery) -> bytes:
    """Return the PNG of a box of a raster file, x to the right and y upwards in the CRS of the query."""
    return _png(_drawn(path, palette, query))


def tile(path: str, palette: str, box: Box, pixels: int) -> bytes:
    """Return the PNG of a square box in its own CRS, so that it meets those of the boxes beside it without a seam.

    Shades depend on the pixels around; the picture is drawn with a margin, which is cut off.
    """
    margin = (box.max_x - box.min_x) / pixels
    wider = Box(box.min_x - margin, box.min_y - margin, box.max_x + margin, box.max_y + margin, box.crs)
    return _png(_drawn(path, palette, MapQuery(wider, box.crs, pixels + 2, pixels + 2))[:, 1:-1, 1:-1])


def _drawn(path: str, palette: str, query: MapQuery) -> Image:
    code = f"EPSG:{query.crs.code}"
    try:
        with rasterio.open(path) as source:
            bounds = _bounds(query, source)
            transform = from_bounds(*bounds, query.width, query.height)
            with WarpedVRT(
                source,
                crs=code,
                transform=transform,
                width=query.width,
                height=query.height,
                resampling=Resampling.bilinear,
                add_alpha=source.nodata is None and ColorInterp.alpha not in source.colorinterp,
            ) as warped:
                shown = warped.read(list(range(1, source.count + 1)))
                hidden = np.broadcast_to(warped.dataset_mask() == 0, shown.shape)
                bands = np.ma.array(shown, mask=hidden)
            limits = _limits(source) if palette in {"grey", "terrain"} else (0.0, 1.0)
    except RasterioError as error:
        raise DatabaseUnavailableError(f"raster: {type(error).__name__}") from error
    return _painted(bands, palette, limits, _pixel_metres(bounds, query))


def _bounds(query: MapQuery, source: Any) -> tuple[float, float, float, float]:  # noqa: ANN401 (a rasterio dataset)
    """Return the box in the picture's CRS: the asked one, or the whole raster."""
    code = f"EPSG:{query.crs.code}"
    if query.box is None:
        found = transform_bounds(source.crs, code, *source.bounds)
    else:
        box = query.box
        asked = (box.min_x, box.min_y, box.max_x, box.max_y)
        same = box.crs.code == query.crs.code
        found = asked if same else transform_bounds(f"EPSG:{box.crs.code}", code, *asked)
    return (float(found[0]), float(found[1]), float(found[2]), float(found[3]))


def _pixel_metres(bounds: tuple[float, float, float, float], query: MapQuery) -> tuple[float, float]:
    """Return the size of a pixel on the ground, for slopes."""
    width, height = (bounds[2] - bounds[0]) / query.width, (bounds[3] - bounds[1]) / query.height
    crs = pyproj.CRS.from_epsg(query.crs.code)
    if crs.is_geographic:
        latitude = np.radians((bounds[1] + bounds[3]) / 2)
        return width * METRES_PER_DEGREE * float(np.cos(latitude)), height * METRES_PER_DEGREE
    if query.crs.code == 3857:  # noqa: PLR2004 (Web Mercator: its metre shrinks with latitude)
        scale = 1 / np.cosh((bounds[1] + bounds[3]) / 2 / 6378137.0)
        return width * float(scale), height * float(scale)
    return width, height


def _painted(bands: Bands, palette: str, limits: tuple[float, float], pixel: tuple[float, float]) -> Image:
    if palette == "rgb":
        return _coloured(bands)
    band = bands[0].astype(float)
    if palette == "hillshade":
        band, limits = _hillshade(band, pixel), (0.0, 1.0)
    return _ramp(band, _TERRAIN if palette == "terrain" else _GREY, limits)


def _coloured(bands: Bands) -> Image:
    """Return the raster's own colours; one band is grey."""
    first = bands[:3] if len(bands) > 2 else np.ma.repeat(bands[:1], 3, axis=0)  # noqa: PLR2004
    values = np.clip(first.filled(0), 0, 255).astype(np.uint8)
    opacity = np.where(np.ma.getmaskarray(first).all(axis=0), 0, 255).astype(np.uint8)
    return np.concatenate([values, opacity[None]])


def _ramp(band: Bands, stops: tuple[tuple[float, tuple[int, int, int]], ...], limits: tuple[float, float]) -> Image:
    """Return the band coloured between its limits along the stops."""
    low, high = limits
    share = np.clip((band.filled(low) - low) / ((high - low) or 1.0), 0, 1)
    places = [place for place, _ in stops]
    colours = [np.interp(share, places, [colour[part] for _, colour in stops]) for part in range(3)]
    opacity = np.where(np.ma.getmaskarray(band), 0, 255)
    return np.stack([*colours, opacity]).astype(np.uint8)


def _hillshade(band: Bands, pixel: tuple[float, float]) -> Bands:
    """Return how brightly each pixel is lit, 0 to 1, by a sun in the north-west (slopes by central differences)."""
    if min(band.shape) < 2:  # noqa: PLR2004 (no slope on a line)
        return np.ma.masked_all(band.shape)
    mean = band.mean()
    heights = band.filled(0.0 if mean is np.ma.masked else float(mean))
    down, across = np.gradient(heights, pixel[1], pixel[0])
    slope = np.arctan(np.hypot(across, down))
    aspect = np.arctan2(down, -across)
    azimuth, height = np.radians(360 - SUN_AZIMUTH + 90), np.radians(SUN_HEIGHT)
    lit = np.sin(height) * np.cos(slope) + np.cos(height) * np.sin(slope) * np.cos(azimuth - aspect)
    return np.ma.array(np.clip(lit, 0, 1), mask=np.ma.getmaskarray(band))


def _limits(source: Any) -> tuple[float, float]:  # noqa: ANN401 (a rasterio dataset)
    """Return the values at the ends of the ramp, from a small overview of the whole raster: the same for every box."""
    small = source.read(1, out_shape=(min(256, source.height), min(256, source.width)), masked=True).compressed()
    small = small[np.isfinite(small)]
    if not len(small):
        return 0.0, 1.0
    low, high = np.quantile(small, BEYOND)
    return float(low), float(high)


def _png(image: Image) -> bytes:
    _, height, width = image.shape
    with MemoryFile() as file:
        with file.open(driver="PNG", width=width, height=height, count=4, dtype="uint8") as picture_:
            picture_.write(image)
        return bytes(file.read())
