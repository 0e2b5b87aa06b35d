"""The bench of serving means what it says: its data, its addresses, its comparisons, its section of results."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import shapely

from bench.serve import data, processes, ratios, report
from bench.serve.asks import WORKLOADS, Ask, asks
from bench.serve.cells import Cell
from bench.serve.paths import Paths, cql2
from bench.serve.runs import Outcome
from bench.serve.same import Verdict, features_in_tile

AREA = data.Area.of(5_000)


def cell(server: str, workload: str, cpu: float, connections: int = 8, foreign: float = 0.0) -> Cell:
    return Cell(server, workload, connections, 1, 100, 1000 / cpu, cpu, 4 * cpu, 1.0, 0, cpu / 2, cpu / 2, 60, foreign)


def test_parcels_tile_the_area_and_are_the_same_each_time() -> None:
    first, again = (next(data.collections(AREA)) for _ in range(2))
    assert first.attributes.equals(again.attributes)
    assert shapely.equals_exact(first.shapes, again.shapes, 0).all()
    assert len(first.shapes) == AREA.parcels == 5_000
    corners = shapely.get_num_coordinates(first.shapes) - 1
    assert corners.min() == 8
    assert corners.max() == 20
    assert shapely.is_valid(first.shapes).all()
    together = shapely.coverage_union_all(first.shapes)
    assert together.geom_type == "Polygon"
    assert shapely.get_num_interior_rings(together) == 0
    assert together.area == pytest.approx(shapely.area(first.shapes).sum(), rel=1e-9)


def test_zones_are_valid_and_long() -> None:
    zones = data.zones(AREA, np.random.default_rng(1), 50)
    sizes = shapely.get_num_coordinates(zones)
    assert shapely.is_valid(zones).all()
    assert sizes.min() > 200
    assert sizes.max() < 2_100
    assert shapely.get_num_interior_rings(zones).sum() == 8


@pytest.mark.parametrize("workload", WORKLOADS)
def test_requests_are_repeatable_and_within_the_data(workload: str) -> None:
    asked = asks(workload, AREA)
    assert asked == asks(workload, AREA)
    assert len(asked) in {1, 500}
    assert all(ask.feature <= AREA.parcels and ask.offset < AREA.parcels for ask in asked)


def test_addresses() -> None:
    paths = Paths(prefix="/ogc", extra="f=json", words=cql2("geometry"))
    assert paths.of(Ask("zones", limit=5, box=(1, 2, 3, 4))) == (
        "/ogc/collections/zones/items?limit=5&bbox=1,2,3,4&f=json"
    )
    assert paths.of(Ask("zones", tile=(14, 3, 9))) == "/ogc/collections/zones/tiles/WebMercatorQuad/14/9/3"
    filtered = paths.of(Ask("zones", limit=5, polygon="POINT(1 2)", category="les")) or ""
    assert "filter-lang=cql2-text&filter=S_INTERSECTS%28geometry,POINT%281%202%29%29%20AND%20category" in filtered
    assert Paths(tile=None, categories=False).of(Ask("zones", category="les")) is None
    assert Paths().of(Ask("zones", polygon="POINT(1 2)")) is None


def test_ratios_take_the_floor_with_the_same_count_and_the_best_other() -> None:
    cells = [
        cell("floor", "W2", 1),
        cell("floor-count", "W2", 2),
        cell("ours", "W2", 4, foreign=0.5),
        cell("ours", "W2", 2.5),
        cell("ours", "W2", 3, connections=32),
        cell("tipg", "W2", 10),
        cell("qgis", "W2", 8),
    ]
    [row] = ratios.rows(Outcome(cells, {("ours", "W2"): Verdict(counts=True)}))
    assert row.floor is not None
    assert row.peer is not None
    assert (row.floor.other, row.floor.cpu, row.floor.reached) == ("floor-count", 0.8, True)
    assert (row.peer.other, row.peer.cpu, row.peer.reached) == ("qgis", 3.2, True)
    assert (row.tail, row.reached) == (4.0, True)
    [bare] = ratios.rows(Outcome(cells, {("ours", "W2"): Verdict()}))
    assert bare.floor is not None
    assert (bare.floor.cpu, bare.reached) == (0.4, False)


def test_features_of_a_tile_are_counted_in_its_fullest_layer() -> None:
    layer = b"\x0a\x01a\x12\x02\x08\x01\x12\x02\x08\x02\x78\x02"  # a name, two features, a version
    labels = b"\x0a\x01b\x12\x02\x08\x01"
    tile = b"".join(b"\x1a" + bytes([len(each)]) + each for each in (labels, layer))
    assert features_in_tile(tile) == 2
    assert features_in_tile(b"") == 0


def test_the_section_of_results_is_put_in_its_place(tmp_path: Path) -> None:
    file = tmp_path / "RESULTS.md"
    file.write_text("# Measured\n\n## First load\n\nfast\n", encoding="utf-8")
    report.write(f"{report.TITLE}\n\nold\n", file)
    file.write_text(file.read_text(encoding="utf-8") + "\n## Later\n\nmore\n", encoding="utf-8")
    report.write(f"{report.TITLE}\n\nnew\n", file)
    assert file.read_text(encoding="utf-8") == (
        f"# Measured\n\n## First load\n\nfast\n\n{report.TITLE}\n\nnew\n\n## Later\n\nmore\n"
    )


def test_a_section_names_what_was_found_and_what_was_not() -> None:
    outcome = Outcome([cell("floor", "W1", 1), cell("ours", "W1", 1.5)], {("ours", "W1"): Verdict()}, {"qgis": "none"})
    text = report.section(outcome, [], "here", "bench")
    assert "| W1 | ours | 0.67 (0.67) ≥ 0.5 pass, floor | – | – | 0 |" in text
    assert "- without qgis: none" in text


def test_work_of_children_that_have_ended_is_counted() -> None:
    before = processes.seconds([os.getpid()])
    subprocess.run([sys.executable, "-c", "sum(range(10_000_000))"], check=True)
    assert processes.seconds([os.getpid()]) - before > 0.1
    assert Counter(processes.tree([os.getpid()]))[os.getpid()] == 1
    assert processes.memory([os.getpid()]) >= processes.largest([os.getpid()]) > 10
