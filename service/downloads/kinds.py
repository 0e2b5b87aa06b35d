"""The forms in which a whole dataset can be had, and for which datasets each is fit. Pure.

A writer is named and not imported: it needs GDAL and Arrow, which only the process that makes a file loads.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from service.published import Served

DEGREES, STORAGE = "degrees", "storage"


@dataclass(frozen=True)
class Kind:
    """One form. `extension` ends its files' names, `writer` is `module:function` below this package.

    `crs` is `degrees` for longitude and latitude, `storage` for the CRS in which the dataset is kept. `spatial` forms
    are for datasets with geometry only; `rows_max` is how many rows the form can hold.
    """

    name: str
    title: str
    extension: str
    media_type: str
    writer: str = ""
    crs: str = STORAGE
    spatial: bool = False
    rows_max: int | None = None

    def fits(self, served: Served) -> bool:
        """Return whether the form can hold the collection."""
        if served.dataset.is_raster or self.name == COG.name:
            return served.dataset.is_raster and self.name == COG.name
        few = self.rows_max is None or served.published.rows <= self.rows_max
        return few and (served.dataset.has_geometry or not self.spatial)


_CSV = "text/csv; charset=utf-8; header=present"
_ALL = (
    Kind("gpkg", "GeoPackage", "gpkg", "application/geopackage+sqlite3", "tables:geopackage"),
    Kind("geojson", "GeoJSON", "geojson", "application/geo+json", "texts:geojson", DEGREES),
    Kind("fgb", "FlatGeobuf", "fgb", "application/vnd.flatgeobuf", "tables:flatgeobuf"),
    Kind("parquet", "GeoParquet", "parquet", "application/vnd.apache.parquet", "geoparquet:write"),
    Kind("csv", "CSV", "csv", _CSV, "texts:csv"),
    Kind("csv-semicolon", "CSV ;", "semicolon.csv", _CSV, "texts:csv_semicolon"),
    Kind(
        "xlsx",
        "Excel",
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "workbook:write",
        rows_max=1_048_575,  # the rows of a sheet, less the header
    ),
    Kind("shp", "Shapefile", "shp.zip", "application/zip", "shapefile:write", spatial=True),
    Kind("kml", "KML", "kml", "application/vnd.google-earth.kml+xml", "tables:kml", DEGREES, spatial=True),
)
COG = Kind("tif", "GeoTIFF", "tif", "image/tiff; application=geotiff; profile=cloud-optimized")
"""The file of a raster: it is there from the load, nothing is made."""

KINDS: Mapping[str, Kind] = {kind.name: kind for kind in (*_ALL, COG)}


def offered(served: Served) -> list[Kind]:
    """Return the forms in which a collection can be had whole, the most useful first."""
    return [kind for kind in KINDS.values() if kind.fits(served)]
