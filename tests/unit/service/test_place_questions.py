"""What applies here: how a place is asked for, and what is refused by name."""

import math
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from psycopg2.sql import Composed, Literal
from pyproj import Geod

from catalogue import Dataset
from findings import LANGUAGES
from service.parameters import BadParameterError, NoSuchFeatureError
from service.place import document
from service.place.facts import _around
from service.place.question import Of, Point, read
from service.place.texts import TEXTS
from service.published import Published, Served, as_served
from tests.unit.test_messages import names

PARISH: dict[str, Any] = {
    "id": "parishes",
    "path": Path("parishes.yml"),
    "title": {"en": "Parishes"},
    "theme": "x",
    "publisher": "x",
    "licence": "x",
    "sources": [{"kind": "geojson", "path": "none.geojson"}],
    "geometry": "MultiPolygon",
    "key": "code",
    "columns": {"code": {"type": "integer", "required": True}, "name": {}, "step": {}, "secret": {"private": True}},
    "here": {
        "part": "municipality",
        "columns": ["name", "step"],
        "holds": {"step": "legalForce"},
        "link": {"href": "/x/{code}/{name}", "title": {"en": "More"}},
    },
}


def served(**changes: Any) -> dict[str, Served]:
    dataset = Dataset.model_validate(PARISH | changes)
    return {dataset.id: Served(dataset, Published(dataset, 1, 1, None, datetime.now(UTC)))}


@pytest.mark.parametrize(
    "given", [{"lon": "14.9", "lat": "50.85"}, {"lon": "14,9", "lat": " 50,85 ", "q": "", "code": " "}]
)
def test_a_place_is_read_as_people_write_it(given: Mapping[str, str]) -> None:
    assert read(given, served()).where == Point(14.9, 50.85)


def test_a_municipality_goes_by_its_code_and_a_feature_by_its_address() -> None:
    shown = served()
    asked = Of(shown["parishes"], 7)
    assert read({"code": "7"}, shown).where == asked == read({"feature": "parishes/7"}, shown).where
    assert read({"q": " Lípa "}, shown).where == "Lípa"
    assert read({"lang": "cs"}, shown).where is None
    assert read({"code": "7", "datetime": "2026-05-01"}, shown).day == date(2026, 5, 1)


@pytest.mark.parametrize(
    ("given", "name", "key"),
    [
        ({"lon": "nan", "lat": "1"}, "lon", "type-decimal"),
        ({"lon": "inf", "lat": "1"}, "lon", "type-decimal"),
        ({"lon": "1e400", "lat": "1"}, "lon", "type-decimal"),
        ({"lon": "1", "lat": "90.1"}, "lat", "here-degrees"),
        ({"lon": "-180.5", "lat": "1"}, "lon", "here-degrees"),
        ({"lon": "1"}, "lat", "here-missing"),
        ({"lat": "1"}, "lon", "here-missing"),
        ({"lon": "1", "lat": "1", "code": "7"}, "lon", "here-one-way"),
        ({"q": "a", "feature": "parishes/7"}, "feature", "here-one-way"),
        ({"lon": "1", "lat": "1", "datetime": "1. 5. 2026"}, "datetime", "type-date"),
        ({"lng": "1"}, "lng", "unknown"),
    ],
)
def test_what_is_wrong_is_named(given: Mapping[str, str], name: str, key: str) -> None:
    with pytest.raises(BadParameterError) as refused:
        read(given, served())
    assert (refused.value.name, refused.value.key) == (name, key)


@pytest.mark.parametrize("feature", ["parishes", "parishes/", "parishes/x", "nobody/7", "/7"])
def test_a_feature_that_cannot_be_is_none(feature: str) -> None:
    with pytest.raises(NoSuchFeatureError):
        read({"feature": feature}, served())
    with pytest.raises(NoSuchFeatureError):
        read({"code": "7"}, served(here=None))


def test_a_place_is_told_in_the_systems_of_the_states_around_it() -> None:
    told = document.position(Point(15.050317097, 50.803218490))
    by = {each["crs"].rsplit("/", 1)[1]: each for each in told["coordinates"]}
    assert set(by) == {"5514", "2180", "25833"}
    assert math.dist((by["5514"]["easting"], by["5514"]["northing"]), (-688000, -970000)) < 2  # without the grid
    assert 5_600_000 < by["25833"]["northing"] < 5_700_000
    assert document.position(Point(0, 0))["coordinates"] == []


@pytest.mark.parametrize("lat", [0.0, 50.85, -89.99999, 90.0])
def test_the_box_of_a_distance_is_never_too_small(lat: float) -> None:
    made = _around(Point(15, lat), 100)
    assert isinstance(made, Composed)
    west, south, east, north = (part.wrapped for part in made.seq if isinstance(part, Literal))
    azimuths = np.arange(0, 360, 5.0)
    lons, lats, _ = Geod(ellps="GRS80").fwd(np.full(72, 15.0), np.full(72, lat), azimuths, np.full(72, 100.0))
    assert south <= min(lats)
    assert max(lats) <= north
    assert (west <= min(lons) and max(lons) <= east) or east - west == 360


def test_what_is_not_shown_is_not_told_of_a_place() -> None:
    loaded = Dataset.model_validate(PARISH)
    hidden = PARISH["columns"] | {"name": {"private": True}, "step": {"private": True}}
    now = Dataset.model_validate(PARISH | {"columns": hidden})
    here = as_served(now, loaded).here
    assert here is not None
    assert (here.columns, here.holds, here.link) == ((), {}, None)


def test_no_language_lacks_a_text_or_a_value() -> None:
    texts = TEXTS._texts  # noqa: SLF001 (templates, not filled texts, are compared)
    for language in LANGUAGES:
        assert set(texts[language]) == set(texts["en"]), language
        assert {key for key, text in texts[language].items() if names(text) != names(texts["en"][key])} == set()
