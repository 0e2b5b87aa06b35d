"""What a part of a dashboard says in one language: a finding, lines of a table, a drawing; in whatever form."""

from dataclasses import dataclass
from typing import Any

from catalogue.dashboards import AnyPart
from service.dashboards.drawing import Drawing
from service.dashboards.mapped import Mapped


@dataclass(frozen=True)
class Line:
    """One line of the table. `cells` are as shown, `raw` as they are in the CSV; links are None where there is none."""

    name: str
    cells: tuple[str, ...]
    raw: tuple[Any, ...]
    code: Any = None
    on_map: str | None = None
    as_list: str | None = None
    narrowed: str | None = None
    page: str | None = None
    """Of a line that stands for one feature: its own page."""


@dataclass(frozen=True)
class Tile:
    """One figure in large letters, with what it is and what is said beside it."""

    title: str
    figure: str
    beside: str
    line: Line


@dataclass(frozen=True)
class Source:
    """Of which dataset a part is, with its page, and whose the data are, on which terms, of when."""

    title: str
    text: str
    page: str


@dataclass(frozen=True)
class Told:
    """One part. `heads` are those of the table, the first of the names.

    `trail` leads back out of what was opened in a treemap: titles with addresses, the last is where one is.
    """

    part: AnyPart
    title: str
    description: str
    finding: str
    heads: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    total: Line | None = None
    drawing: Drawing | None = None
    narrow: Drawing | None = None
    """What is shown in its place where there is no room for it."""
    tiles: tuple[Tile, ...] = ()
    plan: Mapped | None = None
    trail: tuple[tuple[str, str | None], ...] = ()
    sources: tuple[Source, ...] = ()
    on_map: str | None = None
    as_list: str | None = None
    failed: bool = False

    @property
    def source(self) -> str:
        """Whose the data are, as one text."""
        return " ".join(f"{each.title}: {each.text}" for each in self.sources)

    def is_text(self, column: int) -> bool:
        """Return whether a column behind the names holds words rather than figures."""
        return any(isinstance(line.raw[column], str) for line in self.lines)

    @property
    def is_picture(self) -> bool:
        """Whether there is something to be drawn as a picture."""
        return self.drawing is not None or self.plan is not None
