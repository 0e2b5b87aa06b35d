"""How a dataset stands in PostGIS: names of tables and columns, their SQL types, what is indexed.

The loader writes by this and the service reads by it; neither imports the other. See docs/adr for why there are two
geometries and no row hash.
"""

from catalogue.model import Column, Dataset

DATA, STAGING, HISTORY, LEDGER = "data", "staging", "history", "krajina"
"""Schemas: what is published; what is being loaded; rows as they were; batches, findings, tokens."""

GEOMETRY, GEOMETRY_84, ID, BATCH, CLOSED = "geom", "geom_84", "_id", "_batch", "_closed"
"""Columns of ours: geometry in the dataset's CRS, and in lon/lat; made key; batch that wrote the row, that ended it."""

CHANNEL = "krajina_published"
"""NOTIFY channel on which a publication is told: `{"dataset": id, "batch": number}`."""

LON_LAT = "EPSG:4326"

_SQL_TYPES = {
    "text": "text",
    "code": "text",
    "integer": "bigint",
    "decimal": "double precision",
    "boolean": "boolean",
    "date": "date",
    "datetime": "timestamp with time zone",
}


def table_name(dataset_id: str) -> str:
    """Return the name of the dataset's table.

    >>> table_name("street-lights")
    'street_lights'
    """
    return dataset_id.replace("-", "_")


def srid(crs: str) -> int:
    """Return the number of an EPSG CRS.

    >>> srid("EPSG:5514")
    5514
    """
    return int(crs.removeprefix("EPSG:"))


def sql_type(column: Column) -> str:
    """Return the SQL type of a column."""
    return _SQL_TYPES[column.type]


def geometry_columns(dataset: Dataset) -> dict[str, int]:
    """Return the geometry columns with their SRID: the dataset's CRS, and lon/lat unless that is the same; or none."""
    if not dataset.has_geometry:
        return {}
    if dataset.crs == LON_LAT:
        return {GEOMETRY: srid(LON_LAT)}
    return {GEOMETRY: srid(dataset.crs), GEOMETRY_84: srid(LON_LAT)}


def lon_lat_column(dataset: Dataset) -> str | None:
    """Return the column with the geometry in longitude and latitude: it is the indexed one."""
    return next(reversed(geometry_columns(dataset)), None)


def id_column(dataset: Dataset) -> str:
    """Return the primary key: the key column, or `_id` when the key is several columns or the content."""
    return dataset.key if isinstance(dataset.key, str) else ID


def columns(dataset: Dataset) -> dict[str, str]:
    """Return all columns of the table in order, with their SQL types; `_batch` is the last."""
    own = {ID: "text"} if id_column(dataset) == ID else {}
    kept = {name: sql_type(column) for name, column in dataset.kept.items()}
    geometries = {name: f"geometry({dataset.geometry},{code})" for name, code in geometry_columns(dataset).items()}
    return own | kept | geometries | {BATCH: "bigint"}


def rows_at(dataset: Dataset, batch: int) -> str:
    """Return the SQL text of a subquery: the dataset's rows as they were when the batch was published, all columns.

    Valid for a batch since which the layout has not changed. Names are quoted, the number is a number.
    """
    named = ", ".join(f'"{name}"' for name in columns(dataset))
    table, number = table_name(dataset.id), int(batch)
    return (
        f'(SELECT {named} FROM {DATA}."{table}" WHERE {BATCH} <= {number} UNION ALL'
        f' SELECT {named} FROM {HISTORY}."{table}" WHERE {BATCH} <= {number} AND {CLOSED} > {number})'
    )


def indexed_columns(dataset: Dataset) -> tuple[str, ...]:
    """Return the columns with an index of their own: those that ask for it, and the one that colours the map."""
    by = dataset.map.style.by if dataset.map else None
    return tuple(name for name, column in dataset.kept.items() if column.index or name == by)


def search_columns(dataset: Dataset) -> tuple[str, ...]:
    """Return the columns in which the public searches; empty when the dataset is not searched."""
    return tuple(dataset.map.search) if dataset.map and dataset.has_geometry else ()


def name_expression(dataset: Dataset) -> str:
    """Return the SQL text of what a feature is found by: its searched columns as one text; columns are quoted.

    Raises ValueError for a dataset without search columns.
    """
    named = search_columns(dataset)
    if not named:
        raise ValueError(f"{dataset.id} is not searched")
    return " || ' ' || ".join(f"coalesce(\"{name}\"::text, '')" for name in named)


def search_expression(dataset: Dataset) -> str:
    """Return the SQL text of the words of a feature's name, which search compares and the index holds.

    Raises ValueError for a dataset without search columns.
    """
    return f"{LEDGER}.names({name_expression(dataset)})"
