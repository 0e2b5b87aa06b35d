"""Rows in groups while they are told: the figures of each, their shares, their change, and the sentence about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from catalogue import Dataset
from catalogue.dashboards import Measured
from service.dashboards import amounts
from service.dashboards.counting import Counts
from service.dashboards.reading import Reading
from service.dashboards.told import Line, Told
from service.dashboards.words import Words

type Group = tuple[Any, tuple[Any, ...], int]
"""A value, its figures, and how many rows it has."""


@dataclass(frozen=True)
class Groups:
    """One part while it is told: the dataset, its column, what is measured, and how figures are shown."""

    words: Words
    reading: Reading
    told: Told
    dataset: Dataset
    column: str
    asking: Measured
    found: Counts

    @property
    def total(self) -> float:
        """The figure of the whole."""
        return float(self.found.totals[0] or 0)

    @property
    def scale(self) -> amounts.Scale:
        """How figures are told."""
        largest = max((abs(group[1][0] or 0) for group in self.found.groups), default=0)
        return self.words.scale(self.dataset, self.asking, self.total if self.asking.mean is None else largest)

    def shown(self, value: float | None) -> str:
        """Return a figure as it is shown."""
        return self.scale.told(value, self.words.language)

    def name(self, value: Any) -> str:  # noqa: ANN401 (a value of the column)
        """Return what a group is called."""
        return self.words.value(self.dataset, self.column, value)

    def line(self, group: Group, name: str, condition: str | None) -> Line:
        """Return a line of the table with its links; without, where the filters are too long to repeat them."""
        value, figures, rows = group
        condition = None if self.reading.address.is_long else condition
        where = getattr(self.told.part, "where", None)
        address = self.reading.address
        language = self.words.language
        cells = [self.shown(each) for each in figures]
        raw: list[Any] = list(figures)
        if self.found.newest is not None and len(figures) > 1:
            cells.append(self.change(figures))
            raw.append(_change(figures))
        if self.asking.mean is None:
            cells.append(amounts.share(figures[0], self.total, language))
            raw.append(figures[0] / self.total if self.total and figures[0] is not None else None)
        if self.asking.measured:
            cells.append(amounts.Scale().told(rows, language))
            raw.append(rows)
        inner = address.narrowed(self.dataset.id, address.condition(self.dataset.id, condition))
        return Line(
            name,
            tuple(cells),
            tuple(raw),
            value,
            address.on_the_map([self.dataset], where, condition) if condition else None,
            address.as_list(self.dataset, where, condition) if condition else None,
            inner.to(anchor=self.told.part.id) if condition else None,
        )

    def change(self, figures: Sequence[Any]) -> str:
        """Return by how much the newer figure differs from the older one, in percent, with its sign."""
        changed = _change(figures)
        if changed is None:
            return "–"
        percent = amounts.share(abs(changed), 1, self.words.language)
        return percent if changed == 0 else f"{'+' if changed > 0 else '−'}{percent}"

    @property
    def heads(self) -> tuple[str, ...]:
        """The heads of the table."""
        first, measure = self.words.column(self.dataset, self.column), self.words.head(self.dataset, self.asking)
        heads = [first, measure]
        if self.found.newest:
            heads = [first, *(f"{measure} {value}" for value in self.found.newest)]
            heads += [self.words.text("head.change")] if len(self.found.newest) > 1 else []
        if self.asking.mean is None:
            heads.append(self.words.text("head.share"))
        if self.asking.measured:
            heads.append(self.words.text("head.rows"))
        return tuple(heads)

    def finding(self, groups: Sequence[Group], kind: str) -> str:
        """Return the sentence about the largest group, and how it was before where that is compared."""
        known = [group for group in groups if group[1][0]]
        if not known:
            return self.words.text("finding.nothing")
        most = max(group[1][0] for group in known)
        first = [self.name(group[0]) for group in known if group[1][0] == most]
        values = {
            "value": self.shown(most),
            "total": self.shown(self.total),
            "share": amounts.share(most, self.total, self.words.language),
        }
        how = "mean" if self.asking.mean else "sum" if self.asking.sum else "count"
        if len(first) > 1:
            said = self.words.text("finding.tie", labels=", ".join(first[:4]), value=values["value"])
        else:
            said = self.words.text(f"finding.{kind}.{how}", label=first[0], **values)
        return f"{said} {self.compared()}".strip()

    def compared(self) -> str:
        """Return the sentence about the whole and the whole before; nothing where there is none."""
        newest, totals = self.found.newest or (), self.found.totals
        changed = _change(totals)
        if len(newest) < 2 or changed is None:  # noqa: PLR2004 (two are compared)
            return ""
        key = "same" if changed == 0 else "more" if changed > 0 else "less"
        by = amounts.share(abs(changed), 1, self.words.language)
        total = self.shown(totals[0])
        return self.words.text(f"finding.{key}", new=str(newest[0]), old=str(newest[1]), by=by, total=total)


def groups_of(words: Words, reading: Reading, told: Told, found: Counts, column: str, asking: Measured) -> Groups:
    """Return the groups of a part over one dataset."""
    dataset = reading.served[getattr(told.part, "dataset", None) or ""].dataset
    return Groups(words, reading, told, dataset, column, asking, found)


def _change(figures: Sequence[Any]) -> float | None:
    """Return by which share the first figure differs from the second; None where there is nothing to compare."""
    if len(figures) < 2 or figures[0] is None or not figures[1]:  # noqa: PLR2004 (two are compared)
        return None
    return float(figures[0] - figures[1]) / float(figures[1])
