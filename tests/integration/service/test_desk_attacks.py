"""What strangers try at the desk: forms of other sites, odd and slow uploads, wrong methods, ways that lead away."""

import select
import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from desk.model import Account, SignedIn
from service.desk import forms
from service.desk.accounts import with_session
from service.desk.view import onward
from service.state import Live
from settings import Settings
from tests import postgis
from tests.integration.desk.municipality import HOME, PASSWORD
from tests.integration.service.town import AS_JSON, Town, town

HTML = {"Accept": "text/html"}
MULTIPART = {"Content-Type": "multipart/form-data; boundary=b"}


@pytest.fixture(scope="module")
def desk(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with postgis.clone(cluster) as dsn, town(dsn, tmp_path_factory.mktemp("town"), megabytes=1) as made:
        yield made


@pytest.fixture(scope="module")
def home(desk: Town) -> Account:
    return desk.office.officer(HOME)


def folders_of(desk: Town) -> set[Path]:
    folder = desk.office.desk.folder
    return set(folder.iterdir()) if folder.is_dir() else set()


@pytest.mark.parametrize(
    "says",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_forms_of_other_sites_are_refused(desk: Town, home: Account, says: dict[str, str]) -> None:
    signing_in = {"email": home.email, "password": PASSWORD}
    assert desk.client.post("/desk/sign-in", data=signing_in, headers=says).status_code == 403
    officer = desk.visitor(home)
    for address in (
        "/desk/submissions",
        "/desk/account",
        "/desk/sign-out",
        "/desk/submissions/" + "A" * 22,
        "/desk/checks",
    ):
        assert officer.post(address, data={"action": "x"}, headers=says).status_code == 403, address
    assert officer.get("/desk/account", headers=says).status_code == 200
    own = {"Origin": desk.client.address, "Sec-Fetch-Site": "same-origin"}
    assert desk.client.post("/desk/sign-in", data=signing_in, headers=own).status_code == 303


def test_the_cookie_is_for_the_desk_alone(desk: Town, home: Account) -> None:
    answer = desk.client.post("/desk/sign-in", data={"email": home.email, "password": PASSWORD})
    said = answer.headers["Set-Cookie"].lower()
    assert all(each in said for each in ("httponly", "samesite=lax", "path=/desk", "expires="))
    assert "secure" not in said
    secret = answer.cookies["krajina-desk"]
    made = SignedIn(home, secret, desk.office.desk.accounts.sign_in(home.email, PASSWORD).expires)
    safe = Live(Settings(public_url="https://portal.example"), desk.office.desk.database)  # type: ignore[arg-type]
    assert "secure" in with_session(onward("/desk"), made, safe).headers["Set-Cookie"].lower()
    visitor = desk.visitor()
    visitor.headers["Cookie"] = f"krajina-desk={secret}"
    assert visitor.get("/desk/account").status_code == 200
    visitor.post("/desk/sign-out")
    assert visitor.get("/desk/account").status_code == 303  # the session is over, not only the cookie
    desk.client.cookies.clear()


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example",
        "//evil.example",
        "/desk/\\evil",
        "/desk/x\r\nSet-Cookie: a=b",
        "/ogc",
        "javascript:alert(1)",
        "",
    ],
)
def test_signing_in_leads_nowhere_else(desk: Town, home: Account, wanted: str) -> None:
    data = {"email": home.email, "password": PASSWORD, "next": wanted}
    answer = desk.visitor().post("/desk/sign-in?lang=pl", data=data)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk/submissions?lang=pl")
    assert answer.cookies.keys() == ["krajina-desk"]
    good_one = desk.visitor().post("/desk/sign-in", data={**data, "next": "/desk/checks/x?lang=de"})
    assert good_one.headers["Location"] == "/desk/checks/x?lang=de"
    wrong = desk.visitor().post("/desk/sign-in", data={**data, "password": "wrong", "next": "/desk/checks/x"})
    assert (wrong.status_code, 'name="next" value="/desk/checks/x"' in wrong.text) == (401, True)
    desk.office.desk.accounts.sign_in(home.email, PASSWORD)


