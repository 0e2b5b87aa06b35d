"""Every stored CRS against every offered one: coordinates, axis order, and boxes against an independent brute force."""

import json
from typing import Any

import numpy as np
import pyproj
import pytest
import shapely

from tests.integration.service import region
from tests.integration.service.conftest import CRSS
from tests.integration.service.running import Client

EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
OFFERED = (4326, 3857, 4258, 3035, 25833, 5514, 2180)
LAT_FIRST = {4326, 4258, 3035, 2180, 2176}
"""By the definitions of the authority, not by the program under test."""
ASKED = [
    (name, code)
    for name, crs in CRSS.items()
    for code in dict.fromkeys((None, *OFFERED, int(crs.removeprefix("EPSG:"))))
]
"""Each collection in each CRS that it is offered in."""
COUNT = 250
BOXES = 25
TO_S_JTSK = (  # from ETRS89 in degrees by EPSG:1622, the operation of 1 m
    "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad +step +proj=push +v_3 "
    "+step +proj=cart +ellps=GRS80 +step +inv +proj=helmert +x=570.8 +y=85.7 +z=462.8 +rx=4.998 +ry=1.587 +rz=5.261 "
    "+s=3.56 +convention=position_vector +step +inv +proj=cart +ellps=bessel +step +proj=pop +v_3 "
    "+step +proj=krovak +lat_0=49.5 +lon_0=24.8333333333333 +alpha=30.2881397527778 +k=0.9999 +ellps=bessel"
)


def shapes(crs: str, code: int) -> Any:
    """Return the region's features in a CRS, x first: the stored ones as they are, others by way of lon/lat."""
    stored = [row["geom"] for row in region.areas(crs, COUNT)]
    if crs == f"EPSG:{code}":
        return np.array(stored, dtype=object)
    lon_lats = region.lon_lat(stored, crs)
    if code in {4326, 4258}:
        return lon_lats
    source = "EPSG:4326" if code == 3857 else "EPSG:4258"
    # North of Czechia pyproj would leave the operation for S-JTSK and be 100 m off, without a word.
    move = (
        pyproj.Transformer.from_pipeline(TO_S_JTSK)
        if code == 5514
        else pyproj.Transformer.from_crs(source, f"EPSG:{code}", always_xy=True)
    )
    return shapely.transform(lon_lats, lambda xy: np.column_stack(move.transform(xy[:, 0], xy[:, 1])))


def served(client: Client, name: str, **params: Any) -> dict[int, Any]:
    found: dict[int, Any] = {}
    href, given = f"/ogc/collections/{name}/items", {"limit": 100, **params}
    while href:
        answer = client.get(href, params=given)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        found |= {feature["id"]: feature for feature in body["features"]}
        href, given = next((link["href"] for link in body["links"] if link["rel"] == "next"), ""), {}
    return found


@pytest.mark.parametrize(("name", "code"), ASKED)
def test_coordinates_are_those_of_pyproj_in_the_authoritys_order(
    crs_client: Client, name: str, code: int | None
) -> None:
    params = {} if code is None else {"crs": f"{EPSG}{code}"}
    answer = crs_client.get(f"/ogc/collections/{name}/items", params=params)
    assert answer.headers["content-crs"] == f"<{EPSG}{code}>" if code else f"<{CRS84}>"
    features = served(crs_client, name, **params)
    assert len(features) == COUNT
    expected = shapes(CRSS[name], code or 4326)
    got = shapely.from_geojson([json.dumps(features[n]["geometry"]) for n in range(1, COUNT + 1)])
    if code in LAT_FIRST:
        got = shapely.transform(got, lambda xy: xy[:, ::-1])
    off = np.abs(shapely.get_coordinates(got) - shapely.get_coordinates(expected)).max()
    assert off < (1e-7 if code in {None, 4326, 4258} else 0.002)


