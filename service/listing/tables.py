"""Which layers a state shows, in the order in which the map draws them, and which of them stands open as a table. Pure.

What an address leaves open is decided here as the map decides it (`web/src/state/model.ts`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from service.listing.state import MapState

type Layer = Mapping[str, Any]
"""A layer as `/map/portal` describes it."""

_RANKS = {"point": 0, "line": 1, "polygon": 2, "raster": 3}
"""From the top down; within a kind, what stands first in the list of layers is drawn above."""


@dataclass(frozen=True)
class Chosen:
    """`groups`: themes with all layers; `layers`: the same by id, topmost first; `on`: ids of those that are shown.

    `on` is topmost first too. `table` is the layer whose rows are shown; None where no layer with rows is on.
    """

    groups: Sequence[Mapping[str, Any]]
    layers: Mapping[str, Layer]
    on: tuple[str, ...]
    table: str | None

    @property
    def tables(self) -> tuple[str, ...]:
        """The layers that are on and have rows."""
        return tuple(id_ for id_ in self.on if self.layers[id_]["kind"] == "vector")

    @property
    def pictures(self) -> tuple[str, ...]:
        """The layers that are on and have none."""
        return tuple(id_ for id_ in self.on if self.layers[id_]["kind"] != "vector")


def choose(state: MapState, groups: Sequence[Mapping[str, Any]]) -> Chosen:
    """Return what the state shows of the portal's groups."""
    listed = [layer for group in groups for layer in group["layers"]]
    layers = {layer["id"]: layer for layer in sorted(listed, key=lambda layer: _RANKS[layer["geometry"]])}
    on = _on(state, groups, layers)
    opened = state.feature[0] if state.feature else None
    if opened is not None and opened in layers and layers[opened]["kind"] == "vector":
        on = switched(on, opened, tuple(layers))
    chosen = Chosen(groups, layers, on, None)
    wanted = [id_ for id_ in (state.table, opened, *chosen.tables) if id_ in chosen.tables]
    return Chosen(groups, layers, on, wanted[0] if wanted else None)


def settled(state: MapState, chosen: Chosen) -> MapState:
    """Return the state with what there is: without layers that are not known, with the table that stands open."""
    rows = {id_ for id_, layer in chosen.layers.items() if layer["kind"] == "vector"}
    return replace(
        state,
        layers=None if state.layers is None else chosen.on,
        where={id_: text for id_, text in state.where.items() if id_ in rows},
        feature=state.feature if state.feature and state.feature[0] in rows else None,
        table=chosen.table,
    )


def switched(on: tuple[str, ...], layer: str, natural: Sequence[str]) -> tuple[str, ...]:
    """Return the layers with one more, put above what it is by nature drawn above."""
    if layer in on:
        return on
    rank = natural.index(layer)
    below = next((at for at, id_ in enumerate(on) if natural.index(id_) > rank), len(on))
    return (*on[:below], layer, *on[below:])


def _on(state: MapState, groups: Sequence[Mapping[str, Any]], layers: Mapping[str, Layer]) -> tuple[str, ...]:
    """Return the layers that are named; else those of the group; else those that the portal shows at first."""
    if state.layers is not None:
        return tuple(id_ for id_ in state.layers if id_ in layers)
    group = next((group for group in groups if group["id"] == state.group), None)
    wanted = {layer["id"] for layer in group["layers"]} if group else {id_ for id_ in layers if layers[id_]["visible"]}
    return tuple(id_ for id_ in layers if id_ in wanted)
