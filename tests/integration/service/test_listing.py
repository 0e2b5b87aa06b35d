"""The list shows what the map shows: the same rows as the API finds, counted, sorted, paged, without a script."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from tests import postgis
from tests.integration.service import region
from tests.integration.service.conftest import _settings
from tests.integration.service.running import Client, running

BBOX = "14.90000,50.70000,15.10000,50.90000"
LIST = "/cs/map?view=list&layers=areas,later"
COUNT = 230
TIMED = {"first": {"type": "date"}, "last": {"type": "date"}}


@pytest.fixture(scope="module")
def world(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A service with 230 areas, plans that hold for a time, a layer that is not counted, and one that is hidden."""
    with postgis.clone(cluster) as dsn:
        settings = _settings(dsn, tmp_path_factory.mktemp("listing"))
        columns = region.BASE["columns"]
        region.write(settings.collections, "areas", map=region.BASE["map"] | {"visible": True})
        region.write(settings.collections, "later", columns=columns | TIMED, time=["first", "last"])
        region.write(settings.collections, "plenty", count="none")
        region.write(settings.collections, "secret", access="internal")
        for name, count in (("areas", COUNT), ("later", 12), ("plenty", 120), ("secret", 3)):
            dataset = region.dataset(settings.collections, name)
            rows = region.areas(dataset.crs, count)
            ends = [{"first": f"20{10 + at}-01-01", "last": f"20{10 + at}-12-31"} for at in range(count)]
            timed = [row | end for row, end in zip(rows, ends, strict=True)] if name == "later" else rows
            region.publish(dsn, dataset, timed)
        with running(settings) as started:
            yield started


def rows(client: Client, address: str) -> list[str]:
    """Return the features of the rows of all pages of the list, in order."""
    found: list[str] = []
    while address:
        page = client.get(address).text
        found += re.findall(r'data-row="[^/"]+/([^"]+)"', page)
        onward = re.search(r'<a href="([^"]+)" rel="next"', page)
        address = unescape(onward[1]) if onward else ""
    return found


def ids(client: Client, collection: str, query: str = "") -> set[str]:
    found = client.get(f"/ogc/collections/{collection}/items?f=json&limit=100{query}").json()
    assert found["numberMatched"] <= 100
    return {str(feature["id"]) for feature in found["features"]}


def count(page: str) -> str:
    text = re.search(r'id="count">(.*?)</p>', page, re.DOTALL)
    assert text
    return unescape(text[1]).replace("\xa0", " ")


def test_every_row_of_a_layer_stands_on_one_page_and_is_counted(world: Client) -> None:
    first = world.get(f"{LIST}&table=areas")
    assert count(first.text) == "230 řádků. Zobrazeny řádky 1 až 50."
    found = rows(world, f"{LIST}&table=areas")
    assert sorted(found, key=int) == [str(each) for each in range(1, COUNT + 1)]


@pytest.mark.parametrize(
    "query", [f"bbox={BBOX}", "where.areas=use%20IN%20(%27CZ%27,%27PL%27)%20AND%20size%20%3E%3D%2060", "at=13/50.8/15"]
)
def test_the_rows_are_those_that_the_api_finds(world: Client, query: str) -> None:
    page = world.get(f"{LIST}&{query}").text
    file = re.search(r'<a href="(/ogc/collections/areas/items[^"]+f=json[^"]*)"', page)
    assert file
    found = rows(world, f"{LIST}&{query}")
    assert 0 < len(found) < COUNT
    assert set(found) == {str(each["id"]) for each in world.get(unescape(file[1])).json()["features"]}
    assert count(page).startswith(f"{len(found)} řád")


def test_extent_filter_and_day_hold_together_and_for_every_layer(world: Client) -> None:
    filter_ = quote("open = TRUE OR size < 30")
    asked = f"{LIST}&bbox={BBOX}&where.areas={filter_}&date=2012-06-01"
    assert set(rows(world, asked)) == ids(world, "areas", f"&bbox={BBOX}&filter={filter_}")
    assert set(rows(world, f"{asked}&table=later")) == ids(world, "later", f"&bbox={BBOX}&datetime=2012-06-01")
    everywhere = set(rows(world, f"{LIST}&date=2012-06-01&table=later"))
    assert everywhere == {"3"}
    tab = re.search(r'data-key="tab-2">Plochy <span class="small">(.*?)</span>', world.get(asked).text)
    assert tab
    assert tab[1].startswith(str(len(rows(world, f"{asked}&table=later"))))


