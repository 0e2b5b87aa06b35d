"""The Dataset: what one file in `collections/` says, and nothing that it does not say.

Frozen, and complete on its own: what a dataset means together with vocabularies and other files is the matter of
`catalogue.rules`.
"""

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from catalogue.dashboards import DashboardSection
from catalogue.sources import Source
from catalogue.values import (
    Box,
    Colour,
    ColumnName,
    Crs,
    Duration,
    Frozen,
    Language,
    Line,
    Metres,
    Share,
    SquareMetres,
    Text,
)

GeometryType = Literal[
    "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "none", "raster"
]
ColumnType = Literal["text", "integer", "decimal", "boolean", "date", "datetime", "code"]


class Contact(Frozen):
    """Whom to ask; an office rather than a person."""

    name: Line
    email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]


class Column(Frozen):
    """One column: where it comes from, what it holds, what it is called."""

    from_: Annotated[Line | None, Field(alias="from")] = None
    """Name in the source; absent: the same as here."""
    type: ColumnType = "text"
    title: Text = {}
    description: Text = {}
    unit: Line | None = None
    source_unit: Line | None = None
    """Unit in the source, when it is to be converted to `unit`."""
    count: bool = False
    """Whole numbers that count something, written with gaps; others without a unit may be codes or years."""
    codelist: Line | None = None
    format: Line | None = None
    """How dates are written in the source, in the way of strptime: `%d.%m.%Y`."""
    required: bool = False
    min: float | None = None
    max: float | None = None
    pattern: Line | None = None
    index: bool = False
    """Indexed, so that filtering by it is fast whatever the size of the table."""
    private: bool = False
    """Kept in the table, never served."""
    drop: bool = False
    """Not loaded at all; named here to say that this is meant."""

    def source_name(self, name: str) -> str:
        """Return the column's name in the source, given its own name."""
        return self.from_ or name


class Checks(Frozen):
    """What a batch must keep to be published."""

    min_rows: Annotated[int, Field(ge=0)] = 1
    max_rows: Annotated[int, Field(ge=1)] | None = None
    max_change: Share | None = None
    """How many rows may be touched by one batch, as a share of those published."""
    unique: tuple[tuple[ColumnName, ...], ...] = ()
    within: Box | None = None
    overlaps: SquareMetres | None = None
    """The largest area that two features may share."""


class Style(Frozen):
    """How features are drawn; `by` colours them by a column with a code list."""

    color: Colour = "#2b6cb0"
    fill: Annotated[float, Field(ge=0, le=1)] = 0.4
    width: Annotated[float, Field(ge=0, le=20)] = 1
    radius: Annotated[float, Field(ge=1, le=30)] = 5
    by: ColumnName | None = None


class TileRules(Frozen):
    """What a vector tile may hold; beyond it small features are drawn together, and nothing shows as a hole."""

    features: Annotated[int, Field(ge=100, le=200_000)] = 40_000
    bytes: Annotated[int, Field(ge=50_000, le=5_000_000)] = 1_500_000
    points: Literal["cluster", "thin"] = "cluster"
    """Points too many for a tile: one for each cell that says how many it stands for, or one of them."""


class MapSection(Frozen):
    """The layer on the public map."""

    group: Line | None = None
    """Theme under which the layer stands; absent: the dataset's own."""
    style: Style = Style()
    zoom: tuple[Annotated[int, Field(ge=0, le=22)], Annotated[int, Field(ge=0, le=22)]] = (0, 22)
    popup: tuple[ColumnName, ...] = ()
    label: ColumnName | None = None
    search: tuple[ColumnName, ...] = ()
    visible: bool = False
    tiles: TileRules = TileRules()


class HereLink(Frozen):
    """Where there is more to read of a feature; columns stand in its address in braces: `/plans/{number}`."""

    href: Annotated[str, Field(pattern=r"^(https?://|/)[^\s{}]*(\{[a-z][a-z0-9_]*\}[^\s{}]*)*$")]
    title: Text

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that stand in the address."""
        return tuple(re.findall(r"\{([^}]*)\}", self.href))


class HereSection(Frozen):
    """What a feature says of a place, on the page “What applies here?”."""

    part: Literal["municipality", "plan", "zone", "regulation", "limit"]
    within: Metres = 0.0
    """How far from the place a feature may be; 0: the place lies in it."""
    columns: tuple[ColumnName, ...] = ()
    """Columns that are told; empty: those of the popup."""
    holds: dict[ColumnName, Line] = {}
    """The value that a column has in a feature that is in force; one with another is told as not in force."""
    link: HereLink | None = None


class RasterSection(Frozen):
    """How a raster is drawn: its own colours, a hillshade, or a colour ramp over one band."""

    palette: Literal["rgb", "grey", "hillshade", "terrain"] = "rgb"
    nodata: float | None = None
    unit: Line | None = None


class Paging(Frozen):
    """Features per page: when nothing is asked, and at most."""

    default: Annotated[int, Field(ge=1, le=10_000)] = 100
    max: Annotated[int, Field(ge=1, le=10_000)] = 1000


class Dataset(Frozen):
    """One dataset, as its file describes it. `id` is the file's name, `path` the file."""

    id: str
    path: Path
    title: Text
    description: Text = {}
    keywords: dict[Language, tuple[Line, ...]] = {}
    theme: Line
    publisher: Line
    contact: Contact | None = None
    licence: Line
    updated: Duration = "irregular"
    access: Literal["public", "internal"] = "public"
    made_up: bool = False
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]
    crs: Crs = "EPSG:4326"
    geometry: GeometryType
    key: Annotated[ColumnName | tuple[ColumnName, ...] | None, Field(union_mode="left_to_right")] = None
    columns: dict[ColumnName, Column] = {}
    time: Annotated[ColumnName | tuple[ColumnName, ColumnName] | None, Field(union_mode="left_to_right")] = None
    """When a feature holds: the column of its date, or those of its first and its last."""
    checks: Checks = Checks()
    map: MapSection | None = None
    here: HereSection | None = None
    raster: RasterSection | None = None
    dashboard: DashboardSection | None = None
    paging: Paging = Paging()
    count: Literal["exact", "cached", "estimate", "none"] = "exact"
    editable: Literal[False, True, "if-match"] = False
    """Whether features may be edited by HTTP; `if-match`: only by those who say which state of it they have seen."""

    @property
    def is_raster(self) -> bool:
        """Whether the dataset is an image and has no table."""
        return self.geometry == "raster"

    @property
    def has_geometry(self) -> bool:
        """Whether rows of the table have a geometry."""
        return self.geometry not in {"none", "raster"}

    @property
    def key_columns(self) -> tuple[str, ...]:
        """The columns that make the key; empty when rows are known by their content."""
        if self.key is None:
            return ()
        return (self.key,) if isinstance(self.key, str) else self.key

    @property
    def time_columns(self) -> tuple[str, str] | None:
        """The columns of a feature's first and last date, which may be the same; None where there are none."""
        if self.time is None:
            return None
        return (self.time, self.time) if isinstance(self.time, str) else self.time

    @property
    def kept(self) -> dict[str, Column]:
        """The columns that are loaded, in order."""
        return {name: column for name, column in self.columns.items() if not column.drop}

    @property
    def served(self) -> dict[str, Column]:
        """The columns that are loaded and may be shown, in order."""
        return {name: column for name, column in self.kept.items() if not column.private}

    def local(self, path: str) -> Path:
        """Return the absolute place of a path that is written in the dataset file."""
        return (self.path.parent / path).resolve()
