"""Formats of features and names of files, without a database."""

import csv
import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from catalogue import Dataset
from service.asked import Asked
from service.coverage.query import coverage_query
from service.downloads.kinds import offered
from service.downloads.order import Order, order_of, read, written
from service.downloads.shapefile import short_names
from service.formats import ACCEPTED, FORMATS, Page
from service.parameters import BadParameterError, ItemsQuery
from service.published import Served, as_served
from tests.unit.service import samples

FORMULAS = ["=1+1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1", "=", '="x";2', "=cmd|' /C calc'!A0"]
ASKED: Any = None


def _page(dataset: Dataset, *names: str | None, **properties: Any) -> Page:
    features = [{"id": n, "geometry": None, "properties": {"name": name, **properties}} for n, name in enumerate(names)]
    return Page(features, dataset, ItemsQuery(limit=10, select=("name", *properties), geometry=False))


@pytest.mark.parametrize(("name", "delimiter"), [("csv", ","), ("csv-semicolon", ";")])
def test_no_cell_of_csv_begins_like_a_formula(name: str, delimiter: str) -> None:
    body = FORMATS[name].write(_page(samples.dataset(), *FORMULAS, "plain", None), ASKED)
    _, *rows = csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), delimiter=delimiter)
    assert [row[1] for row in rows] == [*(f"'{text}" for text in FORMULAS), "plain", ""]


def test_numbers_of_csv_stay_numbers() -> None:
    made = FORMATS["csv"].write(_page(samples.dataset(), "a", size=-1.5, open=True), ASKED)
    assert made.decode("utf-8-sig").splitlines()[1] == "0,a,-1.5,true"
    made = FORMATS["csv-semicolon"].write(_page(samples.dataset(), "a", size=-1.5), ASKED)
    assert made.decode("utf-8-sig").splitlines()[1] == "0;a;-1,5"


@pytest.mark.parametrize(
    ("kind", "value", "time"),
    [
        ("date", "2024-05-01", {"date": "2024-05-01"}),
        ("datetime", "2024-05-01T12:00:00+02:00", {"timestamp": "2024-05-01T10:00:00Z"}),
        ("date", None, None),
    ],
)
def test_json_fg_has_the_time_of_a_feature(kind: str, value: str | None, time: dict[str, str] | None) -> None:
    dataset = samples.dataset(columns={**samples.COLUMNS, "built": {"type": kind}})
    served = Served(dataset, samples.published(dataset))
    asked = _Asked(served)
    document = json.loads(FORMATS["jsonfg"].write(_page(dataset, "a", built=value), asked))
    assert document["features"][0]["time"] == time


class _Asked(Asked):
    """A request whose addresses are paths."""

    def __init__(self, served: Served) -> None:
        super().__init__(ASKED, ASKED, "", {}, "en", "jsonfg", served)

    def href(self, path: str, **_: Any) -> str:
        return path


def test_accepted_media_types_are_none_of_the_default_forms() -> None:
    assert not set(ACCEPTED) & {"application/geo+json", "application/json", "text/html", "*/*"}
    assert set(ACCEPTED.values()) <= set(FORMATS)


def test_short_names_are_short_and_each_once() -> None:
    names = ["inhabitants", "inhabitants_2021", "inhabitants_2022", "inhabitant", "a", "a_very_long_name_indeed"]
    short = short_names(names)
    assert len(set(short.values())) == len(names)
    assert all(len(name) <= 10 for name in short.values())
    many = short_names([f"a_very_long_name_{n}" for n in range(250)])
    assert len(set(many.values())) == 250


def _order(**changes: Any) -> Order:
    dataset = samples.dataset(**changes)
    published = samples.published(samples.dataset(), published=datetime(2024, 5, 1, tzinfo=UTC))
    return order_of(Served(as_served(dataset, published.definition), published), samples.catalogue(dataset))


def test_version_of_a_file_follows_what_is_in_it() -> None:
    order = _order()
    assert order.version == _order(paging={"default": 5, "max": 5}).version
    assert order.version != _order(title={"cs": "Jiné plochy"}).version
    hidden = {**samples.COLUMNS, "size": {"type": "decimal", "private": True}}
    without = _order(columns=hidden)
    assert without.version != order.version
    assert "size" not in [field.name for field in without.fields]
    assert "owner" not in [field.name for field in order.fields]
    assert read(written(order)) == order


def test_forms_are_offered_that_can_hold_the_data() -> None:
    dataset = samples.dataset()
    large = Served(dataset, samples.published(dataset, rows=2_000_000))
    assert "xlsx" not in {kind.name for kind in offered(large)}
    assert {"gpkg", "csv", "kml"} <= {kind.name for kind in offered(large)}


@pytest.mark.parametrize("text", ["Lon(1:2", "Lon(1:2),", "lon(1:2)", "Lon(1:2:3)", "Lon(a:2)", "Lon(--1:2)", ""])
def test_subset_is_read_strictly(text: str) -> None:
    with pytest.raises(BadParameterError):
        coverage_query({"subset": text}, samples.dataset())
