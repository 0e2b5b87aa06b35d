"""Search: what people type, as they type it, and what must come first; loaded by the loader, asked over HTTP."""

import html
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import shapely
from shapely.geometry import mapping

from catalogue import read_catalogue
from etl import pipeline
from tests import postgis
from tests.integration.service import region
from tests.integration.service.conftest import _settings
from tests.integration.service.running import Client, running

# fmt: off
TOWNS = (
    "Hrádek nad Nisou", "Hradec Králové", "Liberec", "Praha", "Jablonec nad Nisou",
    "Karlovy Vary", "České Budějovice", "Smržovka", "Brno", "Most", "Wrocław",
    "Jelenia Góra", "Zgorzelec", "Bolesławiec", "Łódź", "Kraków", "Katowice", "Görlitz", "Zittau", "Großschönau",
)
# fmt: on
ADDRESSES = [
    ("Školní 12", "Liberec"),
    ("Školní 120", "Liberec"),
    ("Školní 12", "Smržovka"),
    ("Liberecká 1", "Praha"),
    ("náměstí Míru 1", "Brno"),
    ("Hrádecká 7", "Praha"),
    ("Bahnhofstraße 5", "Zittau"),
    ("Berliner Straße 17", "Görlitz"),
    ("Marienkirche", "Görlitz"),
    ("ul. Szkolna 3", "Zgorzelec"),
    ("Kościelna 7", "Wrocław"),
    ("Długa 2", "Bolesławiec"),
    ("Lipová 123/5", "Liberec"),
    ("Lipová 88/7", "Liberec"),
    ("Lipová 240/50", "Liberec"),
    ("Lipová 31", "Smržovka"),
    ("Lipowa 5", "Zgorzelec"),
    ("Lindenweg 7a", "Zittau"),
    ("Lindenweg 9 b", "Zittau"),
    ("Hradec Králové 12", "Hradec Králové"),
]
POSTCODES = {"Liberec": "460 01", "Zgorzelec": "59-900", "Zittau": "02763", "Smržovka": "468 51"}
FIRST = {
    # case and accents
    "liberec": "Liberec",
    "LODZ": "Łódź",
    "grossschonau": "Großschönau",
    "Goerlitz": "Görlitz",
    # as far as it has been typed
    "jab": "Jablonec nad Nisou",
    "hrádek n": "Hrádek nad Nisou",
    "Školní 12": "Školní 12",
    # inflection in Czech, Polish and German
    "v Hrádku": "Hrádek nad Nisou",
    "do Hradce Králové": "Hradec Králové",
    "v Liberci": "Liberec",
    "v Praze": "Praha",
    "v Jablonci nad Nisou": "Jablonec nad Nisou",
    "v Karlových Varech": "Karlovy Vary",
    "v Českých Budějovicích": "České Budějovice",
    "ve Smržovce": "Smržovka",
    "v Brně": "Brno",
    "v Mostě": "Most",
    "we Wrocławiu": "Wrocław",
    "w Jeleniej Górze": "Jelenia Góra",
    "w Zgorzelcu": "Zgorzelec",
    "z Bolesławca": "Bolesławiec",
    "w Łodzi": "Łódź",
    "w Krakowie": "Kraków",
    "w Katowicach": "Katowice",
    "na Szkolnej": "ul. Szkolna 3",
    "przy Długiej": "Długa 2",
    "in der Berliner Straße": "Berliner Straße 17",
    # typing errors
    "Libreec": "Liberec",
    "Smrzofka": "Smržovka",
    "Vroclaw": "Wrocław",
    "Zgozelec": "Zgorzelec",
    "Budjovice": "České Budějovice",
    "Grosschönau": "Großschönau",
    "brmo": "Brno",
    "bahnhofstarsse 5": "Bahnhofstraße 5",
    # kinds of streets, long, short and left out
    "Bahnhofstr.": "Bahnhofstraße 5",
    "Bahnhofstrasse 5 Zittau": "Bahnhofstraße 5",
    "Berliner Str. 17": "Berliner Straße 17",
    "Szkolna 3": "ul. Szkolna 3",
    "ulica Kościelna": "Kościelna 7",
    "ul. Koscielna 7, Wrocław": "Kościelna 7",
    "ulice Školní 12 v Liberci": "Školní 12",
    "nám. Míru": "náměstí Míru 1",
    # several words in any order, more than is there, a part of a word
    "brno namesti miru": "náměstí Míru 1",
    "Liberec, Školní 12, 460 01": "Školní 12",
    "Kirche Görlitz": "Marienkirche",
    # a number, however it is written
    "Lipová 123/5": "Lipová 123/5",
    "Lipová 5": "Lipová 123/5",
    "Lipová 123": "Lipová 123/5",
    "na Lipové 5": "Lipová 123/5",
    "v Lipové ulici 5": "Lipová 123/5",
    "5 Lipová": "Lipová 123/5",
    "lipova c.p. 123": "Lipová 123/5",
    "Lipová č. 5, Liberec": "Lipová 123/5",
    "Liberec, Lipová 5": "Lipová 123/5",
    "460 01 Liberec, Lipová 5": "Lipová 123/5",
    "Lipová 31, 46851 Smržovka": "Lipová 31",
    "Školní 12 468 51": "Školní 12",
    "ul. Lipowa 5": "Lipowa 5",
    "Lipowa 5, 59-900 Zgorzelec": "Lipowa 5",
    "Lindenweg 7 a": "Lindenweg 7a",
    "Lindenweg 9b": "Lindenweg 9 b",
    "Lindenweg 7a, 02763 Zittau": "Lindenweg 7a",
    "Bahnhofstr. 5": "Bahnhofstraße 5",
    "Hradec Králové 12": "Hradec Králové 12",
    "v Hradci Králové 12": "Hradec Králové 12",
}
MISSING = {
    # what is asked, its number, what is nearest
    "Lipová 6, Liberec": ("6", "Lipová 123/5"),
    "Lipová 999, Smržovka": ("999", "Lipová 31"),
    "Lindenweg 7c": ("7c", "Lindenweg 7a"),
    "na Lipové 124, 460 01 Liberec": ("124", "Lipová 123/5"),
    "Libová 49": ("49", "Lipová 240/50"),
    "Hradec Králové 40": ("40", "Hradec Králové"),
}
"""Numbers that nothing has."""