@pytest.mark.parametrize("name", list(CRSS))
def test_stored_coordinates_are_not_rounded(crs_client: Client, name: str) -> None:
    code = int(CRSS[name].removeprefix("EPSG:"))
    if code == 4326:
        return
    first = served(crs_client, name, crs=f"{EPSG}{code}")[1]["geometry"]["coordinates"][0][0][0]
    stored = region.areas(CRSS[name], 1)[0]["geom"].geoms[0].exterior.coords[0]
    assert tuple(first[::-1] if code in LAT_FIRST else first) == pytest.approx(stored, abs=1e-9)


@pytest.mark.parametrize(("name", "code"), ASKED)
def test_boxes_miss_nothing_and_add_nothing(crs_client: Client, name: str, code: int | None) -> None:
    truth = shapes(CRSS[name], code or 4326)
    random = np.random.default_rng(code or 1)
    low, high = shapely.total_bounds(truth)[:2], shapely.total_bounds(truth)[2:]
    hits = 0
    for _ in range(BOXES):
        size = (high - low) * 10 ** random.uniform(-3, 0, 2)
        at = random.uniform(low - size / 2, high)
        box = (*at, *(at + size))
        expected = {n + 1 for n in np.flatnonzero(shapely.intersects(truth, shapely.box(*box)))}
        asked = [box[1], box[0], box[3], box[2]] if code in LAT_FIRST else box
        params = {"bbox": ",".join(repr(float(edge)) for edge in asked), "properties": "code", "skipGeometry": "true"}
        found = served(crs_client, name, **params, **({"bbox-crs": f"{EPSG}{code}"} if code else {}))
        assert set(found) == expected, (params, "missing", expected - set(found), "extra", set(found) - expected)
        hits += len(expected)
    assert hits > BOXES


def test_long_edges_are_judged_in_the_boxs_own_crs(crs_client: Client) -> None:
    """A box under the bulge of a 40 km edge: straight in the box's CRS and curved in lon/lat."""
    truth = shapes(CRSS["sjtsk"], 3857)
    for shape in truth[np.argsort(-shapely.length(truth))][:5]:
        ring = shapely.get_coordinates(shape)
        middle = (ring[0] + ring[1]) / 2
        for offset in (-3.0, -0.3, 0.3, 3.0):
            box = shapely.box(*(middle + offset), *(middle + offset + 0.2))
            expected = {n + 1 for n in np.flatnonzero(shapely.intersects(truth, box))}
            params = {"bbox": ",".join(map(repr, map(float, box.bounds))), "bbox-crs": f"{EPSG}3857"}
            assert set(served(crs_client, "sjtsk", **params)) == expected


@pytest.mark.parametrize("code", [None, 5514, 3857])
def test_flat_boxes_find_what_is_under_a_point(crs_client: Client, code: int | None) -> None:
    truth = shapes(CRSS["sjtsk"], code or 4326)
    at = shapely.get_coordinates(shapely.point_on_surface(truth[0]))[0]
    expected = {n + 1 for n in np.flatnonzero(shapely.intersects(truth, shapely.Point(at)))}
    params = {"bbox": ",".join(repr(float(edge)) for edge in (*at, *at))}
    found = served(crs_client, "sjtsk", **params, **({"bbox-crs": f"{EPSG}{code}"} if code else {}))
    assert set(found) == expected
    assert 1 in found


def test_boxes_may_cross_the_antimeridian_or_hold_the_world(crs_client: Client) -> None:
    assert len(served(crs_client, "utm", bbox="14.0,50,-170,52")) == COUNT
    assert served(crs_client, "utm", bbox="170,50,-170,52") == {}
    assert len(served(crs_client, "utm", bbox="-180,-90,180,90")) == COUNT
    huge = {"bbox": "-9e9,-9e9,9e9,9e9", "bbox-crs": f"{EPSG}3857"}
    assert len(served(crs_client, "sjtsk", **huge)) == COUNT
    assert len(served(crs_client, "sjtsk", bbox="14,50,0,16,52,900")) == COUNT
