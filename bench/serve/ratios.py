"""Ours beside raw SQL and the best other server, workload by workload: ratios in one run, and the targets for them.

The verdict is by CPU per request; requests a second, which depend on who else uses the machine, are told beside it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bench.serve.asks import ITEMS, TILES
from bench.serve.cells import Cell
from bench.serve.peers import FLOORS, OURS
from bench.serve.runs import Outcome
from bench.serve.targets import figure

PEER, FLOOR, SMALL = 3.0, 0.75, 0.5
"""Least ratio to the best other server, to raw SQL of the same answer, and to that for pages of a few features."""
SMALL_PAGES = ("W1", "W4")
TILE = 1.0
"""Least ratio of a cold tile to the best other server."""
TAIL = 5.0
"""Most that p99 may be, in p50, with many connections."""
FEW, MANY = 8, 32


@dataclass(frozen=True)
class Ratio:
    """How many times as good as another server: by CPU, which decides, and by requests a second."""

    other: str
    cpu: float
    rate: float
    wanted: float

    @property
    def reached(self) -> bool:
        return self.cpu >= self.wanted

    def text(self) -> str:
        mark = "pass" if self.reached else "**fail**"
        return f"{figure(self.cpu)} ({figure(self.rate)}) ≥ {self.wanted:g} {mark}, {self.other}"


@dataclass(frozen=True)
class Row:
    """One workload of one of ours; what could not be compared is None."""

    workload: str
    server: str
    floor: Ratio | None
    peer: Ratio | None
    tail: float | None
    errors: int

    @property
    def reached(self) -> bool:
        ratios = [ratio.reached for ratio in (self.floor, self.peer) if ratio]
        return all(ratios) and (self.tail is None or self.tail < TAIL) and self.errors == 0

    def text(self) -> str:
        tail = (
            "–" if self.tail is None else f"{figure(self.tail)} < {TAIL:g} {'pass' if self.tail < TAIL else '**fail**'}"
        )
        floor, peer = (ratio.text() if ratio else "–" for ratio in (self.floor, self.peer))
        return f"| {self.workload} | {self.server} | {floor} | {peer} | {tail} | {self.errors} |"


HEAD = [
    "| | | to raw SQL: CPU (req/s) | to the best other server: CPU (req/s) | p99 / p50 at 32 | errors |",
    "|---|---|---|---|---|---:|",
]


def rows(outcome: Outcome) -> list[Row]:
    """Return the workloads that were measured of ours."""
    return [
        row for workload in (*ITEMS, *TILES) for server in OURS if (row := _row(outcome, server, workload)) is not None
    ]


def _row(outcome: Outcome, server: str, workload: str) -> Row | None:
    mine = best(outcome.cells, server, workload, FEW)
    if mine is None:
        return None
    tile = workload in TILES
    counts = outcome.verdicts[server, workload].counts
    floor = best(outcome.cells, "floor-count" if counts and workload != "W4" else "floor", workload, FEW)
    others = [
        cell
        for name in dict.fromkeys(cell.server for cell in outcome.cells)
        if name not in (*FLOORS, *OURS) and (cell := best(outcome.cells, name, workload, FEW)) and not cell.errors
    ]
    least = SMALL if workload in SMALL_PAGES else FLOOR
    crowd = best(outcome.cells, server, workload, MANY)
    return Row(
        workload,
        server,
        None if tile else _to(mine, [floor] if floor else [], least),
        _to(mine, others, TILE if tile else PEER),
        crowd.p99 / crowd.p50 if crowd else None,
        sum(cell.errors for cell in outcome.cells if (cell.server, cell.workload) == (server, workload)),
    )


def _to(mine: Cell, others: Sequence[Cell], wanted: float) -> Ratio | None:
    """Return the ratio to the best of the others; the best by CPU and the best by rate may be two."""
    if not others:
        return None
    cheapest, fastest = min(others, key=lambda cell: cell.cpu), max(others, key=lambda cell: cell.rate)
    return Ratio(cheapest.server, cheapest.cpu / mine.cpu, mine.rate / fastest.rate, wanted)


def best(cells: Iterable[Cell], server: str, workload: str, connections: int) -> Cell | None:
    """Return the cell of the round in which others disturbed least."""
    wanted = (server, workload, connections)
    rounds = [cell for cell in cells if (cell.server, cell.workload, cell.connections) == wanted and cell.requests]
    return min(rounds, key=lambda cell: cell.foreign, default=None)


def table(cells: Sequence[Cell], servers: Sequence[str], text: Callable[[Cell], str], connections: int) -> list[str]:
    """Return a table of a figure: workloads down, servers across."""
    lines = []
    for workload in (*ITEMS, *TILES):
        found = [best(cells, server, workload, connections) for server in servers]
        if any(found):
            lines.append(f"| {workload} | {' | '.join(text(cell) if cell else '–' for cell in found)} |")
    return [f"| | {' | '.join(servers)} |", "|---|" + "---:|" * len(servers), *lines] if lines else []
