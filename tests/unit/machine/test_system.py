"""System packages: nothing is done when nothing is missing; what cannot be done is said in one sentence."""

from pathlib import Path

import pytest

from machine import say, system
from machine.needs import Need

MISSING = system.Package("no-such-package", ("nowhere/to/be/found",))


@pytest.fixture(autouse=True)
def one_package_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(system.PACKAGES, Need.TESTS, (MISSING,))
    monkeypatch.setenv("KRAJINA_LANGUAGE", "en")


def test_nothing_is_done_when_nothing_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(system.PACKAGES, Need.TESTS, (system.Package("a-shell", ("bin/nowhere", "bin/s*h")),))
    monkeypatch.setenv("PATH", "")
    system.prepare(Need.TESTS, tmp_path / "log")
    assert not (tmp_path / "log").exists()


def test_without_apt_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(say.MachineError, match=r"no apt: .*no-such-package.* docker/") as refused:
        system.prepare(Need.TESTS, tmp_path / "log")
    assert refused.value.code == 3
    assert "\n" not in str(refused.value)


def test_without_root_and_sudo_the_command_is_given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, body in {"apt-get": "exit 1", "sudo": "exit 1"}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("os.geteuid", lambda: 12345)
    with pytest.raises(say.MachineError, match=r"sudo apt-get install .*no-such-package"):
        system.prepare(Need.TESTS, tmp_path / "log")