@pytest.fixture(scope="module")
def client(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    folder = tmp_path_factory.mktemp("search")
    with postgis.clone(cluster) as dsn:
        settings = _settings(dsn, folder)
        _write(settings.collections)
        catalogue, report = read_catalogue(settings.collections)
        assert catalogue is not None, list(report.text("en"))
        for dataset in catalogue.datasets.values():
            assert pipeline.run(dataset, catalogue, settings).state == "published"
        region.token(dsn, "open sesame")
        with running(settings) as started:
            yield started


def _write(folder: Path) -> None:
    """Write towns side by side, addresses in them, and a dataset for the office with the same words and one more."""
    named = {"code": {"type": "integer", "required": True}, "name": {}}
    plain = {"crs": "EPSG:4326", "map": {"label": "name", "search": ["name"]}}
    here = {"part": "municipality"}
    region.write(
        folder,
        "towns",
        **plain,
        columns=named,
        here=here,
        sources=_source("towns"),
        title={"cs": "Obce", "en": "Towns"},
    )
    searched = {"label": "name", "search": ["name", "town", "postcode"]}
    columns = named | {"town": {}, "postcode": {}}
    region.write(
        folder, "addresses", crs="EPSG:4326", geometry="Point", map=searched, columns=columns,
        sources=_source("addresses"), title={"cs": "Adresní místa", "de": "Adressen", "en": "Addresses"},
        keywords={"cs": ["domy"]},
    )  # fmt: skip
    region.write(folder, "secrets", **plain, columns=named, access="internal", sources=_source("secrets"))
    squares = {
        name: shapely.MultiPolygon([shapely.box(14 + n / 10, 50, 14.1 + n / 10, 51)]) for n, name in enumerate(TOWNS)
    }
    _features(folder, "towns", [({"name": name}, square) for name, square in squares.items()])
    houses = [
        ({"name": name, "town": town, "postcode": POSTCODES.get(town, "")}, squares[town].centroid)
        for name, town in ADDRESSES
    ]
    _features(folder, "addresses", houses)
    _features(folder, "secrets", [({"name": "Rozvodna Kryptonov"}, squares["Praha"])])


def _source(name: str) -> list[dict[str, str]]:
    return [{"kind": "geojson", "path": f"{name}.geojson"}]


def _features(folder: Path, name: str, rows: list[tuple[dict[str, str], Any]]) -> None:
    features = [
        {"type": "Feature", "properties": {"code": n, **values}, "geometry": mapping(shape)}
        for n, (values, shape) in enumerate(rows, 1)
    ]
    (folder / f"{name}.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))


def ask(client: Client, text: str, **headers: str) -> dict[str, Any]:
    answer = client.get("/search", params={"q": text, "lang": "en"}, headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize(("text", "first"), FIRST.items(), ids=FIRST)
def test_what_is_meant_comes_first(client: Client, text: str, first: str) -> None:
    assert [each["label"] for each in ask(client, text)["results"]][:1] == [first]


def test_the_town_of_a_postcode_is_meant(client: Client) -> None:
    first = ask(client, "Školní 12, 468 51")["results"][0]
    assert (first["label"], first["where"]) == ("Školní 12", ["Smržovka"])
    [only] = client.get("/search", params={"q": "Školní 468 51", "limit": 1}).json()["results"]
    assert only["where"] == ["Smržovka"]  # before others of that name fill the list


@pytest.mark.parametrize(("text", "told"), MISSING.items(), ids=MISSING)
def test_a_number_that_is_not_there_is_said(client: Client, text: str, told: tuple[str, str]) -> None:
    number, nearest = told
    found = ask(client, text)
    assert found["results"][0]["label"] == nearest
    assert found["number"]["asked"] == number
    assert nearest in found["number"]["text"]
    assert found["number"]["text"] in html.unescape(client.get("/en/search", params={"q": text}).text)


def test_a_number_that_is_there_is_not_said_to_be_missing(client: Client) -> None:
    for text in (*(each for each in FIRST if any(sign.isdigit() for sign in each)), "Liberec", "460 01", "Budova 3000"):
        assert ask(client, text)["number"] is None, text


@pytest.mark.parametrize("text", ["a b", "x, y", "a b c d e f g h i", "v a 1", "?? !!", "0 0", "ab cd", "' \" %"])
def test_words_that_tell_nothing_are_no_fault(client: Client, text: str) -> None:
    assert isinstance(ask(client, text)["results"], list)


def test_a_result_says_what_and_where_it_is(client: Client) -> None:
    first = ask(client, "skolni 12 smrzovka")["results"][0]
    assert (first["kind"], first["collection"], first["layer"]) == ("feature", "addresses", "Addresses")
    assert (first["label"], first["where"]) == ("Školní 12", ["Smržovka"])
    west, south, east, north = first["bbox"]
    assert first["point"] == [west, south] == [east, north]
    town = ask(client, "smržovka")["results"][0]
    assert (town["kind"], town["where"]) == ("municipality", [])


def test_what_is_internal_is_found_by_those_who_may_see_it(client: Client) -> None:
    for text in ("Kryptonov", "v Kryptonově", "Krypotnov"):
        assert ask(client, text)["results"] == []
        found = ask(client, text, authorization="Bearer open sesame")["results"]
        assert [each["label"] for each in found] == ["Rozvodna Kryptonov"]


def test_coordinates_are_a_place(client: Client) -> None:
    for text in ("50.7671 15.0562", "50°46'1.6\"N 15°3'22.3\"E", "-686 000 -974 000"):
        found = ask(client, text)
        assert found["results"] == []
        assert (found["places"][0]["lon"], found["places"][0]["lat"]) == pytest.approx((15.07, 50.77), abs=0.03)


def test_datasets_are_found_by_title_and_keyword_in_any_language(client: Client) -> None:
    for text in ("Adressen", "adresní místo", "domy", "addreses"):
        assert [each["id"] for each in ask(client, text)["datasets"]] == ["addresses"], text


def test_the_page_answers_without_a_script(client: Client) -> None:
    page = client.get("/cs/search", params={"q": "v Liberci"})
    assert page.status_code == 200
    assert '<a href="/cs/map?feature=towns/3">Liberec</a>' in page.text
    assert "/cs/here?feature=towns/3" in page.text
    assert client.get("/cs/search").status_code == 200
    evil = client.get("/de/search", params={"q": '<script>alert("1")</script>'})
    assert "<script>alert" not in evil.text
    assert client.get("/pl/search", params={"q": "x"}).status_code == 400
    assert client.get("/xx/search", params={"q": "Praha"}).status_code == 404
