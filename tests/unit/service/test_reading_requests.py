"""What stands in a request: parameters, times, formats and languages, tokens of conditions."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue import Dataset
from service.moments import read_span
from service.negotiate import NotAcceptableError, best_language, format_of, preferred
from service.parameters import BadParameterError, Box, items_query
from tests.unit.service.samples import dataset


@pytest.fixture(scope="module")
def areas() -> Dataset:
    return dataset()


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2024", "2024-01-01T00:00:00", "2024-12-31T23:59:59.999999"),
        ("2024-02", "2024-02-01T00:00:00", "2024-02-29T23:59:59.999999"),
        ("2024-02-03T", "2024-02-03T00:00:00", "2024-02-03T23:59:59.999999"),
        ("2024-02-03T04:05:06Z", "2024-02-03T04:05:06", "2024-02-03T04:05:06"),
        ("2024-02-03T04:05:06+02:00", "2024-02-03T02:05:06", "2024-02-03T02:05:06"),
        ("2024-01-01T/..", "2024-01-01T00:00:00", None),
        ("/2024", None, "2024-12-31T23:59:59.999999"),
        ("2020-01-01/9999-12-31T00:00:00Z", "2020-01-01T00:00:00", "9999-12-31T00:00:00"),
    ],
)
def test_spans(text: str, start: str | None, end: str | None) -> None:
    def moment(written: str | None) -> datetime | None:
        return datetime.fromisoformat(written).replace(tzinfo=UTC) if written else None

    span = read_span(text)
    assert (span.start, span.end) == (moment(start), moment(end))


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading_of_times(text: str) -> None:
    try:
        read_span(text)
    except (ValueError, OverflowError):
        return


@given(
    st.dictionaries(
        st.sampled_from(
            ["bbox", "bbox-crs", "crs", "limit", "offset", "after", "datetime", "sortby", "code", "size", "open"]
        ),
        st.text(max_size=40),
    )
)
def test_any_parameters_are_read_or_refused_by_name(params: dict[str, str]) -> None:
    refused = None
    try:
        items_query(params, dataset())
    except BadParameterError as error:
        refused = error.name
    assert refused in {None, *params}


def test_boxes_are_x_first_whatever_the_authority_says(areas: Dataset) -> None:
    epsg = "http://www.opengis.net/def/crs/EPSG/0/"
    lat_lon = items_query({"bbox": "50,15,51,16", "bbox-crs": f"{epsg}4326"}, areas).boxes[0]
    assert (lat_lon.min_x, lat_lon.min_y, lat_lon.max_x, lat_lon.max_y) == (15, 50, 16, 51)
    polish = items_query({"bbox": "300000,200000,300001,200002", "bbox-crs": f"{epsg}2180"}, areas).boxes[0]
    assert (polish.min_x, polish.min_y) == (200000, 300000)
    assert items_query({"bbox": "15,50,0,16,51,900"}, areas).boxes == (Box(15, 50, 16, 51),)
    assert len(items_query({"bbox": "170,50,-170,51"}, areas).boxes) == 2


def test_limit_is_cut_at_the_maximum_of_the_collection(areas: Dataset) -> None:
    assert items_query({"limit": "100000"}, areas).limit == areas.paging.max
    assert items_query({}, areas).limit == areas.paging.default


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", "json"),
        ("*/*", "json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html"),
        ("application/geo+json, application/json", "json"),
        ("text/html;q=0, */*", "json"),
        ("application/json;q=0, */*;q=0.5", "html"),
        ("application/json;q=0.4, */*;q=0.3", "json"),
        ("text/*, application/json;q=0.9", "html"),
        ("image/png, application/*;q=0.1", "json"),
        ("rubbish", "json"),
        ("text/html;q=rubbish,application/json;q=0.1", "json"),
        ("application/vnd.oai.openapi+json;version=3.0", "json"),
    ],
)
def test_formats(accept: str, expected: str) -> None:
    assert format_of({}, accept, ("json", "html")) == expected
    assert format_of({"f": "html"}, accept, ("json", "html")) == "html"


@pytest.mark.parametrize("accept", ["text/html;q=0", "application/xml", "image/*", "*/*;q=0"])
def test_what_accept_does_not_allow_is_not_sent(accept: str) -> None:
    with pytest.raises(NotAcceptableError):
        format_of({}, accept, ("json",))


@given(st.text(max_size=60))
def test_no_accept_header_breaks_negotiation(header: str) -> None:
    with suppress(NotAcceptableError):
        assert format_of({}, header, ("json", "html")) in {"json", "html"}
    assert best_language(header, ("cs", "de"), "cs") in {"cs", "de"}
    assert isinstance(preferred(header), list)


def test_languages() -> None:
    assert best_language("fr, pl;q=0.5, de-AT;q=0.9", ("cs", "de", "pl"), "cs") == "de"
    assert best_language("fr", ("cs", "de"), "cs") == "cs"
