"""The report: what its files hold, what nobody can put into them, how large it gets."""

import json
import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from findings import LANGUAGES, Level
from plans.delivery import Delivery
from plans.fault import Fault
from plans.model import Elements, Place
from plans.report import jsonlines, page, places
from plans.report.map import Leaflet
from plans.report.packing import SCALE, packed
from plans.report.places import bounded, shapes_of
from plans.report.texts import Words
from plans.rules.all import RULES
from plans.rules.run import Checked, Judged
from tests.contrast import contrast
from tests.unit.plans.reporting import EVIL, checked_of, judged_of, plan_of, written


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    plan = plan_of(1000, corners=50)
    warned, refused = judged_of(plan, Level.WARNING, 40), judged_of(plan, Level.ERROR, 300)
    skipped = Judged(next(iter(RULES.values())), Level.ERROR, skipped="no-territory", plan=0)
    return written(tmp_path_factory.mktemp("report"), checked_of(plan, warned, refused, skipped))


class Text(HTMLParser):
    """What a page says, and every element with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self._deaf = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._deaf = tag in {"script", "style"}

    def handle_endtag(self, tag: str) -> None:
        self._deaf = self._deaf and tag not in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if not self._deaf:
            self.said.append(data)

    def ids(self) -> list[str]:
        return [str(attributes["id"]) for _, attributes in self.elements if "id" in attributes]


def summary_of(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    return found


def test_the_summary_counts_all_and_says_the_verdict(folder: Path) -> None:
    found = summary_of(folder)
    assert found["verdict"] == "refused"
    assert found["counts"] == {"error": 300, "warning": 40, "note": 0}
    assert found["plans"][0]["counts"]["areas"] == 1000
    assert {rule["state"] for rule in found["rules"]} == {"failed", "skipped"}
    assert found["tolerances"]["vertex"] == 0.01
    assert sum(zone["areas"] for zone in found["harmonised"][0]["zones"]) == 1000
    assert next(stage["seconds"] for stage in found["stages"] if stage["stage"] == "files") == 0.5


def test_the_lines_are_all_faults_errors_first_with_places_on_the_earth(folder: Path) -> None:
    lines = list(jsonlines.read(folder / "report.jsonl"))
    assert [line["n"] for line in lines] == list(range(1, 341))
    assert [line["level"] for line in lines] == ["error"] * 300 + ["warning"] * 40
    west, south, east, north = shapely.from_geojson(json.dumps(lines[0]["where"])).bounds
    assert 14.8 < west < east < 15.1
    assert 50.7 < south < north < 51.0


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_is_one_small_file_that_asks_for_nothing(folder: Path, language: str) -> None:
    page = (folder / f"report.{language}.html").read_text(encoding="utf-8")
    assert len(page.encode()) < 1_000_000
    found = Text(page)
    assert [tag for tag, _ in found.elements if tag in {"link", "img", "iframe", "object", "base", "form"}] == []
    assert [attributes for _, attributes in found.elements if {"src", "srcset", "style"} & set(attributes)] == []
    policy = next(attributes["content"] for tag, attributes in found.elements if "http-equiv" in attributes)
    assert "default-src 'none'" in str(policy)
    assert "unsafe" not in str(policy)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["report", "verdict"])
def test_what_a_plan_says_stays_text(folder: Path, name: str, language: str) -> None:
    page = (folder / f"{name}.{language}.html").read_text(encoding="utf-8")
    assert "<img" not in page
    assert "{{7*7}}" in page.replace("\\u007b", "{")
    assert "\u202e" not in page


def test_a_page_can_be_read_aloud_and_printed(folder: Path) -> None:
    found = Text((folder / "report.en.html").read_text(encoding="utf-8"))
    tags = [tag for tag, _ in found.elements]
    assert tags.count("h1") == tags.count("main") == 1
    assert tags.count("table") == tags.count("caption")
    assert len(found.ids()) == len(set(found.ids()))
    links = [str(each["href"]) for tag, each in found.elements if tag == "a"]
    assert {link[1:] for link in links if link.startswith("#")} <= set(found.ids())
    assert "@media print" in page.asset("report.css")


def test_a_page_carries_its_policy(folder: Path) -> None:
    html = (folder / "verdict.en.html").read_text(encoding="utf-8")
    [said] = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    assert unescape(said) == page.policy([page.style()], [])


def test_a_kind_lists_its_first_faults_and_counts_all(folder: Path) -> None:
    html = (folder / "report.en.html").read_text(encoding="utf-8")
    said = "".join(Text(html).said)
    assert html.count('<li id="fault-') == 25 + 25
    assert "300 times" in said
    assert "… and 275 more" in said
    assert Words("en").skipped("no-territory") in said


def test_without_leaflet_the_text_is_whole_and_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plans.report.map.leaflet", lambda: None)
    plan = plan_of(4)
    bare = written(tmp_path, checked_of(plan, judged_of(plan, Level.ERROR, 2)))
    page = (bare / "report.en.html").read_text(encoding="utf-8")
    assert Words("en").text("map.not-built") in page
    assert "<script" not in page
    assert page.count('id="fault-') == 2


def test_a_plan_without_a_crs_is_drawn_but_not_placed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plans.report.map.leaflet", lambda: Leaflet("", ""))
    plan = plan_of(4, crs=None)
    folder = written(tmp_path, checked_of(plan, judged_of(plan, Level.ERROR, 2)))
    assert summary_of(folder)["drawn"]["placed"] is False
    assert all(line["where"] is None for line in jsonlines.read(folder / "report.jsonl"))
    assert json.loads((folder / "plan.geojson").read_text(encoding="utf-8"))["features"] == []
    assert 'id="map"' in (folder / "report.en.html").read_text(encoding="utf-8")


def test_nothing_that_can_be_read_gives_a_report_too(tmp_path: Path) -> None:
    rule = RULES["files.unknown"]
    fault = Fault(rule.id, {"files": (EVIL,)}, place=Place(EVIL))
    folder = written(tmp_path, Checked(Delivery(), (), (Judged(rule, Level.ERROR, (fault,)),)))
    assert summary_of(folder)["verdict"] == "unreadable"
    for language in LANGUAGES:
        page = (folder / f"verdict.{language}.html").read_text(encoding="utf-8")
        assert Words(language).text("verdict.unreadable") in page


def test_broken_coordinates_have_no_place(tmp_path: Path) -> None:
    plan = plan_of(4)
    shapes = [shapely.Point(np.nan, 1), shapely.from_wkt("POLYGON EMPTY"), None, shapely.Point(np.inf, 0)]
    rows = tuple(replace(row, geometry=shape) for row, shape in zip(plan.areas, shapes, strict=True))
    plan = replace(plan, areas=Elements(rows))
    folder = written(tmp_path, checked_of(plan, judged_of(plan, Level.ERROR, 4)))
    text = (folder / "report.jsonl").read_text(encoding="utf-8")
    assert "NaN" not in text
    assert "Infinity" not in text


def test_a_fault_has_few_corners_and_drawn_lines_are_exact_beside_it(folder: Path) -> None:
    circle = shapely.Point(0, 0).buffer(1000, quad_segs=5000)
    assert shapely.get_num_coordinates(bounded(shapes_of([circle, None]))[0]) <= places.MOST_VERTICES
    features = json.loads((folder / "plan.geojson").read_text(encoding="utf-8"))["features"]
    corners = {
        f["properties"]["object"]: len(f["geometry"]["coordinates"][0]) for f in features if f["properties"]["object"]
    }
    assert corners["0"] > 40
    assert corners["999"] == 5
    assert 0 < summary_of(folder)["drawn"]["vertices"] < 26_500


def test_packed_geometries_are_the_geometries() -> None:
    hole = shapely.Polygon([(0, 0), (4, 0), (4, 4), (0, 4)], [[(1, 1), (2, 1), (2, 2)]])
    mixed = shapely.GeometryCollection(
        [shapely.MultiPoint([(1, 2), (3, 4)]), shapely.LineString([(0, 0), (1, 1)]), hole]
    )
    first, second = packed(shapes_of([hole, mixed]))
    assert [len(ring) // 2 for ring in first["a"]] == [5, 4]
    assert second["p"] == [[SCALE, 2 * SCALE], [3 * SCALE, 4 * SCALE]]
    assert second["l"] == [[0, 0, SCALE, SCALE]]
    assert np.cumsum(np.reshape(first["a"][1], (-1, 2)), axis=0).tolist()[-1] == [SCALE, SCALE]


@pytest.mark.parametrize("name", ["--error", "--warning", "--note", "--ok", "--ink-2", "--ink"])
def test_colours_of_text_stand_out_from_their_ground(name: str) -> None:
    colours: dict[str, str] = dict(re.findall(r"(--[\w-]+): (#[0-9a-f]{3,6})", page.style()))
    ground = colours.get(f"{name}-tint") or colours["--sheet-2"]
    assert contrast(colours[name], ground) >= 4.5
