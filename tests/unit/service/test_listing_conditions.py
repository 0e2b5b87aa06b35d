"""Filters of the list: from CQL2 to the fields of a form and back, with nothing lost on the way."""

from functools import partial
from typing import Any

import pytest

from catalogue import Column
from service.cql2 import text
from service.cql2.tree import FilterError
from service.listing.conditions import Condition, Conditions, joined, split
from service.listing.said import in_words
from service.listing.texts import spoken
from service.pages import cell

COLUMNS = {
    "use": Column(type="code"),
    "name": Column(),
    "size": Column(type="decimal"),
    "built": Column(type="date"),
    "seen": Column(type="datetime"),
    "open": Column(type="boolean"),
    "not": Column(type="integer"),
}
SHOWN = {
    "use IN ('CZ', 'PL')": {"use": Condition(codes=("CZ", "PL"))},
    "(use IN ('CZ') OR use IS NULL)": {"use": Condition(codes=("CZ",), missing=True)},
    "use IS NULL": {"use": Condition(missing=True)},
    "size >= -2.5 AND size <= 7": {"size": Condition(low="-2.5", high="7")},
    "built >= DATE('2010-01-01')": {"built": Condition(low="2010-01-01")},
    "seen <= DATE('2024-05-05')": {"seen": Condition(high="2024-05-05")},
    r"ACCENTI(CASEI(name)) LIKE ACCENTI(CASEI('%u ''Lva'' 5\%%'))": {"name": Condition(part="u 'Lva' 5%")},
    "name IN ('it''s') AND open = FALSE": {"name": Condition(codes=("it's",)), "open": Condition(flag=False)},
    '"not" <= 5': {"not": Condition(high="5")},
}


@pytest.mark.parametrize("source", SHOWN)
def test_what_the_form_has_fields_for_is_shown_in_them_and_written_the_same(source: str) -> None:
    found = split(source, COLUMNS)
    assert found == Conditions(SHOWN[source])
    assert joined(found) == source


@pytest.mark.parametrize(
    ("source", "shown", "rest"),
    [
        ("size BETWEEN 1 AND 2 AND (use = 'CZ')", {"size", "use"}, ""),
        ("size > 5 AND use = 'CZ'", {"use"}, "size > 5"),
        ("open AND (size < 1 OR name LIKE 'a%') AND use = 'CZ'", {"use"}, "open AND (size < 1 OR name LIKE 'a%')"),
        ("size = 1 OR size = 2", set(), "size = 1 OR size = 2"),
        ("size >= 1 AND size >= 2", {"size"}, "size >= 2"),
        ("seen >= TIMESTAMP('2024-05-05T10:00:00Z')", set(), "seen >= TIMESTAMP('2024-05-05T10:00:00Z')"),
        ("size >= DATE('2024-05-05')", set(), "size >= DATE('2024-05-05')"),
        (
            "S_INTERSECTS(geometry, POINT(15 50)) AND nowhere = 1",
            set(),
            "S_INTERSECTS(geometry, POINT(15 50)) AND nowhere = 1",
        ),
    ],
)
def test_what_the_form_has_no_field_for_stays_word_by_word(source: str, shown: set[str], rest: str) -> None:
    found = split(source, COLUMNS)
    assert (set(found.columns), found.rest) == (shown, rest)
    assert split(joined(found), COLUMNS) == found


def test_a_rest_with_a_choice_does_not_take_in_what_stands_before_it() -> None:
    asked = Conditions({"use": Condition(codes=("CZ",))}, "size < 1 OR size > 5")
    made = text.read(joined(asked))
    assert [each.name for each in made.args] == ["in", "or"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("part", ["\\", "\\'", "a\\'b\\", "''", "%_\\%", "it's"])
def test_any_text_can_be_looked_for(part: str) -> None:
    asked = Conditions({"name": Condition(part=part)})
    assert split(joined(asked), COLUMNS) == asked


def test_what_is_no_filter_is_refused() -> None:
    with pytest.raises(FilterError):
        split("size >", COLUMNS)


def test_ends_of_a_range_are_written_as_people_write_them_and_years_without_gaps() -> None:
    schema: dict[str, dict[str, Any]] = {
        "people": {"title": "Obyvatel", "type": "integer", "x-count": True},
        "area": {"title": "Výměra", "type": "number", "x-ogc-unit": "ha"},
        "year": {"title": "Rok", "type": "integer"},
    }
    asked = Conditions(
        {
            "people": Condition(low="8166"),
            "area": Condition(low="-1e+20", high="1500.5"),
            "year": Condition(high="1951"),
        }
    )
    words = [said for said, _ in in_words(asked, schema, spoken("cs"), partial(cell, "cs"))]
    assert words[0] == "Obyvatel: od 8\N{NO-BREAK SPACE}166"
    assert words[1].endswith("1\N{NO-BREAK SPACE}500,5 ha")
    assert words[2] == "Rok: nejvýše 1951"
