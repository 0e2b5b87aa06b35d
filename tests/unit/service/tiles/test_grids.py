"""Grids: tiles against an independent reckoning, limits, the documents."""

import math
import random

import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.tiles import grids, placing
from service.tiles.grids import GRIDS, S_JTSK, UTM_33, WEB_MERCATOR, Grid, Tile

REGION = (14.3, 50.4, 15.6, 51.3)


def test_web_mercator_is_the_one_of_every_map() -> None:
    longitude, latitude, level = 15.05, 50.77, 12
    col = int((longitude + 180) / 360 * 2**level)
    row = int((1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2 * 2**level)
    point = placing.bounds_of((longitude, latitude, longitude, latitude), WEB_MERCATOR)
    assert point is not None
    assert WEB_MERCATOR.limits(point, level) == (row, row, col, col)
    assert WEB_MERCATOR.bounds(1, 0, 1) == pytest.approx((0, 0, 20037508.342789, 20037508.342789))
    assert placing.lon_lat(WEB_MERCATOR.bounds(0, 0, 0)) == pytest.approx((-180, -85.0511288, 180, 85.0511288))


@pytest.mark.parametrize("grid", [S_JTSK, UTM_33])
def test_national_grids_hold_a_known_point_where_proj_says_it_is(grid: Grid) -> None:
    x, y = pyproj.Transformer.from_crs("EPSG:4258", grid.code, always_xy=True).transform(15.05, 50.8)
    found = placing.bounds_of((15.05, 50.8, 15.05, 50.8), grid)
    assert found is not None
    assert found[:2] == pytest.approx((x, y), abs=0.05)
    low_row, high_row, low_col, high_col = grid.limits(found, 12) or (0, 0, 0, 0)
    assert (low_row, low_col) == (high_row, high_col)
    left, low, right, high = grid.bounds(12, low_row, low_col)
    assert left <= x <= right
    assert low <= y <= high
    assert right - left == 256


@given(st.sampled_from(list(GRIDS.values())), st.integers(0, 16), st.randoms())
def test_tiles_of_a_level_lie_side_by_side_and_belong_to_one_above(
    grid: Grid, level: int, chance: random.Random
) -> None:
    row, col = chance.randrange(2**level), chance.randrange(2**level)
    left, low, right, high = grid.bounds(level, row, col)
    assert grid.bounds(level, row, col + 1)[0] == pytest.approx(right, abs=1e-6)
    assert grid.bounds(level, row + 1, col)[3] == pytest.approx(low, abs=1e-6)
    if level:
        above = grid.bounds(level - 1, row // 2, col // 2)
        assert above[0] - 1e-6 <= left < right <= above[2] + 1e-6
        assert above[1] - 1e-6 <= low < high <= above[3] + 1e-6
    middle = ((left + right) / 2, (low + high) / 2)
    assert grid.limits((*middle, *middle), level) == (row, row, col, col)


def test_what_lies_beyond_a_grid_has_no_limits() -> None:
    assert placing.bounds_of((-100, 30, -90, 40), S_JTSK) is None
    assert S_JTSK.limits((5e6, 5e6, 6e6, 6e6), 3) is None


@pytest.mark.parametrize("grid", [S_JTSK, UTM_33])
@pytest.mark.parametrize("level", [2, 6, 10, 14])
def test_a_grid_in_which_nothing_is_stored_is_reached_to_a_fraction_of_a_unit(grid: Grid, level: int) -> None:
    bounds = placing.bounds_of(REGION, grid)
    assert bounds is not None
    low_row, high_row, low_col, high_col = grid.limits(bounds, level) or (0, 0, 0, 0)
    tile = Tile(grid, level, (low_row + high_row) // 2, (low_col + high_col) // 2)
    assert placing.accuracy(tile) < grid.width(level) / 4096 / 10


def test_a_grid_is_told_as_the_standard_has_it() -> None:
    told = grids.document(S_JTSK)
    assert told["crs"] == "http://www.opengis.net/def/crs/EPSG/0/5514"
    for above, below in zip(told["tileMatrices"], told["tileMatrices"][1:], strict=False):
        assert above["cellSize"] == 2 * below["cellSize"]
        assert below["matrixWidth"] == 2 * above["matrixWidth"]
        assert below["pointOfOrigin"] == [-1_200_000, -550_000]
    assert told["tileMatrices"][12]["cellSize"] == 1
    web = grids.document(WEB_MERCATOR)
    assert web["tileMatrices"][0]["scaleDenominator"] == pytest.approx(559082264.0287178)