def test_rows_are_sorted_by_any_column_as_people_read_it(world: Client) -> None:
    features = {
        str(each["id"]): each["properties"]
        for offset in (0, 100, 200)
        for each in world.get(f"/ogc/collections/areas/items?f=json&limit=100&offset={offset}").json()["features"]
    }
    upwards = [features[each]["size"] for each in rows(world, f"{LIST}&sort=size")]
    known = [each for each in upwards if each is not None]
    assert known == sorted(known)
    assert upwards[len(known) :] == [None] * (COUNT - len(known))
    downwards = [features[each]["size"] for each in rows(world, f"{LIST}&sort=-size")]
    assert downwards[: len(known)] == known[::-1]
    codes = [features[each]["use"] for each in rows(world, f"{LIST}&sort=use")]
    listed = list(dict.fromkeys(code for code in codes if code))
    order = list(world.get("/ogc/collections/areas/schema?f=json").json()["properties"]["use"]["enum"])
    assert listed == [code for code in order if code in listed]
    names = [features[each]["name"] for each in rows(world, LIST)]
    assert names == sorted(names), "Hloubka before Žďár, and the numbers of each as text"


def test_a_head_sorts_and_says_how_it_is_sorted(world: Client) -> None:
    page = world.get(f"{LIST}&sort=size").text
    head = re.search(r'<th[^>]*aria-sort="ascending"[^>]*><a href="([^"]+)"', page)
    assert head
    assert parse_qs(urlsplit(unescape(head[1])).query)["sort"] == ["-size"]
    assert len(re.findall("aria-sort", page)) == 1


def test_a_layer_that_is_not_counted_is_paged_all_the_same(world: Client) -> None:
    asked = "/cs/map?view=list&layers=plenty&bbox=14.8,50.6,15.3,51"
    assert count(world.get(asked).text).startswith("více než 50 řádků")
    found = rows(world, asked)
    assert set(found) == set(rows(world, f"{asked}&sort=-name"))
    assert 50 < len(found) < 120


def test_each_row_leads_to_its_record_to_the_map_and_to_what_applies(world: Client) -> None:
    page = world.get(f"{LIST}&bbox={BBOX}&where.areas=code%20%3C%2050").text
    ref = re.search(r'data-row="(areas/\d+)"', page)
    assert ref
    collection, _, id_ = ref[1].partition("/")
    record = re.search(rf'<a href="(/ogc/collections/{collection}/items/{id_}\?[^"]+)"', page)
    on_map = re.search(rf'<a href="([^"]+)" data-ref="{ref[1]}"', page)
    here = re.search(rf'<a href="(/cs/here\?feature={collection}%2F{id_})"', page)
    assert record
    assert on_map
    assert here
    assert world.get(unescape(record[1])).status_code == 200
    assert world.get(unescape(here[1])).status_code == 200
    state = {name: value for name, [value] in parse_qs(urlsplit(unescape(on_map[1])).query).items()}
    assert state["feature"] == ref[1]
    assert state["where.areas"] == "code < 50"
    assert "view" not in state
    _, lat, lon = map(float, state["at"].split("/"))
    west, south, east, north = _box(world, id_)
    assert west <= lon <= east
    assert south <= lat <= north


def _box(client: Client, id_: str) -> tuple[float, float, float, float]:
    shape = client.get(f"/ogc/collections/areas/items/{id_}?f=json").json()["geometry"]
    points = [point for polygon in shape["coordinates"] for ring in polygon for point in ring]
    lons, lats = [x for x, _ in points], [y for _, y in points]
    return min(lons), min(lats), max(lons), max(lats)


