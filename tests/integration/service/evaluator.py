"""What a filter means, said again: the tree of another reader (the Rust package `cql2`), judged row by row in Python.

Truth is three-valued, as in SQL: None is unknown. Spatial functions are not here: shapely judges those.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import cql2

type Row = Mapping[str, Any]

EARLY, LATE = object(), object()
"""The ends of an open interval."""


def ids(source: str, rows: list[dict[str, Any]]) -> list[int]:
    """Return the codes of the rows that meet a filter."""
    tree = cql2.parse_text(source).to_json()
    return [row["code"] for row in rows if value(tree, row) is True]


def value(node: Any, row: Row) -> Any:
    match node:
        case {"op": op, "args": args}:
            return called(op.lower(), args, row)
        case {"property": name}:
            return column(name, row)
        case {"date": text}:
            return date.fromisoformat(text)
        case {"timestamp": text}:
            return datetime.fromisoformat(text)
        case {"interval": [low, high]}:
            return end(low, row, EARLY), end(high, row, LATE)
    return node


def column(name: str, row: Row) -> Any:
    held = row[name]
    if held is None or name not in {"built", "seen"}:
        return held
    return date.fromisoformat(held) if name == "built" else datetime.fromisoformat(held)


def end(written: Any, row: Row, open_end: object) -> Any:
    if isinstance(written, str):
        if written == "..":
            return open_end
        return datetime.fromisoformat(written) if "T" in written else date.fromisoformat(written)
    return value(written, row)


def called(op: str, args: list[Any], row: Row) -> Any:
    if op in {"and", "or"}:
        return joined(op, [value(each, row) for each in args])
    if op == "in":
        first = value(args[0], row)
        return joined("or", [known(equal, first, value(each, row)) for each in args[1]])
    if op == "isnull":
        return value(args[0], row) is None
    values = [value(each, row) for each in args]
    if op.startswith("t_"):
        return temporal(op, *(each if isinstance(each, tuple) else (each, each) for each in values))
    return known(PLAIN[op], *values)


def joined(op: str, truths: list[Any]) -> Any:
    decisive = op == "or"
    if decisive in truths:
        return decisive
    return None if None in truths else not decisive


def known(function: Callable[..., Any], *values: Any) -> Any:
    return None if any(each is None for each in values) else function(*values)


def order(left: Any, right: Any) -> int:
    """Return -1, 0 or 1; a date and a time are compared as dates, in UTC."""
    if left is right:
        return 0
    if left is EARLY or right is LATE:
        return -1
    if left is LATE or right is EARLY:
        return 1
    if isinstance(left, date) and isinstance(left, datetime) != isinstance(right, datetime):
        left, right = (each.astimezone(UTC).date() if isinstance(each, datetime) else each for each in (left, right))
    return int(left > right) - int(left < right)


def equal(left: Any, right: Any) -> bool:
    return order(left, right) == 0


def like(text: str, pattern: str) -> bool:
    parts = re.findall(r"\\.|.", pattern, re.DOTALL)
    signs = {"%": ".*", "_": "."}
    made = "".join(signs.get(part) or re.escape(part[-1]) for part in parts)
    return re.fullmatch(made, text, re.DOTALL) is not None


def bare(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))


def temporal(op: str, first: tuple[Any, Any], second: tuple[Any, Any]) -> Any:
    def ends(one: Any, other: Any) -> Any:
        return known(order, one, other)

    low, cross, crossed, high = (
        ends(first[0], second[0]),
        ends(first[0], second[1]),
        ends(first[1], second[0]),
        ends(first[1], second[1]),
    )
    return joined("and", [known(test, found) for test, found in RELATIONS[op](low, cross, crossed, high)])


def less(sign: int) -> bool:
    return sign < 0


def more(sign: int) -> bool:
    return sign > 0


def same(sign: int) -> bool:
    return sign == 0


RELATIONS: dict[str, Callable[[Any, Any, Any, Any], list[tuple[Callable[[int], bool], Any]]]] = {
    "t_after": lambda _, cross, __, ___: [(more, cross)],
    "t_before": lambda _, __, crossed, ___: [(less, crossed)],
    "t_contains": lambda low, _, __, high: [(less, low), (more, high)],
    "t_during": lambda low, _, __, high: [(more, low), (less, high)],
    "t_equals": lambda low, _, __, high: [(same, low), (same, high)],
    "t_finishedby": lambda low, _, __, high: [(less, low), (same, high)],
    "t_finishes": lambda low, _, __, high: [(more, low), (same, high)],
    "t_intersects": lambda _, cross, crossed, __: [(lambda s: s <= 0, cross), (lambda s: s >= 0, crossed)],
    "t_meets": lambda _, __, crossed, ___: [(same, crossed)],
    "t_metby": lambda _, cross, __, ___: [(same, cross)],
    "t_overlappedby": lambda low, cross, _, high: [(more, low), (less, cross), (more, high)],
    "t_overlaps": lambda low, _, crossed, high: [(less, low), (more, crossed), (less, high)],
    "t_startedby": lambda low, _, __, high: [(same, low), (more, high)],
    "t_starts": lambda low, _, __, high: [(same, low), (less, high)],
    "t_disjoint": lambda _, cross, crossed, __: [
        (lambda truth: truth, None if None in {cross, crossed} else int(cross > 0 or crossed < 0))
    ],
}
PLAIN: dict[str, Callable[..., Any]] = {
    "not": lambda truth: not truth,
    "=": equal,
    "<>": lambda left, right: not equal(left, right),
    "<": lambda left, right: order(left, right) < 0,
    ">": lambda left, right: order(left, right) > 0,
    "<=": lambda left, right: order(left, right) <= 0,
    ">=": lambda left, right: order(left, right) >= 0,
    "between": lambda middle, low, high: order(low, middle) <= 0 <= order(high, middle),
    "like": like,
    "casei": str.casefold,
    "accenti": bare,
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / right if right else None,
    "%": lambda left, right: math.fmod(left, right) if right else None,
    "div": lambda left, right: math.trunc(left / right) if right else None,
    "^": lambda left, right: float(left) ** right,
}
