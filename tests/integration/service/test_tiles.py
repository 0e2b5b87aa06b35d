"""Vector tiles against brute force: what they hold, that they have no gaps, and that they keep their budget."""

from collections.abc import Iterator

import numpy as np
import pytest
import requests
import shapely

from service.tiles.grids import GRIDS, WEB_MERCATOR, Grid, Tile
from service.tiles.placing import bounds_of
from settings import Settings
from tests import postgis
from tests.integration.service import region, tilings
from tests.integration.service.conftest import _settings
from tests.integration.service.running import Client, running
from tests.integration.service.tilings import Decoded, decoded, moved

TIGHT = {"features": 500, "bytes": 50_000}
REGION = (tilings.WEST, tilings.SOUTH, tilings.EAST, tilings.NORTH)


def publish(settings: Settings) -> None:
    """Publish a coverage, a dense one, areas over one another, points and lines, in three CRSs."""
    plain = region.BASE["map"]
    kinds = {
        "cover": ("EPSG:5514", "MultiPolygon", {}, tilings.coverage("EPSG:5514", 40, 30)),
        "dense": ("EPSG:25833", "MultiPolygon", TIGHT, tilings.coverage("EPSG:25833", 70, 70)),
        "spots": ("EPSG:2180", "Point", TIGHT, tilings.points("EPSG:2180", 4000)),
        "thin": ("EPSG:5514", "Point", TIGHT | {"points": "thin"}, tilings.points("EPSG:5514", 4000)),
        "piled": ("EPSG:5514", "MultiPolygon", TIGHT, tilings.piled("EPSG:5514", 3000)),
        "roads": ("EPSG:5514", "LineString", TIGHT, tilings.lines("EPSG:5514", 4000)),
    }
    for name, (crs, geometry, rules, _) in kinds.items():
        region.write(settings.collections, name, crs=crs, geometry=geometry, map=plain | {"tiles": rules})
    for name, (*_, rows) in kinds.items():
        region.publish(settings.database_url or "", region.dataset(settings.collections, name), rows)


