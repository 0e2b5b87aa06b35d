"""Casting: what offices write becomes what it means, or is reported; nothing in between."""

import math
from collections.abc import Sequence
from datetime import UTC, date, datetime

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.transform.casting import TYPES, cast, parse_boolean
from etl.transform.texts import as_text
from etl.transform.units import UNITS, factor

NAIVE = datetime(2024, 5, 3, 12)  # noqa: DTZ001 (a time that does not say its zone is what is tested)


def both(values: Sequence[object], kind: str, **how: str) -> tuple[list[object], list[bool]]:
    column, wrong = cast(pa.array(values), kind, **how)
    assert column.type == TYPES[kind]
    return column.to_pylist(), wrong.tolist()


@given(st.lists(st.none() | st.integers(-(2**63), 2**63 - 1)))
def test_whole_numbers_survive_being_text(numbers: list[int | None]) -> None:
    text = pa.array([None if number is None else str(number) for number in numbers], pa.string())
    column, wrong = cast(text, "integer")
    assert column.to_pylist() == numbers
    assert not wrong.any()


@given(st.lists(st.none() | st.floats(allow_nan=False, allow_infinity=False)), st.sampled_from([",", "."]))
def test_decimals_survive_being_text_with_either_sign(numbers: list[float | None], sign: str) -> None:
    text = pa.array([None if number is None else repr(number).replace(".", sign) for number in numbers], pa.string())
    column, wrong = cast(text, "decimal", decimal=sign)
    assert column.to_pylist() == numbers
    assert not wrong.any()


@given(st.lists(st.none() | st.text()), st.sampled_from(sorted(TYPES)))
def test_any_text_is_a_value_or_null_and_said_to_be_wrong(texts: list[str | None], kind: str) -> None:
    try:
        column, wrong = cast(pa.array(texts, pa.string()), kind)
    except UnicodeEncodeError:
        return  # lone surrogates cannot be in an Arrow column
    assert len(column) == len(wrong) == len(texts)
    for text, value, bad in zip(
        as_text(pa.array(texts, pa.string())).to_pylist(), column.to_pylist(), wrong, strict=True
    ):
        assert bad == (text is not None and value is None)
        assert not (isinstance(value, float) and not math.isfinite(value))


@given(st.dates(date(1800, 1, 1), date(2200, 1, 1)))
def test_dates_as_they_are_written_here(day: date) -> None:
    written = [f"{day.day}.{day.month}.{day.year}", f"{day.day}. {day.month}. {day.year}", day.isoformat(),
               day.strftime("%d.%m.%Y"), f"{day.isoformat()}T00:00:00"]  # fmt: skip
    assert both(written, "date") == ([day] * 5, [False] * 5)


@pytest.mark.parametrize(
    ("values", "kind", "how", "expected"),
    [
        (["1 234", "1\u00a0234", "12,0", "12.00", " 7 "], "integer", {}, [1234, 1234, 12, 12, 7]),
        (["12,5", "x", "", None, "9" * 30, "1_0"], "integer", {}, [None] * 6),
        ([3.0, 2.5, math.nan, math.inf], "integer", {}, [3, None, None, None]),
        (["1.234,5", "1 234,5", "7"], "decimal", {"decimal": ","}, [1234.5, 1234.5, 7.0]),
        (["3,5", "3.5", "1e3"], "decimal", {}, [3.5, 3.5, 1000.0]),
        (["nan", "inf", "-Infinity", "1_0", "3,5"], "decimal", {"decimal": "."}, [None] * 5),
        ([1, 2], "decimal", {}, [1.0, 2.0]),
        ([math.nan, 1.5, math.inf], "decimal", {}, [None, 1.5, None]),
        (["ANO", "ne", "Ja", "NEIN", "tak", "Nie", "x", "0"], "boolean", {}, [True, False] * 4),
        ([1, 0], "boolean", {}, [True, False]),
        (["perhaps", "2"], "boolean", {}, [None, None]),
        (["31.02.2024", "2024-13-01", "0.0.0000"], "date", {}, [None] * 3),
        (["05/03/24"], "date", {"form": "%m/%d/%y"}, [date(2024, 5, 3)]),
        (["2024-05-03"], "date", {"form": "%d.%m.%Y"}, [None]),
        ([NAIVE], "date", {}, [date(2024, 5, 3)]),
        ([1.0, 2.5, None], "text", {}, ["1", "2.5", None]),
        ([True], "text", {}, ["true"]),
        ([[1, 2], None], "text", {}, ["1, 2", None]),
        ([b"P\xf8", b"ok"], "text", {}, ["P\ufffd", "ok"]),
        (["e\u0301", "a\x00b", " \u00a0", "  x "], "text", {}, ["é", "ab", None, "x"]),
    ],
)
def test_examples(values: list[object], kind: str, how: dict[str, str], expected: list[object]) -> None:
    assert both(values, kind, **how)[0] == expected


def test_what_is_wrong_is_marked_and_what_is_empty_is_not() -> None:
    assert both(["1", "x", "", None], "integer") == ([1, None, None, None], [False, True, False, False])
    assert both([1.5, math.nan, 2.0], "integer")[1] == [True, False, False]
    assert both([math.inf, math.nan], "decimal")[1] == [True, False]


def test_times_are_local_unless_they_say_their_zone() -> None:
    winter, summer = datetime(2024, 1, 1, 11, tzinfo=UTC), datetime(2024, 7, 1, 10, tzinfo=UTC)
    assert both(["2024-01-01 12:00", "1.7.2024 12:00:00"], "datetime")[0] == [winter, summer]
    assert both(["2024-01-01T11:00:00Z", "2024-01-01T12:00:00+01:00"], "datetime")[0] == [winter, winter]
    assert both([NAIVE], "datetime")[0] == [datetime(2024, 5, 3, 10, tzinfo=UTC)]
    assert both(["2024-10-27 02:30:00"], "datetime")[0] == [datetime(2024, 10, 27, 0, 30, tzinfo=UTC)]


def test_booleans_of_every_language() -> None:
    assert parse_boolean("fałsz") is False
    assert parse_boolean("PRAVDA") is True


def test_units() -> None:
    assert factor("m²", "ha") == 0.0001
    assert factor("kW", "MW") == 0.001
    assert all(value > 0 for group in UNITS.values() for value in group.values())
