"""Identities: the same row has the same one in every load; what differs in anything has another."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import shapely

from etl.store.encode import EMPTY, encoded
from etl.store.identity import Identities
from etl.transform import Chunk
from tests.integration.etl.places import chunk, dataset

KEYLESS = dataset(key=None)


def ids(*rows: tuple[int | None, str | None, float | None]) -> list[str]:
    found: list[str] = Identities(KEYLESS).of(chunk(list(rows))).to_pylist()
    return found


def test_content_is_stable_between_programs() -> None:
    assert ids((1, "Žižkova", 1.5)) == ["cc4ad4465d9df42d"]


def test_an_absent_value_is_not_an_empty_one() -> None:
    assert len(set(ids((1, None, 1.0), (1, "", 1.0)))) == 2


def test_values_do_not_flow_into_each_other() -> None:
    table = pa.table({"a": ["x", "xy"], "b": ["yz", "z"]})
    both = Chunk(table, None, None, np.arange(2))
    assert len(set(Identities(KEYLESS).of(both).to_pylist())) == 2


def test_geometry_is_content() -> None:
    here = chunk([(1, "a", 1.0)])
    there = replace(here, geometry=np.array([shapely.Point(0, 0)], dtype=object))
    identities = Identities(KEYLESS)
    assert identities.of(here) != identities.of(there)


def test_repeats_are_numbered_over_chunks() -> None:
    identities = Identities(KEYLESS)
    first, second = (identities.of(chunk([(1, "a", 1.0)])).to_pylist()[0] for _ in range(2))
    assert second == f"{first}-2"


def test_several_key_columns_are_joined_and_one_absent_makes_none() -> None:
    joined = Identities(dataset(key=["code", "name"])).of(chunk([(1, "a", 1.0), (2, None, 1.0)]))
    assert joined.to_pylist() == ["1.a", None]


def test_no_rows_are_a_whole_stream() -> None:
    assert list(encoded(KEYLESS, [])) == [EMPTY]
