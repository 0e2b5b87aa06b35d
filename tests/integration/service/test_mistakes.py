"""Reporting a mistake: without an account, not shown before an officer reads it, without traces of the sender."""

import re
from collections.abc import Iterator
from typing import Any

import psycopg2
import pytest
import requests

from desk.model import Account
from service.mistakes.pace import MOST, SECONDS, Pace
from tests import postgis
from tests.integration.desk.municipality import EAST, HOME
from tests.integration.service.town import Town, town

pytestmark = pytest.mark.usefixtures("unhurried")
LANGUAGES = ("cs", "de", "pl", "en")
WRONG = "Obec má jiné hranice než v katastru."


@pytest.fixture(scope="module")
def desk(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with postgis.clone(cluster) as dsn, town(dsn, tmp_path_factory.mktemp("mistakes")) as made:
        yield made


def sent(desk: Town, **fields: str) -> requests.Response:
    given = {"dataset": "municipalities", "feature": HOME, "said": WRONG, "email": "jana@example.org", **fields}
    return desk.client.post("/cs/mistakes/new", data=given)


def reported(desk: Town, **fields: str) -> int:
    answer = sent(desk, **fields)
    assert answer.status_code == 303, answer.text
    number = re.fullmatch(r"/cs/mistakes/(\d+)\?thanks", answer.headers["Location"])
    assert number
    return int(number.group(1))


def kept(desk: Town, number: int) -> dict[str, Any]:
    with psycopg2.connect(desk.office.settings.database_url or "") as connection, connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(m) FROM desk.mistake m WHERE id = %s", [number])
        found: dict[str, Any] = (cursor.fetchone() or ({},))[0]
    return found


def test_the_form_says_whom_it_reaches_in_every_language(desk: Town) -> None:
    for language in LANGUAGES:
        page = desk.client.get(f"/{language}/mistakes/new?dataset=municipalities&feature={HOME}")
        assert (page.status_code, page.headers["Content-Language"]) == (200, language)
        assert "Domov" in page.text
        assert not re.search(r"\{\w+\}|None", page.text)
        assert desk.client.get(f"/{language}/mistakes").status_code == 200
    assert desk.client.get("/cs/mistakes/new?dataset=municipalities&feature=nothing").status_code == 404
    assert desk.client.get("/cs/mistakes/new?dataset=nothing").status_code == 404


def test_a_report_is_read_answered_and_loses_the_address(desk: Town, home: Account) -> None:
    number = reported(desk)
    row = kept(desk, number)
    assert (row["municipality"], row["feature"], row["email"]) == (HOME, HOME, "jana@example.org")
    public = desk.client.get(f"/cs/mistakes/{number}").text
    assert re.search(rf"items/{HOME}\?[^>]*>Domov</a> <span class=\"small\">\({HOME}\)</span>", public)
    assert WRONG not in public
    officer = desk.visitor(home)
    office = officer.get("/desk/mistakes?lang=cs").text
    assert WRONG in office
    assert f">Domov ({HOME})</a>" in office
    assert "jana@example.org" in office
    opened = officer.post("/desk/mistakes", data={"number": str(number), "state": "open"})
    assert opened.status_code == 303
    public = desk.client.get(f"/cs/mistakes/{number}").text
    assert WRONG in public
    assert "jana@example.org" not in public
    unanswered = officer.post("/desk/mistakes", data={"number": str(number), "state": "fixed", "answer": " "})
    assert unanswered.status_code == 422
    officer.post("/desk/mistakes", data={"number": str(number), "state": "fixed", "answer": "Opraveno <b>dnes</b>."})
    assert kept(desk, number)["email"] is None
    assert "Opraveno &lt;b&gt;dnes&lt;/b&gt;." in desk.client.get(f"/en/mistakes/{number}").text


def test_only_those_who_are_concerned_decide(desk: Town) -> None:
    number = reported(desk)
    decision = {"number": str(number), "state": "removed"}
    assert desk.client.post("/desk/mistakes", data=decision).headers["Location"].startswith("/desk/sign-in")
    assert desk.client.get("/desk/mistakes").headers["Location"].startswith("/desk/sign-in")
    east = desk.visitor(desk.office.officer(EAST))
    assert WRONG not in east.get("/desk/mistakes").text
    assert east.post("/desk/mistakes", data=decision).status_code == 403
    foreign = {"Sec-Fetch-Site": "cross-site"}
    region = desk.visitor(desk.office.officer(None))
    assert region.post("/desk/mistakes", data=decision, headers=foreign).status_code == 403
    assert kept(desk, number)
    assert region.post("/desk/mistakes", data=decision).status_code == 303
    assert kept(desk, number) == {}
    assert desk.client.get(f"/cs/mistakes/{number}").status_code == 404


def test_what_cannot_be_used_is_told_beside_what_was_typed(desk: Town) -> None:
    for fields in ({"said": "krátké"}, {"email": "no address"}, {"said": "x" * 2001}):
        answer = sent(desk, **fields)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text
        assert (fields.get("said") or WRONG) in answer.text
    assert sent(desk, dataset="secrets").status_code == 404
    assert sent(desk, feature="x' OR 1=1").status_code == 404
    placed = reported(desk, feature="", lon="200", lat="95")
    assert kept(desk, placed)["lon"] is None


def test_programs_and_floods_are_kept_out(desk: Town) -> None:
    with psycopg2.connect(desk.office.settings.database_url or "") as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM desk.mistake")
        before = cursor.fetchone()
        trapped = sent(desk, website="https://spam.example")
        assert trapped.headers["Location"] == "/cs/mistakes"
        cursor.execute("SELECT count(*) FROM desk.mistake")
        assert cursor.fetchone() == before
    for _ in range(MOST):
        reported(desk)
    refused = sent(desk)
    assert refused.status_code == 429
    assert WRONG in refused.text


def test_the_pace_forgets_after_its_time() -> None:
    now = [0.0]
    pace = Pace(lambda: now[0])
    assert [pace.allows("a") for _ in range(MOST + 1)] == [True] * MOST + [False]
    assert pace.allows("b")
    now[0] = SECONDS + 1
    assert pace.allows("a")
