"""CQL2 JSON to the tree: the JSON values with their places, by the grammar in `json.lark`, then what they mean."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput

from service.cql2.tree import (
    DEPTH_MAX,
    Call,
    Collection,
    FilterError,
    Interval,
    Literal,
    Nested,
    Node,
    Place,
    Property,
    Shape,
    shallow,
)
from service.cql2.values import interval_end, moment, number, plain

type Branch = Tree[Token]
type Scalar = str | int | float | bool | None

_PARSER = Lark(
    Path(__file__).with_name("json.lark").read_text(encoding="utf-8"),
    parser="lalr",
    propagate_positions=True,
    maybe_placeholders=False,
)
_KINDS = frozenset(
    {"Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon", "GeometryCollection"}
)
_LEVELS = 3
"""Brackets in which one operator stands: its own, those of `args`, and of a list in them."""
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


@dataclass(frozen=True)
class Value:
    """A JSON value and its place: a scalar, a tuple of values, or a mapping of names to values."""

    place: Place
    held: "Scalar | tuple[Value, ...] | Mapping[str, Value]"


@lru_cache(maxsize=256)
def read(source: str) -> Node:
    """Return the tree of a filter; it is kept for the next page. Raises FilterError for what is no CQL2 JSON."""
    shallow(source, _STRING, _LEVELS * DEPTH_MAX)
    try:
        tree = _PARSER.parse(source)
    except UnexpectedInput as error:
        at = error.pos_in_stream if error.pos_in_stream is not None and error.pos_in_stream >= 0 else len(source)
        raise FilterError("json", Place(at, at + 1)) from error
    return _node(_value(tree.children[0]))


def _value(branch: "Branch | Token") -> Value:
    if not isinstance(branch, Tree):
        raise TypeError(f"{branch!r} is no branch of the grammar")
    place = Place(branch.meta.start_pos, branch.meta.end_pos) if not branch.meta.empty else Place(0, 0)
    if branch.data == "object":
        pairs = [pair.children for pair in branch.children if isinstance(pair, Tree)]
        return Value(place, {_text(str(name), place): _value(value) for name, value in pairs})
    if branch.data == "array":
        return Value(place, tuple(_value(child) for child in branch.children))
    if branch.data in _CONSTANTS:
        return Value(place, _CONSTANTS[branch.data])
    token = str(branch.children[0])
    return Value(place, _text(token, place) if branch.data == "string" else number(token, place))


_CONSTANTS: dict[str, Scalar] = {"true": True, "false": False, "null": None}


def _text(token: str, place: Place) -> str:
    return plain(str(json.loads(token)), place)


def _node(value: Value) -> Node:
    held = value.held
    if isinstance(held, str | int | float):
        return Literal(value.place, held)
    if isinstance(held, Mapping):
        for name, make in _MADE.items():
            if name in held:
                return make(value, held)
    raise FilterError("json-node", value.place)


def _list(value: Value) -> tuple[Value, ...]:
    if not isinstance(value.held, tuple):
        raise FilterError("json-list", value.place)
    return value.held


def _string(value: Value) -> str:
    if not isinstance(value.held, str):
        raise FilterError("json-text", value.place)
    return value.held


def _call(value: Value, held: Mapping[str, Value]) -> Node:
    name = _string(held["op"]).lower()
    if "args" not in held:
        raise FilterError("json-node", value.place)
    args = _list(held["args"])
    if name == "in":
        args = tuple(each for arg in args for each in (arg.held if isinstance(arg.held, tuple) else (arg,)))
    return Call(value.place, name, tuple(_node(arg) for arg in args))


def _property(value: Value, held: Mapping[str, Value]) -> Node:
    return Property(value.place, _string(held["property"]))


def _interval(value: Value, held: Mapping[str, Value]) -> Node:
    ends = _list(held["interval"])
    if len(ends) != len(("low", "high")):
        raise FilterError("json-list", value.place)
    low, high = (interval_end(_node(end)) for end in ends)
    return Interval(value.place, low, high)


def _geometry(value: Value, held: Mapping[str, Value]) -> Node:
    kind = _string(held["type"])
    if kind not in _KINDS:
        raise FilterError("json-node", value.place)
    wanted = "geometries" if kind == "GeometryCollection" else "coordinates"
    if wanted not in held:
        raise FilterError("json-node", value.place)
    if wanted == "coordinates":
        return Shape(value.place, kind.upper(), _nested(held[wanted], kind))
    shapes = [_node(each) for each in _list(held[wanted])]
    return Collection(value.place, tuple(each for each in shapes if isinstance(each, Shape | Collection)))


def _nested(value: Value, kind: str) -> Nested:
    """Return the coordinates; a point's single position stands in a list, as in the text."""
    return (_coordinates(value),) if kind == "Point" else _coordinates(value)


def _coordinates(value: Value) -> Nested:
    held = _list(value)
    if held and not isinstance(held[0].held, tuple):
        return tuple(_ordinate(each) for each in held)
    return tuple(_coordinates(each) for each in held)


def _ordinate(value: Value) -> float:
    if isinstance(value.held, bool) or not isinstance(value.held, int | float):
        raise FilterError("json-number", value.place)
    return float(value.held)


def _bbox(value: Value, held: Mapping[str, Value]) -> Node:
    return Shape(value.place, "BBOX", tuple(_ordinate(each) for each in _list(held["bbox"])))


_MADE: dict[str, Callable[[Value, Mapping[str, Value]], Node]] = {
    "op": _call,
    "property": _property,
    "date": lambda value, held: moment(_string(held["date"]), value.place, "date"),
    "timestamp": lambda value, held: moment(_string(held["timestamp"]), value.place, "timestamp"),
    "interval": _interval,
    "type": _geometry,
    "bbox": _bbox,
}
"""What an object with each of these members is."""
