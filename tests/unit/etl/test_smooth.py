"""The polynomial gives what PROJ gives, or leaves it to PROJ."""

from pathlib import Path

import numpy as np
import pytest
from numpy.random import default_rng
from pyproj import CRS

from etl.transform import smooth
from geodesy import Box, Pairs, Step, Way, way

CZECHIA: Box = (12.1, 48.6, 18.8, 51.0)


def scattered(west: float, south: float, east: float, north: float, n: int = smooth.WORTH) -> Pairs:
    random = default_rng(1)
    return np.column_stack([random.uniform(west, east, n), random.uniform(south, north, n)])


def without_grids(change: Way) -> Way:
    """Return the way as it is where no grid is installed: other tests of this process may have installed one."""
    steps = (tuple(each for each in step.operations if "grids=" not in each.definition) for step in change.steps)
    return Way(tuple(map(Step, steps)), change.lineage, change.spare)


@pytest.mark.parametrize(
    ("source", "target", "box"),
    [
        (5514, 4326, (-900000, -1220000, -440000, -940000)),
        (5514, 4326, (-750000, -1002000, -650000, -1000000)),
        (5514, 4326, (-700000, -1000000, -700000, -1000000)),
        (4326, 5514, CZECHIA),
        (2180, 4326, (150000, 150000, 850000, 780000)),
        (25833, 4326, (300000, 5500000, 700000, 6000000)),
        (31468, 25833, (4400000, 5300000, 4600000, 5900000)),
        (32633, 5514, (300000, 5400000, 700000, 5650000)),
    ],
)
def test_no_difference_can_be_seen(source: int, target: int, box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    change = without_grids(way(CRS(source), CRS(target), CZECHIA if 5514 in (source, target) else None))
    pairs = scattered(*box)
    exact, _ = change(pairs)
    asked: list[int] = []
    monkeypatch.setattr(Way, "__call__", _counting(asked, Way.__call__))
    result, outside = smooth.changed(change, pairs, degrees=CRS(target).is_geographic)
    assert outside == 0
    assert np.abs(result - exact).max() < (1e-11 if CRS(target).is_geographic else 1e-6)
    assert sum(asked) < 1000, "PROJ was asked for the nodes and the sample only"


def _counting(asked: list[int], call: object) -> object:
    def counted(self: Way, pairs: Pairs) -> tuple[Pairs, int]:
        asked.append(len(pairs))
        return call(self, pairs)  # type: ignore[operator, no-any-return]

    return counted


def test_a_way_with_a_grid_is_left_to_proj(real_data: Path) -> None:
    change = way(CRS(5514), CRS(4326), CZECHIA, real_data.parent / "grids")
    pairs = scattered(-720000, -1000000, -650000, -980000)
    assert not smooth._is_smooth(change)  # noqa: SLF001
    assert (smooth.changed(change, pairs, degrees=True)[0] == change(pairs)[0]).all()


def test_where_the_operation_does_not_reach_proj_is_asked() -> None:
    change = way(CRS(3857), CRS(4326))
    pairs = scattered(-1e7, -1e30, 1e7, 1e30)
    result, _ = smooth.changed(change, pairs, degrees=True)
    exact, _ = change(pairs)
    assert np.array_equal(result, exact, equal_nan=True)
