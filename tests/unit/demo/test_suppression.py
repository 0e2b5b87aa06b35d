"""Small counts are withheld, and what is withheld does not follow from the sums."""

from pathlib import Path

import numpy as np
import pyogrio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from demo.exclusion import AGES, SMALLEST, derivable, excluded_localities, suppressed
from demo.region import plan
from demo.write import bare_shapefile

AGES_BY_DISTRICT = arrays(np.int64, st.tuples(st.integers(2, 5), st.just(3)), elements=st.integers(0, 60))


def with_totals(ages: np.ndarray) -> np.ndarray:
    return np.hstack([ages, ages.sum(axis=1, keepdims=True)])


@settings(max_examples=60, deadline=None)
@given(AGES_BY_DISTRICT)
def test_no_small_count_is_published_and_none_can_be_worked_out(ages: np.ndarray) -> None:
    table = with_totals(ages)
    withheld = suppressed(table)
    published = table[~withheld]
    assert not ((published > 0) & (published < SMALLEST)).any()
    everything = withheld.all()
    assert everything or not derivable(withheld).any()
    together = np.where(withheld, table, 0).sum(axis=0)[withheld.any(axis=0)]
    assert everything or (together >= SMALLEST).all()


def test_large_counts_are_all_published() -> None:
    assert not suppressed(with_totals(np.array([[20, 30, 40], [11, 12, 13]]))).any()


def test_a_single_gap_in_a_row_would_give_itself_away() -> None:
    withheld = np.zeros((2, 4), dtype=bool)
    withheld[0, 0] = True
    assert derivable(withheld)[0, 0]
    withheld[0, 1] = withheld[1, 0] = withheld[1, 1] = True
    assert not derivable(withheld).any()


@pytest.mark.parametrize("seed", [20, 1, 2])
def test_the_file_itself_holds_no_small_count(tmp_path: Path, seed: int) -> None:
    bare_shapefile(excluded_localities(plan(seed), seed), tmp_path / "excluded-localities.zip", "EPSG:5514")
    districts = pyogrio.read_dataframe(f"/vsizip/{tmp_path}/excluded-localities.zip", encoding="cp1250")
    counts = districts[[*AGES, "osob"]].to_numpy(dtype=float)
    assert len(districts) == 10
    assert not ((counts > 0) & (counts < SMALLEST)).any()
    assert (np.isnan(counts).sum(axis=1) == districts["skryto"]).all()
    assert np.isnan(counts).any() or seed != 20
