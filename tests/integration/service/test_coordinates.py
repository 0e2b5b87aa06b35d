"""`/coordinates`: the same figures as the API gives, by degrees and by what was typed; wrong requests by name."""

import pytest

from tests.integration.service.running import Client


def test_figures_are_those_of_the_api(client: Client) -> None:
    feature = client.get("/ogc/collections/areas/items?limit=1").json()["features"][0]
    lon, lat = feature["geometry"]["coordinates"][0][0][0][:2]
    place = client.get(f"/coordinates?lon={lon}&lat={lat}").json()["places"][0]
    told = {each["code"]: each for each in place["systems"]}
    for code in (5514, 25833):
        crs = f"http://www.opengis.net/def/crs/EPSG/0/{code}"
        same = client.get(f"/ogc/collections/areas/items/{feature['id']}?crs={crs}").json()
        assert same["geometry"]["coordinates"][0][0][0][:2] == pytest.approx(
            [told[code]["x"], told[code]["y"]], abs=0.02
        )


def test_a_typed_place_comes_back_in_all_systems(client: Client) -> None:
    answer = client.get("/coordinates", params={"q": "Y=688637.47 X=974765.81"})
    assert answer.headers["Cache-Control"].startswith("private")
    (place,) = answer.json()["places"]
    assert (place["code"], place["lon"], place["lat"]) == (5514, pytest.approx(15.05, 1e-6), pytest.approx(50.76, 1e-6))
    assert {each["code"] for each in place["systems"]} == {5514, 2180, 2176, 25833}
    assert client.get("/coordinates", params={"q": "Liberec"}).json() == {"places": []}


@pytest.mark.parametrize("query", ["lon=15", "lon=15&lat=abc", "lon=15&lat=91", "lon=15&lat=50&z=1"])
def test_a_wrong_request_is_refused_by_name(client: Client, query: str) -> None:
    answer = client.get(f"/coordinates?{query}")
    assert answer.status_code == 400
    assert answer.headers["Content-Type"].startswith("application/problem+json")
