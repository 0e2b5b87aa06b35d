"""Tasks for which the table is read: the highest, the lowest and what lies between, an average, a share, a date."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial

from catalogue import Dataset
from service.datasets.worksheet.columns import dates, is_quantity, numbers
from service.datasets.worksheet.sample import Feature
from service.datasets.worksheet.task import Speaker, Task, exact

MOST = 4
"""Tasks of a table."""
_LARGE = 100_000
"""From here on sums have more figures than help to understand an average."""
_FEW = 4
"""Values that a column must have to be asked about."""


def tasks(
    group: Sequence[Feature],
    every: Sequence[Feature],
    names: Sequence[str],
    dataset: Dataset,
    titles: Mapping[str, str],
    say: Speaker,
) -> list[Task]:
    """Return the tasks for a table of features with these columns."""
    quantities = [name for name in names if is_quantity(name, dataset.served[name], every)]
    found = [task for at, name in enumerate(quantities) for task in _quantity(at, name, group, dataset, titles, say)]
    for name in names:
        kind = dataset.served[name].type
        if kind == "boolean":
            found.extend(_yes(name, group, titles[name], say))
        if kind == "date":
            found.extend(_latest(name, group, titles[name], say))
    found = found[: MOST - 1] if len(found) >= MOST else found
    return [*found, *_missing(names, group, say)][:MOST]


def _quantity(
    at: int, name: str, group: Sequence[Feature], dataset: Dataset, titles: Mapping[str, str], say: Speaker
) -> Iterator[Task]:
    """Ask something else of each column: who has most, what lies between, the average."""
    values, unit, counts = numbers(name, group), dataset.served[name].unit, dataset.served[name].count
    plain = partial(say.plain, amount=bool(unit) or counts)
    if len(values) < _FEW or len(set(values.values())) < _FEW - 1:
        return
    unit_text = f"\u00a0{unit}" if unit else ""
    kinds = ("highest", "average", "lowest") if unit else ("lowest", "difference", "highest")
    kind = kinds[at % len(kinds)]
    if kind == "average" and max(values.values()) >= _LARGE:
        kind = "lowest"
    column = titles[name]
    if kind in {"highest", "lowest"}:
        best = (max if kind == "highest" else min)(values.values())
        owners = [number for number, value in values.items() if value == best]
        if len(owners) == 1:
            answer = f"{say.named(owners)}: {plain(best)}{unit_text}"
            yield say.task(f"table-{kind}", answer, column=column)
            return
        kind = "difference"
    if kind == "difference":
        high, low = max(values.values()), min(values.values())
        answer = f"{plain(high)} − {plain(low)} = {plain(_difference(high, low))}{unit_text}"
        yield say.task("table-difference", answer, column=column)
        return
    total = sum(map(exact, values.values()), Decimal())
    answer = f"{plain(total)} : {len(values)} {say.equals(total / len(values), 1)}{unit_text}"
    yield say.task("table-average", answer, 2, column=column)


def _yes(name: str, group: Sequence[Feature], title: str, say: Speaker) -> Iterator[Task]:
    """Ask which part of the features has a yes; where some have a yes and some have none."""
    filled = [each for each in group if each.values.get(name) is not None]
    owners = [each.number for each in filled if each.values[name]]
    if len(filled) == len(group) and 0 < len(owners) < len(group):
        yield say.task("table-yes", f"{len(owners)}/{len(group)} ({say.named(owners)})", column=title)


def _latest(name: str, group: Sequence[Feature], title: str, say: Speaker) -> Iterator[Task]:
    """Ask for the latest date, where only one feature has it."""
    found = dates(name, group)
    if len(found) < _FEW:
        return
    latest = max(found.values())
    owners = [number for number, value in found.items() if value == latest]
    if len(owners) == 1:
        yield say.task("table-latest", f"{say.named(owners)}: {say.day(latest)}", column=title)


def _missing(names: Sequence[str], group: Sequence[Feature], say: Speaker) -> Iterator[Task]:
    """Ask for cells that are empty, where there are any."""
    empty = [each.number for each in group for name in names if each.values.get(name) is None]
    if empty:
        yield say.task("table-missing", say.text("empty", n=len(empty), rows=say.named(sorted(set(empty)))), 2)


def _difference(high: float, low: float) -> Decimal | int:
    return high - low if isinstance(high, int) and isinstance(low, int) else exact(high) - exact(low)
