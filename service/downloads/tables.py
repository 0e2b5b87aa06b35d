"""Writers of GeoPackage, FlatGeobuf and KML: Arrow batches from PostgreSQL into GDAL, no row passes through Python.

Column names are kept; their titles stand where the form has a place for them.
"""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyogrio

from service.downloads.order import Order
from service.downloads.snapshot import Snapshot
from service.downloads.statements import WKB, rows

_LON_LAT = 4326


def geopackage(order: Order, state: Snapshot, target: Path) -> None:
    """Write a GeoPackage in the CRS of the dataset, with a spatial index, dates as dates, and what the data are."""
    layer = {"IDENTIFIER": order.title, "DESCRIPTION": described(order)}
    with state.arrow(rows(order)) as found:
        write(found, order, target, "GPKG", layer_options=layer, metadata=order.about())


def flatgeobuf(order: Order, state: Snapshot, target: Path) -> None:
    """Write FlatGeobuf in the CRS of the dataset, with its index when there is a geometry to index."""
    options = {"TITLE": order.title, "DESCRIPTION": described(order)}
    options["SPATIAL_INDEX"] = "YES" if order.has_geometry else "NO"
    with state.arrow(rows(order)) as found:
        write(found, order, target, "FlatGeobuf", layer_options=options)


def kml(order: Order, state: Snapshot, target: Path) -> None:
    """Write KML in longitude and latitude; features are called by their label, else by their key."""
    options = {"NameField": order.label or order.id, "DescriptionField": ""}
    with state.arrow(rows(order, degrees=True)) as found:
        write(found, order, target, "KML", dataset_options=options, degrees=True)


def described(order: Order) -> str:
    """Return in one text what the data are, whose, on what terms, and of which batch."""
    about = order.about()
    return "\n".join(f"{name}: {text}" for name, text in about.items() if name != "title")


def write(
    found: pa.RecordBatchReader,
    order: Order,
    target: Path,
    driver: str,
    *,
    degrees: bool = False,
    **options: Any,  # noqa: ANN401 (pyogrio's)
) -> None:
    """Write the batches as the one layer of a file, named as the dataset is. Raises pyogrio's DataSourceError."""
    code = _LON_LAT if degrees else order.crs
    spatial = {"geometry_name": WKB, "geometry_type": order.geometry, "crs": f"EPSG:{code}"}
    pyogrio.write_arrow(
        found,
        target,
        layer=order.table,
        driver=driver,
        **(spatial if order.has_geometry else {"geometry_type": None}),
        **options,
    )
