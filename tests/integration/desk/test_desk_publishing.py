"""Publishing: plan, predecessor and collections in one transaction; refused or failed, nothing has happened."""

import json
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from commands.publishing import publisher
from desk import publish
from desk.database import Connection
from desk.errors import NotPublished
from desk.states import State
from etl import pipeline
from etl.store import together
from tests.integration.desk.municipality import EAST, FED, HOME, Office, changed, good, of_the_east


def query(office: Office, statement: str) -> list[tuple[Any, ...]]:
    with closing(psycopg2.connect(office.settings.database_url)) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def standing(office: Office) -> dict[str, str]:
    return dict(query(office, "SELECT municipality, standing FROM data.plan_coverage"))


def test_published_superseded_and_taken_back(office: Office, tmp_path: Path) -> None:
    home, region, desk = office.officer(HOME), office.officer(None), office.desk
    first = office.published(home, region, good(tmp_path / "a"))
    assert (first.state, first.trouble, first.task) == (State.PUBLISHED, None, None)
    [(areas, codes)] = query(office, "SELECT count(*), string_agg(code, ' ' ORDER BY code) FROM data.zoning_elements")
    assert "LU" in codes
    assert query(office, "SELECT municipality, elements FROM data.spatial_plans") == [(HOME, areas)]
    assert standing(office) == {HOME: "published", EAST: "none"}
    second = office.published(home, region, changed(tmp_path / "b"))
    assert (second.state, second.follows) == (State.PUBLISHED, first.id)
    assert desk.submissions.get(None, first.id).state is State.SUPERSEDED
    [(after,)] = query(office, "SELECT string_agg(code, ' ' ORDER BY code) FROM data.zoning_elements")
    assert after != codes
    desk.decisions.ask_to_unpublish(region, second.id, "soud plán zrušil")
    assert desk.submissions.get(region, second.id).task == "unpublish"
    office.work()
    assert desk.submissions.get(region, second.id).state is State.ACCEPTED
    assert desk.submissions.get(None, first.id).state is State.PUBLISHED
    assert query(office, "SELECT string_agg(code, ' ' ORDER BY code) FROM data.zoning_elements") == [(codes,)]
    reasons = [event.reason for event in desk.submissions.events(region, first.id)]
    assert reasons[-1] == "soud plán zrušil"
    desk.decisions.ask_to_unpublish(region, first.id, "a ten první také")
    office.work()
    assert query(office, "SELECT count(*) FROM data.zoning_elements") == [(0,)]
    assert standing(office) == {HOME: "accepted", EAST: "none"}


def test_two_municipalities_share_the_collections(office: Office, tmp_path: Path) -> None:
    home, east, region = office.officer(HOME), office.officer(EAST), office.officer(None)
    office.published(home, region, good(tmp_path / "a"))
    submission = office.handed_in(east, of_the_east(tmp_path / "b"))
    summary = office.desk.checks.get(submission.check).summary
    assert summary is not None
    for rule in summary["errors"]:  # the two nets do not meet corner by corner
        office.desk.decisions.waive(region, submission.id, rule, "hranice se teprve zaměří")
    office.desk.decisions.accept(region, submission.id)
    office.desk.decisions.ask_to_publish(region, submission.id)
    office.work()
    assert standing(office) == {HOME: "published", EAST: "published"}
    [(told,)] = query(office, f"SELECT waived FROM data.plan_coverage WHERE municipality = '{EAST}'")
    assert (told or "").count("hranice se teprve zaměří") == len(summary["errors"])
    [(one, areas), (other, as_many)] = query(
        office, "SELECT municipality, count(*) FROM data.zoning_elements GROUP BY 1 ORDER BY 1"
    )
    assert (one, other) == (HOME, EAST)
    assert areas == as_many > 10


