"""What a state asks of each of its tables: extent, filter, day, order and page as one query of features. Pure."""

from dataclasses import dataclass

from catalogue import Catalogue
from service import fields
from service.cql2 import TEXT
from service.cql2.reading import read
from service.cql2.tree import FilterError
from service.crs import CRS84
from service.listing.places import extent_of
from service.listing.rows import EASY, Asked
from service.listing.state import MapState
from service.moments import read_span
from service.parameters import Box, ItemsQuery
from service.published import Served

ROWS = 50
"""Rows of a page."""


@dataclass(frozen=True)
class Columns:
    """The columns of a table that are shown: the one that names a row (None: its id does), and the others in order."""

    label: str | None
    others: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """All of them."""
        return (*([self.label] if self.label else []), *self.others)


def columns_of(served: Served, *, every: bool) -> Columns:
    """Return the columns that a card on the map shows, or every one."""
    dataset = served.dataset
    label = dataset.map.label if dataset.map else None
    names = () if every or not dataset.map else dataset.map.popup
    return Columns(label, tuple(name for name in names or dataset.served if name != label))


def order_of(state: MapState, served: Served) -> tuple[str, bool] | None:
    """Return the column by which rows are sorted, and whether downwards; None: by id.

    Where nobody asked, the rows of a small table are in the order of their names.
    """
    label = served.dataset.map.label if served.dataset.map else None
    wanted = (state.sort or "").removeprefix("-")
    if wanted in served.dataset.served:
        return wanted, (state.sort or "").startswith("-")
    return (label, False) if label and served.published.rows <= EASY else None


def ask(state: MapState, served: Served, catalogue: Catalogue, language: str, shown: Columns | None = None) -> Asked:
    """Return what the state asks of a table. Raises FilterError for a filter that cannot be understood."""
    dataset, box, source = served.dataset, extent_of(state), state.where.get(served.id)
    order = order_of(state, served)
    query = ItemsQuery(
        limit=ROWS,
        offset=(state.page - 1) * ROWS,
        boxes=(Box(*box),) if box and dataset.has_geometry else (),
        span=read_span(state.day.isoformat()) if state.day and dataset.time_columns else None,
        filter=read(source, TEXT, CRS84, dataset) if source else None,
        order=(order,) if order else (),
        select=shown.names if shown else None,
    )
    by = dataset.served.get(order[0]) if order else None
    labels = fields.labels(by, catalogue, language) if by and by.codelist else None
    return Asked(served, query, tuple(labels or ()))


def ask_others(state: MapState, others: list[Served], catalogue: Catalogue, language: str) -> list[Asked]:
    """Return what the state asks of the tables that are not shown; those with a wrong filter are left out."""
    found = []
    for served in others:
        try:
            found.append(ask(state, served, catalogue, language))
        except FilterError:
            continue
    return found
