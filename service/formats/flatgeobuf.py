"""FlatGeobuf: a page that a program takes without parsing; the CRS stands in its header, coordinates are x first."""

import io
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import shapely

from service.asked import Asked
from service.formats.page import Format, Page

if TYPE_CHECKING:
    import pyarrow as pa

MEDIA_TYPE = "application/vnd.flatgeobuf"
GEOMETRY = "geometry"
_READ: Mapping[str, Callable[[str], Any]] = {"date": date.fromisoformat, "datetime": datetime.fromisoformat}


def write(page: Page, _: Asked) -> bytes:
    """Return the features as one FlatGeobuf without a spatial index, in their order."""
    import pyogrio  # GDAL and Arrow are large, and most workers never need them

    file = io.BytesIO()
    spatial = {"geometry_name": GEOMETRY, "geometry_type": page.dataset.geometry, "crs": f"EPSG:{page.query.crs.code}"}
    pyogrio.write_arrow(
        _table(page),
        file,
        layer=page.dataset.id,
        driver="FlatGeobuf",
        layer_options={"SPATIAL_INDEX": "NO"},
        **(spatial if page.shows_geometry else {"geometry_type": None}),
    )
    return file.getvalue()


def _table(page: Page) -> "pa.Table":
    """Return the features as Arrow has them, the geometry as WKB and last."""
    import pyarrow as pa

    types: dict[str, pa.DataType] = {
        "integer": pa.int64(),
        "decimal": pa.float64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "datetime": pa.timestamp("us", tz="UTC"),
    }
    columns: dict[str, pa.Array] = {}
    if page.id_name:
        columns[page.id_name] = pa.array([str(each["id"]) for each in page.features], pa.string())
    for name, column in page.columns.items():
        read = _READ.get(column.type)
        values = [each["properties"].get(name) for each in page.features]
        found = [read(value) if read and value is not None else value for value in values]
        columns[name] = pa.array(found, types.get(column.type, pa.string()))
    if page.shows_geometry:
        columns[GEOMETRY] = pa.array(shapely.to_wkb(page.shapes()), pa.binary())
    return pa.table(columns)


FORMAT = Format("fgb", MEDIA_TYPE, "fgb", write, (MEDIA_TYPE, "application/flatgeobuf"))
