"""Checks of anybody: made by the real worker behind its wall, told in stages, deleted when their time is over."""

import io
import os
import time
from pathlib import Path

import pytest
import shapely

from desk.context import Setting, context
from desk.database import run
from desk.errors import Invalid, NotFound, TooLarge, TriedTooOften
from desk.model import Check, Handed
from tests.integration.desk.municipality import EAST, HOME, Office, changed, good, of_the_east


def made(office: Office, plan: Path, municipality: str | None = None) -> Check:
    check = office.desk.checks.start([Handed(plan.name, plan)], language="cs", municipality=municipality)
    assert (check.state, check.stage, check.submission) == ("queued", None, None)
    office.work()
    return office.desk.checks.get(check.id)


def test_anybody_gets_a_report(office: Office, tmp_path: Path) -> None:
    check = made(office, good(tmp_path / "plan"))
    assert check.state == "done", check.trouble
    assert check.summary is not None
    assert (check.summary["standard"], check.summary["verdict"], check.summary["errors"]) == ("cz", "ok", {})
    assert {"read", "topology", "report"} <= {each["stage"] for each in check.stages}
    assert "report.cs.html" in office.desk.checks.names(check)
    assert office.desk.checks.file(check, "harmonised.gpkg").stat().st_size > 10_000
    assert {path.name for path in (office.desk.folder / check.id).iterdir()} == {"in", "out"}
    assert office.desk.checks.get(check.id).attempts == 1


@pytest.mark.parametrize("name", ["../in/0", "0", "/etc/passwd", "out", "report.xx.html", ""])
def test_only_what_the_check_made_is_given_out(office: Office, tmp_path: Path, name: str) -> None:
    check = office.desk.checks.start([Handed("a.zip", good(tmp_path))], language="cs")
    with pytest.raises(NotFound):
        office.desk.checks.file(check, name)
    for wrong in ("../" + check.id, check.id + "/..", "A" * 22):
        with pytest.raises(NotFound):
            office.desk.checks.get(wrong)


def test_what_is_handed_in_has_limits(office: Office, tmp_path: Path) -> None:
    small = Office(office.settings.database_url or "", tmp_path, megabytes=1)
    full, more = b"x" * (1 << 20), b"y"
    assert small.desk.checks.start([Handed("C:\\a\\..\\b\x00c.zip", io.BytesIO(full))], language="xx").name == "bc.zip"
    kept = set(small.desk.folder.iterdir())
    with pytest.raises(TooLarge):
        small.desk.checks.start([Handed("a", io.BytesIO(full)), Handed("b", io.BytesIO(more))], language="cs")
    for files in ([], [Handed("a", io.BytesIO(b""))], [Handed("a", io.BytesIO(b"x"))] * 51):
        with pytest.raises(Invalid):
            small.desk.checks.start(files, language="cs")
    assert set(small.desk.folder.iterdir()) == kept  # what was refused leaves nothing


def test_too_many_waiting_checks_are_refused(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desk.checks.MOST_WAITING", 2)
    for _ in range(2):
        office.desk.checks.start([Handed("a", io.BytesIO(b"x"))], language="cs")
    with pytest.raises(TriedTooOften):
        office.desk.checks.start([Handed("a", io.BytesIO(b"x"))], language="cs")


def test_checks_are_deleted_when_their_time_is_over_but_not_submissions(office: Office, tmp_path: Path) -> None:
    plan = good(tmp_path / "plan")
    old, young = (office.desk.checks.start([Handed("a.zip", plan)], language="cs") for _ in range(2))
    submission = office.desk.submissions.submit(office.officer(HOME), [Handed("a.zip", plan)], language="cs")
    assert old.expires is not None
    assert (old.expires - old.created).total_seconds() == pytest.approx(7 * 24 * 3600, abs=60)
    orphans = [office.desk.folder / ("O" * 21 + letter) for letter in "ab"]
    for orphan in orphans:
        (orphan / "in").mkdir(parents=True)
    os.utime(orphans[0], (time.time() - 3 * 24 * 3600,) * 2)
    with office.desk.database.transaction() as connection:
        run(connection, "UPDATE desk.\"check\" SET expires = now() - interval '1 second' WHERE id = %s", [old.id])
    with pytest.raises(NotFound):
        office.desk.checks.get(old.id)
    assert office.desk.purge() == 1
    left = {path.name for path in office.desk.folder.iterdir()}
    assert left == {young.id, submission.check, orphans[1].name}
    office.work()  # the job of what is gone does no harm
    assert office.desk.checks.get(young.id).state == "done"


def test_neighbours_and_the_plan_in_force_are_known(office: Office, tmp_path: Path) -> None:
    home, region, desk = office.officer(HOME), office.officer(None), office.desk
    submission = office.published(home, region, good(tmp_path / "a"))
    with desk.database.transaction() as connection:
        at_east = context(connection, desk.register, desk.folder, Setting(EAST), {})
        at_home = context(connection, desk.register, desk.folder, Setting(HOME), {})
        unknown = context(connection, desk.register, desk.folder, Setting("111111"), {"municipality": "111111"})
    assert at_east.territory is not None
    assert (at_east.territory.code, at_east.territory.state, at_east.territory.crs) == (EAST, "CZ", "EPSG:5514")
    [neighbour] = at_east.neighbours
    assert (neighbour.territory.code, neighbour.version, neighbour.zones.crs) == (HOME, "1", "EPSG:5514")
    assert set(shapely.get_type_id(neighbour.zones.shapes)) <= {3, 6}
    assert len(neighbour.zones.ids) == len(neighbour.zones.codes) == len(neighbour.zones.hilucs) > 10
    assert all(code[0].isdigit() for code in neighbour.zones.hilucs)
    assert at_east.in_force is None
    assert at_home.neighbours == ()
    assert at_home.in_force is not None
    assert at_home.in_force.plan == submission.title
    assert (unknown.territory, unknown.neighbours, unknown.expected) == (None, (), {"municipality": "111111"})


def test_what_is_not_published_is_nobodys_neighbour(office: Office, tmp_path: Path) -> None:
    office.accepted(office.officer(HOME), office.officer(None), good(tmp_path))
    with office.desk.database.transaction() as connection:
        assert context(connection, office.desk.register, office.desk.folder, Setting(EAST), {}).neighbours == ()


@pytest.mark.parametrize("name", ["DUP_999102.zip", "plan.zip"])
def test_a_plan_is_held_to_its_neighbours_whatever_its_file_is_called(
    office: Office, tmp_path: Path, name: str
) -> None:
    office.published(office.officer(HOME), office.officer(None), good(tmp_path / "a"))
    renamed = of_the_east(tmp_path / "b").rename(tmp_path / name)
    check = made(office, renamed)
    told = (office.desk.folder / check.id / "out" / "summary.json").read_text(encoding="utf-8")
    assert '"territory": "Východ"' in told
    assert '"no-neighbours"' not in told


def test_the_difference_to_the_plan_in_force_is_told(office: Office, tmp_path: Path) -> None:
    office.published(office.officer(HOME), office.officer(None), good(tmp_path / "a"))
    check = made(office, changed(tmp_path / "b"))
    told = (office.desk.folder / check.id / "out" / "summary.json").read_text(encoding="utf-8")
    assert '"changed"' in told
