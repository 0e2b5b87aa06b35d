"""Conditions, addresses, drawings and findings of dashboards: what is reckoned without a database."""

import re
from datetime import date

import pytest
from defusedxml import ElementTree
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue import read_catalogue
from catalogue.dashboards import Dashboard, TimelinePart
from catalogue.values import Text
from service.cql2.text import read as read_cql2
from service.dashboards import address, amounts, charts, conditions, drawing, picture, steps
from service.dashboards.charts import Mark
from service.dashboards.texts import TEXTS
from service.parameters import BadParameterError
from service.usage.kinds import Known, use_of
from tests.conftest import ROOT

VALUES = st.one_of(st.none(), st.booleans(), st.integers(-(10**9), 10**9), st.text(max_size=12).filter(str.isprintable))


@settings(deadline=None)  # other work on the machine is no fault
@given(st.lists(st.tuples(st.sampled_from(["kind", "year", "not", "in"]), VALUES), min_size=1, max_size=4))
def test_conditions_are_cql2_and_come_apart_as_they_were_put_together(pairs: list[tuple[str, object]]) -> None:
    pairs = [(name, value) for name, value in pairs if conditions.equals(name, value) is not None]
    terms = list(dict.fromkeys(str(conditions.equals(name, value)) for name, value in pairs))
    whole = conditions.both(*terms)
    if whole is None:
        assert not pairs
        return
    read_cql2(whole)
    assert conditions.terms(whole) == terms
    for name, value in pairs[:1]:
        is_one, found = conditions.chosen(whole, name)
        assert is_one
        assert found == (value if value is None or isinstance(value, bool | str) else str(value))
        rest = conditions.without(whole, name)
        assert rest is None or all(conditions.of_column(term) != name for term in conditions.terms(rest))


def test_a_text_that_cannot_be_written_is_no_condition() -> None:
    assert conditions.equals("kind", "a\\") is None
    assert conditions.equals("kind", "\\'") is None
    assert conditions.equals("kind", "a\\b") == "kind = 'a\\b'"


def test_what_others_wrote_stays_one_condition() -> None:
    other = "year BETWEEN 1 AND 2 OR kind = 'a AND b'"
    assert conditions.terms(other) == [other]
    assert conditions.both(other, "kind = 'x'") == f"({other}) AND kind = 'x'"
    assert conditions.chosen(other, "kind") == (False, None)


def test_an_address_is_that_of_the_map() -> None:
    params = {"where.graves": "kind = 'č & d'", "where.gone": "x = 1", "date": "2026-05-01", "lang": "cs"}
    found = address.read(params, "/cs/dashboards/memory", "cs", ["graves"])
    assert found.where == {"graves": "kind = 'č & d'"}
    again = address.read({"where.graves": found.where["graves"], "date": "2026-05-01"}, found.path, "cs", ["graves"])
    assert again == found
    assert found.to(anchor="kind").endswith("date=2026-05-01#kind")
    assert found.narrowed("graves", None).to() == "/cs/dashboards/memory?date=2026-05-01"
    with pytest.raises(BadParameterError):
        address.read({"date": "tomorrow"}, "/", "cs", [])


@settings(deadline=None)  # other work on the machine is no fault
@given(st.lists(st.floats(0.5, 1e6), min_size=1, max_size=40))
def test_areas_of_a_treemap_are_as_large_as_their_shares_and_fill_it(values: list[float]) -> None:
    values.sort(reverse=True)
    made = charts.treemap([Mark(str(n), value) for n, value in enumerate(values)], "", str)
    boxes = [shape.box if isinstance(shape, drawing.Cell) else shape for shape in made.shapes]
    assert len(boxes) == len(values)
    for value, box in zip(values, boxes, strict=True):
        assert isinstance(box, drawing.Box)
        assert box.width * box.height / made.height == pytest.approx(value / sum(values), rel=1e-6)
        assert -1e-9 <= box.x <= box.x + box.width <= 1 + 1e-9
        assert -1e-9 <= box.y <= box.y + box.height <= made.height + 1e-6


def test_bars_are_as_long_as_their_figures_and_text_of_strangers_is_text() -> None:
    marks = [Mark("<script>", 40, 20, "#ff0000", "/cs/map?a=1&b=2"), Mark('"b"', 10, 0)]
    made = charts.bars(marks, "a & b", str)
    text = str(drawing.on_a_page(made))
    root = ElementTree.fromstring(text)
    bars = [each for each in root.iter("rect") if each.get("class", "").startswith("bar")]
    widths = [float(bar.get("width", "").rstrip("%")) for bar in bars]
    assert widths[0] / widths[1] == pytest.approx(4, rel=1e-2)
    assert [each.text for each in root.iter("text")] == ["<script>", "40", '"b"', "10"]
    assert "style=" not in text
    assert ElementTree.fromstring(f"<svg>{drawing.in_pixels(made, 600)[0]}</svg>") is not None


def test_steps_between_are_drawn_too() -> None:
    part = TimelinePart(id="a", title={}, kind="timeline", dataset="x", by="day", step="month")
    known = [(date(2025, 11, 1), (3,), 3), (date(2026, 2, 1), (1,), 1)]
    assert [step for step, _, _ in steps.filled(known, part)] == [
        date(2025, 11, 1),
        date(2025, 12, 1),
        date(2026, 1, 1),
        date(2026, 2, 1),
    ]


