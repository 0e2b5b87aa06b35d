"""Dashboards: what is counted, and how it is shown; a `dashboard:` section of a dataset file, or a file over several.

Apart from the dataset model because a dashboard asks one question after the other, of one dataset or of many, and
changes with what an editor wants to tell, not with the data.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from catalogue.values import ColumnName, Frozen, Line, Text

GEOMETRY = "geometry"
"""The name under which `gaps` counts features that have no place."""
PartId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=40)]


class Measured(Frozen):
    """What is reckoned over rows: how many there are, or the sum or the mean of a column."""

    where: Line | None = None
    """Only rows that meet this condition (CQL2 text)."""
    sum: ColumnName | None = None
    mean: ColumnName | None = None

    @property
    def measured(self) -> str | None:
        """The column that is summed or averaged; None where rows are counted."""
        return self.sum or self.mean


class Part(Frozen):
    """One part of a dashboard answers one question. `id` stands in addresses and in links to the part."""

    id: PartId
    title: Text
    description: Text = {}


class OfDataset(Part):
    """A part over one dataset; in the file of a dataset it is that dataset and need not be named."""

    dataset: Line | None = None


class Figure(Measured):
    """One figure of a tile; with `share` it is also told as a part of the whole."""

    title: Text
    dataset: Line | None = None
    share: bool = False


class FiguresPart(Part):
    """Tiles with figures."""

    kind: Literal["figures"]
    figures: Annotated[tuple[Figure, ...], Field(min_length=1, max_length=8)]


class BarsPart(OfDataset, Measured):
    """Bars: one for each value of a column. `over` compares its two newest values, such as years."""

    kind: Literal["bars"]
    by: ColumnName
    over: ColumnName | None = None
    top: Annotated[int, Field(ge=2, le=40)] = 12
    order: Literal["value", "code"] = "value"
    """By size, or in the order of the code list."""


class TimelinePart(OfDataset, Measured):
    """Columns along time, by a column of dates or of years."""

    kind: Literal["timeline"]
    by: ColumnName
    step: Literal["day", "month", "year", "decade", "century"] = "year"


class TreemapPart(OfDataset, Measured):
    """Areas as large as their share; one opens the next column of `path` within what was chosen."""

    kind: Literal["treemap"]
    path: Annotated[tuple[ColumnName, ...], Field(min_length=1, max_length=4)]
    over: ColumnName | None = None


class TableColumn(Measured):
    """One column of figures in a table."""

    title: Text


class TablePart(OfDataset):
    """A table: one row for each value of a column, several figures in a row."""

    kind: Literal["table"]
    by: ColumnName
    where: Line | None = None
    columns: Annotated[tuple[TableColumn, ...], Field(min_length=1, max_length=6)]
    top: Annotated[int, Field(ge=2, le=200)] = 50


class GapsPart(OfDataset):
    """What is not filled in: for each column the rows without a value; `geometry` stands for the place."""

    kind: Literal["gaps"]
    where: Line | None = None
    columns: Annotated[tuple[ColumnName | Literal["geometry"], ...], Field(min_length=1)]


class AnniversariesPart(OfDataset):
    """Round anniversaries of this year: rows whose year or date is a multiple of `every` years ago."""

    kind: Literal["anniversaries"]
    by: ColumnName
    where: Line | None = None
    every: Annotated[int, Field(ge=1, le=500)] = 25
    columns: tuple[ColumnName, ...] = ()


class MapPart(OfDataset):
    """A small map of a dataset in the colours of its layer, each with how many there are."""

    kind: Literal["map"]
    where: Line | None = None


AnyPart = Annotated[
    FiguresPart | BarsPart | TimelinePart | TreemapPart | TablePart | GapsPart | AnniversariesPart | MapPart,
    Field(discriminator="kind"),
]


class Choice(Frozen):
    """A choice above a dashboard: one value for columns that mean the same in several datasets."""

    id: PartId
    title: Text
    columns: Annotated[dict[Line, ColumnName], Field(min_length=1)]
    """The column of each dataset."""


class DashboardSection(Frozen):
    """The dashboard of one dataset, in its own file."""

    parts: Annotated[tuple[AnyPart, ...], Field(min_length=1)]
    choices: tuple[ColumnName, ...] = ()
    """Columns by one value of which the dashboard can be narrowed."""


class Dashboard(Frozen):
    """A dashboard over one dataset or several. `id` is the file's name, `path` the file."""

    id: str
    path: Path
    title: Text
    description: Text = {}
    order: int = 100
    """Place in the list of dashboards."""
    choices: tuple[Choice, ...] = ()
    parts: Annotated[tuple[AnyPart, ...], Field(min_length=1)]

    @property
    def datasets(self) -> tuple[str, ...]:
        """The datasets that it speaks of, each once, in their order."""
        return tuple(dict.fromkeys(id_ for part in self.parts for id_ in datasets_of(part)))


def datasets_of(part: AnyPart) -> tuple[str, ...]:
    """Return the datasets of a part, each once."""
    several = part.figures if isinstance(part, FiguresPart) else (part,)
    return tuple(dict.fromkeys(each.dataset for each in several if each.dataset))


def columns_of(part: AnyPart) -> list[tuple[str, str, str]]:
    """Return each column that a part names, with its dataset, and the key of the file under which it stands."""
    if isinstance(part, FiguresPart):
        return [(each.dataset or "", "figures", each.measured) for each in part.figures if each.measured]
    named: list[tuple[str, str | None]] = []
    if isinstance(part, BarsPart | TimelinePart | TreemapPart):
        named += [("sum", part.sum), ("mean", part.mean)]
    if isinstance(part, BarsPart | TreemapPart):
        named.append(("over", part.over))
    if isinstance(part, BarsPart | TimelinePart | TablePart | AnniversariesPart):
        named.append(("by", part.by))
    if isinstance(part, TreemapPart):
        named += [("path", each) for each in part.path]
    if isinstance(part, TablePart):
        named += [("columns", each.measured) for each in part.columns]
    if isinstance(part, GapsPart | AnniversariesPart):
        named += [("columns", each) for each in part.columns if each != GEOMETRY]
    return [(part.dataset or "", key, name) for key, name in named if name]


def in_dataset(part: AnyPart, dataset: str) -> AnyPart:
    """Return a part of a dataset's own dashboard, saying of which dataset it is."""
    if isinstance(part, FiguresPart):
        figures = tuple(each.model_copy(update={"dataset": each.dataset or dataset}) for each in part.figures)
        return part.model_copy(update={"figures": figures})
    return part.model_copy(update={"dataset": part.dataset or dataset})