def test_an_error_anywhere_leaves_everything_as_it_was(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, region = office.officer(HOME), office.officer(None)
    first = office.published(home, region, good(tmp_path / "a"))
    second = office.accepted(home, region, changed(tmp_path / "b"))
    before, real, seen = _all(office), together.Part.publish, list[str]()

    def breaks(part: together.Part, *judged: Any) -> Any:
        seen.append(part.dataset.id)
        outcome = real(part, *judged)
        if len(seen) == breaks_at:
            raise RuntimeError(part.dataset.id)
        return outcome

    for breaks_at in range(1, len(FED) + 2):
        seen.clear()
        monkeypatch.setattr(together.Part, "publish", breaks)
        with pytest.raises(RuntimeError):
            publish.publish(office.desk.database, second.id, region, publisher(office.settings))
        monkeypatch.setattr(together.Part, "publish", real)
        assert len(seen) == breaks_at
        assert _all(office) == before
        assert office.desk.submissions.get(region, first.id).state is State.PUBLISHED
        assert office.desk.submissions.get(region, second.id).state is State.ACCEPTED
        assert query(office, "SELECT FROM pg_class WHERE relnamespace = 'staging'::regnamespace") == []
    for _ in range(2):  # done twice, it has an effect once
        publish.publish(office.desk.database, second.id, region, publisher(office.settings))
    assert office.desk.submissions.get(region, second.id).state is State.PUBLISHED
    assert _all(office) != before


def test_a_collection_that_refuses_is_told_with_its_reason(office: Office, tmp_path: Path) -> None:
    home, region = office.officer(HOME), office.officer(None)
    file = office.settings.collections / "zoning-elements.yml"
    file.write_text(file.read_text(encoding="utf-8").replace("min_rows: 0", "min_rows: 1000"), encoding="utf-8")
    submission = office.accepted(home, region, good(tmp_path / "a"))
    office.desk.decisions.ask_to_publish(region, submission.id)
    office.work()
    refused = office.desk.submissions.get(region, submission.id)
    assert (refused.state, refused.task) == (State.ACCEPTED, None)
    assert refused.trouble is not None
    assert refused.trouble["key"] == "collection-refused"
    assert refused.trouble["values"]["dataset"] == "zoning-elements"
    told = NotPublished(refused.trouble["key"], **refused.trouble["values"])
    assert "1" in told.text("cs")
    assert "zoning-elements" in (office.desk.submissions.events(region, submission.id)[-1].reason or "")
    assert query(office, "SELECT to_regclass('data.zoning_elements'), to_regclass('data.spatial_plans')") == [
        (None, None)
    ]
    assert query(office, "SELECT state FROM krajina.batch WHERE dataset = 'zoning-elements'") == [("refused",)]


def test_a_fault_of_ours_is_tried_again_and_then_told(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from desk import worker

    home, region = office.officer(HOME), office.officer(None)
    submission = office.accepted(home, region, good(tmp_path / "a"))
    office.desk.decisions.ask_to_publish(region, submission.id)
    monkeypatch.setattr(worker, "MOST_TRIES", 1)

    def away(_: Callable[[Connection], None]) -> None:
        raise OSError("disk gone")

    office.work(away)
    assert office.desk.submissions.get(region, submission.id).trouble == {"key": "desk-fault", "values": {}}
    assert office.desk.submissions.possible(region, office.desk.submissions.get(region, submission.id)) >= {"publish"}


def test_readers_see_all_of_it_or_nothing(office: Office, tmp_path: Path) -> None:
    home, region = office.officer(HOME), office.officer(None)
    office.published(home, region, good(tmp_path / "a"))
    second = office.accepted(home, region, changed(tmp_path / "b"))
    states, stop = set[tuple[Any, ...]](), threading.Event()

    def read() -> None:
        with closing(psycopg2.connect(office.settings.database_url)) as connection:
            while not stop.is_set():
                with connection, connection.cursor() as cursor:
                    cursor.execute(
                        "SELECT (SELECT max(id) FROM desk.submission WHERE state = 'published'),"
                        " (SELECT md5(string_agg(code, ' ' ORDER BY id)) FROM data.zoning_elements),"
                        " (SELECT version FROM data.plan_coverage WHERE municipality = '999101'),"
                        " (SELECT string_agg(batch::text, ' ' ORDER BY dataset) FROM krajina.current"
                        "  WHERE dataset IN ('zoning-elements', 'plan-coverage'))"
                    )
                    states.update(cursor.fetchall())

    reader = threading.Thread(target=read)
    reader.start()
    publish.publish(office.desk.database, second.id, region, publisher(office.settings))
    stop.set()
    reader.join()
    assert len(states) <= 2
    assert len({each[0] for each in states}) == len(states)


def test_services_hear_of_it_at_the_commit_and_not_before(office: Office, tmp_path: Path) -> None:
    home, region = office.officer(HOME), office.officer(None)
    submission = office.accepted(home, region, good(tmp_path / "a"))
    fed = [each for each in office.catalogue.datasets.values() if each.id != "municipalities"]
    heard = []
    with closing(psycopg2.connect(office.settings.database_url)) as ear, ear.cursor() as cursor:
        ear.autocommit = True
        cursor.execute("LISTEN krajina_published")

        def at_each_step(_step: str, _rows: int = 0, /) -> None:
            cursor.execute("SELECT 1")
            heard.append(len(ear.notifies))

        def listened_to(change: Callable[[Connection], None]) -> None:
            pipeline.publish_together(fed, office.catalogue, office.settings, change, progress=at_each_step)

        publish.publish(office.desk.database, submission.id, region, listened_to)
        cursor.execute("SELECT 1")
        told = {json.loads(each.payload)["dataset"] for each in ear.notifies}
    assert set(heard) == {0}
    assert told == {each.id for each in fed}


def _all(office: Office) -> list[Any]:
    """Return everything that is published, but for the numbers of batches that only a reader of the ledger sees."""
    tables = ("spatial_plans", "zoning_elements", "supplementary_regulations", "plan_coverage")
    rows = "SELECT to_jsonb(x) FROM data.{} x ORDER BY to_jsonb(x)::text"
    return [
        *(query(office, rows.format(name)) for name in tables),
        query(office, "SELECT id, state, published FROM desk.submission WHERE state <> 'accepted' ORDER BY id"),
        query(office, "SELECT dataset, batch FROM krajina.current ORDER BY 1"),
    ]
