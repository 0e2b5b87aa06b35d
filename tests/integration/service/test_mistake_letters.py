"""Letters about reported mistakes, at a real mail server: they arrive once, later if need be, and leave no address.

The server is this process's own (aiosmtpd), started and stopped by the tests; nothing here reaches a network.
"""

import smtplib
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from desk.database import Pool, run
from desk.model import Account
from service.mistakes import postman
from service.mistakes.letters import addressed
from service.mistakes.pace import Pace
from service.mistakes.post import MOST_IN_AN_HOUR, Letter, Post
from service.mistakes.store import Mistakes, Report
from settings import MailSettings
from tests import postgis
from tests.integration.desk.municipality import EAST, HOME, Office
from tests.integration.service.mailbox import JANA, PORTAL, SAID, Server, asked, over, reported
from tests.integration.service.running import running
from tests.integration.service.town import Town
from tests.portal import free_port
from tests.waiting import until

OWNER = "geodata@example.org"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.mistakes.postman.EVERY_SECONDS", 0.1)
    monkeypatch.setattr("service.mistakes.pages._PACE", Pace())


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    made = Server()
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def desk(cluster: str, server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with postgis.clone(cluster) as dsn, pytest.MonkeyPatch.context() as patched:
        patched.setattr("service.mistakes.postman.EVERY_SECONDS", 0.1)
        office, port = Office(dsn, tmp_path_factory.mktemp("letters")), free_port()
        mail = MailSettings("127.0.0.1", server.port, sender=PORTAL)
        settings = replace(office.settings, port=port, public_url=f"http://127.0.0.1:{port}", mail=mail)
        with running(settings) as client:
            yield Town(office, client)
        office.desk.close()


@pytest.fixture(scope="module")
def home(desk: Town) -> Account:
    officer = desk.office.officer(HOME)
    asked(desk, "UPDATE desk.account SET language = 'de' WHERE id = %s", officer.id)
    return officer


def test_a_report_reaches_owner_and_municipality_and_its_answer_the_reporter(
    desk: Town, home: Account, server: Server
) -> None:
    desk.office.officer(EAST)
    number = reported(desk)
    until(lambda: over(desk, number))
    assert {each["To"] for each in server.mailbox.taken} == {OWNER, home.email}
    [letter] = server.mailbox.to(home.email)
    assert letter["Subject"] == f"Meldung Nr. {number}: Fehler in den Daten „Obce“"
    assert (letter["Bcc"], letter["Auto-Submitted"]) == (None, "auto-generated")
    text = letter.get_content()
    for expected in (
        "> Hranice je špatně.",
        "> Bcc: all@example.org",
        "> [2J.",
        "> Konec",
        f"Objekt: Domov ({HOME})",
        f"/mistakes/{number}",
    ):
        assert expected in text.replace("\r\n", "\n"), text
    assert f"{desk.client.address}/de/map?at=16/" in text
    assert f"{desk.client.address}/desk/mistakes?lang=de#mistake-{number}" in text
    assert JANA not in text
    officer = desk.visitor(home)
    answered = {"number": str(number), "state": "fixed", "answer": "Opraveno dnes."}
    assert officer.post("/desk/mistakes", data=answered).status_code == 303
    until(lambda: over(desk, number))
    [letter] = server.mailbox.to(JANA)
    assert letter["Subject"] == f"Odpověď na Vaše hlášení č. {number}"
    assert "> Opraveno dnes." in letter.get_content()
    assert asked(desk, "SELECT count(*) FROM desk.mail WHERE recipient = %s", JANA) == [(0,)]
    assert len({each["Message-ID"] for each in server.mailbox.taken}) == 3
    page = officer.get("/desk/mistakes?lang=cs").text
    assert f"({OWNER})" in page
    assert "tomu, kdo chybu nahlásil" in page


def test_a_letter_waits_for_a_server_that_is_down_and_is_given_up_after_days(
    desk: Town, home: Account, server: Server
) -> None:
    server.stop()
    number = reported(desk)
    trouble = "SELECT count(*) FROM desk.mail WHERE mistake = %s AND trouble = 'network: Connection refused'"
    until(lambda: asked(desk, trouble, number) == [(2,)])
    assert "se zatím nepodařilo" in desk.visitor(home).get("/desk/mistakes?lang=cs").text
    waits = asked(desk, "SELECT extract(epoch FROM due - now()) FROM desk.mail WHERE mistake = %s", number)
    assert all(40 < wait <= 60 for (wait,) in waits)
    asked(desk, "UPDATE desk.mail SET tries = 9, due = now() WHERE mistake = %s", number)
    longest = "SELECT count(*) FROM desk.mail WHERE mistake = %s AND due - now() BETWEEN '5 h 50 min' AND '6 h'"
    until(lambda: asked(desk, longest, number) == [(2,)])
    server.start()
    before = len(server.mailbox.taken)
    asked(desk, "UPDATE desk.mail SET due = now() WHERE mistake = %s", number)
    until(lambda: over(desk, number))
    assert len(server.mailbox.taken) == before + 2
    server.stop()
    late = reported(desk)
    until(lambda: asked(desk, trouble, late) == [(2,)])
    asked(desk, "UPDATE desk.mail SET due = now(), created = now() - interval '5 days' WHERE mistake = %s", late)
    until(lambda: over(desk, late))
    assert asked(desk, "SELECT count(given_up) FROM desk.mail WHERE mistake = %s", late) == [(2,)]
    server.start()


def test_a_mailbox_that_does_not_exist_is_not_tried_again(desk: Town, home: Account, server: Server) -> None:
    server.mailbox.refused.add("nobody@example.org")
    number = reported(desk, email="nobody@example.org")
    until(lambda: over(desk, number))
    desk.visitor(home).post("/desk/mistakes", data={"number": str(number), "state": "right", "answer": "Je to tak."})
    until(lambda: over(desk, number))
    told = "SELECT recipient, trouble FROM desk.mail WHERE mistake = %s AND given_up IS NOT NULL"
    assert asked(desk, told, number) == [(None, "mailbox: 550 <…>: no such mailbox")]


def test_an_answer_that_is_taken_back_before_it_has_gone_is_not_sent_and_loses_no_address(
    desk: Town, home: Account, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, officer = reported(desk, email="petr@example.org"), desk.visitor(home)
    until(lambda: over(desk, number))
    begun, far, connected = threading.Event(), threading.Event(), postman.connected

    def slowly(*given: Any) -> smtplib.SMTP:
        begun.set()
        assert far.wait(60)
        return connected(*given)

    monkeypatch.setattr(postman, "connected", slowly)

    def decide(state: str, answer: str) -> None:
        decided = officer.post("/desk/mistakes", data={"number": str(number), "state": state, "answer": answer})
        assert decided.status_code == 303, decided.text

    decide("fixed", "Opraveno.")
    assert begun.wait(60)  # it is on its way to the server
    decide("open", "")
    far.set()
    assert over(desk, number)
    assert asked(desk, "SELECT email FROM desk.mistake WHERE id = %s", number) == [("petr@example.org",)]
    decide("right", "Přece jen je to tak.")
    until(lambda: over(desk, number))
    [letter] = server.mailbox.to("petr@example.org")
    assert "> Přece jen je to tak." in letter.get_content()


@pytest.mark.parametrize("address", ["(x@example.org", "a@[1", "a@(b", "a..b@example.org", "@example.org", "a@x..cz"])
def test_what_is_no_address_is_told_so_and_not_tried_for_ever(address: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (of several makers; which one does not matter)
        addressed(address)


def test_an_address_that_would_be_two_or_a_header_is_not_taken(desk: Town) -> None:
    long = f"a@{'b' * 50}.{'c' * 50}.{'d' * 50}.{'e' * 50}.cz"
    for address in (long, "a@b.cz, c@d.cz", "a@b.cz\nBcc: c@d.cz", "<a@b.cz>", "a,c@b.cz", '"a b"@b.cz'):
        given = {"dataset": "municipalities", "said": SAID, "email": address}
        assert desk.client.post("/cs/mistakes/new", data=given).status_code == 422


def test_two_workers_never_take_the_same_letter_and_a_flood_waits(cluster: str) -> None:
    with postgis.clone(cluster) as dsn:
        pool = Pool(dsn, 4)
        for _ in range(40):
            assert Mistakes(pool, letters=True).add(Report("roads", "Chybí silnice.", "cs"), OWNER)
        taken: list[Letter] = []

        def take() -> None:
            while letter := Post(pool).take():
                taken.append(letter)

        threads = [threading.Thread(target=take) for _ in range(4)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert len(taken) == len({each.id for each in taken}) == 40
        with pool.transaction() as connection:
            run(connection, "UPDATE desk.mail SET due = now()")
            first = taken[0].mistake
            run(
                connection,
                "INSERT INTO desk.mail (mistake, kind, recipient, language, sent)"
                " SELECT %s, 'reported', n || '@example.org', 'cs', now() FROM generate_series(2, %s) AS n",
                [first, MOST_IN_AN_HOUR],
            )
        allowed = Post(pool).take()
        assert allowed is not None
        Post(pool).sent(allowed)
        assert Post(pool).take() is None
        pool.close()
