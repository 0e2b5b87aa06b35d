"""What may be asked of a column: by its type, its unit, and whether its values are quantities or names. Pure."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from catalogue import Column, Dataset
from service.datasets.worksheet.sample import Feature

SHOWN = 5
"""Columns in the table of a sheet."""
LONGEST = 40
"""Letters of a text that fits the table."""
_NAMING = re.compile(r"(^|_)(id|code|number|no|nr|kod|ico|zip|postcode|psc|fid|uid|key)$")
_EXACT_NAMES = 9999
"""Whole numbers beyond it that are all different are more likely numbers of something than quantities."""
_MANY = 20


def shown(dataset: Dataset, group: Sequence[Feature], every: Sequence[Feature]) -> list[str]:
    """Return the columns of the table: what a feature is called, its kind, then what can be reckoned with."""
    label = dataset.map.label if dataset.map else None
    by = dataset.map.style.by if dataset.map else None
    first = [name for name in (label, by) if name in dataset.served and _fits(name, group)]
    rated = [(-_use(name, column, every), name) for name, column in dataset.served.items() if _fits(name, group)]
    order = list(dataset.served)
    rest = [name for use, name in sorted(rated, key=lambda each: (each[0], order.index(each[1]))) if use < 0]
    wanted = list(dict.fromkeys([*first, *rest]))[:SHOWN]
    return sorted(wanted, key=lambda name: (name not in first, order.index(name)))


def is_quantity(name: str, column: Column, every: Sequence[Feature]) -> bool:
    """Return whether the values of a column are quantities to compare, and not numbers that name something."""
    if column.type not in {"integer", "decimal"}:
        return False
    if column.unit or column.count:
        return True
    values = [each.values[name] for each in every if each.values.get(name) is not None]
    names = column.type == "integer" and len(values) >= _MANY and len(set(values)) == len(values)
    return not _NAMING.search(name) and not (names and max(values) > _EXACT_NAMES)


def numbers(name: str, group: Sequence[Feature]) -> dict[int, float]:
    """Return the values of a column of numbers by the number of the feature, without those that are not filled in."""
    return {each.number: each.values[name] for each in group if each.values.get(name) is not None}


def dates(name: str, group: Sequence[Feature]) -> dict[int, date]:
    """Return the dates of a column by the number of the feature, without those that are not filled in."""
    found = {each.number: each.values[name] for each in group if each.values.get(name) is not None}
    return {number: datetime.fromisoformat(str(value)).date() for number, value in found.items()}


def _fits(name: str, group: Sequence[Feature]) -> bool:
    """Return whether a column has values for most of the features, and none too long for a table."""
    values: list[Any] = [each.values.get(name) for each in group]
    filled = [value for value in values if value is not None]
    return 2 * len(filled) >= len(values) and all(len(str(value)) <= LONGEST for value in filled)


def _use(name: str, column: Column, every: Sequence[Feature]) -> int:
    """Return how much a column gives to ask: 0 is nothing."""
    if is_quantity(name, column, every):
        return 4 if column.unit else 3
    return {"boolean": 3, "date": 2, "datetime": 2, "code": 1}.get(column.type, 0)