@pytest.fixture(scope="module")
def tiles(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A client of a service with `cover`, `dense`, `piled`, `spots`, `thin` and `roads`."""
    with postgis.clone(cluster) as dsn:
        settings = _settings(dsn, tmp_path_factory.mktemp("tiles"))
        publish(settings)
        with running(settings) as started:
            yield started


def fetch(client: Client, collection: str, tile: Tile) -> requests.Response:
    answer = client.get(f"/ogc/collections/{collection}/tiles/{tile.grid.id}/{tile.level}/{tile.row}/{tile.col}")
    assert answer.status_code in {200, 204}, answer.text
    return answer


def read(client: Client, collection: str, tile: Tile) -> Decoded:
    return decoded(fetch(client, collection, tile).content, tile, collection)


def strewn(grid: Grid, levels: range, count: int) -> list[Tile]:
    """Return tiles of the region, chosen by chance."""
    random = np.random.default_rng(6)
    found = []
    for level in random.integers(levels.start, levels.stop, count).tolist():
        low_row, high_row, low_col, high_col = grid.limits(bounds_of(REGION, grid) or (0, 0, 0, 0), level) or (0,) * 4
        row, col = random.integers(low_row, high_row + 1), random.integers(low_col, high_col + 1)
        found.append(Tile(grid, level, int(row), int(col)))
    return found


@pytest.mark.parametrize("grid", GRIDS.values(), ids=GRIDS)
@pytest.mark.parametrize(
    ("collection", "rows"),
    [("cover", tilings.coverage("EPSG:5514", 40, 30)), ("spots", tilings.points("EPSG:2180", 4000))],
    ids=["cover", "spots"],
)
def test_a_tile_holds_exactly_what_brute_force_finds(
    tiles: Client, grid: Grid, collection: str, rows: list[dict[str, object]]
) -> None:
    crs = {"cover": "EPSG:5514", "spots": "EPSG:2180"}[collection]
    shapes = moved([row["geom"] for row in rows], crs, grid.code)
    seen = 0
    for tile in strewn(grid, range(4, 9) if grid is not WEB_MERCATOR else range(11, 17), 25):
        found = read(tiles, collection, tile)
        if len(found.ids) < len(found.features):
            continue  # a tile over its budget
        inner = shapely.box(*tile.widened(-2 / 4096))
        outer = shapely.box(*tile.widened(1 / 64 + 2 / 4096))
        must = {row["code"] for row, shape in zip(rows, shapes, strict=True) if shape.intersects(inner)}
        may = {row["code"] for row, shape in zip(rows, shapes, strict=True) if shape.intersects(outer)}
        assert must <= found.ids <= may, tile
        seen += len(must)
    assert seen > 100


@pytest.mark.parametrize("grid", GRIDS.values(), ids=GRIDS)
def test_a_known_point_is_where_proj_says_it_is(tiles: Client, grid: Grid) -> None:
    [row] = [row for row in tilings.points("EPSG:2180", 4000) if row["code"] == 1234]
    [there] = moved([row["geom"]], "EPSG:2180", grid.code)
    level, place = 16, shapely.get_coordinates(there)[0].tolist()
    row_, _, col, _ = grid.limits((*place, *place), level) or (0, 0, 0, 0)
    found = read(tiles, "spots", Tile(grid, level, row_, col))
    [at] = [s for f, s in zip(found.features, found.shapes, strict=True) if f.get("id") == 1234]
    assert shapely.get_coordinates(at)[0].tolist() == pytest.approx(place, abs=found.unit)
    assert found.features[0]["properties"].keys() == {"name", "use"}


@pytest.mark.parametrize("level", [7, 9, 10, 11, 12])
@pytest.mark.parametrize(
    ("collection", "crs", "size"), [("cover", "EPSG:5514", (40, 30)), ("dense", "EPSG:25833", (70, 70))]
)
def test_areas_that_cover_a_region_cover_it_in_every_tile(
    tiles: Client, collection: str, crs: str, size: tuple[int, int], level: int
) -> None:
    whole = shapely.union_all(moved([row["geom"] for row in tilings.coverage(crs, *size)], crs, 3857))
    limits = WEB_MERCATOR.limits(bounds_of(REGION, WEB_MERCATOR) or (0, 0, 0, 0), level) or (0, 0, 0, 0)
    drawn = []
    for row in range(limits[0], limits[1] + 1):
        for col in range(limits[2], limits[3] + 1):
            found = read(tiles, collection, Tile(WEB_MERCATOR, level, row, col))
            drawn += [shapely.buffer(shapely.make_valid(shape), found.unit * 0.01) for shape in found.shapes]
    missing = whole.difference(shapely.union_all(drawn))
    assert shapely.buffer(missing, -WEB_MERCATOR.width(level) / 4096).is_empty, missing.area


def test_areas_that_lie_over_one_another_leave_no_hole(tiles: Client) -> None:
    whole = shapely.union_all(moved([row["geom"] for row in tilings.piled("EPSG:5514", 3000)], "EPSG:5514", 3857))
    tile = Tile(WEB_MERCATOR, 11, 687, 1109)
    found = read(tiles, "piled", tile)
    part = whole.intersection(shapely.box(*tile.bounds))
    assert part.area > 0
    drawn = shapely.union_all([shapely.buffer(shapely.make_valid(shape), found.unit * 0.01) for shape in found.shapes])
    assert shapely.buffer(part.difference(drawn), -WEB_MERCATOR.width(11) / 4096).is_empty


@pytest.mark.parametrize("level", range(16))
@pytest.mark.parametrize("collection", ["dense", "piled", "spots", "thin", "roads"])
def test_no_tile_is_beyond_its_budget(tiles: Client, collection: str, level: int) -> None:
    point = bounds_of((15.1, 50.72, 15.1, 50.72), WEB_MERCATOR)
    assert point is not None
    row, _, col, _ = WEB_MERCATOR.limits(point, level) or (0, 0, 0, 0)
    answer = fetch(tiles, collection, Tile(WEB_MERCATOR, level, row, col))
    assert len(answer.content) <= TIGHT["bytes"]
    if 4 <= level < 14:
        assert answer.content


def test_points_too_many_for_a_tile_are_counted(tiles: Client) -> None:
    tile = Tile(WEB_MERCATOR, 5, 10, 17)
    together = read(tiles, "spots", tile)
    stood_for = [feature["properties"].get("_count", 1) for feature in together.features]
    assert sum(stood_for) == 4000
    assert max(stood_for) > 1
    thinned = read(tiles, "thin", tile)
    assert len(thinned.ids) == len(thinned.features) > 10
    assert all(feature["properties"]["use"] in tilings.CODES for feature in thinned.features)


def test_the_longest_lines_stay_and_no_part_is_empty(tiles: Client) -> None:
    rows = tilings.lines("EPSG:5514", 4000)
    kept = read(tiles, "roads", Tile(WEB_MERCATOR, 6, 21, 34)).ids
    lengths = {row["code"]: row["geom"].length for row in rows}
    assert 30 < len(kept) <= TIGHT["features"]
    by_length = sorted(lengths, key=lambda code: -lengths[code])
    assert by_length[0] in kept
    assert len(kept & set(by_length[:20])) > 10, "of two in one cell the longer stays"
    assert not kept & set(by_length[-1000:])


def test_neighbours_share_their_edges_within_a_tile_and_across(tiles: Client) -> None:
    """Vertices inside both tiles' margins are at the same places, so the edge of a tile does not show."""
    tile = Tile(WEB_MERCATOR, 10, 344, 554)
    left, right = (read(tiles, "cover", each) for each in (tile, Tile(WEB_MERCATOR, 10, 344, 555)))
    edge = tile.bounds[2]
    strip = shapely.box(edge - 60 * left.unit, tile.bounds[1], edge + 60 * left.unit, tile.bounds[3])
    known = {feature["id"]: shape for feature, shape in zip(left.features, left.shapes, strict=True)}
    both = [(known[f["id"]], s) for f, s in zip(right.features, right.shapes, strict=True) if f["id"] in known]
    assert len(both) > 5
    for one, other in both:
        differs = shapely.make_valid(one).intersection(strip) ^ shapely.make_valid(other).intersection(strip)
        assert shapely.buffer(differs, -left.unit).is_empty
