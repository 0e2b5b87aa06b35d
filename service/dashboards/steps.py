"""The steps of a timeline: how one follows another, and which rows fall in it. Pure."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from catalogue import Dataset
from catalogue.dashboards import TimelinePart
from service.dashboards import conditions
from service.dashboards.groups import Group

MOST = 400
"""Steps that are drawn also where nothing happened."""


def within(part: TimelinePart, dataset: Dataset, value: Any) -> str:  # noqa: ANN401 (a year, or a day)
    """Return the condition that a row falls in a step."""
    if part.step in {"day", "month"}:
        after = value + timedelta(days=1) if part.step == "day" else _next_month(value)
        return conditions.between(part.by, value, after)
    span = {"year": 1, "decade": 10, "century": 100}[part.step]
    if dataset.columns[part.by].type == "integer":
        return conditions.between(part.by, value, value + span)
    return conditions.between(part.by, date(value, 1, 1), date(value + span, 1, 1))


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def filled(known: Sequence[Group], part: TimelinePart) -> list[Group]:
    """Return the groups with those between them in which there is nothing, unless these are too many to be drawn."""
    if not known:
        return []
    found = {group[0]: group for group in known}
    steps: list[Any] = [known[0][0]]
    while steps[-1] < known[-1][0]:
        if len(steps) > MOST:
            return list(known)
        steps.append(_next(steps[-1], part))
    return [found.get(step, (step, (0,), 0)) for step in steps]


def _next(value: Any, part: TimelinePart) -> Any:  # noqa: ANN401 (a year, or a day)
    if part.step == "day":
        return value + timedelta(days=1)
    if part.step == "month":
        return _next_month(value)
    return value + {"year": 1, "decade": 10, "century": 100}[part.step]
