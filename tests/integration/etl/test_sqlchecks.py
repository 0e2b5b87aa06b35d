"""Checks in SQL: each has a batch that breaks it and one that passes; findings name row, value and place."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
import shapely

from etl.store.load import Outcome
from etl.transform import Chunk
from findings import Finding
from tests.integration.etl.places import SCHEMA, Row, chunk, dataset, many, publish, published


def only(outcome: Outcome) -> Finding:
    assert outcome.state == "refused"
    (finding,) = outcome.report
    return finding


@pytest.mark.parametrize("loads", [1, 2])
def test_a_repeated_key_is_refused(database: str, loads: int) -> None:
    for _ in range(loads - 1):
        publish(database, dataset(), [chunk(many(2))])
    finding = only(publish(database, dataset(), [chunk([(7, "a", 1.0), (8, "b", 1.0), (7, "c", 1.0)])]))
    assert (finding.code, finding.values["value"], finding.values["n"], finding.row) == ("KEY-REPEATED", "7", 2, "7")
    assert finding.point == pytest.approx((15.0001, 50.4999), abs=1e-4)


def test_an_absent_key_is_refused(database: str) -> None:
    finding = only(publish(database, dataset(), [chunk([(None, "a", 1.0), (None, "b", 1.0), (3, "c", 1.0)])]))
    assert (finding.code, finding.values) == ("KEY-ABSENT", {"columns": "code", "n": 2})


def test_many_repeated_keys_are_counted_in_full(database: str) -> None:
    outcome = publish(database, dataset(), [chunk(many(150)), chunk(many(150))])
    assert outcome.report.counts == {"KEY-REPEATED": 150}
    assert len(list(outcome.report)) == 100


def test_unique_columns(database: str) -> None:
    once = dataset(checks={"unique": [["name", "height"]]})
    good: list[Row] = [(1, "a", 1.0), (2, "a", 2.0), (3, None, 3.0), (4, None, 3.0)]
    assert publish(database, once, [chunk(good)]).state == "published"
    finding = only(publish(database, once, [chunk([*good, (5, "a", 2.0)])]))
    assert (finding.code, finding.values["value"], finding.row) == ("UNIQUE-REPEATED", "a, 2", "2")


@pytest.mark.parametrize("crs", ["EPSG:5514", "EPSG:4326"])
def test_overlaps_are_measured_in_square_metres(database: str, crs: str) -> None:
    areas = dataset(geometry="Polygon", crs=crs, checks={"overlaps": "60 m²"})
    metres = crs == "EPSG:5514"
    side, step = (10.0, 1.0) if metres else (10 / 111_200, 1 / 111_200)
    where = (-700_000, -1_000_000) if metres else (15.0, 0.0)

    def squares(*offsets: float) -> Chunk:
        boxes = [
            shapely.box(where[0] + off * step, where[1], where[0] + off * step + side, where[1] + side)
            for off in offsets
        ]
        rows = pa.table([list(range(len(boxes))), ["x"] * len(boxes), [0.0] * len(boxes)], schema=SCHEMA)
        geometry = np.array(boxes, dtype=object)
        degrees = shapely.transform(geometry, lambda xy: (xy - where) / 111_200 + (15, 0)) if metres else None
        return Chunk(rows, geometry, degrees, np.arange(len(boxes)))

    assert publish(database, areas, [squares(0, 10, 15)]).state == "published"
    finding = only(publish(database, areas, [squares(0, 3, 20)]))
    assert (finding.code, finding.row, finding.values["other"]) == ("AREAS-OVERLAP", "0", "1")
    assert finding.values["area"] == pytest.approx(70, rel=0.01)
    assert finding.point == pytest.approx((15.00006, 0.00004), abs=2e-5)


def test_too_many_touched_rows_are_refused(database: str) -> None:
    calm = dataset(checks={"max_change": "20 %"})
    publish(database, calm, [chunk(many(10))])
    changed = [*many(8), (8, "x", 1.0), (9, "y", 1.0)]
    assert publish(database, calm, [chunk(changed)]).state == "published"
    finding = only(publish(database, calm, [chunk(changed[3:])]))
    assert (finding.code, finding.values) == ("ROWS-TOUCHED", {"n": 3, "rows": 10, "percent": 30.0, "limit": 20.0})


def test_what_was_published_stays_when_a_batch_is_refused(database: str) -> None:
    publish(database, dataset(), [chunk(many(2))])
    before = published(database)
    publish(database, dataset(), [chunk([(1, "a", 1.0), (1, "b", 1.0)])])
    assert published(database) == before


def test_a_key_with_no_geometry_has_no_place(database: str) -> None:
    plain = replace(chunk([(7, "a", 1.0), (7, "b", 1.0)]), geometry=None, geometry_84=None)
    bare = dataset(geometry="none", crs="EPSG:4326", sources=[{"kind": "csv", "path": "places.csv"}])
    assert only(publish(database, bare, [plain])).point is None
