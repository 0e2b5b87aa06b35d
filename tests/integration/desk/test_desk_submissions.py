"""Submissions: handed in for one's own municipality, seen and decided by those who may, each step written down."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pyogrio
import pytest

from desk.errors import DeskError, Forbidden, Invalid, NotFound, WrongState
from desk.model import Account, Handed
from desk.states import State
from tests.integration.desk.municipality import EAST, HOME, Office, crossing, good, of_the_east


def test_the_way_of_a_good_plan(office: Office, tmp_path: Path) -> None:
    home, region, desk = office.officer(HOME), office.officer(None), office.desk
    submission = desk.submissions.submit(home, [Handed("DUP_999101.zip", good(tmp_path))], language="cs")
    assert (submission.state, submission.plan, submission.version) == (State.RECEIVED, None, None)
    assert [each.id for each in desk.submissions.queue(region)] == [submission.id]
    office.work()
    checked = desk.submissions.get(home, submission.id)
    assert (checked.state, checked.plan, checked.version) == (State.CHECKED, "zoning-plan", 1)
    assert desk.submissions.possible(home, checked) == {"withdraw"}
    assert desk.submissions.possible(region, checked) == {"accept", "return", "waive", "unwaive"}
    assert desk.submissions.possible(None, checked) == frozenset()
    desk.decisions.accept(region, submission.id, "v pořádku")
    events = desk.submissions.events(home, submission.id)
    assert [(each.was, each.becomes, each.reason) for each in events] == [
        (None, State.RECEIVED, None),
        (State.RECEIVED, State.CHECKED, None),
        (State.CHECKED, State.ACCEPTED, "v pořádku"),
    ]
    assert [each.who for each in events] == [home.who, "–", region.who]
    assert [each.at for each in events] == sorted(each.at for each in events)


def test_what_a_plan_does_not_say_comes_from_who_hands_it_in_and_from_the_register(
    office: Office, tmp_path: Path
) -> None:
    home, desk = office.officer(HOME), office.desk
    files, since = [Handed("DUP_999101.zip", good(tmp_path))], date(2019, 5, 20)
    forgotten = desk.submissions.submit(home, files, language="cs")
    told, again = (desk.submissions.submit(home, files, language="cs", in_force=since) for _ in range(2))
    assert forgotten.id != told.id == again.id
    office.work()
    check = desk.checks.get(desk.submissions.get(home, told.id).check)
    assert check.in_force == since
    assert check.summary
    assert [(each["step"], each["valid_from"]) for each in check.summary["plans"]] == [("legalForce", "2019-05-20")]
    assert [each["title"] for each in check.summary["plans"]] == ["Územní plán Domov"]
    harmonised = desk.checks.file(check, "harmonised.gpkg")
    rows = pyogrio.read_dataframe(harmonised, layer="elements", read_geometry=False)
    assert set(rows["valid_from"].dt.date) == {since}
    assert set(rows["plan_title"]) == {"Územní plán Domov"}


def test_nobody_sees_or_touches_what_another_municipality_has_handed_in(office: Office, tmp_path: Path) -> None:
    home, east, region, desk = office.officer(HOME), office.officer(EAST), office.officer(None), office.desk
    submission = office.handed_in(home, good(tmp_path))
    for stranger in (east, None):
        for look in (desk.submissions.get, desk.submissions.events, desk.submissions.waivers):
            with pytest.raises(NotFound):
                look(stranger, submission.id)
    assert desk.submissions.mine(east) == desk.submissions.queue(east) == desk.submissions.all(east) == []
    assert desk.submissions.versions(east, submission) == desk.submissions.published() == []
    assert [each.id for each in desk.submissions.mine(home)] == [submission.id]
    steps: dict[str, Callable[[Account], None]] = {
        "accept": lambda account: desk.decisions.accept(account, submission.id),
        "return": lambda account: desk.decisions.return_(account, submission.id, "x"),
        "withdraw": lambda account: desk.decisions.withdraw(account, submission.id, "x"),
        "waive": lambda account: desk.decisions.waive(account, submission.id, "topology.overlap", "x"),
        "unwaive": lambda account: desk.decisions.unwaive(account, submission.id, "topology.overlap"),
        "retry": lambda account: desk.decisions.retry(account, submission.id),
        "publish": lambda account: desk.decisions.ask_to_publish(account, submission.id),
        "unpublish": lambda account: desk.decisions.ask_to_unpublish(account, submission.id, "x"),
    }
    for name, step in steps.items():
        with pytest.raises(NotFound):
            step(east)
        refused = pytest.raises((Forbidden, WrongState))
        if name != "withdraw":
            with refused:
                step(home)
    with pytest.raises(Forbidden):
        steps["withdraw"](region)
    with pytest.raises(Forbidden):
        desk.submissions.submit(region, [Handed("x.zip", good(tmp_path / "x"))], language="cs")
    assert desk.submissions.get(home, submission.id) == submission


def test_a_published_plan_is_everybodys_to_see_but_not_to_change(office: Office, tmp_path: Path) -> None:
    home, east, region = office.officer(HOME), office.officer(EAST), office.officer(None)
    submission = office.published(home, region, good(tmp_path))
    assert submission.state is State.PUBLISHED, submission.trouble
    assert office.desk.submissions.get(None, submission.id).state is State.PUBLISHED
    assert [each.id for each in office.desk.submissions.published()] == [submission.id]
    assert {event.who for event in office.desk.submissions.events(None, submission.id)} == {""}
    with pytest.raises(Forbidden):
        office.desk.decisions.withdraw(east, submission.id, "x")
    with pytest.raises(WrongState):
        office.desk.decisions.withdraw(home, submission.id, "x")


def test_errors_are_mended_or_waived_with_a_reason(office: Office, tmp_path: Path) -> None:
    home, region, decisions = office.officer(HOME), office.officer(None), office.desk.decisions
    submission = office.handed_in(home, crossing(tmp_path))
    summary = office.desk.checks.get(submission.check).summary
    assert summary is not None
    rules = list(summary["errors"])
    assert rules
    with pytest.raises(WrongState, match=rules[0]):
        decisions.accept(region, submission.id)
    with pytest.raises(Invalid):
        decisions.waive(region, submission.id, rules[0], "  ")
    with pytest.raises(Invalid):
        decisions.waive(region, submission.id, "files.empty", "no such error here")
    for rule in rules:
        decisions.waive(region, submission.id, rule, "zaměření se teprve dělá")
    decisions.unwaive(region, submission.id, rules[0])
    with pytest.raises(WrongState):
        decisions.accept(region, submission.id)
    decisions.waive(region, submission.id, rules[0], "jinak to nejde")
    decisions.accept(region, submission.id)
    given = {each.rule: (each.reason, each.who) for each in office.desk.submissions.waivers(home, submission.id)}
    assert given[rules[0]] == ("jinak to nejde", region.who)
    assert set(given) == set(rules)
    reasons = [each.reason or "" for each in office.desk.submissions.events(home, submission.id)]
    assert f"{rules[0]}: –" in reasons


def test_returned_and_withdrawn_need_a_reason_and_are_the_end(office: Office, tmp_path: Path) -> None:
    home, region, decisions = office.officer(HOME), office.officer(None), office.desk.decisions
    first, second = (office.handed_in(home, good(tmp_path / name)) for name in "ab")
    with pytest.raises(Invalid):
        decisions.return_(region, first.id, " ")
    decisions.return_(region, first.id, "chybí výkres")
    decisions.withdraw(home, second.id, "omyl")
    for each in (first, second):
        now = office.desk.submissions.get(home, each.id)
        assert office.desk.submissions.possible(region, now) == office.desk.submissions.possible(home, now) == set()
        with pytest.raises(WrongState):
            decisions.accept(region, each.id)
    assert [each.version for each in office.desk.submissions.versions(home, first)] == [2, 1]


def test_a_plan_of_another_municipality_is_not_accepted(office: Office, tmp_path: Path) -> None:
    home, region = office.officer(HOME), office.officer(None)
    submission = office.handed_in(home, of_the_east(tmp_path))
    summary = office.desk.checks.get(submission.check).summary
    assert summary is not None
    for rule in summary["errors"]:
        office.desk.decisions.waive(region, submission.id, rule, "zkouška")
    with pytest.raises(WrongState, match="belongs to 999102"):
        office.desk.decisions.accept(region, submission.id)


def test_what_is_no_plan_cannot_be_accepted(office: Office, tmp_path: Path) -> None:
    home, region = office.officer(HOME), office.officer(None)
    (tmp_path / "note.txt").write_text("no plan")
    submission = office.handed_in(home, tmp_path / "note.txt")
    summary = office.desk.checks.get(submission.check).summary
    assert summary is not None
    for rule in summary["errors"]:
        office.desk.decisions.waive(region, submission.id, rule, "zkouška")
    with pytest.raises(WrongState, match="nothing to accept"):
        office.desk.decisions.accept(region, submission.id)


def test_two_at_once_of_the_same_municipality(office: Office, tmp_path: Path) -> None:
    home, region, desk = office.officer(HOME), office.officer(None), office.desk
    plan = good(tmp_path)

    def hand_in(number: int) -> str:
        return desk.submissions.submit(home, [Handed(f"{number}_{plan.name}", plan)], language="cs").id

    with ThreadPoolExecutor(8) as several:
        ids = sorted(set(several.map(hand_in, [*range(4), *range(4)])))  # each of them twice: a button pressed again
    assert len(ids) == 4
    office.work()
    found = {each.id: each for each in desk.submissions.mine(home)}
    assert sorted(found[id_].version or 0 for id_ in ids) == [1, 2, 3, 4]
    by_version = sorted(found.values(), key=lambda each: each.version or 0)

    def accept(id_: str) -> DeskError | None:
        try:
            desk.decisions.accept(region, id_)
        except DeskError as refused:
            return refused
        return None

    with ThreadPoolExecutor(4) as several:
        refused = list(several.map(accept, [by_version[0].id] * 4))
    assert [type(each) for each in refused if each] == [WrongState] * 3
    for each in by_version[1:]:
        desk.decisions.accept(region, each.id)
    for each in (by_version[3], by_version[1]):  # the newest first
        desk.decisions.ask_to_publish(region, each.id)
    office.work()
    states = [desk.submissions.get(region, each.id).state for each in by_version]
    assert states == [State.ACCEPTED, State.ACCEPTED, State.ACCEPTED, State.PUBLISHED]
    assert desk.submissions.get(region, by_version[1].id).trouble == {
        "key": "newer-published",
        "values": {"version": 4},
    }


def test_a_check_of_anybody_can_be_handed_in(office: Office, tmp_path: Path) -> None:
    home, plan = office.officer(HOME), good(tmp_path)
    check = office.desk.checks.start([Handed(plan.name, plan)], language="cs")
    submission = office.desk.submissions.submit(home, check.id, language="cs")
    assert submission.check != check.id  # whoever has the link of the check does not have that of the submission
    kept, handed = office.desk.checks.get(submission.check), office.desk.checks.get(check.id)
    assert (kept.files, kept.expires is None, handed.expires is None) == (handed.files, True, False)
    with pytest.raises(NotFound):
        office.desk.submissions.submit(home, "A" * 22, language="cs")
    with pytest.raises(Forbidden):
        office.desk.checks.dismiss(kept)
    office.desk.checks.dismiss(handed)
    with pytest.raises(NotFound):
        office.desk.checks.get(check.id)


def test_only_municipalities_of_the_register_hand_in(office: Office, tmp_path: Path) -> None:
    stranger = office.officer("111111")
    with pytest.raises(Invalid, match="111111"):
        office.desk.submissions.submit(stranger, [Handed("x.zip", good(tmp_path))], language="cs")
    assert list(office.desk.folder.iterdir()) == []
