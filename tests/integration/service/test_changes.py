"""The change feed and the past of a collection, through loads, edits and a rollback."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from catalogue import read_catalogue
from etl import pipeline
from tests import postgis
from tests.integration.service.conftest import _settings
from tests.integration.service.editing import COUNT, Editing, editing, feature, loaded_features
from tests.waiting import until


@pytest.fixture
def areas(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editing]:
    """The collection, served and editable."""
    with postgis.clone(cluster) as dsn, editing(_settings(dsn, tmp_path_factory.mktemp("changes"))) as started:
        yield started


def now() -> str:
    time.sleep(0.01)
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def changes(areas: Editing, since: int | str, **params: Any) -> list[tuple[int, str]]:
    """All changes, over as many pages as there are."""
    answer, found = areas.get("/changes", params={"since": since, **params}), []
    while True:
        assert answer.status_code == 200, answer.text
        document = answer.json()
        found += [(each["id"], each["change"]) for each in document["changes"]]
        rest = [link["href"] for link in document["links"] if link["rel"] == "next"]
        if not rest:
            return found
        answer = areas.client.get(rest[0])


def test_changes_are_net_and_paged(areas: Editing) -> None:
    first = areas.get("/changes?since=1").json()
    assert first["changes"] == []
    batch, start = first["batch"], now()
    areas.send("POST", body=feature(500))
    areas.send("PATCH", "/items/500", {"properties": {"name": "again"}})
    areas.send("PATCH", "/items/3", {"properties": {"name": "three"}})
    areas.send("PATCH", "/items/3", {"properties": {"name": "three!"}})
    areas.send("DELETE", "/items/4")
    areas.send("POST", body=feature(501))
    areas.send("DELETE", "/items/501")
    expected = [(3, "updated"), (4, "deleted"), (500, "inserted")]
    assert changes(areas, batch) == changes(areas, batch, limit=1) == changes(areas, start) == expected
    document = areas.get("/changes", params={"since": batch}).json()
    told = {each["id"]: each for each in document["changes"]}
    assert told[3]["feature"]["properties"]["name"] == "three!"
    assert told[4]["feature"] is None
    assert told[500]["feature"]["geometry"]["type"] == "MultiPolygon"
    assert batch < told[3]["batch"] < told[4]["batch"] < document["batch"]
    assert changes(areas, document["batch"]) == []
    answer = areas.get("/changes", params={"since": batch})
    assert (
        areas.get("/changes", params={"since": batch}, headers={"If-None-Match": answer.headers["etag"]}).status_code
        == 304
    )
    [feed] = [link["href"] for link in areas.get().json()["links"] if "/collections/areas/changes" in link["href"]]
    assert areas.get(feed[feed.index("/changes") :]).json()["changes"] == []


def test_a_deleted_feature_that_came_again_was_changed(areas: Editing) -> None:
    batch = areas.get("/changes?since=1").json()["batch"]
    areas.send("DELETE", "/items/4")
    areas.send("POST", body=feature(4))
    assert changes(areas, batch) == [(4, "updated")]
    catalogue, _ = read_catalogue(areas.settings.collections)
    assert catalogue is not None
    pipeline.rollback(catalogue.datasets["areas"], areas.settings, to=batch)
    until(lambda: changes(areas, batch) == [(4, "updated")])


def test_features_as_they_were(areas: Editing) -> None:
    before, start = areas.get("/items/3").json(), now()
    areas.send("PATCH", "/items/3", {"properties": {"name": "three"}})
    areas.send("DELETE", "/items/4")
    between = now()
    areas.send("PATCH", "/items/3", {"properties": {"name": "three!"}})
    areas.send("POST", body=feature(500))

    def at(moment: str, **params: Any) -> Any:
        answer = areas.get("/items", params={"limit": 7, "as-of": moment, **params})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def names(moment: str, **params: Any) -> dict[int, str]:
        found: dict[int, str] = {}
        document = at(moment, **params)
        while True:
            found |= {each["id"]: each["properties"]["name"] for each in document["features"]}
            rest = [link["href"] for link in document["links"] if link["rel"] == "next"]
            if not rest:
                assert len(found) == document["numberMatched"]
                return found
            document = areas.client.get(rest[0]).json()

    then, middle, today = names(start), names(between), names(now())
    assert len(then) == COUNT
    assert (then[3], middle[3], today[3]) == (before["properties"]["name"], "three", "three!")
    assert (4 in then, 4 in middle, 500 in middle, 500 in today) == (True, False, False, True)
    box = {"bbox": "14,50,16,52"}
    assert names(start, **box) == then
    item = areas.get("/items/4", params={"as-of": start})
    assert (item.status_code, areas.get("/items/4").status_code) == (200, 404)
    assert areas.get("/items/3", params={"as-of": start}).json()["properties"] == before["properties"]
    assert names(start, filter="code <= 4") == {code: name for code, name in then.items() if code <= 4}


def test_before_the_history_there_is_an_answer_that_says_so(areas: Editing) -> None:
    for path in (
        "/items?as-of=2001-01-01",
        "/items/3?as-of=2001-01-01",
        "/changes?since=2001-01-01",
        "/changes?since=0",
    ):
        answer = areas.get(path, headers={"Accept-Language": "en"})
        assert answer.status_code == 400, path
        assert "from 20" in answer.json()["detail"]
    for path in (
        "/items?as-of=soon",
        "/items?as-of=2020-01-01/2021-01-01",
        "/changes",
        "/changes?since=x",
        "/changes?since=1&after=x",
    ):
        assert areas.get(path).status_code == 400, path
    early = now()
    columns = {"code": {"type": "integer", "required": True}, "name": {"title": {"cs": "Název"}}}
    outcome = areas.load([*loaded_features()[:5]], columns=columns, map=None)
    assert outcome.road == "replacement"
    until(lambda: areas.get("/items").json()["numberMatched"] == 5)
    answer = areas.get("/items", params={"as-of": early}, headers={"Accept-Language": "en"})
    assert (answer.status_code, f"batch {outcome.batch}" in answer.json()["detail"]) == (400, True)
    assert areas.get("/items", params={"as-of": now()}).json()["numberMatched"] == 5
