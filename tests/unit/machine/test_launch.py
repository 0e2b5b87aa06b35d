"""The one command, started as a person starts it, on a machine that is prepared."""

import os
import subprocess
from pathlib import Path

import pytest


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return os.environ | {"KRAJINA_DATA": str(tmp_path / "var"), "KRAJINA_LANGUAGE": "cs"}


def krajina(root: Path, environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(root / "krajina"), *arguments]
    return subprocess.run(command, env=environment, cwd="/", capture_output=True, text=True, check=False)


def test_preparing_again_does_nothing_and_says_one_line(root: Path, environment: dict[str, str]) -> None:
    krajina(root, environment, "prepare", "check")
    again = krajina(root, environment, "prepare", "check")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "Vše je připraveno pro: check\n")


def test_the_program_takes_over_with_its_arguments(root: Path, environment: dict[str, str]) -> None:
    helped = krajina(root, environment, "check", "--help")
    assert (helped.returncode, helped.stderr) == (0, "")
    assert "./krajina check" in helped.stdout


def test_a_command_that_does_not_exist_is_wrong_use(root: Path, environment: dict[str, str]) -> None:
    assert krajina(root, environment, "chek").returncode == 2


def test_stopping_what_does_not_run_is_no_fault(root: Path, environment: dict[str, str]) -> None:
    stopped = krajina(root, environment, "stop")
    assert (stopped.returncode, stopped.stderr) == (0, "Vlastní databáze neběžela.\n")


def test_ci_runs_the_same_command(root: Path) -> None:
    assert (root / ".ci" / "run").read_text(encoding="utf-8").rstrip().endswith("exec ./krajina test")
