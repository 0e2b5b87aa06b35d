"""What stands above a dashboard: choices that narrow it, what it is narrowed by, and how that is undone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from catalogue import Dataset
from catalogue.dashboards import Choice, Dashboard
from service.dashboards import conditions
from service.dashboards.address import CHOOSE, Address
from service.dashboards.reading import Reading
from service.dashboards.words import Words
from service.folding import folded
from service.typed import typed


@dataclass(frozen=True)
class Offered:
    """A choice as the form has it: values with their names, and the one that is chosen."""

    name: str
    title: str
    options: Sequence[tuple[str, str]]
    chosen: str


@dataclass(frozen=True)
class Filter:
    """One thing that the dashboard is narrowed by, in words, and its address without it."""

    text: str
    without: str


def asked(params: Mapping[str, str]) -> bool:
    """Return whether the form of choices was sent."""
    return any(name.startswith(CHOOSE) for name in params)


def narrowed(board: Dashboard, params: Mapping[str, str], address: Address, known: Mapping[str, Dataset]) -> Address:
    """Return the address that the form asks for: each choice as a filter of its datasets, an empty one as none."""
    for choice in board.choices:
        value = params.get(f"{CHOOSE}{choice.id}")
        if value is None:
            continue
        for id_, name in choice.columns.items():
            if id_ not in known or name not in known[id_].served:
                continue
            rest = conditions.without(address.where.get(id_), name)
            wanted = conditions.equals(name, _typed(value, known[id_], name)) if value else None
            address = address.narrowed(id_, conditions.both(rest, wanted))
    return address


def offered(board: Dashboard, reading: Reading, words: Words) -> list[Offered]:
    """Return the choices of a dashboard with the values that stand in the data; those without are left out."""
    made = []
    for choice in board.choices:
        columns = {
            id_: name
            for id_, name in choice.columns.items()
            if id_ in reading.served and name in reading.served[id_].dataset.served
        }
        values = [str(value) for value in reading.values(columns)]
        if values:
            made.append(_offered(choice, columns, values, reading, words))
    return made


def _offered(
    choice: Choice, columns: Mapping[str, str], values: Sequence[str], reading: Reading, words: Words
) -> Offered:
    id_, name = next(iter(columns.items()))
    dataset = reading.served[id_].dataset
    is_one, value = conditions.chosen(reading.address.where.get(id_), name)
    options = sorted(((each, words.value(dataset, name, each)) for each in values), key=lambda pair: folded(pair[1]))
    title = words.of(choice.title) or words.column(dataset, name)
    return Offered(f"{CHOOSE}{choice.id}", title, options, _written(value) if is_one else "")


def filters(board: Dashboard, reading: Reading, words: Words) -> list[Filter]:
    """Return what the dashboard is narrowed by."""
    address, made, several = reading.address, [], len(board.datasets) > 1
    for id_, text in sorted(address.where.items()):
        if id_ not in reading.served:
            continue
        dataset = reading.served[id_].dataset
        every = conditions.terms(text)
        for term in every:
            rest = conditions.both(*(each for each in every if each != term))
            made.append(Filter(_told(term, dataset, words, several=several), address.narrowed(id_, rest).to()))
    return made


def _told(term: str, dataset: Dataset, words: Words, *, several: bool) -> str:
    """Return a condition in words: `Municipality: Lipová (War graves)`, or as it stands; the dataset if several are."""
    title = f" ({words.of(dataset.title)})" if several else ""
    name = conditions.of_column(term)
    is_one, value = conditions.value_of(term)
    if name is None or name not in dataset.served or not is_one:
        return words.text("filter.other", condition=term, dataset=title)
    shown = words.value(dataset, name, value)
    return words.text("filter.equals", column=words.column(dataset, name), value=shown, dataset=title)


def _typed(text: str, dataset: Dataset, name: str) -> Any:  # noqa: ANN401 (a value of the column)
    try:
        value = typed(text, dataset.columns[name])
    except (ValueError, OverflowError):
        return text
    return value if isinstance(value, bool | int | float | str | date) else text


def _written(value: Any) -> str:  # noqa: ANN401 (a value of a condition)
    return "true" if value is True else "false" if value is False else str(value)
