"""Checks of anybody: made by the real worker behind its wall, told in stages, deleted when their time is over."""

from pathlib import Path

import pytest

from desk import folders
from desk.database import run
from desk.errors import Invalid, NotFound, TooLarge
from desk.model import Check, Handed
from tests.integration.desk.municipality import HOME, Office, good


def made(office: Office, plan: Path) -> Check:
    check = office.desk.checks.start([Handed(plan.name, plan)], language="cs")
    assert (check.state, check.stage, check.submission) == ("queued", None, None)
    office.work()
    return office.desk.checks.get(check.id)


def test_anybody_gets_a_report(office: Office, tmp_path: Path) -> None:
    check = made(office, good(tmp_path / "plan"))
    assert check.state == "done", check.trouble
    assert check.summary is not None
    assert (check.summary["standard"], check.summary["verdict"]) == ("cz", "ok")
    assert check.summary["errors"] == {}
    stages = [each["stage"] for each in check.stages]
    assert {"read", "topology", "report"} <= set(stages)
    assert "report.cs.html" in office.desk.checks.names(check)
    assert office.desk.checks.file(check, "harmonised.gpkg").stat().st_size > 10_000
    left = {path.name for path in (office.desk.folder / check.id).iterdir()}
    assert left == {"in", "out"}
