"""A check as a whole: files in, a folder of results out; and what becomes of one that has to be stopped."""

from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest

from plans.check import NoSandbox, Order, Outcome, Sandbox, check
from plans.examples import czech, polish, topology
from plans.limits import MEGABYTE, USUAL, Limits
from tests.walls import BEST, KINDS

LANGUAGES = ("cs", "de", "en", "pl")
REPORT = {
    "summary.json", "report.jsonl", "faults.geojson", "plan.geojson", *(f"report.{each}.html" for each in LANGUAGES),
    *(f"verdict.{each}.html" for each in LANGUAGES),
}  # fmt: skip


def checked(path: Path, work: Path, limits: Limits = USUAL) -> Outcome:
    return check([path], work, Order(path.name, limits=limits), sandbox=Sandbox(BEST))


@pytest.mark.parametrize("kind", KINDS)
def test_a_good_plan_comes_out_whole(kind: str, tmp_path: Path) -> None:
    stages: list[str] = []
    path, work = polish.GOOD(tmp_path), tmp_path / "work"
    outcome = check([path], work, Order(path.name), progress=stages.append, sandbox=Sandbox(kind))
    assert (outcome.ok, outcome.counts["error"], outcome.killed, outcome.repaired) == (True, 0, None, None)
    assert {each.name for each in outcome.folder.iterdir()} >= REPORT | {"harmonised.gpkg", "plu.gml"}
    assert outcome.summary()["standard"] == "pl"
    [plan] = outcome.summary()["plans"]
    assert "https" in {str(each["link"]).partition(":")[0] for each in plan["documents"]}
    assert stages[:4] == ["start", "unpack", "read", "files"]
    assert stages[-3:] == ["repair", "harmonise", "report"]
    assert {each.name for each in work.iterdir()} == {"out", "inside.log"}
    assert (work / "inside.log").read_text(encoding="utf-8") == ""


def test_what_is_broken_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "plan.zip"
    path.write_bytes(czech.GOOD(tmp_path).read_bytes()[:-100])
    outcome = checked(path, tmp_path / "work")
    assert (outcome.ok, outcome.counts) == (False, {"error": 1, "warning": 0, "note": 0})
    assert outcome.summary()["verdict"] == "unreadable"


def test_nothing_is_repaired_where_a_file_was_refused(tmp_path: Path) -> None:
    """The corrected package would lack that file, and pass."""
    sliver = topology.BROKEN["topology.sliver"](tmp_path)
    packed = tmp_path / "plan.zip"
    with ZipFile(packed, "w") as archive:
        archive.write(sliver, sliver.name)
    assert checked(packed, tmp_path / "whole").repaired is not None
    with ZipFile(packed, "a") as archive:
        archive.writestr("../text.pdf", b"%PDF")
    outcome = checked(packed, tmp_path / "refused")
    assert (outcome.ok, outcome.repaired) == (False, None)


def many_elements(folder: Path) -> Path:
    """Write a plan of 12 MB that takes 400 MB of memory to read."""
    text = polish.GOOD(folder).read_text(encoding="utf-8")
    head, end, tail = text.rpartition("</")
    path = folder / "many.gml"
    path.write_text(head + "<a/>" * 3_000_000 + end + tail, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("limits", "limit"),
    [
        (replace(USUAL, wall=1), "time"),
        (replace(USUAL, cpu=1), "time"),
        (replace(USUAL, memory=700 * MEGABYTE), "memory"),
        (replace(USUAL, written=1_000_000), "written"),
    ],
    ids=["wall", "cpu", "memory", "written"],
)
def test_a_check_that_is_stopped_is_a_finding(limits: Limits, limit: str, tmp_path: Path) -> None:
    outcome = checked(many_elements(tmp_path), tmp_path / "work", limits)
    told = outcome.summary()
    assert (outcome.killed, outcome.ok) == (limit, False)
    assert [rule["id"] for rule in told["rules"] if rule["state"] == "failed"] == [f"files.killed-{limit}"]
    assert {each.name for each in outcome.folder.iterdir()} >= REPORT


def test_what_was_found_before_the_end_is_in_the_report(tmp_path: Path) -> None:
    """Writing results is what comes last: all rules have been told by then."""
    outcome = checked(czech.GOOD(tmp_path), tmp_path / "work", replace(USUAL, written=10_000))
    told = outcome.summary()
    assert outcome.killed == "written"
    assert (told["standard"], told["plans"][0]["municipalities"]) == ("cz", ["999101"])
    assert sum(rule["state"] == "passed" for rule in told["rules"]) > 30


def test_where_no_wall_can_be_built_nothing_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "bwrap"
    program.write_text(
        "#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n", encoding="utf-8"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(NoSandbox) as refused:
        checked(polish.GOOD(tmp_path), tmp_path / "work")
    assert refused.value.reason == "forbidden"
    assert "No permissions" in refused.value.detail


def test_who_stops_listening_ends_the_process(tmp_path: Path) -> None:
    class Gone(Exception):  # noqa: N818
        pass

    def leave(stage: str) -> None:
        raise Gone(stage)

    path = polish.GOOD(tmp_path)
    with pytest.raises(Gone):
        check([path], tmp_path / "work", Order(path.name), progress=leave)
