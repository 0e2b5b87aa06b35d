"""Filters are read as another reader of CQL2 (written in Rust) reads them, and refused with the place at fault."""

import json
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path
from typing import Any

import cql2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pygeoapi.provider.base import ProviderInvalidQueryError

from findings.messages import LANGUAGES
from service.cql2 import document, text
from service.cql2.meaning import FUNCTIONS, SPATIAL_MAX
from service.cql2.tree import (
    BYTES_MAX,
    DEPTH_MAX,
    NODES_MAX,
    Call,
    Collection,
    FilterError,
    Instant,
    Interval,
    Literal,
    Node,
    Property,
    Shape,
)
from service.database import Database
from service.parameters import BadParameterError, ItemsQuery, items_query
from service.problems import problem_of
from service.provider import PostgisFeatures, definition
from tests.unit.service import filters, samples

DATASET = samples.dataset(columns=filters.COLUMNS, map=None)
KINDS = {
    kind.upper(): kind for kind in ("Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon")
}


def asked(source: str, language: str = "cql2-text", **params: str) -> ItemsQuery:
    return items_query({"filter": source, "filter-lang": language, **params}, DATASET)


def written(node: Node | None) -> Any:
    """Return a tree as CQL2 JSON; None is an open end."""
    return ".." if node is None else WRITTEN[type(node)](node)


def called(node: Any) -> Any:
    args = [written(each) for each in node.args]
    return {"op": node.name, "args": [args[0], args[1:]] if node.name == "in" else args}


def shaped(node: Any) -> Any:
    nested = listed(node.coordinates)
    if node.kind == "BBOX":
        return {"bbox": nested}
    return {"type": KINDS[node.kind], "coordinates": nested[0] if node.kind == "POINT" else nested}


def instant(node: Any) -> Any:
    return {"timestamp" if isinstance(node.value, datetime) else "date": node.value.isoformat()}


WRITTEN: dict[type, Callable[[Any], Any]] = {
    Literal: lambda node: node.value,
    Property: lambda node: {"property": node.name},
    Instant: instant,
    Interval: lambda node: {"interval": [written(node.low), written(node.high)]},
    Shape: shaped,
    Collection: lambda node: {"type": "GeometryCollection", "geometries": [written(each) for each in node.shapes]},
    Call: called,
}


def listed(nested: Any) -> Any:
    return [listed(each) for each in nested] if isinstance(nested, tuple) else nested


def plain(value: Any) -> Any:
    """Return the other reader's CQL2 JSON as ours is: names small, instants parsed, junctions flat."""
    match value:
        case {"op": op, "args": args}:
            return {"op": op.lower(), "args": flat(op, [plain(each) for each in args])}
        case {"timestamp": written_so}:
            return {"timestamp": datetime.fromisoformat(written_so).isoformat()}
        case {"interval": ends}:
            return {"interval": [plain(moment(end)) for end in ends]}
        case dict():
            return {name: plain(each) for name, each in value.items()}
        case list():
            return [plain(each) for each in value]
    return value


def flat(op: str, args: list[Any]) -> list[Any]:
    if op not in {"and", "or"}:
        return args
    return [each for arg in args for each in (arg["args"] if isinstance(arg, dict) and arg.get("op") == op else [arg])]


def moment(end: Any) -> Any:
    if not isinstance(end, str) or end == "..":
        return end
    return {"timestamp": end} if "T" in end else {"date": date.fromisoformat(end).isoformat()}


@pytest.mark.parametrize("source", [*filters.RIGHT, *filters.SPATIAL])
def test_text_is_read_as_by_another_reader(source: str) -> None:
    ours = text.read(source)
    assert plain(cql2.parse_text(source).to_json()) == plain(written(ours))
    assert asked(source).is_filtered


@pytest.mark.parametrize("source", [*filters.RIGHT, *filters.SPATIAL])
def test_json_says_the_same_as_text(source: str) -> None:
    encoded = json.dumps(cql2.parse_text(source).to_json())
    assert document.read(encoded) == text.read(source)
    assert asked(encoded, "cql2-json").is_filtered


@given(filters.EXPRESSIONS)
@settings(max_examples=300, deadline=None)
def test_made_filters_are_read_as_by_another_reader(source: str) -> None:
    theirs = cql2.parse_text(source).to_json()
    assert plain(theirs) == plain(written(text.read(source)))
    assert plain(theirs) == plain(written(document.read(json.dumps(theirs))))


@pytest.mark.parametrize(
    ("language", "source"),
    [*(("cql2-text", each) for each in filters.WRONG), *(("cql2-json", each) for each in filters.WRONG_JSON)],
    ids=lambda value: ascii(value[:40]),
)
def test_what_is_no_filter_is_refused_at_once_with_its_place(language: str, source: str) -> None:
    spent = []
    for _ in range(3):  # the garbage of other tests may be collected in one of them
        began = time.thread_time()
        with pytest.raises(BadParameterError) as refused:
            asked(source, language)
        spent.append(time.thread_time() - began)
    assert min(spent) < 0.05
    for spoken in LANGUAGES:
        problem = problem_of(refused.value, spoken)
        assert problem is not None
        assert (problem.status, problem.parameter) == (400, "filter")
        assert not re.search(r"\{(at|known|expected|found|needed|most|left|function)\}", problem.detail)
        problem.detail.encode()
    assert refused.value.values["at"]


