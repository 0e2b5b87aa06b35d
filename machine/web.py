"""The web app, built from web/ when its sources are newer than what was built.

Apart because Node is needed for this and nothing else: one that is here already, or a pinned wheel of PyPI.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path

from machine import ROOT, say, tools, work

WEB, LOOK = ROOT / "web", ROOT / "look"
ENOUGH_NODE = 20


def prepare(data: Path, log: Path, web: Path = WEB) -> None:
    """Build web/dist if its sources are not the ones it was built from; do nothing otherwise.

    Raises say.MachineError if Node cannot be had or the build fails.
    """
    wanted = fingerprint(web, LOOK)
    built = web / "dist" / ".sources"
    if built.exists() and built.read_text(encoding="utf-8") == wanted:
        return
    start = npm(data / "tools")
    lock = hashlib.sha256((web / "package-lock.json").read_bytes()).hexdigest()
    installed = web / "node_modules" / ".lock"
    if not installed.exists() or installed.read_text(encoding="utf-8") != lock:
        with say.step("web-packages"):
            work.run([*start, "ci", "--no-audit", "--no-fund"], log, folder=str(web))
        installed.write_text(lock, encoding="utf-8")
    with say.step("web"):
        work.run([*start, "run", "build"], log, folder=str(web))
    built.write_text(wanted, encoding="utf-8")


def fingerprint(*folders: Path) -> str:
    """Return the sha256 over names and contents of all that the web app is built from."""
    digest = hashlib.sha256()
    for top, (folder, names, files) in ((each, found) for each in folders for found in os.walk(each)):
        names[:] = sorted(set(names) - {"node_modules", "dist", "__pycache__"})
        for name in sorted(files):
            path = Path(folder, name)
            digest.update(f"{path.relative_to(top)}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def npm(tools_folder: Path = ROOT / "var" / "tools") -> list[str]:
    """Return the words that start npm with its Node on PATH; where this machine has none, that of the wheel.

    Raises say.MachineError if the wheel cannot be had.
    """
    start = ["env", "NODE_USE_SYSTEM_CA=1"]
    found = shutil.which("npm")
    if found and _node_major() >= ENOUGH_NODE:
        return [*start, found]
    node = tools.NODE.unpacked(tools_folder)
    npm_of_wheel = node.parent / "npm"
    if not npm_of_wheel.is_symlink():
        # A zip file cannot hold the symbolic link that Node has here; as a file, npm looks for itself in vain.
        npm_of_wheel.unlink()
        npm_of_wheel.symlink_to("../lib/node_modules/npm/bin/npm-cli.js")
    path = f"{node.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return [*start, f"PATH={path}", str(npm_of_wheel)]


def _node_major() -> int:
    node = shutil.which("node")
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout if node else ""
    version = re.match(r"v(\d+)\.", said)
    return int(version[1]) if version else 0
