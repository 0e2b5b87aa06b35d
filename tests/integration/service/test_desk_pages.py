"""The desk's pages by HTTP: what is uploaded is checked and shown, to whom it may be, and never kept by anything."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from desk.model import Account
from tests import postgis
from tests.integration.desk.municipality import EAST, HOME, PASSWORD, changed, crossing, good
from tests.integration.service.town import AS_JSON, Town, tokened, town

LANGUAGES = ("cs", "de", "pl", "en")


@pytest.fixture(scope="module")
def desk(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with postgis.clone(cluster) as dsn, town(dsn, tmp_path_factory.mktemp("town")) as made:
        yield made


@pytest.fixture(scope="module")
def home(desk: Town) -> Account:
    return desk.office.officer(HOME)


@pytest.fixture(scope="module")
def east(desk: Town) -> Account:
    return desk.office.officer(EAST)


@pytest.fixture(scope="module")
def region(desk: Town) -> Account:
    return desk.office.officer(None)


@pytest.fixture(scope="module")
def broken(desk: Town, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The path of a check of a plan with an area that crosses itself."""
    return desk.checked(crossing(tmp_path_factory.mktemp("plan")))


@pytest.mark.parametrize("language", LANGUAGES)
def test_anybody_reads_what_to_mend_from_the_page_alone(desk: Town, broken: str, language: str) -> None:
    answer = desk.client.get(f"{broken}?lang={language}")
    assert (answer.status_code, answer.headers["Content-Language"]) == (200, language)
    assert '<section class="verdict refused"' in answer.text
    assert '<ol class="todo">' in answer.text
    assert f'src="{broken}/report.{language}.html#map-title"' in answer.text
    assert not re.search(r"\{\w+\}|None", answer.text)
    for page in ("/desk", "/desk/sign-in", "/desk/submissions", "/desk/rules"):
        assert desk.client.get(f"{page}?lang={language}").status_code == 200


def test_a_check_is_a_document_for_programs(desk: Town, broken: str) -> None:
    told = desk.client.get(broken, headers=AS_JSON).json()
    assert (told["state"], told["summary"]["verdict"]) == ("done", "refused")
    links = {each["title"]: each["href"] for each in told["links"] if each["rel"] == "related"}
    assert {"report.en.html", "summary.json", "report.jsonl"} <= set(links)
    for address in links.values():
        answer = desk.client.get(address)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
        head = desk.client.head(address)
        assert (head.status_code, head.content) == (200, b"")


def test_a_report_has_no_right_on_this_site(desk: Town, broken: str) -> None:
    report = desk.client.get(f"{broken}/report.cs.html")
    policy = report.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-scripts")
    assert "allow-same-origin" not in policy
    assert "connect-src" not in policy
    assert "default-src 'none'" in policy
    assert report.headers["Referrer-Policy"] == "no-referrer"
    data = desk.client.get(f"{broken}/faults.geojson")
    assert data.headers["Content-Disposition"].startswith("attachment")
    assert data.headers["X-Content-Type-Options"] == "nosniff"


def test_the_page_says_how_far_the_check_is(desk: Town, tmp_path: Path) -> None:
    address = desk.sent(good(tmp_path)).headers["Location"]
    waiting = desk.client.get(address)
    assert waiting.headers["Refresh"] == "2"
    assert "<progress" in waiting.text
    with desk.office.desk.database.transaction() as connection, connection.cursor() as cursor:
        for stage in ("start", "unpack", "read", "topology", "repair", "harmonise", "report", "unheard"):
            cursor.execute(
                "UPDATE desk.\"check\" SET state = 'running', stage = %s WHERE id = %s", [stage, address[-22:]]
            )
            connection.commit()
            assert desk.client.get(address).status_code == 200, stage
        cursor.execute("UPDATE desk.\"check\" SET state = 'queued' WHERE id = %s", [address[-22:]])
    desk.office.work()
    assert "Refresh" not in desk.client.get(address).headers


