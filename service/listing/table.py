"""The open table of a page: heads to sort by, rows with all that they lead to, the fields of its filter. Pure."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode

from catalogue.values import Box
from service import fields, pages
from service.listing import places
from service.listing.conditions import KINDS, Condition, Conditions
from service.listing.page import Page
from service.listing.questions import ROWS, Columns, order_of
from service.listing.rows import Found, Row
from service.listing.state import PAGE_MOST
from service.published import Served

DIGITS = 8
"""Of a decimal that are shown; its record has them all."""
FORMS = {"csv": "CSV", "csv-semicolon": "CSV (;)", "json": "GeoJSON"}
"""Forms in which the rows of a state can be had, by the value of `f`."""


@dataclass(frozen=True)
class Table:
    """The open table of a page: its columns, and what the filter asks."""

    page: Page
    served: Served
    shown: Columns
    asked: Conditions

    @property
    def columns(self) -> dict[str, dict[str, Any]]:
        """Title, unit and code labels of all columns."""
        visit = self.page.visit
        return fields.properties(self.served.dataset, visit.catalogue, visit.language)

    def heads(self) -> Iterator[dict[str, Any]]:
        """Give the shown columns, each with the address of the list sorted by it, the other way where it is already."""
        by, descending = order_of(self.page.state, self.served) or (None, False)
        columns = self.columns
        for name in self.shown.names:
            down = name == by and not descending
            state = replace(self.page.state, sort=f"-{name}" if down else name, page=1)
            yield {
                "name": name,
                "title": columns[name]["title"],
                "sorted": ("descending" if descending else "ascending") if name == by else None,
                "turns": "descending" if down else "ascending",
                "href": self.page.href(state),
            }

    def rows(self, found: Found) -> Iterator[dict[str, Any]]:
        """Give the rows with their names and where each leads."""
        language = self.page.visit.language
        for row in found.rows:
            ref = (self.served.id, row.id)
            record = f"/ogc/collections/{self.served.id}/items/{quote(row.id, safe='')}?f=html&lang={language}"
            here = f"{self.page.visit.address('/here')}?{urlencode({'feature': '/'.join(ref)})}"
            yield {
                "name": self.name(row),
                "values": {name: _readable(value) for name, value in row.properties.items()},
                "ref": "/".join(ref),
                "box": ",".join(f"{each:.7f}" for each in row.box) if row.box else "",
                "is_open": ref == self.page.state.feature,
                "record": record,
                "map": self._on_map(ref, row.box) if row.box else None,
                "here": here if row.box else None,
            }

    def name(self, row: Row) -> str:
        """Return what a row is called: by its label, a code by the code's; else by its id."""
        label = self.shown.label
        value = row.properties.get(label) if label else None
        if label is None or value is None or value == "":
            return row.id
        column = self.columns[label]
        return str(column.get("x-labels", {}).get(value, pages.cell(self.page.visit.language, value, column)))

    def _on_map(self, ref: tuple[str, str], box: Box) -> str:
        """Return the address of the map at a feature, so near that its layer is drawn."""
        view = places.view_of(box, places.NEAREST)
        nearer = max(view.zoom, self.page.chosen.layers[self.served.id]["zoom"][0])
        state = replace(self.page.state, is_list=False, feature=ref, view=replace(view, zoom=nearer))
        return self.page.href(state)

    def fields(self) -> Iterator[dict[str, Any]]:
        """Give the fields of the filter: of the shown columns, and of those that it asks for anyhow."""
        columns = self.columns
        for name in dict.fromkeys([*self.shown.names, *self.asked.columns]):
            column, asked = columns[name], self.asked.columns.get(name, Condition())
            labels = column.get("x-labels", {})
            yield {
                "name": name,
                "title": column["title"],
                "unit": column.get("x-ogc-unit"),
                "kind": KINDS[self.served.dataset.served[name].type],
                "asked": asked,
                "options": labels | {code: code for code in asked.codes if code not in labels},
            }

    def orders(self) -> Iterator[dict[str, Any]]:
        """Give the orders that rows can have, by the value of `sort`."""
        by, descending = order_of(self.page.state, self.served) or (None, False)
        for name in self.shown.names:
            for down in (False, True):
                yield {
                    "value": f"{'-' if down else ''}{name}",
                    "title": self.columns[name]["title"],
                    "down": down,
                    "is_chosen": name == by and down == descending,
                }

    def paging(self, found: Found) -> dict[str, Any]:
        """Return the numbers of the page and of its rows, and the addresses of the pages beside it."""
        page = self.page.state.page
        last = max(1, math.ceil(found.matched / ROWS)) if found.matched is not None else None
        ways = {
            "first": 1 if page > 1 else None,
            "prev": page - 1 if page > 1 else None,
            "next": page + 1 if found.more and page < PAGE_MOST else None,
            "last": last if last and last > page else None,
        }
        return {
            "page": page,
            "last": last,
            "first_row": (page - 1) * ROWS + 1,
            "last_row": (page - 1) * ROWS + len(found.rows),
            "ways": {
                name: self.page.href(replace(self.page.state, page=number)) for name, number in ways.items() if number
            },
        }

    def downloads(self) -> dict[str, str]:
        """Return the addresses of the rows of the state as files, by their titles; at most what one answer holds."""
        state, dataset = self.page.state, self.served.dataset
        box = places.extent_of(state)
        order = order_of(state, self.served) if state.sort else None
        asked = {
            "bbox": ",".join(map(repr, box)) if box and dataset.has_geometry else None,
            "datetime": state.day.isoformat() if state.day and dataset.time_columns else None,
            "filter": state.where.get(self.served.id),
            "sortby": f"{'-' if order[1] else ''}{order[0]}" if order else None,
            "limit": str(dataset.paging.max),
            "lang": self.page.visit.language,
        }
        given = {name: value for name, value in asked.items() if value is not None}
        path = f"/ogc/collections/{self.served.id}/items"
        return {title: f"{path}?{urlencode(given | {'f': f}, quote_via=quote)}" for f, title in FORMS.items()}


def _readable(value: Any) -> Any:  # noqa: ANN401 (a property's value)
    """Return a decimal with no more digits than a row has room for."""
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value
