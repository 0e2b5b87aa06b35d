"""The Report: findings of one run, counted in full, kept up to a cap per code.

A broken column of a large file would else make a report of a million lines; the first hundred show what is wrong, the
count shows how much.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from findings.messages import messages
from findings.model import Finding, Level

KEPT_PER_CODE = 100
SHOWN_PER_CODE = 3
"""What a person reads before the point is taken; the rest is in the ledger and in `--json`."""


class Report:
    """Findings in the order in which they were made."""

    def __init__(self, findings: Iterable[Finding] = ()) -> None:
        self._findings: list[Finding] = []
        self._counts: Counter[tuple[str, Level]] = Counter()
        self.extend(findings)

    def append(self, finding: Finding) -> None:
        """Count the finding, and keep it unless its code has reached the cap."""
        self.count(finding.code, finding.level)
        if self.counts[finding.code] <= KEPT_PER_CODE:
            self._findings.append(finding)

    def extend(self, findings: Iterable[Finding]) -> None:
        """Append each finding."""
        for finding in findings:
            self.append(finding)

    def count(self, code: str, level: Level, times: int = 1) -> None:
        """Count findings without keeping them, for rules that see thousands at once."""
        self._counts[code, level] += times

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._findings)

    def __len__(self) -> int:
        """Return how many findings there are, kept or not."""
        return self._counts.total()

    @property
    def counts(self) -> dict[str, int]:
        """How many findings there are of each code, kept or not."""
        totals: Counter[str] = Counter()
        for (code, _), times in self._counts.items():
            totals[code] += times
        return dict(totals)

    @property
    def errors(self) -> int:
        """How many findings forbid publishing."""
        return sum(times for (_, level), times in self._counts.items() if level is Level.ERROR)

    @property
    def ok(self) -> bool:
        """Whether nothing forbids publishing. An empty report is ok."""
        return self.errors == 0

    def to_json(self) -> dict[str, Any]:
        """Return counts and kept findings as JSON-ready data."""
        counts = [{"code": code, "level": level.value, "n": n} for (code, level), n in sorted(self._counts.items())]
        return {"counts": counts, "findings": [finding.to_json() for finding in self._findings]}

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> "Report":
        """Return the report that `to_json` described."""
        report = cls()
        report._findings = [Finding.from_json(each) for each in plain.get("findings", [])]
        for row in plain.get("counts", []):
            report.count(row["code"], Level(row["level"]), row["n"])
        return report

    def text(self, language: str, most: int = SHOWN_PER_CODE) -> Iterator[str]:
        """Yield the report as lines for a person: `most` findings of each code, its help once, how many more."""
        shown: Counter[str] = Counter()
        for finding in self._findings:
            if shown[finding.code] == most:
                continue
            yield line_of(finding, language)
            shown[finding.code] += 1
            advice = messages().find(f"{finding.code}.help", language, **finding.values)
            if advice and shown[finding.code] == 1:
                yield f"    → {advice}"
        for code, times in self.counts.items():
            if times > shown[code]:
                yield "  " + messages().text("and-more", language, code=code, n=times - shown[code])


def line_of(finding: Finding, language: str) -> str:
    """Return one finding as one line: level, place, sentence."""
    place = ":".join(str(part) for part in (finding.file or finding.dataset, finding.line) if part is not None)
    row = messages().text("row", language, row=finding.row) if finding.row is not None else ""
    where = " ".join(part for part in (place, row) if part)
    level = messages().text(f"level.{finding.level.value}", language)
    sentence = messages().text(f"{finding.code}.text", language, **finding.values)
    if finding.values.get("meant"):
        sentence += " " + messages().text("meant", language, **finding.values)
    return f"{level}  {where}{': ' if where else ''}{sentence}  [{finding.code}]"
