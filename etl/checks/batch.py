"""What a batch as a whole must keep, from its figures: enough rows, not too many, not too much lost or damaged.

Apart from the rules about rows because these can only be judged when the last row has been read, and because each of
them guards what is published: a nightly delivery that is half empty must not replace a whole one.
"""

from collections.abc import Iterator

from catalogue.model import Dataset
from etl.transform.chunk import Figures
from findings import Finding, Level

LOST = 0.01
"""Share of values of a column (or of geometries) that may be lost; single broken rows do not stop a delivery."""
DAMAGED = 0.25
"""Share of rows with damaged text from which the encoding must be wrong, rather than some texts."""


def after(dataset: Dataset, figures: Figures, previous_rows: int | None) -> list[Finding]:
    """Return what is wrong with the batch as a whole; `previous_rows` are those published now (None: nothing is)."""
    return [
        Finding(code, Level.ERROR, values, dataset=dataset.id)
        for code, values in (
            *number_of_rows(dataset, figures.rows_read),
            *_change(dataset, figures.rows_read, previous_rows),
            *_lost(figures),
            *_damaged(figures),
        )
    ]


type Found = Iterator[tuple[str, dict[str, object]]]


def number_of_rows(dataset: Dataset, rows: int) -> Found:
    """Yield code and values of what is wrong with that many rows."""
    if rows < dataset.checks.min_rows:
        yield "BATCH-TOO-FEW", {"n": rows, "limit": dataset.checks.min_rows}
    if dataset.checks.max_rows is not None and rows > dataset.checks.max_rows:
        yield "BATCH-TOO-MANY", {"n": rows, "limit": dataset.checks.max_rows}


def _change(dataset: Dataset, rows: int, previous: int | None) -> Found:
    """Compare the numbers of rows; how many rows have other content only the store can see."""
    allowed = dataset.checks.max_change
    if allowed is None or not previous:
        return
    share = abs(rows - previous) / previous
    if share > allowed:
        yield "BATCH-CHANGE", {"n": rows, "previous": previous, "percent": _percent(share), "limit": _percent(allowed)}


def _lost(figures: Figures) -> Found:
    for column, lost in figures.lost.items():
        if lost > LOST * figures.rows_read:
            code = "BATCH-GEOMETRY-LOST" if column == "geometry" else "BATCH-VALUES-LOST"
            yield code, {"column": column, "n": lost, "rows": figures.rows_read, "limit": _percent(LOST)}


def _damaged(figures: Figures) -> Found:
    for column, damaged in figures.damaged.items():
        if damaged > DAMAGED * figures.rows_read:
            yield "BATCH-ENCODING", {"column": column, "n": damaged, "rows": figures.rows_read}


def _percent(share: float) -> float:
    return round(100 * share, 1)
