"""What a load found, in the words of whoever answers for the data: what was repaired, left empty, not known. Pure.

Findings name codes for programs; here they stand in a few groups that a clerk can act on. What a finding quotes is told
only where everybody may see it: not the values of private columns, not whole rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from catalogue import Dataset
from catalogue.values import duration
from findings import Finding, Level, Point, Report, messages
from service.datasets.batches import Batch

GROUPS: Mapping[str, tuple[str, ...]] = {
    "repaired": ("GEOMETRY-REPAIRED",),
    "placeless": (
        *("GEOMETRY-UNREADABLE", "GEOMETRY-TYPE", "GEOMETRY-NOT-FINITE", "GEOMETRY-ZERO", "GEOMETRY-DEGREES"),
        *("GEOMETRY-METRES", "GEOMETRY-SWAPPED", "GEOMETRY-SIGN", "GEOMETRY-OUTSIDE", "GEOMETRY-NOT-TRANSFORMED"),
        *("GEOMETRY-TOO-COMPLEX", "GEOMETRY-COLLAPSED"),
    ),
    "emptied": ("VALUE-CAST",),
    "unlisted": ("VALUE-CODE",),
    "beyond": ("VALUE-TOO-SMALL", "VALUE-TOO-LARGE", "VALUE-PATTERN"),
    "damaged": ("TEXT-DAMAGED", "TEXT-TWICE-ENCODED"),
    "skipped": ("ROW-SKIPPED",),
    "assumed": ("SOURCE-CRS-ASSUMED", "SOURCE-CRS-OVERRULED", "SOURCE-ENCODING-GUESSED"),
    "columns": ("COLUMNS-NOT-LOADED", "COLUMN-MISSING"),
}
"""Codes of findings that are told together, the most telling groups first; `other` takes the rest."""
OTHER = "other"
SHOWN = 20
"""Findings of a group that are told one by one."""
_QUOTING = frozenset({"ROW-SKIPPED", "EDIT-UNDONE"})
"""Findings that quote a whole row, or a person."""
_OF_WHOLE = "BATCH-"
"""Findings about the batch as a whole begin so: they tell counts only."""


@dataclass(frozen=True)
class Told:
    """One finding: which row, in which file, what is wrong ("" where it cannot be told), where (lon, lat)."""

    row: str | None
    file: str | None
    sentence: str
    point: Point | None


@dataclass(frozen=True)
class Group:
    """Findings that are told together: how many there are, and the first of them."""

    key: str
    n: int
    told: tuple[Told, ...]


@dataclass(frozen=True)
class Freshness:
    """When the sources were last looked at, and until when they should be again; None: nothing is promised.

    `is_late`: that day has passed.
    """

    looked: datetime
    due: datetime | None
    is_late: bool


@dataclass(frozen=True)
class Refusal:
    """Why a delivery was refused: sentences about it as a whole, and how many faults of each code besides."""

    finished: datetime
    sentences: tuple[str, ...]
    faults: Mapping[str, int]


def groups(report: Report, dataset: Dataset, language: str) -> list[Group]:
    """Return the findings of a load in groups, without those that have none; errors too, for there are none in it."""
    counts, found = report.counts, list(report)
    made = []
    for key in (*GROUPS, OTHER):
        n = sum(times for code, times in counts.items() if _group(code) == key)
        if n:
            told = [_told(each, dataset, language) for each in found if _group(each.code) == key][:SHOWN]
            made.append(Group(key, n, tuple(told)))
    return made


def freshness(dataset: Dataset, looked: Batch, now: datetime) -> Freshness:
    """Return how the last look at the sources stands to the period that the dataset promises."""
    every = duration(dataset.updated)
    due = None if every is None else looked.started + every + _grace(every)
    return Freshness(looked.started, due, is_late=due is not None and due < now)


def refusal(batch: Batch, dataset: Dataset, language: str) -> Refusal:
    """Return why the batch was refused; nothing of its rows, for they are not published."""
    report = batch.findings
    errors = [each for each in report if each.level is Level.ERROR]
    whole = [each for each in errors if each.code.startswith(_OF_WHOLE) and _is_public(each, dataset)]
    codes = dict.fromkeys(each.code for each in errors if each not in whole)
    sentences = tuple(_sentence(each, language) for each in whole)
    return Refusal(batch.finished, sentences, {code: report.counts[code] for code in codes})


def _grace(every: timedelta) -> timedelta:
    """Return by how much a delivery may be late before it is called so: a tenth of the period, a day at most."""
    return min(every / 10, timedelta(days=1))


def _group(code: str) -> str:
    return next((key for key, codes in GROUPS.items() if code in codes), OTHER)


def _told(finding: Finding, dataset: Dataset, language: str) -> Told:
    file = finding.file.rpartition("/")[2] if finding.file else None
    return Told(finding.row, file, _sentence(finding, language) if _is_public(finding, dataset) else "", finding.point)


def _is_public(finding: Finding, dataset: Dataset) -> bool:
    """Return whether everybody may read what the finding quotes."""
    column = finding.values.get("column")
    return finding.code not in _QUOTING and (column is None or column in dataset.served)


def _sentence(finding: Finding, language: str) -> str:
    return messages().text(f"{finding.code}.text", language, **finding.values)