def test_uploads_have_limits_and_leave_nothing(desk: Town) -> None:
    before = folders_of(desk)
    post, form = desk.client.post, {"Content-Type": "application/x-www-form-urlencoded"}
    large = b"x" * (1024 * 1024 + 1)
    assert post("/desk/checks", files={"files": ("a.zip", large)}, headers=AS_JSON).status_code == 413
    pieces = (large[:1000] for _ in range(2000))
    assert post("/desk/checks", data=pieces, headers=AS_JSON).status_code == 413  # of unknown length
    assert post("/desk/checks", data=b"a=" + b"x" * 70_000, headers={**AS_JSON, **form}).status_code == 413
    assert post("/desk/sign-in", data=b"email=" + b"x" * 70_000, headers={**AS_JSON, **form}).status_code == 413
    many = [("files", (f"{n}.gml", b"x")) for n in range(51)]
    assert post("/desk/checks", files=many, headers=AS_JSON).status_code == 400
    for body in (b"", b"--b\r\n\r\nx", b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--", b"\x00" * 100):
        assert post("/desk/checks", data=body, headers={**AS_JSON, **MULTIPART}).status_code in {400, 422}, body
    assert post("/desk/checks", files={"files": ("a.zip", b"")}, headers=AS_JSON).status_code == 422
    unknown = post("/desk/checks", files={"files": ("a.zip", b"x")}, data={"municipality": "1\x002"}, headers=AS_JSON)
    assert (unknown.status_code, "12" in unknown.json()["detail"]) == (422, True)
    page = post("/desk/checks?lang=cs", data={"municipality": HOME}, headers=HTML)
    assert (page.status_code, 'role="alert"' in page.text, '<form class="sheet"' in page.text) == (422, True, True)
    assert folders_of(desk) == before


def test_an_upload_that_breaks_off_leaves_nothing(desk: Town) -> None:
    before = folders_of(desk)
    with closing(_begun(desk, 5000)) as line:
        line.sendall(b"--b\r\nContent-Disposition: form-data; name=f; filename=a.zip\r\n\r\n" + b"x" * 1000)
        line.shutdown(socket.SHUT_WR)
        line.settimeout(60)
        while line.recv(1000):  # until the service has taken notice
            pass
    assert folders_of(desk) == before


def test_slow_senders_are_dropped_and_keep_nobody_from_signing_in(
    desk: Town, home: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ExitStack() as lines:
        slow = [lines.enter_context(closing(_begun(desk, 5000))) for _ in range(2 * forms.UPLOADS)]
        signing_in = {"email": home.email, "password": PASSWORD}
        assert desk.visitor().post("/desk/sign-in", data=signing_in).status_code == 303
        assert len(select.select(slow, [], [], 0)[0]) < len(slow), "they are waited for still"
    monkeypatch.setattr(forms, "STALL_SECONDS", 0.5)
    with closing(_begun(desk, 5000)) as line:
        line.settimeout(60)
        assert b" 408 " in line.recv(200)


@pytest.mark.parametrize(
    "address", ["/desk/checks/{}", "/desk/checks/{}/summary.json", "/desk/submissions/{}", "/desk/invitation/{}"]
)
@pytest.mark.parametrize("odd", ["%00", "..%2f..%2fetc", "A" * 22, "%f0%9f%92%a3", "'--", "A" * 5000])
def test_odd_addresses_are_not_found(desk: Town, home: Account, address: str, odd: str) -> None:
    officer = desk.visitor(home)
    assert officer.get(address.format(odd), headers=AS_JSON).status_code == 404
    assert officer.post("/desk/submissions", data={"check": odd}, headers=AS_JSON).status_code == 404


def test_methods_are_told(desk: Town) -> None:
    for address, allowed in {
        "/desk/sign-out": {"POST", "OPTIONS"},
        "/desk": {"GET", "HEAD", "OPTIONS"},
        "/desk/checks": {"GET", "HEAD", "POST", "OPTIONS"},
    }.items():
        for method in {"GET", "PUT", "DELETE"} - allowed:
            answer = desk.client.request(method, address, headers=AS_JSON)
            assert (answer.status_code, set(answer.headers["Allow"].split(", "))) == (405, allowed), (address, method)
        assert set(desk.client.request("OPTIONS", address).headers["Allow"].split(", ")) == allowed
    assert desk.client.get("/desk/checks").headers["Location"].startswith("/desk?")
    assert desk.client.get("/desk/nothing").status_code == 404


@pytest.mark.parametrize("language", ["cs", "de", "pl", "en"])
def test_refusals_are_problems_in_the_language(desk: Town, language: str) -> None:
    said = set()
    for address in ("/desk/checks/" + "A" * 22, "/desk/submissions/" + "A" * 22):
        answer = desk.client.get(f"{address}?lang={language}", headers=AS_JSON)
        assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Content-Language"] == language
        said.add(answer.json()["detail"])
    unsigned = desk.client.post(f"/desk/submissions?lang={language}", data={"check": "x"}, headers=AS_JSON)
    assert (unsigned.status_code, unsigned.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert len(said) == 2


def test_a_locked_account_says_when_to_come_again(desk: Town) -> None:
    account = desk.office.officer(HOME, "locked@example.org")
    data = {"email": account.email, "password": "wrong"}
    answers = [desk.client.post("/desk/sign-in", data=data, headers=AS_JSON) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 30


def _begun(desk: Town, length: int) -> socket.socket:
    """Open a line and begin an upload of so many bytes."""
    place = urlsplit(desk.client.address)
    line = socket.create_connection((place.hostname or "", place.port or 0))
    head = "POST /desk/checks HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\n"
    line.sendall(f"{head}Content-Length: {length}\r\n\r\n".encode())
    return line
