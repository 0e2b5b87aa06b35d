"""What part of a raster is asked for, at which size and in which CRS, read strictly. Pure."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from catalogue import Dataset
from service.crs import Crs, storage
from service.parameters import BadParameterError, crs_asked, map_query, only, whole

PARAMETERS = frozenset(
    {"f", "lang", "bbox", "bbox-crs", "subset", "subset-crs", "crs", "width", "height"}
    | {"scale-size", "scale-factor", "properties"}
)
CELLS_MAX = 100_000
"""Cells along one axis."""
_NUMBER = r"-?[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]{1,2})?"
_RANGE = re.compile(rf"([A-Za-z]+)\(({_NUMBER}|\*):({_NUMBER}|\*)\)")
_SIZE = re.compile(r"([A-Za-z]+)\(([0-9]{1,6})\)")
_FACTOR = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6})?")

type Edges = tuple[float, float, float, float]
"""West, south, east, north, x first; infinite where no limit was asked for."""


@dataclass(frozen=True)
class CoverageQuery:
    """A part of a raster. `edges` are in `edges_crs`; `crs` is that of the answer.

    `width` and `height` are numbers of cells, None where they follow from the other or from the file; `factor` says how
    much coarser than the file. `bands` are numbers from 1; empty: all.
    """

    edges: Edges
    edges_crs: Crs
    crs: Crs
    width: int | None = None
    height: int | None = None
    factor: float = 1.0
    bands: tuple[int, ...] = ()


def coverage_query(params: Mapping[str, str], dataset: Dataset) -> CoverageQuery:
    """Return what the parameters ask for; by default the whole raster in its own CRS. Raises BadParameterError."""
    only(params, PARAMETERS)
    edges, edges_crs = _part(params, dataset)
    crs = crs_asked(params, "crs", dataset) if "crs" in params else storage(dataset)
    width, height = _size(params, crs)
    factor = _factor(params)
    return CoverageQuery(edges, edges_crs, crs, width, height, factor, _bands(params))


def axes(crs: Crs) -> tuple[str, str]:
    """Return the names of the axes, that of x first."""
    return ("Lon", "Lat") if crs.geographic else ("E", "N")


def _part(params: Mapping[str, str], dataset: Dataset) -> tuple[Edges, Crs]:
    if "subset" in params:
        if "bbox" in params:
            raise BadParameterError("subset", "scale-both", other="bbox")
        crs = crs_asked(params, "subset-crs", dataset)
        low_high = _named(params["subset"], "subset", _RANGE, crs)
        (min_x, max_x), (min_y, max_y) = (_limits(low_high.get(name)) for name in axes(crs))
        return (min_x, min_y, max_x, max_y), crs
    box = map_query({name: params[name] for name in ("bbox", "bbox-crs") if name in params}, dataset).box
    if box is None:
        return (-math.inf, -math.inf, math.inf, math.inf), storage(dataset)
    return (box.min_x, box.min_y, box.max_x, box.max_y), box.crs


def _limits(given: tuple[str, ...] | None) -> tuple[float, float]:
    low, high = given or ("*", "*")
    limits = (-math.inf if low == "*" else float(low), math.inf if high == "*" else float(high))
    if limits[0] > limits[1]:
        raise BadParameterError("subset", "box-upside-down")
    return limits


def _size(params: Mapping[str, str], crs: Crs) -> tuple[int | None, int | None]:
    if "scale-size" not in params:
        sizes = [whole(params, name, 0, 1, CELLS_MAX) or None for name in ("width", "height")]
        return sizes[0], sizes[1]
    for other in ("width", "height"):
        if other in params:
            raise BadParameterError("scale-size", "scale-both", other=other)
    named = _named(params["scale-size"], "scale-size", _SIZE, crs)
    counts = [int(named[name][0]) if name in named else None for name in axes(crs)]
    if 0 in counts:
        raise BadParameterError("scale-size", "whole", low=1, high=CELLS_MAX)
    return counts[0], counts[1]


def _factor(params: Mapping[str, str]) -> float:
    text = params.get("scale-factor", "1")
    if not _FACTOR.fullmatch(text) or not float(text):
        raise BadParameterError("scale-factor", "type-decimal")
    for other in ("scale-size", "width", "height"):
        if "scale-factor" in params and other in params:
            raise BadParameterError("scale-factor", "scale-both", other=other)
    return float(text)


def _named(text: str, parameter: str, form: re.Pattern[str], crs: Crs) -> dict[str, tuple[str, ...]]:
    """Return what is said of each axis. Raises BadParameterError for what is said otherwise, twice or of no axis."""
    found: dict[str, tuple[str, ...]] = {}
    for part in text.split(","):
        match = form.fullmatch(part.strip())
        name = match[1] if match else ""
        if not match or name not in axes(crs) or name in found:
            raise BadParameterError(parameter, parameter, axes=", ".join(axes(crs)), first=axes(crs)[0])
        found[name] = match.groups()[1:]
    return found


def _bands(params: Mapping[str, str]) -> tuple[int, ...]:
    """Return the numbers of the named bands; which there are, the file knows."""
    names = [name for name in params.get("properties", "").split(",") if name]
    found = [re.fullmatch(r"band([1-9][0-9]{0,3})", name) for name in names]
    if not all(found):
        raise BadParameterError("properties", "choice", choices="band1, band2, …")
    return tuple(dict.fromkeys(int(match[1]) for match in found if match))
