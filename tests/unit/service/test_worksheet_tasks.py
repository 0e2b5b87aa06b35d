"""Tasks of worksheets: every answer reckoned a second way, and no task where the answer would not be one."""

import random
import re
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
import shapely

from catalogue import Dataset
from findings import LANGUAGES
from service.datasets.worksheet import columns, maps, sample, signs, tables, wholes
from service.datasets.worksheet.sample import Feature
from service.datasets.worksheet.task import Speaker, half_up

SAY = Speaker("en")
TITLES = {"code": "Code", "power": "Power", "year": "Year", "seen": "Seen", "open": "Open", "kind": "Kind"}
DATASET = Dataset.model_validate(
    {
        "id": "lamps",
        "path": "lamps.yml",
        "title": {"en": "Lamps"},
        "theme": "planning",
        "publisher": "region",
        "licence": "cc0-1.0",
        "sources": [{"kind": "geojson", "path": "lamps.geojson"}],
        "geometry": "Point",
        "key": "code",
        "columns": {
            "code": {"type": "integer", "required": True},
            "power": {"type": "decimal", "unit": "W"},
            "year": {"type": "integer"},
            "seen": {"type": "date"},
            "open": {"type": "boolean"},
            "kind": {"type": "code", "codelist": "states"},
        },
        "map": {"style": {"by": "kind"}},
    }
)


def features(seed: int, n: int = 10) -> list[Feature]:
    """Features with few different values, so that ties are frequent, and holes."""
    rng = random.Random(seed)  # noqa: S311 (a choice that can be repeated)
    made = []
    for number in range(1, n + 1):
        values: dict[str, Any] = {
            "code": 1000 + number,
            "power": rng.choice([7.5, 8.25, 12.5, 20.0, 36.5, None]),
            "year": rng.choice([1990, 2001, 2015, 2024]),
            "seen": str(date(2024, 1, 1) + timedelta(days=rng.randrange(6))),
            "open": rng.choice([True, False]),
            "kind": rng.choice(["CZ", "PL", "DE"]),
        }
        lon, lat = 15 + rng.random() / 50, 50.7 + rng.random() / 80
        made.append(Feature(number, number, values, lon, lat, (lon, lat, lon, lat)))
    return made


def numbers_in(text: str) -> list[float]:
    return [float(each.replace(",", "")) for each in re.findall(r"-?[\d,]*\.?\d+", text)]


@pytest.mark.parametrize("seed", range(60))
def test_answers_about_tables_are_right(seed: int) -> None:
    group = features(seed)
    names = ["power", "year", "seen", "open"]
    for task in tables.tasks(group, group, names, DATASET, TITLES, SAY):
        column = next((name for name in names if f"“{TITLES[name]}”" in task.text), None)
        given = [(each.number, each.values[column]) for each in group if column and each.values[column] is not None]
        found = numbers_in(task.answer)
        if "differ" in task.text:
            plain = [value for _, value in given]
            assert found[-1] == pytest.approx(max(plain) - min(plain))
        elif "highest value" in task.text or "latest date" in task.text:
            owners = [number for number, value in given if value == max(value for _, value in given)]
            assert owners == [int(found[0])]
        elif "lowest value" in task.text:
            owners = [number for number, value in given if value == min(value for _, value in given)]
            assert owners == [int(found[0])]
        elif "average" in task.text:
            exact = Fraction(sum(Fraction(str(value)) for _, value in given), len(given))
            assert abs(Fraction(str(found[-1])) - exact) <= Fraction(1, 20)
            assert ("≈" in task.answer) == (Fraction(str(found[-1])) != exact)
        elif "fraction" in task.text:
            assert task.answer.startswith(f"{sum(value for _, value in given)}/{len(group)}")
        else:
            assert found[0] == sum(each.values[name] is None for each in group for name in names)


def test_no_question_for_the_one_highest_where_there_are_two() -> None:
    group = [
        Feature(at, at, {"power": value}, None, None) for at, value in enumerate([5.0, 9.0, 9.0, 7.0, 6.0, 3.0], 1)
    ]
    [task] = tables.tasks(group, group, ["power"], DATASET, TITLES, SAY)
    assert "differ" in task.text
    assert "6\u00a0W" in task.answer


@pytest.mark.parametrize("seed", range(60))
def test_answers_about_maps_are_right(seed: int) -> None:
    group = features(seed)
    by_number = {each.number: each for each in group}
    for task in maps.tasks(group, "kind", {"CZ": "Czechia"}, True, SAY):
        found = numbers_in(task.answer)
        if "are marked" in task.text:
            code = {"Czechia": "CZ"}.get(label := task.text.split("“")[1].split("”")[0], label)
            owners = [each.number for each in group if each.values["kind"] == code]
            assert [int(each) for each in found] == [len(owners), *owners]
        elif "furthest" in task.text:
            place = by_number[int(found[0])]
            side = task.text.rstrip("?").rsplit(" ", 1)[1]
            other = {"north": "lat", "south": "lat", "east": "lon", "west": "lon"}[side]
            ordered = sorted(group, key=lambda each: getattr(each, other), reverse=side in {"north", "east"})
            assert ordered[0] == place
        elif "Measure" in task.text:
            a, b = (by_number[int(each)] for each in numbers_in(task.text)[:2])
            about, low, high = found
            east = ((b.lon or 0) - (a.lon or 0)) * 70_560
            north = ((b.lat or 0) - (a.lat or 0)) * 111_240
            assert low < (east**2 + north**2) ** 0.5 < high
            assert low <= about <= high
        else:
            a, b = (by_number[int(each)] for each in numbers_in(task.text)[:2])
            assert ("north" in task.answer) == (
                (b.lat or 0) - (a.lat or 0) > 0.4 * abs((b.lon or 0) - (a.lon or 0)) * 0.63
            )