@given(st.sampled_from([*filters.RIGHT, *filters.SPATIAL]), st.data())
@settings(max_examples=400, deadline=None)
def test_a_slip_of_the_pen_is_understood_or_refused(source: str, data: st.DataObject) -> None:
    """Letters lost, doubled or strewn in: never anything but a filter or a refusal with its place."""
    place = data.draw(st.integers(0, len(source)))
    slip = data.draw(
        st.one_of(st.text(max_size=3), st.sampled_from(["(", ")", "'", '"', ",", "NOT ", "..", "%", "\\", "0"]))
    )
    spoilt = source[:place] + slip + source[place + data.draw(st.integers(0, 4)) :]
    assert outcome(spoilt)


def outcome(source: str) -> Any:
    """Return the filter, or the place at fault."""
    try:
        return asked(source).filter
    except BadParameterError as refused:
        return refused.values["at"]


def test_threads_share_the_parser() -> None:
    with ThreadPoolExecutor(8) as threads:
        read = list(threads.map(text.read, filters.RIGHT * 5))
    assert read == [text.read(source) for source in filters.RIGHT] * 5


def test_there_are_enough_wrong_ones() -> None:
    assert len(set(filters.WRONG)) + len(set(filters.WRONG_JSON)) > 250


@pytest.mark.parametrize(
    ("source", "key", "at"),
    [
        ("code = 5 AND\n  nope > 3", "filter-column", "2:3 “nope”"),
        ("code = 5 AND name = 3", "filter-clash", "1:21 “3”"),
        ("code = 5 AND (name = 'x'", "filter-syntax", "1:25 “…”"),
        ("code = 5 XOR name = 'x'", "filter-syntax", "1:10 “XOR”"),
        ("size > 3 OR pg_sleep(5)", "filter-function", "1:13 “pg_sleep(5)”"),
        ("name LIKE 'x' AND built = DATE('2020-13-01')", "filter-value-date", "1:27 “DATE('2020-13-01')”"),
        ("S_INTERSECTS(geometry, POLYGON((0 0, 1 1, 1 0, 0 1, 0 0)))", "filter-geometry-invalid", "1:24 “POLYGON((0"),
    ],
)
def test_the_place_is_named(source: str, key: str, at: str) -> None:
    with pytest.raises(BadParameterError) as refused:
        asked(source)
    assert refused.value.key == key
    assert str(refused.value.values["at"]).startswith(at)


def test_a_filter_that_stock_pygeoapi_has_read_is_not_passed_over() -> None:
    provider = PostgisFeatures(definition(DATASET, []), DATASET, Database("postgresql://nowhere"))
    with pytest.raises(ProviderInvalidQueryError):
        provider.query(filterq=object())


def test_what_gdal_writes_is_understood() -> None:
    assert text.read("name ILIKE 'h%'") == text.read("CASEI(name) LIKE CASEI('h%')")
    assert text.read("name NOT ILIKE 'h%'") == text.read("NOT CASEI(name) LIKE CASEI('h%')")
    assert (
        asked("(built >= '2010-01-01T') AND (open = 1)", "cql-text").filter
        == asked("built >= DATE('2010-01-01') AND open = true").filter
    )


def test_whole_numbers_and_quotes_are_kept_where_the_other_reader_loses_them() -> None:
    assert text.read("code = 9007199254740993") == Call(
        ANY, "=", (Property(ANY, "code"), Literal(ANY, 9007199254740993))
    )
    assert text.read(r"name = 'it\'s'") == text.read("name = 'it''s'")
    with pytest.raises(FilterError):
        text.read("(" * 3000 + "code = 1" + ")" * 3000)  # of which the other dies, and the process with it


ANY = text.read("true").place
"""A place; places are not compared."""


@pytest.mark.parametrize(
    ("params", "name"),
    [
        ({"filter-lang": "cql2-text"}, "filter-lang"),
        ({"filter-crs": "http://www.opengis.net/def/crs/EPSG/0/5514"}, "filter-crs"),
        ({"filter": "true", "filter-lang": "ecql"}, "filter-lang"),
        ({"filter": "true", "filter-crs": "EPSG:5514"}, "filter-crs"),
        ({"filter": "true", "filters": "true"}, "filters"),
    ],
)
def test_parameters_beside_the_filter_are_read_strictly(params: dict[str, str], name: str) -> None:
    with pytest.raises(BadParameterError) as refused:
        items_query(params, DATASET)
    assert refused.value.name == name


def guide(root: Path, fence: str) -> list[str]:
    written = (root / "docs" / "guides" / "filters.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{fence}\n(.*?)^```", written, re.DOTALL | re.MULTILINE)


def test_what_the_guide_shows_is_understood(root: Path) -> None:
    shown = [line for block in guide(root, "cql2") for line in block.splitlines()]
    assert len(shown) > 25
    for source in [*shown, *re.findall(r'"filter": "(.*?)"', "".join(guide(root, "python")))]:
        assert asked(source).is_filtered
    for source in guide(root, "json"):
        assert asked(source, "cql2-json").is_filtered
    crs = {"filter-crs": "http://www.opengis.net/def/crs/EPSG/0/5514"}
    assert asked("S_INTERSECTS(geometry, BBOX(-690000, -975000, -685000, -970000))", **crs).is_filtered


def test_the_guide_names_every_function_and_limit(root: Path) -> None:
    written = (root / "docs" / "guides" / "filters.md").read_text(encoding="utf-8")
    assert [name for name in FUNCTIONS if not re.search(rf"\b{name}\b", written)] == []
    for limit in (BYTES_MAX, DEPTH_MAX, NODES_MAX, SPATIAL_MAX):
        assert f"{limit:,}".replace(",", " ") in written
