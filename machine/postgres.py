"""The PostgreSQL programs of this machine, the account that runs them, and the configuration of a cluster of ours.

Apart from `machine.cluster`, which says when things happen: here is only with what.
"""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from machine import say

DATABASE = "krajina"  # the database and the role that owns it
CONTROL = "extension/postgis.control"  # under the share folder of a server that has PostGIS
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Account:
    """A user of this machine."""

    name: str
    uid: int
    gid: int

    def run(self, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        """Run the command as this user, from a folder that everybody may enter; its output is kept."""
        root = os.geteuid() == 0
        environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "HOME": "/"}
        return subprocess.run(
            command,
            cwd="/",
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            user=self.uid if root else None,
            group=self.gid if root else None,
            extra_groups=[] if root else None,
        )


@dataclass(frozen=True)
class Server:
    """An installed PostgreSQL server: major version, folder of initdb and its like, and whether PostGIS is with it."""

    version: str
    programs: Path
    postgis: bool


def caller() -> Account:
    """Return the user that runs this process."""
    entry = pwd.getpwuid(os.geteuid())
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def owner() -> Account:
    """Return the user under which the server runs: the caller, but `postgres` for root, as whom it refuses to run.

    Raises say.MachineError if root has no user `postgres` to give the work to.
    """
    if os.geteuid() != 0:
        return caller()
    try:
        entry = pwd.getpwnam("postgres")
    except KeyError as error:
        raise say.MachineError("no-postgres-user") from error
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def reaches(folder: Path) -> bool:
    """Tell whether the server's user can enter the folder, or the nearest one above it that exists."""
    if os.geteuid() != 0:
        return True
    existing = next(place for place in (folder, *folder.parents) if place.exists())
    return owner().run(["test", "-x", str(existing)]).returncode == 0


def servers() -> list[Server]:
    """Return the servers of this machine, the newest first: Debian's, and those of PostgreSQL's own RPM packages."""
    debian = [
        Server(path.parts[4], path.parent, Path("/usr/share/postgresql", path.parts[4], CONTROL).exists())
        for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")
    ]
    rpm = [
        Server(path.parts[2].partition("-")[2], path.parent, (path.parents[1] / "share" / CONTROL).exists())
        for path in Path("/usr").glob("pgsql-*/bin/initdb")
    ]
    return sorted(debian + rpm, key=lambda server: float(server.version), reverse=True)


def programs(version: str | None = None) -> Path:
    """Return the folder of initdb, pg_ctl and psql: of the major version, or the newest one that has PostGIS.

    Raises say.MachineError if there is none.
    """
    found = servers()
    if version is None:
        usable = [server for server in found if server.postgis]
        if not usable:
            raise say.MachineError("no-postgis")
        return usable[0].programs
    same = [server for server in found if server.version == version]
    if not same:
        raise say.MachineError("other-version", version=version, found=", ".join(server.version for server in found))
    return same[0].programs


def settings(socket: Path, durable: bool) -> str:
    """Return postgresql.conf: a socket and no port, memory by the machine's size, and the fast road for loads."""
    memory = _memory() // MEGABYTE
    values = {
        "cluster_name": "krajina",
        "listen_addresses": "",
        "unix_socket_directories": str(socket),
        "unix_socket_permissions": "0700",
        "max_connections": 100,
        "shared_buffers": f"{_between(128, memory // 8, 2048 if durable else 256)}MB",
        "effective_cache_size": f"{max(256, memory // 2)}MB",
        "maintenance_work_mem": f"{_between(64, memory // 16, 512)}MB",
        "work_mem": f"{_between(8, memory // 256, 32)}MB",
        # One server, no replica: a table that is made and filled in one transaction needs no write-ahead log.
        "wal_level": "minimal",
        "max_wal_senders": 0,
        "max_wal_size": "2GB",
        "wal_compression": "on",
        "checkpoint_timeout": "15min",
        # Short spatial queries on fast discs: compiling them costs more than it brings.
        "jit": "off",
        "random_page_cost": 1.1,
        "autovacuum": "on",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "lc_messages": "C.UTF-8",
        "log_min_messages": "warning",
        "log_checkpoints": "off",
        "log_line_prefix": "%m [%p] %u ",
        **({} if durable else {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}),
    }
    lines = "".join(f"{name} = '{value}'\n" for name, value in values.items())
    return f"# Written anew at every start by machine/postgres.py.\n{lines}"


def access(names: Sequence[str]) -> tuple[str, str]:
    """Return pg_hba.conf and pg_ident.conf: the system says who asks, and only these users are let in, as one role."""
    rule = f"local all all peer map={DATABASE}\n"
    users = "".join(f'{DATABASE} "{name}" {DATABASE}\n' for name in sorted(set(names)))
    return rule, users


def _between(least: int, value: int, most: int) -> int:
    return max(least, min(value, most))


def _memory() -> int:
    """Return the bytes of memory of the machine, or of the container if that has less."""
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = Path("/sys/fs/cgroup/memory.max")
    allowed = limit.read_text(encoding="ascii").strip() if limit.exists() else "max"
    return min(physical, int(allowed)) if allowed.isdecimal() else physical
