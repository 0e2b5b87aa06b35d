"""System packages by apt: which are missing, and how they are installed without a question and without side effects.

Apart because it is the only step that changes the machine outside the checkout, and the only one that may need root.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from machine import postgres, say, work
from machine.needs import Need

# Read by postgresql-common before it makes a cluster of its own on port 5432, which nobody here asked for.
NO_MAIN_CLUSTER = Path("/etc/postgresql-common/createcluster.d/krajina.conf")
# Asked by Debian's packages before they start a service: 101 means "not now".
SERVICE_POLICY = Path("/usr/sbin/policy-rc.d")


@dataclass(frozen=True)
class Package:
    """A Debian package, and the files (patterns under /) any of which shows that what we need of it is there."""

    name: str
    proofs: tuple[str, ...]

    def present(self) -> bool:
        """Tell whether what we need is there, whoever installed it; a look at files takes no time, dpkg does."""
        return any(any(Path("/").glob(pattern)) for pattern in self.proofs)


POSTGIS = Package(
    "postgresql-postgis",
    ("usr/share/postgresql/*/extension/postgis.control", "usr/pgsql-*/share/extension/postgis.control"),
)
PACKAGES = {
    Need.DATABASE: (POSTGIS,),
    Need.SANDBOX: (Package("bubblewrap", ("usr/bin/bwrap",)),),
    Need.TESTS: (
        Package("chromium", ("usr/bin/chromium",)),
        Package("fonts-dejavu-core", ("usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",)),
        Package("nginx-light", ("usr/sbin/nginx",)),
        Package("gdal-bin", ("usr/bin/ogr2ogr",)),
        Package("python3-qgis", ("usr/lib/python3/dist-packages/qgis/core",)),
        Package("qgis-providers", ("usr/lib/qgis/plugins/*provider_wfs.so",)),
    ),
}


def prepare(needs: Need, log: Path) -> None:
    """Install the system packages that the needs name and that are missing; nothing is asked of apt if none is.

    Raises say.MachineError where there is no apt, or no right to use it.
    """
    missing = [
        package for need, several in PACKAGES.items() if need in needs for package in several if not package.present()
    ]
    if not missing:
        return
    names = [_for_installed_server() if package is POSTGIS else package.name for package in missing]
    if shutil.which("apt-get") is None:
        raise say.MachineError("no-apt", packages=", ".join(names))
    root = _root_prefix(names)
    with say.step("packages", packages=", ".join(names)), ExitStack() as stack:
        if POSTGIS in missing and not postgres.servers():
            stack.enter_context(_file(NO_MAIN_CLUSTER, "create_main_cluster = false\n", "644", root))
        if not SERVICE_POLICY.exists():
            stack.enter_context(_file(SERVICE_POLICY, "#!/bin/sh\nexit 101\n", "755", root))
        _install(names, root, log)
        if "nginx-light" in names:
            # It is here for the tests alone; it must not hold port 80 after the next start of the machine.
            work.run([*root, "update-rc.d", "nginx", "disable"], log)


def _for_installed_server() -> str:
    """Return the PostGIS package of the server that is already here, else the one of the distribution."""
    here = postgres.servers()
    return f"postgresql-{here[0].version}-postgis-3" if here else POSTGIS.name


def _root_prefix(names: Sequence[str]) -> list[str]:
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if not sudo or subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode != 0:
        raise say.MachineError("no-root", command=f"apt-get install --no-install-recommends {' '.join(names)}")
    return ["sudo", "-n"]


def _install(names: Sequence[str], root: Sequence[str], log: Path) -> None:
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive"]
    # Another apt at work (automatic upgrades of a new machine) is waited for, not fought.
    apt = [*root, *quiet, "apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=600", "-o", "Acquire::Retries=3"]
    work.run([*apt, "update"], log)
    keep = ["-o", "Dpkg::Options::=--force-confdef", "-o", "Dpkg::Options::=--force-confold"]
    work.run([*apt, *keep, "install", "--no-install-recommends", *names], log)


@contextmanager
def _file(path: Path, content: str, mode: str, root: Sequence[str]) -> Iterator[None]:
    """Have a root-owned file while packages are installed; afterwards the machine is as its admin knows it."""
    subprocess.run([*root, "mkdir", "-p", str(path.parent)], check=True)
    subprocess.run([*root, "tee", str(path)], input=content.encode(), stdout=subprocess.DEVNULL, check=True)
    subprocess.run([*root, "chmod", mode, str(path)], check=True)
    try:
        yield
    finally:
        subprocess.run([*root, "rm", "-f", str(path)], check=True)
