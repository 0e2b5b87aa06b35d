"""A page of the list: where it leads. Other layers, other extents, the map, the same list said another way. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from catalogue.values import Box
from service.listing import places
from service.listing.rows import Found
from service.listing.state import MapState, query, write
from service.listing.tables import Chosen
from service.portal.visit import Visit

MOVES: Mapping[str, Callable[[Box], Box]] = {
    "larger": lambda box: places.scaled(box, 2),
    "smaller": lambda box: places.scaled(box, 0.5),
    "north": lambda box: places.moved(box, 0, 0.5),
    "south": lambda box: places.moved(box, 0, -0.5),
    "west": lambda box: places.moved(box, -0.5, 0),
    "east": lambda box: places.moved(box, 0.5, 0),
}
"""What the map's buttons and dragging do, for the extent of a list."""


@dataclass(frozen=True)
class Page:
    """A state and what it shows. `every`: all columns are shown and not only those of the map's card."""

    visit: Visit
    state: MapState
    chosen: Chosen
    every: bool

    def href(self, state: MapState, path: str = "/map", **more: str) -> str:
        """Return the address of a state; of a list with every column that too."""
        kept = {"columns": "all"} if self.every and state.is_list else {}
        written = query(write(state) | kept | more)
        return self.visit.address(path) + (f"?{written}" if written else "")

    def hidden(self, *without: str) -> list[tuple[str, str]]:
        """Return the state for the hidden fields of a form that says some parts of it anew; it begins on page one."""
        kept = {"columns": "all"} if self.every else {}
        parts = write(replace(self.state, table=self.chosen.table, page=1)) | kept
        return [(name, value) for name, value in parts.items() if name not in without]

    def at(self, box: Box | None) -> MapState:
        """Return the state with another extent; None: everywhere."""
        view = places.view_of(box, places.NEAREST) if box else None
        return replace(self.state, view=view, extent=box and places.rounded(box), page=1)

    def around(self, box: Box) -> MapState:
        """Return the state with what a map that shows the box shows round it."""
        return self.at(places.window(places.view_of(box, places.NEAREST - 1)))

    @property
    def map_href(self) -> str:
        """The address of the map with what the list shows."""
        box = places.extent_of(self.state)
        view = self.state.view or (places.view_of(box, places.NEAREST) if box else None)
        return self.href(replace(self.state, is_list=False, view=view))

    def tabs(self, found: Found) -> Iterator[dict[str, Any]]:
        """Give the layers that have rows."""
        for id_ in self.chosen.tables:
            state = replace(self.state, table=id_, sort=None, page=1)
            number = found.others.get(id_)
            yield {
                "title": self.chosen.layers[id_]["title"],
                "href": self.href(state),
                "is_open": id_ == self.chosen.table,
                "number": number,
            }

    def moves(self) -> dict[str, str]:
        """Return where the extent can be moved, by the name of the move."""
        box = places.extent_of(self.state)
        return {name: self.href(self.at(move(box))) for name, move in MOVES.items()} if box else {}
