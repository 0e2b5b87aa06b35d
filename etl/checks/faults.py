"""Findings about rows, from masks over a whole chunk.

Apart from the rules because they work on arrays and must stay fast when half a million rows are wrong: all are counted,
only those that the report keeps are described.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from etl.transform.chunk import Rows
from findings import Finding, Level, Point, Report
from findings.report import KEPT_PER_CODE

type Describe = Callable[[int], Mapping[str, Any]]
"""Values of a message for the row at a position in the chunk."""

type Locate = Callable[[int], Point | None]
"""Where the row at a position in the chunk lies, (longitude, latitude)."""


def _nothing(_: int) -> Mapping[str, Any]:
    return {}


def _nowhere(_: int) -> Point | None:
    return None


@dataclass(frozen=True)
class Faults:
    """Says what is wrong with rows of one chunk: `rows` are their numbers in the source, `file` how that is called."""

    report: Report
    dataset: str
    file: str
    rows: Rows

    def add(
        self,
        code: str,
        level: Level,
        wrong: NDArray[np.bool_],
        describe: Describe = _nothing,
        locate: Locate = _nowhere,
    ) -> int:
        """Report the rows marked in `wrong` (one for each row of the chunk); return how many there are."""
        if not wrong.any():
            return 0
        positions = np.flatnonzero(wrong)
        keep = max(0, KEPT_PER_CODE - self.report.counts.get(code, 0))
        for at in positions[:keep].tolist():
            self.report.append(self._finding(code, level, at, describe, locate))
        left = len(positions) - keep
        if left > 0:
            self.report.count(code, level, left)
        return len(positions)

    def _finding(self, code: str, level: Level, at: int, describe: Describe, locate: Locate) -> Finding:
        return Finding(code, level, describe(at), self.dataset, self.file, row=str(self.rows[at]), point=locate(at))
