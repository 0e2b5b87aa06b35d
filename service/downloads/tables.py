"""Writers of GeoPackage, FlatGeobuf and KML: Arrow batches from PostgreSQL into GDAL, no row passes through Python.

Column names are kept; their titles stand where the form has a place for them.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyogrio

from service.downloads.order import Order
from service.downloads.snapshot import Snapshot
from service.downloads.statements import WKB, placeless, rows

_LON_LAT = 4326


def geopackage(order: Order, state: Snapshot, target: Path) -> None:
    """Write a GeoPackage in the CRS of the dataset, with a spatial index, dates as dates, and what the data are.

    Its time of change is that of the publication: the same batch gives the same bytes.
    """
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{order.published[:19]}.000Z"})
    layer = {"IDENTIFIER": order.title, "DESCRIPTION": described(order)}
    with state.arrow(rows(order)) as found:
        write(found, order, target, "GPKG", layer_options=layer, metadata=order.about())


def flatgeobuf(order: Order, state: Snapshot, target: Path) -> None:
    """Write FlatGeobuf in the CRS of the dataset, with its index unless a row has no geometry: the index takes none."""
    indexed = order.has_geometry and not state.holds(placeless(order))
    options = {"TITLE": order.title, "DESCRIPTION": described(order), "SPATIAL_INDEX": "YES" if indexed else "NO"}
    with state.arrow(rows(order)) as found:
        write(found, order, target, "FlatGeobuf", layer_options=options)


def kml(order: Order, state: Snapshot, target: Path) -> None:
    """Write KML in longitude and latitude, times as ISO 8601 has them; features are called by label, else by key."""
    options = {"NameField": order.label or order.id}
    with state.arrow(rows(order, degrees=True)) as found:
        write(recast(found, _as_texts), order, target, "KML", dataset_options=options, degrees=True)


def described(order: Order) -> str:
    """Return in one text what the data are, whose, on what terms, and of which batch."""
    about = order.about()
    return "\n".join(f"{name}: {text}" for name, text in about.items() if name != "title")


def recast(found: pa.RecordBatchReader, new: Callable[[pa.Field], pa.Field]) -> pa.RecordBatchReader:
    """Return the batches with each column under the name and of the type that `new` gives it."""
    schema = pa.schema([new(field) for field in found.schema])
    batches = (
        pa.record_batch([column.cast(f.type) for column, f in zip(batch.columns, schema, strict=True)], schema=schema)
        for batch in found
    )
    return pa.RecordBatchReader.from_batches(schema, batches)


def _as_texts(field: pa.Field) -> pa.Field:
    return field.with_type(pa.string()) if pa.types.is_temporal(field.type) else field


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
