"""The portal's own pages: in four languages at their own addresses, written from the catalogue and the load log."""

from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest
from defusedxml import ElementTree

from findings import LANGUAGES
from settings import Settings
from tests import postgis
from tests.integration.service import region
from tests.integration.service.conftest import _settings
from tests.integration.service.running import Client, running

ATOM = "{http://www.w3.org/2005/Atom}"
PAGES = ("", "news", "help", "contact", "accessibility", "here")


@pytest.fixture(scope="module")
def world(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Client, Settings, str]]:
    folder = tmp_path_factory.mktemp("portal-pages")
    with postgis.clone(cluster) as dsn:
        settings = _settings(dsn, folder)
        for name, more in {"lakes": {}, "secrets": {"access": "internal"}}.items():
            region.write(settings.collections, name, crs="EPSG:4326", **more)
            region.publish(dsn, region.dataset(settings.collections, name), region.areas("EPSG:4326", 8))
        with running(settings) as client:
            yield client, settings, dsn


@pytest.mark.parametrize("page", PAGES)
def test_each_page_is_there_in_each_language_and_leads_to_the_others(
    world: tuple[Client, Settings, str], page: str
) -> None:
    client = world[0]
    titles = set()
    for language in LANGUAGES:
        answer = client.get(f"/{language}/{page}")
        assert answer.status_code == 200, answer.text
        assert f'<html lang="{language}">' in answer.text
        assert answer.headers["content-language"] == language
        for other in LANGUAGES:
            assert f'href="/{other}/{page}"' in answer.text
        titles.add(answer.text.partition("<h1>")[2].partition("</h1>")[0])
    assert len(titles) >= 2 or page == ""  # cs, de and pl call it Kontakt


def test_an_unknown_language_is_no_address(world: tuple[Client, Settings, str]) -> None:
    answer = world[0].get("/xx/news", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    czech = world[0].get("/cs/nowhere", headers={"Accept": "text/html", "Accept-Language": "de"})
    assert (czech.status_code, czech.headers["content-language"]) == (404, "cs")
    assert 'href="/de/nowhere"' in czech.text
    slashes = world[0].get("//example.org/x", headers={"Accept": "text/html"})
    assert 'href="/example.org/x?lang=de"' in slashes.text  # a link that led to another host would be an open door
    assert "//example.org" not in slashes.text


@pytest.mark.parametrize(
    ("typed", "meant"),
    {
        "/cs": "/cs/",
        "/de/help/": "/de/help",
        "/de/map/?at=9/50/15": "/de/map?at=9/50/15",
        "/news": "/pl/news",
        "/datasets/": "/pl/datasets",
        "/search/?q=a": "/search?q=a",
        "/desk/": "/desk",
        "/ogc/collections/": "/ogc/collections",
        "/cs/datasets/roads/": "/cs/datasets/roads",
    }.items(),
)
def test_an_address_as_people_type_it_leads_to_the_page(
    world: tuple[Client, Settings, str], typed: str, meant: str
) -> None:
    asked = {"Accept": "text/html", "Accept-Language": "pl"}
    answer = world[0].get(typed, headers=asked)
    assert (answer.status_code, answer.headers["location"]) == (307, meant)
    assert world[0].get(typed, headers={"Accept": "application/json"}).status_code == 404


@pytest.mark.parametrize(
    "path", ["//example.org/", "/%5Cexample.org/", "/cs/nowhere/", "/xx/", "/robots.txt", "/%0d%0a/"]
)
def test_an_address_that_means_nothing_leads_nowhere(world: tuple[Client, Settings, str], path: str) -> None:
    answer = world[0].get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 404


def test_a_page_that_has_not_changed_is_not_sent_again(world: tuple[Client, Settings, str]) -> None:
    client = world[0]
    for page in ("", "news", "help"):
        tag = client.get(f"/cs/{page}").headers["etag"]
        assert client.get(f"/cs/{page}", headers={"If-None-Match": tag}).status_code == 304


def entries(client: Client, **params: str) -> list[tuple[str, str]]:
    answer = client.get("/news.atom", params=params)
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(answer.text)
    for name in ("id", "title", "updated", "author"):
        assert feed.find(f"{ATOM}{name}") is not None, name
    found = feed.findall(f"{ATOM}entry")
    texts = [(each.findtext(f"{ATOM}id", ""), each.findtext(f"{ATOM}title", "")) for each in found]
    assert len({id_ for id_, _ in texts}) == len(texts)
    return texts


def loaded(dsn: str, dataset: str, day: str, road: str, *counts: int) -> None:
    """Write into the ledger what a load writes there: features inserted, updated, deleted."""
    with closing(psycopg2.connect(dsn)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO krajina.batch (dataset, state, definition, road, finished, inserted, updated, deleted)"
            " VALUES (%s, 'published', '{}', %s, %s::date + time '12:00', %s, %s, %s)",
            (dataset, road, day, *counts),
        )


def test_the_news_are_the_load_log_of_what_the_reader_may_see(world: tuple[Client, Settings, str]) -> None:
    client, _, dsn = world
    loaded(dsn, "lakes", "2026-03-01", "first", 8, 0, 0)
    loaded(dsn, "lakes", "2026-03-02", "difference", 1, 2, 0)
    loaded(dsn, "lakes", "2026-03-02", "difference", 0, 3, 1)
    loaded(dsn, "lakes", "2026-03-03", "difference", 0, 0, 0)
    loaded(dsn, "secrets", "2026-03-04", "first", 8, 0, 0)
    (day, changed), (_, first) = entries(client, lang="en")
    assert day.endswith("/news/lakes/2026-03-02")  # two loads of a day are one entry, one that changed nothing is none
    assert changed.endswith(": 1 new feature, 5 changed, 1 removed")
    assert first.endswith(": published for the first time: 8 new features")
    assert "secrets" not in client.get("/cs/news").text
    assert entries(client, lang="de", dataset="lakes")[0][1].endswith(": 1 neues Objekt, 5 geänderte, 1 entferntes")
    assert len(client.get("/cs/news?before=2026-03-02").text.split('<ul class="news">')) == 2
    assert client.get("/news.atom?dataset=secrets").status_code == 400
    assert client.get("/cs/news?before=2000-01-01").text.count("<time") == 0


def test_the_statement_says_what_was_tried_and_what_is_missing(world: tuple[Client, Settings, str]) -> None:
    text = world[0].get("/en/accessibility").text
    assert "WCAG 2.2 AA" in text
    assert "dia.gov.cz" in text
    assert text.count("<li>", text.index('class="todo"')) >= 5
    assert "the map&#39;s tools" in text
    assert "<li>mapa: nástroje</li>" in world[0].get("/cs/accessibility").text
