"""The database is away, or too many come: pages say so in the portal's look and when to come again, and lose nothing.

A form that could not be taken is sent again from the very page that says so, as a browser without a script does it.
"""

import re
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg2
import pytest
import requests
from lxml import html
from psycopg2.extensions import make_dsn, parse_dsn

from desk.model import Account
from service.mistakes.pace import MOST
from tests import postgis
from tests.integration.desk.municipality import HOME, PASSWORD
from tests.integration.service.running import Client
from tests.integration.service.town import Town, town
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("unhurried")
LANGUAGES = ("cs", "de", "pl", "en")
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
PAGES = (
    "/{}/",
    "/{}/datasets/municipalities",
    "/{}/map?view=list&layers=municipalities",
    "/{}/here?lat=50.77&lon=15.05",
    "/{}/news",
)
ANYWHERE = ("/ogc/collections/municipalities/items?lang={}", "/desk/submissions?lang={}")
SAID = "Obec má „jiné“ hranice\nnež v <katastru>."


@pytest.fixture(scope="module")
def desk(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with postgis.clone(cluster) as dsn, pytest.MonkeyPatch.context() as patched:
        patched.setattr("service.desk.forms.FORMS", 2)  # one for each sender
        patched.setattr("service.desk.forms.PATIENCE", 0.2)
        with town(dsn, tmp_path_factory.mktemp("again")) as made:
            yield made


@contextmanager
def away(desk: Town) -> Iterator[None]:
    """Keep everybody out of the desk's database until the block ends."""
    dsn = desk.office.settings.database_url or ""
    name = parse_dsn(dsn)["dbname"]

    def let(in_: bool) -> None:
        with closing(psycopg2.connect(make_dsn(dsn, dbname="postgres"))) as connection, connection.cursor() as cursor:
            cursor.execute("UPDATE pg_database SET datallowconn = %s WHERE datname = %s", [in_, name])
            connection.commit()
            cursor.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", [name])

    let(False)
    try:
        yield
    finally:
        let(True)


def sent_again(visitor: Client, refused: requests.Response) -> requests.Response:
    """Send the form on the page of a refusal, as a browser does."""
    [form] = [each for each in html.fromstring(refused.text).forms if each.method == "POST"]
    assert form.action in {None, ""}
    return visitor.post(refused.request.path_url, data=dict(form.form_values()))


def test_pages_say_when_to_come_again_in_the_portals_look_and_language(desk: Town) -> None:
    with away(desk):
        for language in LANGUAGES:
            for path in (*PAGES, *ANYWHERE):
                answer = desk.client.get(path.format(language), headers=BROWSER)
                assert answer.status_code == 503, (language, path)
                page = html.fromstring(answer.text)
                seconds = answer.headers["Retry-After"]
                [lead] = page.find_class("lead")
                told = {seconds} | ({"minut"} if seconds == "60" else set())
                assert any(each in lead.text_content().lower() for each in told), (path, lead.text_content())
                assert page.get("lang") == language
                assert page.cssselect(f"header a[href='/{language}/']")
                assert page.cssselect(f"nav a[href='/{language}/map']")
                assert page.cssselect("main a.button[href='']")
            answer = desk.client.get(
                f"/ogc/collections/municipalities/items?lang={language}", headers={"Accept": "application/json"}
            )
            assert answer.headers["Content-Type"] == "application/problem+json"
            assert answer.headers["Retry-After"] in answer.json()["detail"]
        assert desk.client.get("/cs/map").status_code in {200, 503}  # without the app it is the list


def test_a_report_of_a_mistake_survives_and_tries_that_fail_do_not_count(desk: Town) -> None:
    given = {"dataset": "municipalities", "feature": HOME, "said": SAID, "email": "jana@example.org", "website": ""}
    with away(desk):
        refused = desk.client.post("/cs/mistakes/new", data=given, headers=BROWSER)
        for _ in range(MOST):
            refused = sent_again(desk.client, refused)
            assert refused.status_code == 503
        [shown] = html.fromstring(refused.text).find_class("as-written")
        assert shown.text_content() == SAID
    answer = sent_again(desk.client, refused)
    assert answer.status_code == 303
    number = int(re.findall(r"\d+", answer.headers["Location"])[0])
    with closing(psycopg2.connect(desk.office.settings.database_url or "")) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT said, email, feature FROM desk.mistake WHERE id = %s", [number])
        [(said, *rest)] = cursor.fetchall()
    assert (said.replace("\r\n", "\n"), rest) == (SAID, ["jana@example.org", HOME])


def test_who_reports_too_often_keeps_what_was_typed_and_is_told_when_to_come_again(desk: Town) -> None:
    given = {"dataset": "municipalities", "said": SAID}
    answers = [desk.client.post("/de/mistakes/new", data=given, headers=BROWSER) for _ in range(MOST + 1)]
    assert [each.status_code for each in answers] == [*[303] * MOST, 429]
    assert answers[-1].headers["Retry-After"] == "3600"
    assert html.fromstring(answers[-1].text).get_element_by_id("said").text_content().strip() == SAID


def test_an_officers_answer_survives_and_a_password_is_not_given_back(desk: Town, home: Account) -> None:
    number = desk.client.post("/cs/mistakes/new", data={"dataset": "municipalities", "feature": HOME, "said": SAID})
    officer = desk.visitor(home)
    given = {"number": re.findall(r"\d+", number.headers["Location"])[0], "state": "fixed", "answer": "Opraveno dnes."}
    with away(desk):
        refused = officer.post("/desk/mistakes?lang=cs", data=given, headers=BROWSER)
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "60")
        signing = {"email": home.email, "password": PASSWORD}
        in_vain = desk.client.post("/desk/sign-in?lang=cs", data=signing, headers=BROWSER)
        assert (in_vain.status_code, PASSWORD in in_vain.text, home.email in in_vain.text) == (503, False, True)
        changing = {"old": PASSWORD, "new": "nové heslo 17", "again": "nové heslo 17"}
        in_vain = officer.post("/desk/account?lang=cs", data=changing, headers=BROWSER)
        assert (in_vain.status_code, "heslo 17" in in_vain.text) == (503, False)
        assert "Načtěte tuto stránku znovu" in in_vain.text
    assert sent_again(officer, refused).status_code == 303
    unanswered = officer.post("/desk/mistakes?lang=cs", data={**given, "state": "pending"}, headers=BROWSER)
    assert unanswered.status_code == 422
    assert (
        "Opraveno dnes."
        in html.fromstring(unanswered.text).get_element_by_id(f"answer-{given['number']}").text_content()
    )


def test_a_form_that_gets_no_place_in_a_crowd_is_given_back_too(desk: Town) -> None:
    host, port = desk.client.address.removeprefix("http://").split(":")
    given = {"dataset": "municipalities", "said": SAID}
    with socket.create_connection((host, int(port))) as slow:  # takes the sender's place and never ends
        slow.sendall(
            f"POST /cs/mistakes/new HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: 99\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n\r\nsaid=".encode()
        )
        until(lambda: desk.client.post("/desk/sign-out").status_code == 503)
        refused = desk.client.post("/cs/mistakes/new", data=given, headers=BROWSER)
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
        assert "za 5 s." in refused.text
    until(lambda: desk.client.post("/desk/sign-out").status_code != 503)
    assert sent_again(desk.client, refused).status_code == 303