def test_a_form_leads_to_the_address_of_what_it_means(world: Client) -> None:
    fields = "in.use.CZ=1&none.use=1&from.size=&to.size=12,5&part.name=%C5%BD%C4%8F&flag.open="
    sent = f"{LIST}&table=areas&date=2024-01-01&set=filter&{fields}"
    answer = world.get(sent)
    assert answer.status_code == 303
    state = {name: value for name, [value] in parse_qs(urlsplit(answer.headers["Location"]).query).items()}
    clauses = ["ACCENTI(CASEI(name)) LIKE ACCENTI(CASEI('%Žď%'))", "(use IN ('CZ') OR use IS NULL)", "size <= 12.5"]
    assert sorted(state["where.areas"].split(" AND ")) == sorted(clauses)
    assert state["date"] == "2024-01-01"
    page = world.get(answer.headers["Location"]).text
    assert 'value="12.5"' in page
    assert 'value="Žď"' in page
    assert "nejvýše 12,5 ha" in page
    emptied = world.get(f"{LIST}&table=areas&where.areas=size%20%3E%3D%201&set=filter").headers["Location"]
    assert "where" not in emptied
    ticked = world.get("/pl/map?view=list&layers=areas&set=layers&on.later=1&on.areas=1").headers["Location"]
    assert parse_qs(urlsplit(ticked).query)["layers"] == ["areas,later"]
    in_panel = world.get("/cs/map/list?layers=areas&view=list&set=layers&on.later=1").headers["Location"]
    assert in_panel.startswith("/cs/map/list?layers=later")


def test_a_filter_that_cannot_be_understood_is_told_and_shows_no_rows(world: Client) -> None:
    answer = world.get(f"{LIST}&where.areas={quote('size > ')}")
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert "data-row" not in answer.text
    assert ">size &gt; </textarea>" in answer.text
    assert world.get(f"{LIST}&where.areas={quote('size > ')}&table=later").status_code == 200
    assert world.get(f"{LIST}&table=areas&set=filter&from.size=much").status_code == 400


def test_a_page_beyond_the_last_leads_to_the_last(world: Client) -> None:
    answer = world.get(f"{LIST}&page=77")
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("page=5")


def test_nothing_internal_and_nothing_private_is_listed(world: Client) -> None:
    page = world.get("/cs/map/list?layers=secret,areas&columns=all&table=secret&feature=secret/1&where.secret=1").text
    assert page.count("data-row") == 50
    assert "secret" not in page
    assert "tajný" not in page
    assert "owner" not in page


def test_the_same_list_is_not_sent_twice(world: Client) -> None:
    first = world.get(LIST)
    again = world.get(LIST, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_a_browser_without_a_script_is_led_from_the_map_to_the_list(world: Client) -> None:
    page = world.get("/de/map?at=11/50.8/15&layers=areas&where.areas=size%20%3E%2060").text
    led = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', page)
    address = unescape(led[1]) if led else "/de/map?at=11/50.8/15&layers=areas&where.areas=size%20%3E%2060&view=list"
    listed: dict[str, Any] = parse_qs(urlsplit(address).query)
    assert listed["view"] == ["list"]
    assert listed["where.areas"] == ["size > 60"]
    assert "data-row" in world.get(address).text


@pytest.mark.parametrize("language", ["cs", "de", "pl", "en"])
def test_the_page_of_a_feature_names_it_and_leads_onward(world: Client, language: str) -> None:
    answer = world.get(f"/ogc/collections/areas/items/1?f=html&lang={language}")
    assert answer.status_code == 200
    assert "<h1>Žďár 1</h1>" in answer.text
    [map_, here, listed] = re.findall(r'<ul class="actions">(.*?)</ul>', answer.text, re.DOTALL)[0].split("</li>")[:3]
    assert f"/{language}/map?at=" in map_
    assert "feature=areas/1" in map_
    assert f"/{language}/here?feature=areas%2F1" in here
    address = re.search('href="([^"]+)"', listed)
    assert address
    assert 'data-row="areas/1"' in world.get(unescape(address[1])).text
    code = re.search(r'<img src="(/qr.svg[^"]+)"', answer.text)
    assert code
    assert world.get(unescape(code[1])).status_code == 200
