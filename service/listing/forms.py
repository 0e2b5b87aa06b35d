"""What is sent by the forms of the list, turned into the state that is meant; the answer leads to its address. Pure.

Only forms with several fields for one part of the state come here; the others say the state as it is. No field stands
twice in a form, so an address cannot say two things.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from catalogue import Column
from service.listing.conditions import KINDS, Condition, Conditions, joined
from service.listing.state import MapState
from service.listing.tables import Chosen, switched
from service.parameters import BadParameterError

WHICH = "set"
"""The field that says which form was sent."""
LAYERS, FILTER = "layers", "filter"


def layers(params: Mapping[str, str], state: MapState, chosen: Chosen) -> MapState:
    """Return the state with the layers that are ticked: those that were on keep their order."""
    ticked = [id_ for id_ in chosen.layers if f"on.{id_}" in params]
    on = tuple(id_ for id_ in chosen.on if id_ in ticked)
    for id_ in ticked:
        on = switched(on, id_, tuple(chosen.layers))
    feature = state.feature if state.feature and state.feature[0] in ticked else None
    return replace(state, layers=on, group=None, feature=feature, page=1)


def conditions(params: Mapping[str, str], state: MapState, table: str, columns: Mapping[str, Column]) -> MapState:
    """Return the state with the filter of the table that the fields say. Raises BadParameterError."""
    asked = {name: _condition(name, column, params) for name, column in columns.items()}
    rest = params.get("rest", "")
    filter_ = joined(Conditions({name: each for name, each in asked.items() if each != Condition()}, rest))
    others = {id_: text for id_, text in state.where.items() if id_ != table}
    return replace(state, where=others | ({table: filter_} if filter_ else {}), page=1)


def _condition(name: str, column: Column, params: Mapping[str, str]) -> Condition:
    kind = KINDS[column.type]
    picked = f"in.{name}."
    return Condition(
        codes=tuple(each.removeprefix(picked) for each in params if each.startswith(picked)),
        missing=f"none.{name}" in params,
        low=_end(params, f"from.{name}", kind),
        high=_end(params, f"to.{name}", kind),
        part=params.get(f"part.{name}", "").strip(),
        flag={"yes": True, "no": False}.get(params.get(f"flag.{name}", "")),
    )


def _end(params: Mapping[str, str], field: str, kind: str) -> str:
    """Return an end of a range as CQL2 has it; a decimal comma will do: in three of four languages it is written so."""
    text = params.get(field, "").strip()
    if kind == "number":
        text = re.sub(r"\s", "", text).replace(",", ".")
    wanted = r"-?[0-9]+(\.[0-9]+)?" if kind == "number" else r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    if text and not re.fullmatch(wanted, text):
        raise BadParameterError(field, "type-decimal" if kind == "number" else "type-date")
    return text