def test_neighbours_are_asked_only_where_the_picture_leaves_no_doubt() -> None:
    square = shapely.box
    clear = {
        1: square(0, 0, 100, 100),
        2: square(100, 0, 200, 100),
        3: square(0, 100, 100, 200),
        4: square(300, 300, 400, 400),
    }
    [task] = maps.neighbours(clear, SAY)
    assert "No. 1" in task.text
    assert numbers_in(task.answer) == [2, 3]
    corner = {**clear, 5: square(100, 100, 200, 200)}
    assert list(maps.neighbours(corner, SAY)) == [], "areas that meet in a corner only: are they neighbours?"
    gap = {**clear, 2: square(102, 0, 200, 100)}
    assert all("No. 1?" not in each.text for each in maps.neighbours(gap, SAY))


def test_shares_of_the_whole() -> None:
    found = wholes.Shares("kind", (("a", 7), ("b", 5), ("c", 2)), 0, 14)
    share, times = wholes.tasks(found, "Kind", SAY)
    assert share.answer == "a: 7 : 14 = 50%"
    assert times.answer == "7 : 2 = 3.5"
    tied = wholes.Shares("kind", (("a", 5), ("b", 5), ("c", 4)), 0, 14)
    assert list(wholes.tasks(tied, "Kind", SAY)) == []
    assert wholes.chart(found)[0]["length"] == 100


def test_half_is_rounded_up_as_at_school() -> None:
    assert [str(half_up(Decimal(each), 1)) for each in ("4.85", "4.95", "0.25", "2")] == ["4.9", "5.0", "0.3", "2.0"]


def test_numbers_that_name_something_are_not_reckoned_with() -> None:
    every = [Feature(at, at, {"year": 40_000 + 7 * at, "power": at, "code": at}, None, None) for at in range(30)]
    assert not columns.is_quantity("year", DATASET.columns["year"], every)
    assert not columns.is_quantity("code", DATASET.columns["code"], every)
    assert columns.is_quantity("power", DATASET.columns["power"], every)


def test_a_sheet_has_neighbours_that_can_be_told_apart_and_variants_differ() -> None:
    rng = random.Random(4)  # noqa: S311 (a choice that can be repeated)
    every = []
    for at in range(400):
        lon, lat = 15 + rng.random() / 5, 50.7 + rng.random() / 5
        every.append(Feature(at, at, {"kind": rng.choice("ab")}, lon, lat, (lon, lat, lon, lat)))
    sheets = [sample.chosen(every, "kind", variant) for variant in (1, 2, 3, 4)]
    assert all([each.number for each in sheet] == list(range(1, 11)) for sheet in sheets)
    assert len({tuple(each.id for each in sheet) for sheet in sheets}) == 4
    assert sheets[0] == sample.chosen(every, "kind", 1)
    assert sample.chosen(every[:3], "kind", 1) == []
    placeless = [Feature(at, at, {}, None, None) for at in range(25)]
    assert len(sample.chosen(placeless, None, 2)) == 10


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_whole_in_every_language(language: str) -> None:
    group, say = features(3), Speaker(language)
    shares = wholes.Shares("kind", (("a", 7), ("b", 5), ("c", 2)), 0, 14)
    found = [
        *maps.tasks(group, "kind", {}, True, say),
        *tables.tasks(group, group, ["power", "year", "seen", "open"], DATASET, TITLES, say),
        *wholes.tasks(shares, "Kind", say),
    ]
    assert len(found) >= 8
    for task in found:
        assert re.search(r"[.?!]$", task.text), task.text
        assert "{" not in task.text + task.answer


def test_kinds_are_told_apart_without_colour() -> None:
    group = [Feature(at, at, {"kind": code}, 15, 50, None) for at, code in enumerate(["b", "a", None, "zz", "b"], 1)]
    found = signs.kinds(group, "kind", {"a": "A", "b": "B", "c": "C"}, "none")
    assert [(each.code, each.label, each.letter) for each in found] == [
        ("a", "A", "A"),
        ("b", "B", "B"),
        ("zz", "zz", "C"),
        (None, "none", "D"),
    ]
    many = signs.kinds([Feature(at, at, {"kind": f"{at:02}"}, 15, 50, None) for at in range(12)], "kind", {}, "")
    assert len({each.sign for each in many}) == len(many)
