"""Making tiles before anybody asks: all of a dataset between two levels, as many at once as there are connections.

What stands on the shelf and is right is passed over, so that an interrupted run goes on where it was, and a run after a
publication makes what that has touched.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import islice

from service.published import Served
from service.tiles.grids import Grid, Tile
from service.tiles.stock import Stock, limits

AHEAD = 4
"""Tiles that wait for each job: enough that none is idle, few enough to stop at once."""

type Progress = Callable[[int], None]
"""Told how many tiles have been dealt with since it was told last."""


@dataclass
class Seeded:
    """How many tiles were made, and how many were there and right."""

    made: int = 0
    right: int = 0


def count(served: Served, grid: Grid, levels: range) -> int:
    """Return how many tiles a collection has in the levels."""
    found = (limits(served, grid, level) for level in levels)
    return sum((rows[1] - rows[0] + 1) * (rows[3] - rows[2] + 1) for rows in found if rows)


def tiles(served: Served, grid: Grid, levels: range) -> Iterator[Tile]:
    """Return the tiles of a collection, level by level."""
    for level in levels:
        found = limits(served, grid, level)
        if found:
            low_row, high_row, low_col, high_col = found
            for row in range(low_row, high_row + 1):
                for col in range(low_col, high_col + 1):
                    yield Tile(grid, level, row, col)


def seed(stock: Stock, served: Served, wanted: Iterator[Tile], jobs: int, progress: Progress) -> Seeded:
    """Make the tiles that are not there or not right. Raises as `Database.read`; what was made by then is kept."""
    seeded = Seeded()
    with ThreadPoolExecutor(jobs, "krajina-seed") as pool:
        running: set[Future[bool]] = set()
        try:
            while True:
                running |= {
                    pool.submit(stock.prepare, served, tile) for tile in islice(wanted, jobs * AHEAD - len(running))
                }
                if not running:
                    return seeded
                done, running = wait(running, return_when=FIRST_COMPLETED)
                made = sum(each.result() for each in done)
                seeded.made += made
                seeded.right += len(done) - made
                progress(len(done))
        finally:
            for each in running:
                each.cancel()
