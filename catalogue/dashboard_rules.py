"""Dashboards of a catalogue: gathered from dataset files and `dashboards/`, and held against the datasets they name.

Apart from the rules of datasets because a dashboard that is wrong is left out alone: its datasets are right without it.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from catalogue.dashboards import (
    AnyPart,
    Choice,
    Dashboard,
    DashboardSection,
    FiguresPart,
    MapPart,
    TimelinePart,
    columns_of,
    in_dataset,
)
from catalogue.located import Located, nearest, parse
from catalogue.model import Dataset
from catalogue.vocabularies import Catalogue
from findings import Finding, Level, Report

type Fault = tuple[str, tuple[str | int, ...], dict[str, Any]]

_NUMBERS = frozenset({"integer", "decimal"})
_TIMES = frozenset({"integer", "date", "datetime"})


def with_dashboards(catalogue: Catalogue, written: dict[str, Dashboard], report: Report) -> Catalogue:
    """Return the catalogue with the dashboards that are right, in their order; what is wrong is in the report.

    `written` are those of files of their own; those of dataset files are made here.
    """
    own = {each.id: _own(each, each.dashboard) for each in catalogue.datasets.values() if each.dashboard}
    sound: list[Dashboard] = []
    for board in [*written.values(), *own.values()]:
        faults = list(_faults(board, catalogue))
        if board.id in own and board.id in written and board is written[board.id]:
            faults.append(("DASHBOARD-TWICE", ("title",), {"value": board.id}))
        located = parse(board.path.read_text(encoding="utf-8"), board.path.name) if faults else Located()
        below = () if board.id not in own or board is not own[board.id] else ("dashboard",)
        for code, place, values in faults:
            line = located.line((*below, *place))
            report.append(Finding(code, Level.ERROR, values, file=board.path.name, line=line))
        if not faults:
            sound.append(board)
    ordered = sorted(sound, key=lambda board: (board.order, board.id))
    return replace(catalogue, dashboards={board.id: board for board in ordered})


def _own(dataset: Dataset, section: DashboardSection) -> Dashboard:
    """Return the dashboard of a dataset file: it is called as the dataset is."""
    choices = [
        Choice.model_construct(
            id=name.replace("_", "-"),
            title=dataset.columns[name].title if name in dataset.columns else {},
            columns={dataset.id: name},
        )
        for name in section.choices
    ]
    return Dashboard.model_construct(
        id=dataset.id,
        path=dataset.path,
        title=dataset.title,
        description=dataset.description,
        order=200,
        choices=tuple(choices),
        parts=tuple(in_dataset(part, dataset.id) for part in section.parts),
    )


def _faults(board: Dashboard, catalogue: Catalogue) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, part in enumerate(board.parts):
        place: tuple[str | int, ...] = ("parts", index)
        if part.id in seen:
            yield "DASHBOARD-TWICE", (*place, "id"), {"value": part.id}
        seen.add(part.id)
        yield from _of_part(part, place, catalogue)
    for index, choice in enumerate(board.choices):
        for id_, name in choice.columns.items():
            yield from _column(id_, name, "columns", ("choices", index), catalogue)


def _of_part(part: AnyPart, place: tuple[str | int, ...], catalogue: Catalogue) -> Iterator[Fault]:
    several = part.figures if isinstance(part, FiguresPart) else (part,)
    for each in several:
        if each.dataset is None:
            yield "YAML-MISSING", place, {"key": "dataset"}
        elif each.dataset not in catalogue.datasets:
            known = sorted(catalogue.datasets)
            meant = {"known": ", ".join(known), "meant": nearest(each.dataset, known)}
            yield "WORD-UNKNOWN", (*place, "dataset"), {"key": "dataset", "value": each.dataset, **meant}
    for id_, name, key in ((id_, name, key) for id_, key, name in columns_of(part)):
        yield from _column(id_, name, key, place, catalogue)
    if isinstance(part, MapPart) and part.dataset in catalogue.datasets:
        dataset = catalogue.datasets[part.dataset]
        if not dataset.has_geometry or dataset.map is None:
            yield "DASHBOARD-MAP", (*place, "dataset"), {"value": dataset.id}
    if isinstance(part, TimelinePart) and _type(part.dataset, part.by, catalogue) not in {*_TIMES, None}:
        yield "DASHBOARD-TIME", (*place, "by"), {"value": part.by}


def _column(id_: str, name: str, key: str, place: tuple[str | int, ...], catalogue: Catalogue) -> Iterator[Fault]:
    dataset = catalogue.datasets.get(id_)
    if dataset is None:
        return
    served = list(dataset.served)
    if name not in served:
        values = {"key": key, "value": name, "known": ", ".join(served), "meant": nearest(name, served)}
        yield ("COLUMN-NOT-SHOWN" if name in dataset.columns else "COLUMN-UNKNOWN"), (*place, key), values
    elif key in {"sum", "mean"} and dataset.served[name].type not in _NUMBERS:
        yield "DASHBOARD-MEASURE", (*place, key), {"value": name}


def _type(id_: str | None, name: str, catalogue: Catalogue) -> str | None:
    dataset = catalogue.datasets.get(id_ or "")
    return dataset.served[name].type if dataset and name in dataset.served else None
