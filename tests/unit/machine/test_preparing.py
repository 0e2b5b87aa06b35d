"""The steps of preparation: wheels, Python, the web app's fingerprint, other people's programs."""

import hashlib
import os
import platform
import sys
import zipfile
from pathlib import Path

import pytest

from machine import environment, postgres, say, tools, web, work


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tools.Wheel:
    """A wheel with a program in it, served from a folder."""
    monkeypatch.setattr(tools, "FILES", f"{tmp_path.as_uri()}/")
    archive = tmp_path / "pool" / "greeter.whl"
    archive.parent.mkdir()
    entry = zipfile.ZipInfo("greeter/bin/greet")
    entry.external_attr = 0o100755 << 16
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr(entry, "#!/bin/sh\necho hello\n")
    sha256 = hashlib.sha256(archive.read_bytes()).hexdigest()
    return tools.Wheel("greeter", "1", "greeter/bin/greet", {platform.machine(): ("pool", "greeter.whl", sha256)})


def executable(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return path


def test_a_wheel_is_fetched_once_and_its_program_runs(wheel: tools.Wheel, tmp_path: Path) -> None:
    program = wheel.unpacked(tmp_path / "tools")
    assert os.access(program, os.X_OK)
    (tmp_path / "pool" / "greeter.whl").unlink()
    assert wheel.unpacked(tmp_path / "tools") == program


def test_a_wheel_that_is_not_the_pinned_one_is_thrown_away(wheel: tools.Wheel, tmp_path: Path) -> None:
    (tmp_path / "pool" / "greeter.whl").write_bytes(b"something else")
    with pytest.raises(say.MachineError, match="sha256"):
        wheel.unpacked(tmp_path / "tools")
    assert list((tmp_path / "tools").iterdir()) == []


def test_a_wheel_out_of_reach_is_named(wheel: tools.Wheel, tmp_path: Path) -> None:
    (tmp_path / "pool" / "greeter.whl").unlink()
    with pytest.raises(say.MachineError, match=r"greeter\.whl"):
        wheel.unpacked(tmp_path / "tools")


def test_another_kind_of_machine_is_told_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(say.MachineError, match=platform.machine()):
        tools.Wheel("greeter", "1", "greet", {}).unpacked(tmp_path)


def test_a_python_that_only_complains_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    executable(tmp_path / "python3.13", "#!/bin/sh\necho 'pyenv: python3.13: command not found' >&2\nexit 127\n")
    executable(tmp_path / "python3", "#!/bin/sh\necho 3 11 /usr/bin/python3\n")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    assert environment.find_python() is None
    versions = tmp_path / "pyenv" / "versions" / "3.12.9" / "bin"
    versions.mkdir(parents=True)
    (versions / "python3.12").symlink_to(sys.executable)
    assert environment.find_python() is not None


def test_the_web_app_is_built_again_when_a_source_changes_and_only_then(tmp_path: Path) -> None:
    sources, look = tmp_path / "web", tmp_path / "look"
    for folder, name in ((sources / "src", "main.ts"), (look, "tokens.css")):
        folder.mkdir(parents=True)
        (folder / name).write_text("one", encoding="utf-8")
    before = web.fingerprint(sources, look)
    for made in (sources / "dist", sources / "node_modules", look / "__pycache__"):
        made.mkdir()
        (made / "main.js").write_text("built", encoding="utf-8")
    assert web.fingerprint(sources, look) == before
    (sources / "src" / "main.ts").write_text("two", encoding="utf-8")
    changed = web.fingerprint(sources, look)
    (look / "tokens.css").write_text("two", encoding="utf-8")
    assert len({before, changed, web.fingerprint(sources, look)}) == 3


def test_npm_runs_with_its_own_node(tmp_path: Path) -> None:
    work.run([*web.npm(tmp_path), "--version"], tmp_path / "log")
    assert (tmp_path / "log").read_text(encoding="utf-8").splitlines()[-1][0].isdigit()


def test_a_failed_program_is_quoted(tmp_path: Path) -> None:
    with pytest.raises(say.MachineError, match="no room left"):
        work.run(["sh", "-c", "echo no room left; exit 1"], tmp_path / "log")


def test_a_missing_program_is_named(tmp_path: Path) -> None:
    with pytest.raises(say.MachineError, match="no-such-program"):
        work.run(["no-such-program"], tmp_path / "log")


def test_a_durable_cluster_never_trades_safety(tmp_path: Path) -> None:
    assert "fsync" not in postgres.settings(tmp_path, durable=True)
    assert "fsync = 'off'" in postgres.settings(tmp_path, durable=False)
    assert "listen_addresses = ''" in postgres.settings(tmp_path, durable=True)
