"""Features of edits, read: whatever is sent is a feature of the dataset, or refused with findings that have texts."""

from http import HTTPStatus
from typing import Any

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue import edits
from findings import LANGUAGES, Report
from service.crs import CRS84, epsg
from service.problems import problem_of
from service.refusal import RefusalError
from service.transactions import feature, geometry, refusals
from service.transactions.conditions import seen, tag
from tests.unit.service.samples import dataset

numbers = st.floats(allow_nan=False, allow_infinity=False) | st.integers()
leaves = st.none() | st.booleans() | numbers | st.text()
anything = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)
kinds = st.sampled_from(["Point", "LineString", "Polygon", "MultiPolygon", "GeometryCollection", "?"])
shapes = anything | st.fixed_dictionaries({"type": kinds, "coordinates": anything})
names = st.sampled_from([*dataset().columns, "other"])
features = st.fixed_dictionaries(
    {"type": st.just("Feature"), "geometry": shapes, "properties": st.dictionaries(names, anything)},
    optional={"id": anything},
)


@settings(deadline=None)
@given(features | anything)
def test_any_document_is_read_or_refused(document: Any) -> None:
    for read in (feature.whole, feature.part):
        try:
            found = read(document, dataset(), CRS84)
        except RefusalError as refused:
            for language in LANGUAGES:
                problem = problem_of(refused, language)
                assert problem is not None
                assert problem.status in {409, 422}
                assert all(each["text"] for each in problem.members.get("findings", []))
            continue
        assert set(found.values) <= set(dataset().served)
        assert found.geometry is None or not shapely.from_wkb(found.geometry).is_empty


def test_axes_are_turned_where_the_authority_has_them_so() -> None:
    point = {"type": "Point", "coordinates": [50.8, 15.1, 300.0]}
    assert shapely.from_wkb(geometry.read(point, epsg(4326), Report())) == shapely.Point(15.1, 50.8)
    assert shapely.from_wkb(geometry.read(point, CRS84, Report())) == shapely.Point(50.8, 15.1)


def test_a_condition_is_about_the_feature_not_its_representation() -> None:
    assert seen(f'"{tag(7, "0a1b")}"') == seen(f'W/"{tag(7, "ffff")}"') == seen('"7"') == frozenset({7})
    assert seen(None) is seen("*") is None
    assert seen('"none", W/"12345678901234567890"') == frozenset()


@pytest.mark.parametrize("kind", edits.EditError.__subclasses__())
def test_every_error_of_an_editor_has_its_answer(kind: type[edits.EditError]) -> None:
    error = kind(Report()) if kind is edits.RefusedError else kind()
    problem = problem_of(refusals.told(error), "en")
    assert problem is not None
    assert problem.status in {HTTPStatus(status) for status in (404, 409, 412, 422, 503)}
