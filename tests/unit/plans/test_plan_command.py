"""`./krajina plan check`: what a person sees, what a machine gets, and how it ends."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from commands.plans import plan
from plans.examples import polish
from plans.examples.files import BROKEN


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(plan, ["check", *map(str, words)])


def test_a_good_plan_ends_with_0_and_leaves_its_report(tmp_path: Path) -> None:
    ended = run(polish.GOOD(tmp_path), "--out", tmp_path / "out", "--json")
    assert ended.exit_code == 0
    told = json.loads(ended.stdout)
    assert (told["ok"], told["folder"], told["summary"]["standard"]) == (True, str(tmp_path / "out"), "pl")
    assert (tmp_path / "out" / "report.en.html").is_file()


def test_a_broken_one_ends_with_1_and_says_what_to_do_in_the_language_asked_for(tmp_path: Path) -> None:
    ended = run(BROKEN["files.doctype"](tmp_path), "--language", "cs", "--out", tmp_path / "out")
    assert ended.exit_code == 1
    assert "files.doctype" in ended.stdout
    assert "DOCTYPE" in ended.stdout
    assert "Plán nelze přijmout. Chyby: 1" in ended.stdout
    assert str(tmp_path / "out" / "report.cs.html") in ended.stdout


def test_a_folder_is_a_package_and_an_earlier_report_makes_room(tmp_path: Path) -> None:
    (tmp_path / "plan").mkdir()
    path = polish.GOOD(tmp_path / "plan")
    (path.parent / "kopia.bak").write_text("x", encoding="utf-8")
    out = tmp_path / "out"
    out.mkdir()
    for name in ("summary.json", "repaired.zip"):
        (out / name).write_text("{}", encoding="utf-8")
    ended = run(path.parent, "--out", out, "--municipality", "022599")
    assert ended.exit_code == 0, ended.output
    assert "files.unread" in ended.stdout
    assert not (out / "repaired.zip").exists()


def test_without_a_wall_nothing_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    ended = run(polish.GOOD(tmp_path), "--out", tmp_path / "out")
    assert ended.exit_code == 3
    assert "./krajina prepare plan" in ended.stderr


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "plan.gml")
    ended = run(tmp_path / "plan.gml", "--out", tmp_path / "out")
    assert ended.exit_code == 2
    assert "neither a file nor a folder" in " ".join(ended.output.replace("│", " ").split())