def test_what_a_sender_writes_is_shown_and_not_obeyed(desk: Town) -> None:
    name = '"><img src=x onerror=alert(1)>.zip'
    answer = desk.client.post(
        "/desk/checks?lang=en", data=b"no archive", params={"name": f"../../{name}"}, headers={"Content-Type": "x/y"}
    )
    assert answer.status_code == 303
    page = desk.client.get(answer.headers["Location"]).text
    assert "<img" not in page
    assert "&lt;img" in page
    desk.office.work()
    check = answer.headers["Location"].partition("?")[0]
    assert "<img" not in desk.client.get(check).text
    file = desk.client.get(f"{check}/summary.json")
    assert re.fullmatch(r'attachment; filename="[\w-]+\.json"', file.headers["Content-Disposition"])


def test_a_municipality_sees_no_drafts_of_another(
    desk: Town, home: Account, east: Account, region: Account, tmp_path: Path
) -> None:
    draft = desk.office.handed_in(home, good(tmp_path))
    page = f"/desk/submissions/{draft.id}"
    foreign, public, own, kraj = (desk.visitor(each) for each in (east, None, home, region))
    for visitor in (foreign, public):
        assert draft.id not in visitor.get("/desk/submissions").text
        assert draft.id not in visitor.get("/desk/submissions", headers=AS_JSON).text
        assert visitor.get(page, headers=AS_JSON).status_code == 404
    assert foreign.get(page).status_code == 404
    assert foreign.post(page, data={"action": "withdraw", "reason": "x"}).status_code == 404
    asked = public.get(page)
    assert asked.status_code == 303
    assert asked.headers["Location"].startswith("/desk/sign-in?")
    assert own.get(page).status_code == kraj.get(page).status_code == 200
    secret = desk.office.desk.tokens.make(east, "GIS", 1)
    assert desk.client.get(page, headers=tokened(secret)).status_code == 404
    assert own.post(page, data={"action": "accept"}).status_code == 403
    assert own.post(page, data={"action": "withdraw", "reason": "Chyba."}).status_code == 303


def test_from_handing_in_to_the_map_and_back(desk: Town, home: Account, region: Account, tmp_path: Path) -> None:
    officer, kraj = desk.visitor(home), desk.visitor(region)
    first = _published(desk, officer, kraj, good(tmp_path / "a"))
    page = kraj.get(first).text
    api = re.search(r'href="(/ogc/collections/zoning-elements/items[^"]+)"', page)
    assert api
    items = desk.client.get(api[1].replace("&amp;", "&"), headers=AS_JSON).json()
    assert items["numberMatched"] > 0
    assert re.search(r'href="/\w\w/map\?at=13/5\d\.\d+/1\d\.\d+&amp;layers=zoning-elements"', page)
    public = desk.client.get(first)
    assert public.status_code == 200
    assert "Officer" not in public.text  # who it was is for officers to know
    documents = desk.client.get(first, params={"lang": "en"}).text.split('id="documents"')[1].split("</section>")[0]
    assert re.search(r"<li>[^<]+\.txt <span[^>]*>– in the package that was handed in", documents)
    assert desk.client.get(first, headers=AS_JSON).json()["who"] == ""
    check = desk.checked(changed(tmp_path / "b"), municipality=HOME)
    assert 'name="in_force"' in officer.get(check).text
    wrong = officer.post("/desk/submissions", data={"check": check[-22:], "in_force": "20. 5. 2019"})
    assert wrong.status_code == 422
    assert "20. 5. 2019" in wrong.text
    form = {"check": check[-22:], "in_force": "2019-05-20"}
    handed = [officer.post("/desk/submissions", data=form).headers["Location"] for _ in range(2)]
    assert handed[0] == handed[1]  # the button was pressed twice
    other = officer.post("/desk/submissions", data=form | {"in_force": "2019-05-21"}).headers["Location"]
    assert other != handed[0]
    assert officer.post(other, data={"action": "withdraw", "reason": "Jiný den."}).status_code == 303
    desk.office.work()
    second = kraj.get(f"{handed[0]}&lang=en".replace("?lang=cs&", "?")).text
    assert "What changes" in second
    assert "changes use" in second
    assert kraj.post(handed[0], data={"action": "return"}).status_code == 422
    assert kraj.post(handed[0], data={"action": "return", "reason": "Zmenšete <b>."}).status_code == 303
    returned = officer.get(handed[0]).text
    assert "Zmenšete &lt;b&gt;." in returned
    assert 'class="button" href="/desk?lang=' in returned


