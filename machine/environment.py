"""The locked Python environment in .venv: which Python, which uv, and when it must be made again.

Apart because it answers one question, "is the environment the one that uv.lock says", in a millisecond when it is.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from machine import ROOT, say, tools, work

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "krajina.stamp"
OLDEST = (3, 12)
# Tried in this order: the one that is tested most first.
NAMES = ("python3.13", "python3.12", "python3.14", "python3")
ENOUGH_UV = (0, 13)  # older ones do not read every field of uv.lock
FETCHED = "3.13"


def prepare(data: Path, log: Path, tests: bool) -> None:
    """Bring .venv to what uv.lock says, with the packages of the tests if wanted; do nothing if it is so already.

    Packages of the tests that are there stay when they are not wanted. Raises say.MachineError if no Python >= 3.12
    can be had or uv fails.
    """
    wanted = _fingerprint()
    good = {f"{wanted} tests"} if tests else {f"{wanted} tests", f"{wanted} run"}
    if os.access(PYTHON, os.X_OK) and _stamped() in good:
        return
    uv = _uv(data / "tools")
    # Compiled now, or each process would compile for seconds where Python may not write beside the packages.
    options = ["--locked", "--no-progress", "--inexact", "--compile-bytecode", *([] if tests else ["--no-dev"])]
    command = [uv, "sync", *options]
    if not os.access(PYTHON, os.X_OK):
        command += ["--python", find_python() or _fetched_python(uv, log)]
    with say.step("environment"):
        work.run(command, log, _uv_settings(), str(ROOT))
    STAMP.write_text(f"{wanted} {'tests' if tests else 'run'}\n", encoding="utf-8")


def find_python() -> str | None:
    """Return the path of a Python of version OLDEST or newer, on PATH or under pyenv; None if there is none."""
    for candidate in _candidates():
        code = "import sys; print(sys.version_info[0], sys.version_info[1], sys.executable)"
        try:
            said = subprocess.run(
                [candidate, "-c", code], capture_output=True, text=True, cwd="/", timeout=20, check=False
            )
        except (OSError, subprocess.TimeoutExpired):
            continue
        # pyenv puts names on PATH that only complain; then nothing is said, and the next one is tried.
        found = re.fullmatch(r"(\d+) (\d+) (\S.*)\n", said.stdout)
        if found and (int(found[1]), int(found[2])) >= OLDEST:
            return found[3]
    return None


def _candidates() -> Iterator[str]:
    for name in NAMES:
        path = shutil.which(name)
        if path:
            yield path
        pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
        yield from sorted(map(str, pyenv.glob(f"versions/*/bin/{name}")), reverse=True)


def _uv(folder: Path) -> str:
    found = shutil.which("uv")
    if found:
        said = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
        version = re.match(r"uv (\d+)\.(\d+)", said)
        if version and (int(version[1]), int(version[2])) >= ENOUGH_UV:
            return found
    return str(tools.UV.unpacked(folder))


def _fetched_python(uv: str, log: Path) -> str:
    with say.step("python", version=FETCHED):
        try:
            work.run([uv, "python", "install", "--no-progress", FETCHED], log, _uv_settings())
        except say.MachineError as refused:
            raise say.MachineError("no-python", why=refused) from refused
    return FETCHED


def _uv_settings() -> dict[str, str]:
    """Return the environment for uv: the checkout's .venv, the machine's own certificates, no Python unasked."""
    settings = {name: value for name, value in os.environ.items() if name not in {"VIRTUAL_ENV", "PYTHONPATH"}}
    settings.update(UV_PROJECT_ENVIRONMENT=str(VENV), UV_PYTHON_DOWNLOADS="manual")
    settings.setdefault("UV_SYSTEM_CERTS", "1")
    return settings


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for name in ("pyproject.toml", "uv.lock"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def _stamped() -> str:
    return STAMP.read_text(encoding="utf-8").strip() if STAMP.exists() else ""
