"""A part of a raster file taken out, from the overview that is fine enough.

In the file's own CRS and size the cells are those of the file; otherwise they are interpolated bilinearly.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import rasterio
from rasterio.enums import ColorInterp, Resampling
from rasterio.errors import RasterioError
from rasterio.transform import from_bounds
from rasterio.vrt import WarpedVRT
from rasterio.warp import calculate_default_transform, transform_bounds
from rasterio.windows import Window
from rasterio.windows import bounds as bounds_of
from rasterio.windows import from_bounds as window_of

from service.coverage.query import CoverageQuery, Edges
from service.crs import Crs
from service.database import DatabaseUnavailableError
from service.downloads.errors import TooMuchError
from service.parameters import BadParameterError
from service.problems import NotFoundError

_SLACK = 1e-6
"""Share of a cell by which a box may miss a cell's edge and still mean it."""


@dataclass(frozen=True)
class Cut:
    """Values (bands × rows × columns, masked where there are none), where they are, x first, and what they are."""

    values: "np.ma.MaskedArray[Any, Any]"
    edges: Edges
    crs: Crs
    nodata: float | None
    names: tuple[str, ...]


@dataclass(frozen=True)
class _Grid:
    edges: Edges
    width: int
    height: int


def cut(path: str, query: CoverageQuery, most: int) -> Cut:
    """Return the part of the file.

    Raises NotFoundError when the part lies outside, TooMuchError when it has more than `most` values,
    BadParameterError for a band that there is not, DatabaseUnavailableError if the file is gone.
    """
    try:
        with rasterio.open(path) as source:
            bands = query.bands or tuple(_bands(source))
            if max(bands) > source.count:
                known = ", ".join(f"band{number}" for number in _bands(source))
                raise BadParameterError("properties", "choice", choices=known)
            own = source.crs.to_epsg() == query.crs.code
            grid = _own_grid(source, query) if own else _other_grid(source, query)
            sized = _sized(grid, query)
            count = sized.width * sized.height * len(bands)
            if count > most:
                raise TooMuchError("coverage-too-large", cells=count, most=most)
            values = _read(source, grid, sized, bands) if own else _warped(source, sized, bands, query.crs)
            names = tuple(f"band{number}" for number in bands)
            return Cut(values, sized.edges, query.crs, source.nodata, names)
    except RasterioError as error:
        raise DatabaseUnavailableError(f"raster: {type(error).__name__}") from error


def _bands(source: Any) -> list[int]:  # noqa: ANN401 (a rasterio dataset)
    """Return the numbers of the bands that hold values, not opacity."""
    return [n for n, kind in enumerate(source.colorinterp, 1) if kind != ColorInterp.alpha]


def _asked(query: CoverageQuery, whole: Edges) -> Edges:
    """Return the asked part within the whole, both in the CRS of the answer. Raises NotFoundError when it is empty."""
    edges = query.edges
    if query.edges_crs.code != query.crs.code and any(map(math.isfinite, edges)):
        ends = transform_bounds(f"EPSG:{query.crs.code}", f"EPSG:{query.edges_crs.code}", *whole)
        low, high = np.maximum(edges[:2], ends[:2]), np.minimum(edges[2:], ends[2:])
        if (low >= high).any():
            raise NotFoundError("coverage-part")
        edges = transform_bounds(f"EPSG:{query.edges_crs.code}", f"EPSG:{query.crs.code}", *low, *high)
    low, high = np.maximum(edges[:2], whole[:2]), np.minimum(edges[2:], whole[2:])
    if (low >= high).any():
        raise NotFoundError("coverage-part")
    return (float(low[0]), float(low[1]), float(high[0]), float(high[1]))


def _own_grid(source: Any, query: CoverageQuery) -> _Grid:  # noqa: ANN401 (a rasterio dataset)
    """Return the cells of the file that the part touches."""
    window = window_of(*_asked(query, tuple(source.bounds)), transform=source.transform)
    left, top = math.floor(window.col_off + _SLACK), math.floor(window.row_off + _SLACK)
    right = math.ceil(window.col_off + window.width - _SLACK)
    bottom = math.ceil(window.row_off + window.height - _SLACK)
    cells = Window(left, top, max(1, right - left), max(1, bottom - top))
    return _Grid(bounds_of(cells, source.transform), cells.width, cells.height)


def _other_grid(source: Any, query: CoverageQuery) -> _Grid:  # noqa: ANN401 (a rasterio dataset)
    """Return a grid in another CRS with cells about as large as those of the file."""
    code = f"EPSG:{query.crs.code}"
    whole = transform_bounds(source.crs, code, *source.bounds)
    transform, _, _ = calculate_default_transform(source.crs, code, source.width, source.height, *source.bounds)
    edges = _asked(query, whole)
    width = max(1, round((edges[2] - edges[0]) / transform.a))
    return _Grid(edges, width, max(1, round((edges[3] - edges[1]) / -transform.e)))


def _sized(grid: _Grid, query: CoverageQuery) -> _Grid:
    """Return the grid with the asked number of cells; where one is asked, the other keeps the shape."""
    width, height = query.width, query.height
    if width is None and height is None:
        width, height = math.ceil(grid.width / query.factor), math.ceil(grid.height / query.factor)
    elif width is None and height is not None:
        width = max(1, round(grid.width * height / grid.height))
    elif height is None and width is not None:
        height = max(1, round(grid.height * width / grid.width))
    return _Grid(grid.edges, width or 1, height or 1)


def _read(source: Any, grid: _Grid, sized: _Grid, bands: tuple[int, ...]) -> Any:  # noqa: ANN401 (rasterio's)
    window = window_of(*grid.edges, transform=source.transform)
    return source.read(
        list(bands),
        window=window.round_offsets().round_lengths(),
        out_shape=(len(bands), sized.height, sized.width),
        masked=True,
        resampling=Resampling.bilinear,
    )


def _warped(source: Any, sized: _Grid, bands: tuple[int, ...], crs: Crs) -> Any:  # noqa: ANN401 (rasterio's)
    with WarpedVRT(
        source,
        crs=f"EPSG:{crs.code}",
        transform=from_bounds(*sized.edges, sized.width, sized.height),
        width=sized.width,
        height=sized.height,
        resampling=Resampling.bilinear,
        add_alpha=source.nodata is None and ColorInterp.alpha not in source.colorinterp,
    ) as warped:
        values = warped.read(list(bands))
        return np.ma.array(values, mask=np.broadcast_to(warped.dataset_mask() == 0, values.shape))
