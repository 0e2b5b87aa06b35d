"""The conditions of a filter in words, each with the filter that is left without it. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from service.listing.conditions import Condition, Conditions, joined
from service.listing.texts import Say


def in_words(
    asked: Conditions, columns: Mapping[str, Mapping[str, Any]], say: Say, cell: Callable[..., str]
) -> Iterator[tuple[str, str]]:
    """Give each condition in words, and the filter without it; `columns` as JSON Schema has them."""
    for name, condition in asked.columns.items():
        rest = {other: each for other, each in asked.columns.items() if other != name}
        yield _words(columns[name], condition, say, cell), joined(replace(asked, columns=rest))
    if asked.rest:
        yield asked.rest, joined(replace(asked, rest=""))


def _words(column: Mapping[str, Any], asked: Condition, say: Say, cell: Callable[..., str]) -> str:
    return f"{column['title']}: {', '.join(_parts(column, asked, say, cell))}"


def _parts(column: Mapping[str, Any], asked: Condition, say: Say, cell: Callable[..., str]) -> Iterator[str]:
    labels = column.get("x-labels", {})
    yield from (labels.get(code, code) for code in asked.codes)
    if asked.missing:
        yield say("condition.missing")
    low, high = (_end(each, column, cell) for each in (asked.low, asked.high))
    if low and high:
        yield say("condition.between", low=low, high=high)
    elif low or high:
        yield say("condition.from" if low else "condition.to", end=low or high)
    if asked.part:
        yield say("condition.part", text=asked.part)
    if asked.flag is not None:
        yield say("yes" if asked.flag else "no")


def _end(text: str, column: Mapping[str, Any], cell: Callable[..., str]) -> str:
    """Return an end of a range as a person writes it, with its unit."""
    if not text:
        return ""
    dated = {"format": "date"} if "format" in column else {}
    number = int if text.lstrip("-").isdecimal() else float
    shown = cell(text if dated else number(text), dated or column)
    return f"{shown} {column['x-ogc-unit']}" if "x-ogc-unit" in column else shown
