"""The tree of a filter, the same from text and from JSON, and the error that names a place in it. Pure.

Every node knows from where to where it stands in what was sent, so that a refusal can show the place.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

BYTES_MAX = 8000
"""Of a filter; the longest address that servers between us and the client are sure to let through."""
DEPTH_MAX = 50
NODES_MAX = 1000
TOKENS_MAX = 2500
"""Words, numbers and signs, coordinates too; a parser in Python takes 20 µs for each."""
_TOKEN = re.compile(r"[\w.]+|[^\w\s]")
_NEAR = 30
"""Letters shown of the place at fault."""


@dataclass(frozen=True)
class Place:
    """Where something stands in what was sent: the first letter and the one after the last."""

    start: int
    end: int


class FilterError(Exception):
    """A filter that cannot be understood; `key` is the message `parameter.filter-…` that says why, with `values`."""

    def __init__(self, key: str, place: Place, **values: str | int) -> None:
        super().__init__(key)
        self.key, self.place, self.values = f"filter-{key}", place, values

    def located(self, source: str) -> dict[str, str | int]:
        """Return the values of the message with `at`: line and column from 1, and the letters that stand there."""
        start = max(0, min(self.place.start, len(source)))
        line = source.count("\n", 0, start) + 1
        column = start - source.rfind("\n", 0, start)
        near = " ".join(source[start : max(self.place.end, start + 1)][:_NEAR].split()).encode("utf-8", "replace")
        return {"at": f"{line}:{column} “{near.decode() or '…'}”", **self.values}


@dataclass(frozen=True)
class Node:
    """A part of a filter."""

    place: Place = field(compare=False)


@dataclass(frozen=True)
class Literal(Node):
    """A text, number or truth value."""

    value: str | int | float | bool


@dataclass(frozen=True)
class Instant(Node):
    """A date, or a time with its zone (UTC)."""

    value: date | datetime


@dataclass(frozen=True)
class Interval(Node):
    """From `low` to `high`, instants or properties; None is an open end."""

    low: Node | None
    high: Node | None


@dataclass(frozen=True)
class Property(Node):
    """What may be the name of a column."""

    name: str


type Nested = tuple[float, ...] | tuple[Nested, ...]
"""Coordinates of a geometry as GeoJSON nests them."""


@dataclass(frozen=True)
class Shape(Node):
    """A geometry as it was written: a GeoJSON type in capitals, or `BBOX`; axes in the order of the CRS."""

    kind: str
    coordinates: Nested


@dataclass(frozen=True)
class Collection(Node):
    """A geometry collection as it was written."""

    shapes: tuple["Shape | Collection", ...]


@dataclass(frozen=True)
class Call(Node):
    """An operator or a function, by its name in small letters, of other nodes."""

    name: str
    args: tuple[Node, ...]


def shallow(source: str, quoted: re.Pattern[str], deepest: int) -> str:
    """Return the source with blanks for what is quoted. Raises FilterError if it is too long, too full or too deep.

    To be asked before a parser is: the time that it takes depends on what is looked at here.
    """
    if len(source.encode("utf-8", "surrogatepass")) > BYTES_MAX:
        raise FilterError("long", Place(0, 1), most=BYTES_MAX)
    bare = quoted.sub(lambda found: " " * len(found[0]), source)
    depth = 0
    for count, found in enumerate(_TOKEN.finditer(bare)):
        depth += (found[0] in "([{") - (found[0] in ")]}")
        if depth > deepest:
            raise FilterError("deep", Place(found.start(), found.end()), most=DEPTH_MAX)
        if count >= TOKENS_MAX:
            raise FilterError("many", Place(found.start(), found.end()), most=TOKENS_MAX)
    return bare


def measure(root: Node) -> None:
    """Raise FilterError for a tree that is too deep or has too many nodes."""
    level, depth, count = [root], 0, 0
    while level:
        depth, count = depth + 1, count + len(level)
        if depth > DEPTH_MAX:
            raise FilterError("deep", level[0].place, most=DEPTH_MAX)
        if count > NODES_MAX:
            raise FilterError("many", level[0].place, most=NODES_MAX)
        level = [child for node in level for child in children(node)]


def children(node: Node) -> Iterator[Node]:
    """Return the nodes right below a node."""
    if isinstance(node, Call):
        yield from node.args
    elif isinstance(node, Collection):
        yield from node.shapes
    elif isinstance(node, Interval):
        yield from (end for end in (node.low, node.high) if end)
