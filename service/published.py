"""What is published: rows of the ledger, and a dataset as it is served now. Pure.

Two truths meet here. What stands in the table (columns, key, CRS, units) is what the ledger says was loaded; how it is
shown and to whom is what the dataset file says now. So a file may be edited at any time: a title changes at once, a new
column appears when it has been loaded, and a column made private vanishes immediately.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from catalogue import Catalogue, Column, Dataset
from catalogue.model import HereSection, MapSection
from catalogue.values import Box


@dataclass(frozen=True)
class Published:
    """One row of `krajina.current`. `bbox` is west, south, east, north; None when no row has a geometry.

    `artefact` is the file of a raster.
    """

    definition: Dataset
    batch: int
    rows: int
    bbox: Box | None
    published: datetime
    artefact: str | None = None


@dataclass(frozen=True)
class Served:
    """A published dataset as it is shown now; `dataset` has the loaded structure and the file's presentation."""

    dataset: Dataset
    published: Published

    @property
    def id(self) -> str:
        """The collection's id."""
        return self.dataset.id

    @property
    def is_internal(self) -> bool:
        """Whether a token is needed to see it."""
        return self.dataset.access == "internal"


def served(catalogue: Catalogue, published: Mapping[str, Published], *, internal: bool) -> dict[str, Served]:
    """Return what is served, in the catalogue's order: published datasets that have a file, by id.

    With `internal` the internal ones too.
    """
    return {
        id_: Served(as_served(now, published[id_].definition), published[id_])
        for id_, now in catalogue.datasets.items()
        if id_ in published and (internal or now.access == "public")
    }


def as_served(now: Dataset, loaded: Dataset) -> Dataset:
    """Return the dataset with the structure that was loaded and the presentation and access that its file has now."""
    columns = {name: _column(now.columns.get(name), column) for name, column in loaded.kept.items()}
    shown = {name for name, column in columns.items() if not column.private}
    return now.model_copy(
        update={
            "columns": columns,
            "crs": loaded.crs,
            "geometry": loaded.geometry,
            "key": loaded.key,
            "map": _map(now.map, shown) if now.map else None,
            "here": _here(now.here, shown) if now.here and loaded.has_geometry else None,
            "time": now.time if shown.issuperset(now.time_columns or ()) else None,
        }
    )


def _column(now: Column | None, loaded: Column) -> Column:
    """Return a column of the table as it is shown; one that the file no longer names is kept back."""
    if now is None or now.drop:
        return loaded.model_copy(update={"private": True})
    return now.model_copy(
        update={"type": loaded.type, "unit": loaded.unit, "codelist": now.codelist if loaded.type == "code" else None}
    )


def _here(section: HereSection, shown: set[str]) -> HereSection:
    """Return what is said of places without the columns that are not shown."""
    link = section.link if section.link and shown.issuperset(section.link.columns) else None
    columns = tuple(name for name in section.columns if name in shown)
    holds = {name: value for name, value in section.holds.items() if name in shown}
    return section.model_copy(update={"columns": columns, "holds": holds, "link": link})


def _map(section: MapSection, shown: set[str]) -> MapSection:
    """Return the map section without the columns that are not shown."""
    by = section.style.by if section.style.by in shown else None
    return section.model_copy(
        update={
            "style": section.style.model_copy(update={"by": by}),
            "popup": tuple(name for name in section.popup if name in shown),
            "label": section.label if section.label in shown else None,
            "search": section.search if shown.issuperset(section.search) else (),
        }
    )


def ground_of(shown: Mapping[str, Served]) -> Served | None:
    """Return the dataset of municipalities, which all maps have as their ground."""
    return next(
        (each for each in shown.values() if each.dataset.here and each.dataset.here.part == "municipality"), None
    )
