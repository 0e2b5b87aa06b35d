"""How values, columns and sources are called in the reader's language; the same on a page, in a picture, in a CSV."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from catalogue import Catalogue, Dataset
from catalogue.dashboards import Measured, TimelinePart
from catalogue.sources import UsageSource
from catalogue.values import Text, text_in
from service import fields
from service.dashboards import amounts
from service.dashboards.texts import TEXTS
from service.dashboards.told import Source
from service.layers import attribution
from service.published import Served

SUBJECT, PAGES = "subject", "portal-page"
"""Column of the portal's own counts that says what was asked for, and the code list of its pages."""


@dataclass(frozen=True)
class Words:
    """The words of one catalogue in one language."""

    catalogue: Catalogue
    language: str

    def text(self, key: str, **values: Any) -> str:  # noqa: ANN401 (values are what a text shows)
        """Return a text of this room."""
        return TEXTS.text(key, self.language, **values)

    def of(self, text: Text) -> str:
        """Return a text of the catalogue."""
        return text_in(text, self.language, self.catalogue.portal.default_language)

    def column(self, dataset: Dataset, name: str) -> str:
        """Return what a column is called."""
        if name not in dataset.served:
            return self.text("geometry")
        return fields.title(name, dataset.served[name], self.catalogue, self.language)

    def value(self, dataset: Dataset, name: str, value: Any) -> str:  # noqa: ANN401 (a value of the column)
        """Return a value as a person reads it: the label of a code, yes or no, a date; “not stated” for none."""
        if value is None or value == "":
            return self.text("value.none")
        if isinstance(value, bool):
            return self.text("value.yes" if value else "value.no")
        if isinstance(value, date):
            return amounts.day(value, self.language)
        if isinstance(value, float):
            return amounts.Scale(whole=False).told(value, self.language)
        if name == SUBJECT and any(isinstance(source, UsageSource) for source in dataset.sources):
            return self.subject(str(value))
        labels = fields.labels(dataset.served[name], self.catalogue, self.language) or {}
        return labels.get(str(value), str(value))

    def subject(self, name: str) -> str:
        """Return what is called so in the counts of the portal's use: a dataset, a dashboard or a page."""
        known = self.catalogue.datasets.get(name) or self.catalogue.dashboards.get(name)
        pages = self.catalogue.codelists.get(PAGES)
        title = known.title if known else pages.labels().get(name, {}) if pages else {}
        return self.of(title) or name

    def colours(self, dataset: Dataset, name: str) -> Mapping[str, str]:
        """Return the colour of each code of a column, in the order of its code list."""
        listed = self.catalogue.codelists.get(dataset.served[name].codelist or "")
        return {entry.code: entry.colour or "" for entry in listed.entries} if listed else {}

    def step(self, part: TimelinePart, value: Any) -> str:  # noqa: ANN401 (a year, or the first day of a step)
        """Return what a step of a timeline is called."""
        if part.step == "day":
            return amounts.day(value, self.language)
        if part.step == "month":
            return amounts.month(value, self.language)
        if part.step == "year":
            return str(value)
        return f"{value}–{value + (10 if part.step == 'decade' else 100) - 1}"

    def scale(self, dataset: Dataset, asking: Measured, largest: float | None) -> amounts.Scale:
        """Return how figures of a part are told."""
        column = dataset.served.get(asking.measured or "")
        if column is None:
            return amounts.Scale()
        whole = column.type == "integer" and asking.mean is None
        return amounts.scale(column.unit, largest, whole=whole)

    def head(self, dataset: Dataset, asking: Measured) -> str:
        """Return what is measured, as the head of a column of figures."""
        if asking.sum:
            return self.column(dataset, asking.sum)
        if asking.mean:
            return self.text("head.mean", column=self.column(dataset, asking.mean))
        return self.text("head.count")

    def sources(self, several: list[Served]) -> tuple[Source, ...]:
        """Return whose the data are, on which terms, and of when."""
        told = []
        for each in several:
            owner = attribution(each.dataset, self.catalogue, self.language)
            when = amounts.day(each.published.published.date(), self.language)
            text = self.text("source", owner=owner, date=when)
            told.append(Source(self.of(each.dataset.title), text, f"/{self.language}/datasets/{each.id}"))
        return tuple(told)
