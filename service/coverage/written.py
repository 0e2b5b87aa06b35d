"""A part of a raster as GeoTIFF and as CoverageJSON."""

from typing import Any

import numpy as np
import rasterio
from rasterio.io import MemoryFile
from rasterio.transform import from_bounds

from service.coverage.cut import Cut
from service.jsontext import encode

COVERAGE_JSON = "application/prs.coverage+json"
GEOTIFF = "image/tiff; application=geotiff"


def geotiff(part: Cut) -> bytes:
    """Return a compressed GeoTIFF; cells without a value have the file's own, or are masked where it has none."""
    values = part.values
    bands, height, width = values.shape
    hidden = np.ma.getmaskarray(values)
    profile = {
        "driver": "GTiff",
        "dtype": values.dtype.name,
        "count": bands,
        "width": width,
        "height": height,
        "crs": f"EPSG:{part.crs.code}",
        "transform": from_bounds(*part.edges, width, height),
        "compress": "deflate",
        "nodata": part.nodata,
    }
    with MemoryFile() as file:
        with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True), file.open(**profile) as image:
            image.write(values.filled(0 if part.nodata is None else part.nodata))
            for number, name in enumerate(part.names, 1):
                image.set_band_description(number, name)
            if part.nodata is None and hidden.any():
                image.write_mask(~hidden.any(axis=0))
        return bytes(file.read())


def coverage_json(part: Cut, title: str, unit: str | None) -> bytes:
    """Return a CoverageJSON grid; its axes are the middles of the cells."""
    _, height, width = part.values.shape
    west, south, east, north = part.edges
    right, up = (east - west) / width, (north - south) / height
    kind = "GeographicCRS" if part.crs.geographic else "ProjectedCRS"
    domain = {
        "type": "Domain",
        "domainType": "Grid",
        "axes": {
            "x": {"start": west + right / 2, "stop": east - right / 2, "num": width},
            "y": {"start": north - up / 2, "stop": south + up / 2, "num": height},
        },
        "referencing": [
            {
                "coordinates": ["y", "x"] if part.crs.swapped else ["x", "y"],
                "system": {"type": kind, "id": part.crs.uri},
            }
        ],
    }
    parameters = {name: _parameter(f"{title} {name}" if len(part.names) > 1 else title, unit) for name in part.names}
    ranges = {name: _range(band) for name, band in zip(part.names, part.values, strict=True)}
    return encode({"type": "Coverage", "domain": domain, "parameters": parameters, "ranges": ranges}).encode()


def _parameter(label: str, unit: str | None) -> dict[str, Any]:
    made: dict[str, Any] = {"type": "Parameter", "observedProperty": {"label": {"und": label}}}
    return made | ({"unit": {"symbol": unit}} if unit else {})


def _range(band: "np.ma.MaskedArray[Any, Any]") -> dict[str, Any]:
    whole = np.issubdtype(band.dtype, np.integer)
    shown = band if whole else np.ma.masked_invalid(band)
    return {
        "type": "NdArray",
        "dataType": "integer" if whole else "float",
        "axisNames": ["y", "x"],
        "shape": list(band.shape),
        "values": [None if value is None else value for value in shown.ravel().tolist()],
    }
