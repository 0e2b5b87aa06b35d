"""Parts that put rows into groups, told: bars, timeline, treemap, table."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from catalogue.dashboards import BarsPart, Measured, TablePart, TimelinePart, TreemapPart
from service.dashboards import charts, conditions
from service.dashboards.charts import Mark
from service.dashboards.drawing import Drawing
from service.dashboards.groups import Group, Groups, groups_of
from service.dashboards.reading import Answers, Reading
from service.dashboards.steps import filled, within
from service.dashboards.told import Line, Told
from service.dashboards.words import Words

_BARS_MAX = 12
"""Bars that stand on a phone in place of a treemap."""


def of_bars(words: Words, reading: Reading, told: Told, answers: Answers) -> Told:
    """Tell bars."""
    part = told.part
    assert isinstance(part, BarsPart)  # noqa: S101 (chosen by its class)
    groups = groups_of(words, reading, told, answers[0], part.by, part)
    ordered = _ordered(groups, part.order)
    lines = [groups.line(each, groups.name(each[0]), conditions.equals(part.by, each[0])) for each in ordered]
    marks = _marks(groups, ordered[: part.top], lines, words.colours(groups.dataset, part.by))
    rest = ordered[part.top :]
    if rest and part.mean is None:
        marks.append(Mark(words.text("value.others", n=len(rest)), sum(float(each[1][0] or 0) for each in rest)))
    drawn = charts.bars(marks, told.title, groups.shown) if marks else None
    return _listed(groups, lines, groups.finding(ordered, "bars"), drawn)


def of_treemap(words: Words, reading: Reading, told: Told, answers: Answers) -> Told:
    """Tell a treemap; what is chosen stands in the trail, an area opens the next column."""
    part = told.part
    assert isinstance(part, TreemapPart)  # noqa: S101 (chosen by its class)
    level = reading.level(part)
    groups = groups_of(words, reading, told, answers[0], level, part)
    ordered = _ordered(groups, "value")
    lines = [groups.line(each, groups.name(each[0]), conditions.equals(level, each[0])) for each in ordered]
    is_last = level == part.path[-1]
    marks = [
        replace(mark, href=None if is_last else line.narrowed, stays=True)
        for mark, line in zip(_marks(groups, ordered, lines, {}), lines, strict=True)
    ]
    drawn = charts.treemap(marks, told.title, groups.shown) if marks else None
    return replace(
        _listed(groups, lines, groups.finding(ordered, "bars"), drawn),
        narrow=charts.bars(marks[:_BARS_MAX], told.title, groups.shown) if marks else None,
        trail=_trail(groups, part),
    )


def _trail(groups: Groups, part: TreemapPart) -> tuple[tuple[str, str | None], ...]:
    """Return the way from the whole to what is opened; empty for the whole."""
    address, id_ = groups.reading.address, groups.dataset.id
    where = address.where.get(id_)
    opened = [(name, value) for name in part.path for is_one, value in [conditions.chosen(where, name)] if is_one]
    if not opened:
        return ()
    trail: list[tuple[str, str | None]] = []
    title = groups.words.text("trail.all")
    for index, (name, value) in enumerate(opened):
        closed = [each for each, _ in opened[index:]]
        trail.append((title, address.narrowed(id_, conditions.without(where, *closed)).to(anchor=part.id)))
        title = groups.words.value(groups.dataset, name, value)
    return (*trail, (title, None))


def of_timeline(words: Words, reading: Reading, told: Told, answers: Answers) -> Told:
    """Tell a timeline; steps in which nothing happened are drawn too, rows without a time are told."""
    part = told.part
    assert isinstance(part, TimelinePart)  # noqa: S101 (chosen by its class)
    groups = groups_of(words, reading, told, answers[0], part.by, part)
    known = [group for group in groups.found.groups if group[0] is not None]
    unknown = sum(group[2] for group in groups.found.groups if group[0] is None)
    marks = [Mark(words.step(part, step), float(figures[0] or 0)) for step, figures, _ in filled(known, part)]
    lines = [groups.line(each, words.step(part, each[0]), within(part, groups.dataset, each[0])) for each in known]
    finding = words.text("finding.nothing")
    if known:
        most = max(known, key=lambda group: group[1][0] or 0)
        values = {"value": groups.shown(most[1][0]), "total": groups.shown(groups.total)}
        finding = words.text("finding.timeline", label=words.step(part, most[0]), **values)
    if unknown:
        finding += " " + words.text("finding.undated", n=unknown)
    drawn = charts.timeline(marks, told.title, groups.shown) if marks else None
    return _listed(groups, lines, finding, drawn)


def of_table(words: Words, reading: Reading, told: Told, answers: Answers) -> Told:
    """Tell a table of several figures for each value of a column."""
    part = told.part
    assert isinstance(part, TablePart)  # noqa: S101 (chosen by its class)
    found = answers[0]
    groups = groups_of(words, reading, told, found, part.by, Measured())
    scales = [
        words.scale(groups.dataset, each, figure) for each, figure in zip(part.columns, found.totals, strict=True)
    ]
    ordered = _ordered(groups, "value")[: part.top]

    def cells(figures: Sequence[Any]) -> tuple[str, ...]:
        return tuple(scale.told(each, words.language) for scale, each in zip(scales, figures, strict=True))

    lines = [
        replace(
            groups.line(each, groups.name(each[0]), conditions.equals(part.by, each[0])),
            cells=cells(each[1]),
            raw=each[1],
        )
        for each in ordered
    ]
    first = words.of(part.columns[0].title)
    said = words.text("finding.nothing")
    if lines:
        said = words.text("finding.table", n=len(lines), column=first, label=lines[0].name, value=lines[0].cells[0])
    return replace(
        told,
        finding=said,
        heads=(words.column(groups.dataset, part.by), *(words.of(each.title) for each in part.columns)),
        lines=tuple(lines),
        total=Line(words.text("total"), cells(found.totals), found.totals),
    )


def _listed(groups: Groups, lines: Sequence[Line], finding: str, drawn: Drawing | None) -> Told:
    """Return the part with its groups as lines of the table, and their sum."""
    return replace(
        groups.told, finding=finding, heads=groups.heads, lines=tuple(lines), total=_total(groups), drawing=drawn
    )


def _ordered(groups: Groups, order: str) -> list[Group]:
    """Return the groups by size, or in the order of the code list; what is not stated stands last."""
    listed = list(groups.words.colours(groups.dataset, groups.column))
    place = {code: index for index, code in enumerate(listed)}
    found = list(groups.found.groups)
    if order == "code":
        found.sort(key=lambda group: place.get(str(group[0]), len(place)))
    return sorted(found, key=lambda group: group[0] is None)


def _marks(groups: Groups, ordered: Sequence[Group], lines: Sequence[Line], colours: Mapping[str, str]) -> list[Mark]:
    compared = len(groups.found.newest or ()) > 1
    return [
        Mark(
            line.name,
            float(figures[0] or 0),
            float(figures[1] or 0) if compared else None,
            colours.get(str(value)) or None,
            line.on_map or line.narrowed,
            stays=line.on_map is None,
        )
        for (value, figures, _), line in zip(ordered, lines, strict=False)
    ]


def _total(groups: Groups) -> Line:
    return replace(groups.line((None, groups.found.totals, groups.found.rows), groups.words.text("total"), None))
