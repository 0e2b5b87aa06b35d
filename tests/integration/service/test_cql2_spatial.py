"""Spatial functions of filters in every CRS, held against shapely on coordinates brought there by another road."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pyproj
import pytest
import shapely

from tests.integration.service import region
from tests.integration.service.conftest import CRSS
from tests.integration.service.running import Client
from tests.integration.service.test_service_crs import COUNT, EPSG, LAT_FIRST, TO_S_JTSK

CODES = (None, 4326, 4258, 3857, 3035, 25833, 5514, 2180)
PREDICATES: dict[str, Callable[[Any, Any], Any]] = {
    "S_INTERSECTS": shapely.intersects,
    "S_DISJOINT": shapely.disjoint,
    "S_WITHIN": shapely.within,
    "S_CONTAINS": shapely.contains,
    "S_OVERLAPS": shapely.overlaps,
    "S_CROSSES": shapely.crosses,
    "S_TOUCHES": shapely.touches,
    "S_EQUALS": shapely.equals,
}
ROUNDS = 3
FINE = 20.0
"""Metres between the points of a literal's edges when it is brought to lon/lat here."""


def found(client: Client, name: str, source: str, code: int | None) -> set[int]:
    ids: set[int] = set()
    matched: set[int] = set()
    params = {"filter": source, "limit": 100, "skipGeometry": "true"} | (
        {"filter-crs": f"{EPSG}{code}"} if code else {}
    )
    href = f"/ogc/collections/{name}/items"
    while href:
        answer = client.get(href, params=params)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        ids |= {feature["id"] for feature in body["features"]}
        matched.add(body["numberMatched"])
        href, params = next((link["href"] for link in body["links"] if link["rel"] == "next"), ""), {}
    assert matched == {len(ids)}
    return ids


def literal(shape: Any, code: int | None) -> str:
    """Return a geometry, x first, as a literal in a CRS; every digit of a number is written."""
    written = shapely.transform(shape, lambda xy: xy[:, ::-1]) if code in LAT_FIRST else shape
    return str(shapely.to_wkt(written, rounding_precision=-1))


def mover(code: int | None) -> Callable[[Any], Any]:
    """Return how lon/lat is brought to a CRS, x first."""
    if code in {None, 4326, 4258}:
        return lambda xy: xy
    source = "EPSG:4326" if code == 3857 else "EPSG:4258"
    made = (
        pyproj.Transformer.from_pipeline(TO_S_JTSK)
        if code == 5514
        else pyproj.Transformer.from_crs(source, f"EPSG:{code}", always_xy=True)
    )
    return lambda xy: np.column_stack(made.transform(xy[:, 0], xy[:, 1]))


def back(code: int | None) -> Callable[[Any], Any]:
    """Return how a CRS is brought to lon/lat: the inverse of `mover`."""
    if code in {None, 4326, 4258}:
        return lambda xy: xy
    if code == 5514:
        made = pyproj.Transformer.from_pipeline(TO_S_JTSK)
        return lambda xy: np.column_stack(made.transform(xy[:, 0], xy[:, 1], direction="INVERSE"))
    target = "EPSG:4326" if code == 3857 else "EPSG:4258"
    made = pyproj.Transformer.from_crs(f"EPSG:{code}", target, always_xy=True)
    return lambda xy: np.column_stack(made.transform(xy[:, 0], xy[:, 1]))


def literals(random: np.random.Generator) -> list[Any]:
    """Return an area, a line and points in lon/lat, somewhere among the features."""
    x, y = random.uniform(14.9, 15.3), random.uniform(50.7, 50.9)
    turns = np.sort(random.uniform(0, 2 * np.pi, 7))
    size = 10 ** random.uniform(-2, -0.7)
    ring = np.column_stack([x + size * np.cos(turns), y + size * np.sin(turns)])
    area = shapely.Polygon(ring)
    line = shapely.linestrings(random.uniform((14.8, 50.6), (15.4, 51.0), (4, 2)))
    points = shapely.multipoints(random.uniform((14.9, 50.7), (15.3, 50.9), (3, 2)))
    return [area, line, points]


@pytest.mark.parametrize("name", list(CRSS))
@pytest.mark.parametrize("code", CODES)
def test_predicates_are_those_of_shapely(crs_client: Client, name: str, code: int | None) -> None:
    stored = np.array([row["geom"] for row in region.areas(CRSS[name], COUNT)], dtype=object)
    own = CRSS[name] == f"EPSG:{code}"
    lon_lats = region.lon_lat(list(stored), CRSS[name])
    random = np.random.default_rng([code or 84, *name.encode()])
    matched = 0
    for _ in range(ROUNDS):
        for shape in literals(random):
            asked = shapely.transform(shape, mover(code))
            if own or code in {None, 4326, 4258}:
                features, judged = (stored if own else lon_lats), asked
            else:
                features, judged = lon_lats, shapely.transform(shapely.segmentize(asked, FINE), back(code))
            for predicate, judge in PREDICATES.items():
                expected = set((np.flatnonzero(judge(features, judged)) + 1).tolist())
                assert found(crs_client, name, f"{predicate}(geometry, {literal(asked, code)})", code) == expected
                matched += len(expected)
    assert matched > 500