def test_a_fault_is_accepted_with_a_reason_that_stays(
    desk: Town, home: Account, region: Account, tmp_path: Path
) -> None:
    draft = desk.office.handed_in(home, crossing(tmp_path))
    page, kraj = f"/desk/submissions/{draft.id}", desk.visitor(region)
    before = kraj.get(page).text
    rules = re.findall(r'name="rule" value="([\w.-]+)"', before)
    assert rules
    assert 'value="accept"' not in before
    refused = kraj.post(page, data={"action": "accept", "reason": "Spěchá."})
    assert (refused.status_code, 'role="alert"' in refused.text, "Spěchá." in refused.text) == (409, True, True)
    assert kraj.post(page, data={"action": "waive", "rule": rules[0], "reason": "Doloženo."}).status_code == 303
    assert "Doloženo." in kraj.get(page).text
    assert "Doloženo." in desk.visitor(home).get(page).text
    assert kraj.post(page, data={"action": "unwaive", "rule": rules[0]}).status_code == 303
    assert 'value="unwaive"' not in kraj.get(page).text


def test_an_officer_makes_tokens_and_revokes_them(desk: Town, tmp_path: Path) -> None:
    account = desk.office.officer(HOME, "tokens@example.org")
    person = desk.visitor(account)
    made = person.post("/desk/account", data={"action": "make", "label": "<b>GIS", "days": "30"})
    secret = re.search(r"<code>([\w-]{43})</code>", made.text)
    assert secret
    assert "&lt;b&gt;GIS" in made.text
    headers = tokened(secret[1])
    plan = good(tmp_path)
    handed = desk.client.post("/desk/submissions", files={"f": (plan.name, plan.read_bytes())}, headers=headers)
    assert (handed.status_code, handed.json()["municipality"], handed.json()["who"]) == (201, HOME, "<b>GIS")
    assert desk.client.get("/desk/account", headers=headers).status_code == 303  # not for programs
    assert person.post("/desk/account", data={"action": "make", "label": "x", "days": "9" * 30}).status_code == 422
    assert person.post("/desk/account", data={"action": "make", "label": "x", "municipality": EAST}).status_code == 422
    number = re.search(r'name="token" value="(\d+)"', person.get("/desk/account").text)
    assert number
    assert person.post("/desk/account", data={"action": "revoke", "token": number[1]}).status_code == 303
    refused = desk.client.get("/desk/submissions", headers=headers)
    assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, "Bearer")
    desk.office.work()


def test_a_changed_password_signs_all_others_out(desk: Town) -> None:
    account = desk.office.officer(HOME, "password@example.org")
    here, elsewhere = desk.visitor(account), desk.visitor(account)
    new = "jiné dlouhé heslo"
    wrong = {"action": "password", "old": "nevím, jaké bylo", "new": new, "again": new}
    assert here.post("/desk/account", data=wrong).status_code == 401
    assert here.post("/desk/account", data={**wrong, "old": PASSWORD, "again": "x"}).status_code == 422
    assert here.post("/desk/account", data={**wrong, "old": PASSWORD}).status_code == 200
    assert here.get("/desk/account").status_code == 200
    assert elsewhere.get("/desk/account").status_code == 303


def test_nothing_of_the_desk_is_kept_or_indexed(desk: Town, home: Account, broken: str) -> None:
    person = desk.visitor(home)
    for page in ("/desk", "/desk/submissions", "/desk/account", "/desk/sign-in", broken):
        answers: list[requests.Response] = [person.get(page), person.get(page, headers=AS_JSON), desk.client.get(page)]
        for answer in answers:
            assert answer.headers["Cache-Control"] == "no-store", page
            assert "ETag" not in answer.headers
        assert answers[0].headers.get("X-Robots-Tag", "noindex") == "noindex"
        assert home.who in answers[0].text
        assert home.who not in answers[2].text


def _published(desk: Town, officer: requests.Session, kraj: requests.Session, plan: Path) -> str:
    """Take a good plan the whole way by the web; return the path of the submission."""
    check = desk.checked(plan, municipality=HOME)
    address = str(officer.post("/desk/submissions", data={"check": check[-22:]}).headers["Location"])
    desk.office.work()
    for action in ("accept", "publish"):
        assert kraj.post(address, data={"action": action}).status_code == 303
    desk.office.work()
    path = address.partition("?")[0]
    assert kraj.get(path, headers=AS_JSON).json()["state"] == "published"
    return path
