"""Where the rows of a dataset come from: one class for each kind of file.

Apart from the model because this is the part of a dataset file that grows: a new kind of source is one class here and
one reader in `etl/sources`.
"""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from catalogue.values import Crs, Frozen, Line, refuse


def _encoding(name: str) -> str:
    try:
        "".encode(name)
    except LookupError:
        raise refuse("VALUE-ENCODING", value=name) from None
    return name


Encoding = Annotated[str, AfterValidator(_encoding)]


class SourceFile(Frozen):
    """A file, by `path` (relative to the dataset file) or by `url` (http, https)."""

    path: Line | None = None
    url: Annotated[str, Field(pattern=r"^https?://")] | None = None
    member: Line | None = None
    """Which files inside a zip, as a glob; absent: the only one that fits the kind."""
    crs: Crs | None = None
    """When the file does not say its CRS, or says it wrongly."""

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.path is None) == (self.url is None):
            raise refuse("SOURCE-PLACE")
        return self

    @property
    def place(self) -> str:
        """The path or the URL, as it is written."""
        return self.path or self.url or ""


class GeoJsonSource(SourceFile):
    """GeoJSON (RFC 7946, or with the older `crs` member)."""

    kind: Literal["geojson"]


class GeoPackageSource(SourceFile):
    """OGC GeoPackage."""

    kind: Literal["geopackage"]
    layer: Line | None = None


class ShapefileSource(SourceFile):
    """ESRI Shapefile: the .shp in a folder, or a zip that holds it."""

    kind: Literal["shapefile"]
    encoding: Encoding | None = None


class KmlSource(SourceFile):
    """KML, or KMZ; always in longitude and latitude."""

    kind: Literal["kml"]
    layer: Line | None = None


class FileGdbSource(SourceFile):
    """ESRI File Geodatabase, as a zip that holds the .gdb folder."""

    kind: Literal["filegdb"]
    layer: Line | None = None


class GmlSource(SourceFile):
    """GML, plain or gzipped."""

    kind: Literal["gml"]
    layer: Line | None = None
    geometry_field: Line | None = None
    """Which geometry property, where features have several."""


class XY(Frozen):
    """Point coordinates in two columns: easting or longitude, northing or latitude."""

    x: Line
    y: Line


class Wkt(Frozen):
    """Geometry as WKT in one column; `axis` says which coordinate stands first."""

    wkt: Line
    axis: Literal["lon-lat", "lat-lon"] = "lon-lat"


class TableSource(SourceFile):
    """What files of cells have in common: where the geometry stands in them."""

    geometry: XY | Wkt | None = None
    decimal: Literal[".", ","] = "."


class CsvSource(TableSource):
    """Text with separated values. Without a header the columns are named by number, from 1."""

    kind: Literal["csv"]
    encoding: Encoding = "utf-8"
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    header: bool = True
    skip_first: Annotated[int, Field(ge=0)] = 0


class XlsxSource(TableSource):
    """A sheet of an Excel workbook. Header cells that span several rows are joined, top to bottom."""

    kind: Literal["xlsx"]
    sheet: Line | None = None
    skip_first: Annotated[int, Field(ge=0)] = 0
    header_rows: Annotated[int, Field(ge=1, le=10)] = 1
    skip_last: Annotated[int, Field(ge=0)] = 0


class GeoTiffSource(SourceFile):
    """GeoTIFF; becomes a Cloud Optimized GeoTIFF."""

    kind: Literal["geotiff"]


class DeskSource(Frozen):
    """What municipalities handed in at the zoning desk and is published: one layer of all these plans together.

    `plans`: one row a plan; `elements`: areas of use; `regulations`, `lines`, `points`: what lies over them;
    `coverage`: the municipalities of the register, with which of them has a plan and how far it has come.
    """

    kind: Literal["desk"]
    layer: Literal["plans", "elements", "regulations", "lines", "points", "coverage"]

    @property
    def place(self) -> str:
        """How the source is called where others have a path or a URL."""
        return f"desk:{self.layer}"

    @property
    def crs(self) -> None:
        """Each plan says its own."""
        return


class UsageSource(Frozen):
    """How often the portal itself is used: counts by day, by what was asked for and how, without today.

    Counts that are so small that they could tell of one person are left out (`etl.sources.usage`).
    """

    kind: Literal["usage"]

    @property
    def place(self) -> str:
        """How the source is called where others have a path or a URL."""
        return "usage"

    @property
    def crs(self) -> None:
        """Counts have no place."""
        return


FileSource = (
    GeoJsonSource
    | GeoPackageSource
    | ShapefileSource
    | KmlSource
    | FileGdbSource
    | GmlSource
    | CsvSource
    | XlsxSource
    | GeoTiffSource
)
"""Sources that are a file, at a path or a URL."""

Source = Annotated[FileSource | DeskSource | UsageSource, Field(discriminator="kind")]