@pytest.mark.parametrize("name", list(CRSS))
def test_features_themselves_as_literals(crs_client: Client, name: str) -> None:
    """Where coordinates are the very ones that are stored, equality and touching are exact."""
    code = int(CRSS[name].removeprefix("EPSG:"))
    stored = np.array([row["geom"] for row in region.areas(CRSS[name], COUNT)], dtype=object)
    for chosen in (3, 77, 200):
        corner = shapely.points(shapely.get_coordinates(stored[chosen])[1])
        for predicate, shape in (("S_EQUALS", stored[chosen]), ("S_TOUCHES", corner), ("S_CONTAINS", stored[chosen])):
            expected = set((np.flatnonzero(PREDICATES[predicate](stored, shape)) + 1).tolist())
            assert chosen + 1 in expected
            assert found(crs_client, name, f"{predicate}(geometry, {literal(shape, code)})", code) == expected
            swapped = predicate.replace("CONTAINS", "WITHIN")
            assert found(crs_client, name, f"{swapped}({literal(shape, code)}, geometry)", code) == expected


@pytest.mark.parametrize("code", [None, 5514, 2180])
@pytest.mark.parametrize("unit", ["m", "km", "feet"])
def test_distances_are_metres_on_the_ground(crs_client: Client, code: int | None, unit: str) -> None:
    """Held against plane distances in a projection that is true from the literal's place; the doubtful are left out."""
    metres = {"m": 1.0, "km": 1000.0, "feet": 0.3048}[unit]
    random = np.random.default_rng(11)
    lon_lats = region.lon_lat([row["geom"] for row in region.areas("EPSG:5514", COUNT)], "EPSG:5514")
    for number, radius in enumerate(10 ** random.uniform(2, 4.6, 12)):
        place = shapely.Point(random.uniform((14.8, 50.6), (15.4, 51.0)))
        path = shapely.linestrings(np.array([place.x, place.y]) + random.uniform(-0.1, 0.1, (3, 2)))
        shape = (place, path, shapely.convex_hull(path))[number % 3]
        asked = shapely.transform(shape, mover(code))
        drawn = shapely.transform(shapely.segmentize(asked, FINE if code else 0.0002), back(code))
        plane = pyproj.Transformer.from_crs(
            "EPSG:4326", f"+proj=aeqd +lat_0={place.y} +lon_0={place.x} +ellps=WGS84", always_xy=True
        )
        corners, owners = shapely.get_coordinates(shapely.segmentize(lon_lats, 0.001), return_index=True)
        moved = shapely.multipolygons(
            np.asarray(
                shapely.polygons(shapely.linearrings(np.column_stack(plane.transform(*corners.T)), indices=owners))
            ),
            indices=np.arange(COUNT),
        )
        flat = shapely.transform(drawn, partial(_drawn, plane))
        distances = shapely.distance(moved, flat)
        source = f"S_DWITHIN(geometry, {literal(asked, code)}, {radius / metres:.6f}, '{unit}')"
        ids = found(crs_client, "sjtsk", source, code)
        doubtful = set((np.flatnonzero(np.abs(distances - radius) < 1) + 1).tolist())
        assert ids - doubtful == set((np.flatnonzero(distances <= radius) + 1).tolist()) - doubtful


def _drawn(plane: pyproj.Transformer, xy: Any) -> Any:
    return np.column_stack(plane.transform(xy[:, 0], xy[:, 1]))


@pytest.mark.parametrize("name", list(CRSS))
def test_boxes_without_measure(crs_client: Client, name: str) -> None:
    everything = set(range(1, COUNT + 1))
    huge = "BBOX(-1e8, -1e8, 1e8, 1e8)"
    for code in (3857, 3035, 5514, 2180, 25833):
        assert found(crs_client, name, f"S_INTERSECTS(geometry, {huge})", code) == everything
        assert found(crs_client, name, f"S_WITHIN(geometry, {huge})", code) == everything
        assert found(crs_client, name, f"S_DISJOINT(geometry, {huge})", code) == set()
    assert found(crs_client, name, "S_INTERSECTS(geometry, BBOX(170, 50, 15.5, 51.5))", None) == everything
    assert found(crs_client, name, "S_INTERSECTS(geometry, BBOX(170, 50, -170, 51.5))", None) == set()
    assert found(crs_client, name, "S_DWITHIN(geometry, POINT(-170 -50), 20000, km)", None) == everything
