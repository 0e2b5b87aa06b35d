"""Tasks about the whole dataset: how its kinds are shared out, as a table to read and a chart to draw."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from babel import Locale
from psycopg2 import sql
from psycopg2.extensions import cursor

from catalogue import Catalogue, Dataset
from service import fields
from service.datasets.worksheet.task import Speaker, Task

KINDS = 7
"""Kinds in the table; the rest are counted together."""
LEAST_KINDS, LEAST_ROWS = 3, 10
"""With fewer there is nothing to share out."""


@dataclass(frozen=True)
class Shares:
    """How often each kind stands in the whole dataset, the most frequent first; `rest` are those not named.

    `column` is what the kinds are of; `total` counts the rows that have a kind.
    """

    column: str
    counts: tuple[tuple[str, int], ...]
    rest: int
    total: int


def candidates(dataset: Dataset) -> list[str]:
    """Return the columns whose kinds may be shared out: that of the map's colours first, then others with codes."""
    by = dataset.map.style.by if dataset.map else None
    coded = [name for name, column in dataset.served.items() if column.type == "code"]
    return sorted(coded, key=lambda name: (name != by, coded.index(name)))


def shares(dataset: Dataset, rows: sql.Composable, catalogue: Catalogue, language: str, ask: cursor) -> Shares | None:
    """Return how the kinds of the first column that has enough of them are shared out; None if none has."""
    for name in candidates(dataset):
        ask.execute(
            sql.SQL("SELECT {0}, count(*) FROM {1} WHERE {0} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1").format(
                sql.Identifier(name), rows
            )
        )
        counts: list[tuple[str, int]] = ask.fetchall()
        total = sum(n for _, n in counts)
        if len(counts) >= LEAST_KINDS and total >= LEAST_ROWS:
            labels = fields.labels(dataset.served[name], catalogue, language) or {}
            named = [(labels.get(code, code), n) for code, n in counts[:KINDS]]
            return Shares(name, tuple(named), sum(n for _, n in counts[KINDS:]), total)
    return None


def tasks(found: Shares, title: str, say: Speaker) -> Iterator[Task]:
    """Yield the tasks about the shares: the most frequent and its part of the whole, a comparison, a chart."""
    (first, most), (_, second), *_ = found.counts
    last, least = found.counts[-1]
    if most > second:
        share = say.equals(Decimal(100 * most) / found.total, 0) + Locale(say.language).percent_formats[None].suffix[0]
        yield say.task("whole-share", f"{first}: {most} : {found.total} {share}", 2, column=title)
    if most >= 2 * least and least > 1:
        times = say.equals(Decimal(most) / least, 1)
        yield say.task("whole-times", f"{most} : {least} {times}", first=first, last=last)


def chart(found: Shares) -> Sequence[Mapping[str, str | int]]:
    """Return the bars of the chart that is drawn: label, number, and length in percent of the longest."""
    longest = found.counts[0][1]
    return [{"label": label, "n": n, "length": round(100 * n / longest)} for label, n in found.counts]