@pytest.mark.parametrize(
    ("language", "millions", "length", "small"),
    [
        ("cs", "1,2\xa0mil.\xa0Kč", "12,3\xa0km", "<\xa01\xa0%"),
        ("de", "1,2\xa0Mio.\xa0Kč", "12,3\xa0km", "<\xa01\xa0%"),
        ("pl", "1,2\xa0mln\xa0Kč", "12,3\xa0km", "<\xa01%"),
        ("en", "1.2 million\xa0Kč", "12.3\xa0km", "<\xa01%"),
    ],
)
def test_figures_are_written_as_the_language_has_them(language: str, millions: str, length: str, small: str) -> None:
    assert amounts.scale("Kč", 2e6, whole=True).told(1_234_567, language) == millions
    assert amounts.scale("m", 12_345, whole=False).told(12_345, language) == length
    assert amounts.share(1, 1000, language) == small


def test_pictures_have_letters_of_all_languages() -> None:
    """Each letter of the four languages leaves ink; one that the font lacks would leave a box, the same for all."""
    import resvg_py

    drawn = {}
    for letter in "ěščřžýáíéúůďťňąćęłńóśźżäöüßĚŁŻÄ":
        text = f'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><text y="30">{letter}</text></svg>'
        drawn[letter] = bytes(
            resvg_py.svg_to_bytes(
                svg_string=text,
                skip_system_fonts=True,
                font_files=picture._FONTS,  # noqa: SLF001 (the very letters of pictures)
                font_family="DejaVu Sans",
            )
        )
    assert len(set(drawn.values())) == len(drawn)


def test_every_shipped_dashboard_is_right_and_said_in_four_languages() -> None:
    catalogue, report = read_catalogue(ROOT / "collections")
    assert catalogue is not None
    assert list(report) == []
    assert {"memory", "infrastructure", "plans", "budget", "portal-usage"} <= set(catalogue.dashboards)
    for board in catalogue.dashboards.values():
        assert all(set(text) == {"cs", "de", "pl", "en"} for text in _titles(board)), board.id
        for condition in re.findall(r'where: "([^"]*)"', board.path.read_text(encoding="utf-8")):
            read_cql2(condition)


def _titles(board: Dashboard) -> list[Text]:
    parts = [part.title for part in board.parts]
    return [board.title, *parts, *(choice.title for choice in board.choices)]


def test_findings_have_their_plurals() -> None:
    said = [TEXTS.text("finding.anniversaries", "pl", n=n, year="2026") for n in (1, 3, 5)]
    assert len(set(said)) == 3


KNOWN = Known({"lamps", "budget"}, {"budget", "memory"}, {"cs", "de"})
HTML, JSON = b"text/html; charset=utf-8", b"application/geo+json"


@pytest.mark.parametrize(
    ("path", "media_type", "headers", "use"),
    [
        ("/ogc/collections/lamps/items", JSON, {}, ("lamps", "data")),
        ("/ogc/collections/lamps/items", JSON, {b"sec-fetch-site": b"same-origin"}, ("lamps", "map")),
        ("/ogc/collections/lamps/items", HTML, {}, ("lamps", "list")),
        ("/ogc/collections/lamps", HTML, {}, ("lamps", "page")),
        ("/ogc/collections/lamps/tiles/WebMercatorQuad/1/2/3", b"", {}, ("lamps", "map")),
        ("/ogc/collections/lamps/downloads/3/lamps.gpkg", b"", {}, ("lamps", "download")),
        ("/ogc/collections/secret/items", JSON, {}, None),
        ("/cs/datasets/lamps/quality", HTML, {}, ("lamps", "page")),
        ("/cs/dashboards/memory/event.png", b"image/png", {}, ("memory", "dashboard")),
        ("/cs/dashboards/secret", HTML, {}, None),
        ("/de/", HTML, {}, ("home", "page")),
        ("/cs/map", HTML, {}, ("map", "page")),
        ("/xx/map", HTML, {}, None),
        ("/health/ready", JSON, {}, None),
        ("/assets/main-1.js", b"text/javascript", {}, None),
        ("/cs/map", HTML, {b"user-agent": b"Mozilla/5.0 (compatible; Googlebot/2.1)"}, None),
    ],
)
def test_what_a_request_counts_as(
    path: str, media_type: bytes, headers: dict[bytes, bytes], use: tuple[str, str] | None
) -> None:
    assert use_of(path, media_type, headers, KNOWN) == use


@pytest.mark.parametrize(
    ("count", "letters", "named"),
    [(6, 4, [0, 2, 4]), (5, 4, [0, 2, 4]), (30, 9, [0, 29]), (52, 4, [0, 17, 34, 51]), (2, 9, [0, 1])],
)
def test_columns_are_named_at_even_distances(count: int, letters: int, named: list[int]) -> None:
    marks = [Mark(str(n).zfill(letters), 1.0 + n) for n in range(count)]
    _, *names = [each for each in charts.timeline(marks, "t", str).shapes if isinstance(each, drawing.Words)]
    assert [int(each.text) for each in names] == named


def test_a_long_name_stands_in_lines_that_a_phone_has_room_for() -> None:
    drawn = charts.bars([Mark("Preußisch-Österreichischer Krieg (1866)", 10), Mark("b", 3)], "t", str)
    words = [each for each in drawn.shapes if isinstance(each, drawing.Words) and each.look == "label"]
    assert [each.text for each in words] == ["Preußisch-Österreichischer", "Krieg (1866)", "b"]
    boxes = [each for each in drawn.shapes if isinstance(each, drawing.Box)]
    assert words[1].y < boxes[0].y < words[2].y < boxes[1].y < drawn.height
