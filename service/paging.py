"""A page of features cut from what was found, where the pages beside it are, and how many there are in all. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from catalogue import Dataset
from service.features import Row
from service.parameters import ItemsQuery

type Beside = dict[str, dict[str, Any]]
"""Parameters of the page after (`next`) and of the page before (`prev`), where there are any."""


@dataclass(frozen=True)
class Page:
    """Features in order; how many match in all, None where that is not known without counting; the pages beside."""

    rows: Sequence[Row]
    matched: int | None
    beside: Beside = field(default_factory=dict)

    @classmethod
    def cut(cls, found: Sequence[Row], query: ItemsQuery, total: int | None) -> "Page":
        """Return the page of up to limit + 1 features that were found; `total` is how many the collection has.

        Features found before an id come in falling order. Pages follow ids, whose cost is the same at any depth; only
        where another order was asked they follow offsets.
        """
        further = len(found) > query.limit
        rows = found[: query.limit]
        if query.before is not None:
            rows = rows[::-1]
        has_next = bool(rows) if query.before is not None else further
        has_previous = further if query.before is not None else bool(query.offset or query.after is not None)
        beside: Beside = {}
        if has_next:
            beside["next"] = {"offset": query.offset + query.limit} if query.order else {"after": rows[-1][0]}
        if has_previous and (rows or query.offset):
            by_offset = bool(query.order) or not rows
            back = {"offset": max(0, query.offset - query.limit) or None}
            beside["prev"] = back if by_offset else {"before": rows[0][0]}
        return cls(rows, _known(len(rows), query, total, further=further), beside)

    def counted(self, matched: int) -> "Page":
        """Return the page with how many there are in all."""
        return replace(self, matched=matched)


def counts(dataset: Dataset, query: ItemsQuery) -> bool:
    """Return whether features are counted that match the query, where their number is not known anyhow."""
    return query.hits or dataset.count in {"exact", "cached"}


def _known(shown: int, query: ItemsQuery, total: int | None, *, further: bool) -> int | None:
    """Return how many match in all when that follows from the page; None if not."""
    if not query.is_filtered:
        return total
    is_last = not further and not query.hits and query.after is None and query.before is None
    return query.offset + shown if is_last and (shown or not query.offset) else None
