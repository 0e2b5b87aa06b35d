"""Words that datasets share: the portal itself, themes, publishers, licences, code lists; and the Catalogue of it all.

Apart from the dataset model because these files are few, shared and rarely changed, while datasets come and go.
"""

from dataclasses import dataclass, field
from typing import Annotated

from pydantic import Field

from catalogue.backgrounds import Background, BackgroundId
from catalogue.dashboards import Dashboard
from catalogue.model import Contact, Dataset
from catalogue.origins import Origin
from catalogue.values import Box, Colour, ColumnName, Frozen, Language, Line, Text


class DeskRegister(Frozen):
    """The register of municipalities that the zoning desk goes by: a dataset of areas, and three of its columns."""

    municipalities: Line = "municipalities"
    code: ColumnName = "code"
    """The national code: RÚIAN, TERYT, AGS."""
    name: ColumnName = "name"
    state: ColumnName = "state"
    """CZ, PL or DE."""


class Portal(Frozen):
    """The portal as a whole: `portal.yml`."""

    title: Text
    description: Text = {}
    languages: Annotated[tuple[Language, ...], Field(min_length=1)] = ("cs", "de", "pl", "en")
    default_language: Language
    view: Box
    """What the map shows when it opens: west, south, east, north (degrees)."""
    notice: Text = {}
    """Said wherever made-up data is shown."""
    contact: Contact
    publisher: Line
    backgrounds: dict[BackgroundId, Background] = {}
    """In the order in which the map offers them."""
    services: tuple[Origin, ...] = ()
    """Hosts whose map services visitors may add by their address; browsers are told to ask no others."""
    desk: DeskRegister | None = None
    """Without it the desk knows no municipality: plans can be checked, but nobody can hand one in."""


class Theme(Frozen):
    """A subject under which datasets stand; also a group of layers on the map."""

    title: Text
    order: int = 0


class Publisher(Frozen):
    """Who answers for a dataset."""

    name: Text
    contact: Contact
    url: Line | None = None


class Licence(Frozen):
    """Under which terms a dataset may be used; `url` is the official address of the terms."""

    title: Text
    url: Line


class Code(Frozen):
    """One entry of a code list."""

    code: Line
    label: Text
    colour: Colour | None = None


class CodeList(Frozen):
    """Codes in the order of the legend."""

    name: Line
    entries: tuple[Code, ...]

    def labels(self) -> dict[str, Text]:
        """Return the label of each code."""
        return {entry.code: entry.label for entry in self.entries}


@dataclass(frozen=True)
class Catalogue:
    """All that `collections/` says."""

    portal: Portal
    datasets: dict[str, Dataset]
    themes: dict[str, Theme]
    publishers: dict[str, Publisher]
    licences: dict[str, Licence]
    codelists: dict[str, CodeList]
    dashboards: dict[str, Dashboard] = field(default_factory=dict)
    """In the order in which they are listed; those of dataset files are called as their dataset."""
