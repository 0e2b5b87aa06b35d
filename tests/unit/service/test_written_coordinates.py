"""Coordinates as people type them: every writing of one place leads there, and what is no place leads nowhere."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from service.coordinates import systems
from service.coordinates.written import read
from service.parameters import Box

REGION = Box(14.70, 50.74, 15.09, 50.98)
PLACE = (15.05, 50.76)

WRITINGS = {
    "50.76, 15.05": 4326,
    "50,76 15,05": 4326,
    "50,76; 15,05": 4326,
    "15.05 50.76": 4326,
    "geo:50.76,15.05": 4326,
    "N 50.76 E 15.05": 4326,
    "50,76° N, 15,05° O": 4326,
    "50°45'36\"N 15°03'00\"E": 4326,
    "50° 45′ 36″ s. š., 15° 3′ 0″ v. d.": 4326,
    "50°45.6'N 15°3'E": 4326,
    "-688637.47 -974765.81": 5514,
    "688637,47 974765,81": 5514,
    "Y=688637.47 X=974765.81": 5514,
    "X: 974 765,81 Y: 688 637,47": 5514,
    "−688637.47, −974765.81": 5514,
    "S-JTSK 688637.47 974765.81": 5514,
    "328888.64 221530.24": 2180,
    "221530.24 328888.64": 2180,
    "5624954,73 5503527,69": 2176,
    "33N 503526.55 5623137.72": 25833,
}


@pytest.mark.parametrize(("text", "code"), WRITINGS.items())
def test_every_writing_of_a_place_leads_there(text: str, code: int) -> None:
    found = read(text, REGION)[0]
    assert found.code == code
    assert (found.lon, found.lat) == pytest.approx(PLACE, abs=2e-6 if code == 4326 else 2e-5)


@pytest.mark.parametrize(
    "text",
    ["", "Pod Lesem 15, 460 01", "Liberec 12", "46001 12", "12 13", "50.76", "50.76 15.05 7", "99.5, 200", "9" * 300],
)
def test_what_is_no_place_leads_nowhere(text: str) -> None:
    assert read(text, REGION) == []


def test_a_place_far_away_is_found_if_it_cannot_be_an_address() -> None:
    assert [(each.lon, each.lat) for each in read("40.7128° N, 74.0060° W", REGION)] == [(-74.006, 40.7128)]


@settings(deadline=None)  # the first time, operations are chosen
@given(st.floats(14.3, 16.2), st.floats(50.0, 51.0))
def test_what_is_told_leads_back_and_agrees_with_pyproj(lon: float, lat: float) -> None:
    told = {each.code: each for each in systems.told(lon, lat)}
    assert set(told) == {5514, 2180, 2176, 25833}
    for code, each in told.items():
        back = systems.lon_lat(code, each.x, each.y)
        assert back is not None
        assert math.dist(back, (lon, lat)) < 2e-8
        written = [f"{each.x:.3f} {each.y:.3f}", f"{each.y:.3f} {each.x:.3f}"]
        assert any(math.dist((place.lon, place.lat), (lon, lat)) < 5e-7 for place in read(written[0], REGION))
        if code != systems.S_JTSK:
            assert read(written[1], REGION)[0].code == code
    plain = Transformer.from_crs(4258, 25833, always_xy=True).transform(lon, lat)
    assert (told[25833].x, told[25833].y) == pytest.approx(plain, abs=1e-6)


def test_the_accuracy_is_that_of_the_operation() -> None:
    told = {each.code: each.accuracy for each in systems.told(*PLACE)}
    assert told[5514] in {1.0, 0.035}  # without and with the grid of the Czech survey
    assert told[2180] == told[25833] == 0
