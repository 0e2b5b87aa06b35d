"""A private PostGIS cluster: made, started, found again after a crash, stopped.

Apart because both the launcher and the program use it: `./krajina stop` has no environment, `demo` and the tests have.
It listens on a Unix socket alone, which the system's own check of users guards, so it meets no other cluster.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from machine import postgres, say

SOCKET_LIMIT = 107  # bytes of a Unix socket's path that the system takes
SOCKET_FILE = ".s.PGSQL.5432"  # how PostgreSQL names it; the number is part of the name, nothing listens on a port
ORPHANS = 30.0  # seconds in which the server processes of a killed postmaster notice and leave
LOG_LIMIT = 10_000_000  # bytes after which the server log starts anew; one older log is kept


class Cluster:
    """The cluster that belongs to a folder, e.g. var/postgres; the folder need not exist.

    `durable=False` trades safety after a power cut for speed: for tests alone. Run by root, the server belongs to the
    user `postgres`; where that user cannot reach the folder, the cluster stands in /var/lib/krajina (one that is not
    durable: in /tmp), under a name made of the folder's path. Every method raises say.MachineError, whose text is for
    the person, if the machine lacks what it needs.
    """

    def __init__(self, data: Path, durable: bool = True) -> None:
        self.folder = data.absolute()
        self.durable = durable

    @property
    def dsn(self) -> str:
        """The connection URL of the database, whether or not the server runs."""
        return f"postgresql://{postgres.DATABASE}@/{postgres.DATABASE}?host={quote(str(self._socket()), safe='')}"

    def running(self) -> bool:
        """Tell whether the server process is alive; a file left by a crash or an earlier boot does not deceive it."""
        return _postmaster(self._data()) in _processes(self._data())

    def start(self) -> str:
        """Start the server unless it runs, making the cluster and its database first if need be; return the DSN.

        Of two callers at once the second waits for the first.
        """
        home = self.home
        _own_folder(home, postgres.owner())
        with (home / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self._answers():
                self._make()
                self._configure()
                self._clear()
                self._launch()
                self._make_database()
        return self.dsn

    def stop(self) -> bool:
        """Stop the server, if it runs, once running transactions are rolled back; tell whether it ran."""
        if not self.running():
            return False
        mode = "fast" if self.durable else "immediate"
        self._run("pg_ctl", "stop", "-D", str(self._data()), "-m", mode, "-w", "-t", "120")
        return True

    @contextmanager
    def started(self) -> Iterator[str]:
        """Have the DSN of a running server; at the end it is stopped only if it was started here."""
        found = self.running()
        try:
            yield self.start()
        finally:
            if not found:
                self.stop()

    def remove(self) -> None:
        """Stop the server and delete the cluster with all its data."""
        self.stop()
        shutil.rmtree(self._socket(), ignore_errors=True)
        shutil.rmtree(self.home, ignore_errors=True)

    @cached_property
    def home(self) -> Path:
        """The folder in which the cluster stands: the given one if the server's user can reach it."""
        others = "/var/lib/krajina" if self.durable else "/tmp"  # noqa: S108 (_own_folder lets nobody else in)
        elsewhere = Path(others, f"krajina-{self._name()}")
        if os.geteuid() != 0 or (self.folder / "data").exists():
            return self.folder
        return self.folder if not elsewhere.exists() and postgres.reaches(self.folder.parent) else elsewhere

    def _data(self) -> Path:
        return self.home / "data"

    def _name(self) -> str:
        return hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:12]

    def _socket(self) -> Path:
        """Return the folder of the socket: beside the data, or a short one where that path is too long for a socket."""
        beside = self.home / "socket"
        long = len(os.fsencode(beside / SOCKET_FILE)) > SOCKET_LIMIT
        short = Path("/tmp", f"krajina-socket-{self._name()}")  # noqa: S108 (as above)
        return short if long else beside

    def _answers(self) -> bool:
        """Tell whether the server takes connections: one that is being killed is still there, but answers no more."""
        if not self.running():
            return False
        ready = str(postgres.programs() / "pg_isready")
        return postgres.owner().run([ready, "-q", "-t", "10", "-h", str(self._socket())]).returncode == 0

    def _make(self) -> None:
        """Make the cluster, whole or not at all: a killed initdb leaves nothing that looks like one."""
        if (self._data() / "PG_VERSION").exists():
            return
        unfinished = self.home / "unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        if self.durable and self.home != self.folder:
            say.line(say.text("elsewhere", folder=self.folder, home=self.home))
        options = ["-E", "UTF8", "--locale=C.UTF-8", "-U", postgres.DATABASE, "--auth=peer"]
        options += ["--data-checksums"] if self.durable else ["--no-sync"]
        self._run("initdb", "-D", str(unfinished), *options)
        unfinished.rename(self._data())

    def _configure(self) -> None:
        owner = postgres.owner()
        _own_folder(self._socket(), owner)
        rule, users = postgres.access([postgres.caller().name, owner.name])
        texts = {
            "postgresql.conf": postgres.settings(self._socket(), self.durable),
            "pg_hba.conf": rule,
            "pg_ident.conf": users,
        }
        for name, content in texts.items():
            path = self._data() / name
            path.write_text(content, encoding="utf-8")
            os.chown(path, owner.uid, owner.gid)
            path.chmod(0o600)

    def _clear(self) -> None:
        """Remove what a killed server left, once its last process is gone: two must never write one cluster."""
        deadline = time.monotonic() + ORPHANS
        while _processes(self._data()):
            if time.monotonic() > deadline:
                raise say.MachineError("orphans", folder=self._data())
            time.sleep(0.1)
        for left in (
            self._data() / "postmaster.pid",
            self._socket() / SOCKET_FILE,
            self._socket() / f"{SOCKET_FILE}.lock",
        ):
            left.unlink(missing_ok=True)

    def _launch(self) -> None:
        log = self.home / "log"
        if log.exists() and log.stat().st_size > LOG_LIMIT:
            log.replace(log.with_name("log.1"))
        self._run("pg_ctl", "start", "-D", str(self._data()), "-l", str(log), "-w", "-t", "600", log=log)

    def _make_database(self) -> None:
        name = postgres.DATABASE
        psql = ["-X", "-q", "-t", "-A", "-h", str(self._socket()), "-U", name, "-d", "postgres", "-c"]
        if self._run("psql", *psql, f"SELECT 1 FROM pg_database WHERE datname = '{name}'").strip() != "1":
            self._run("psql", *psql, f"CREATE DATABASE {name}")

    def _run(self, program: str, *arguments: str, log: Path | None = None) -> str:
        """Run a program of the server's version as the server's user; return what it printed."""
        version = self._data() / "PG_VERSION"
        made_by = version.read_text(encoding="ascii").strip() if version.exists() else None
        done = postgres.owner().run([str(postgres.programs(made_by) / program), *arguments])
        if done.returncode != 0:
            said = log.read_text(encoding="utf-8", errors="replace") if log and log.exists() else done.stderr
            raise say.MachineError("server-failed", program=program, tail="\n".join(said.splitlines()[-10:]))
        return done.stdout


@contextmanager
def temporary_cluster(folder: Path) -> Iterator[str]:
    """Have the DSN of a fast cluster that lives as long as the context; afterwards nothing of it is left."""
    cluster = Cluster(folder, durable=False)
    try:
        yield cluster.start()
    finally:
        cluster.remove()


def _own_folder(path: Path, owner: postgres.Account) -> None:
    """Have a folder that only this user (and root) can enter. Raises say.MachineError if it is somebody else's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)
        os.chown(path, owner.uid, owner.gid)
    found = path.lstat()
    if path.is_symlink() or found.st_uid not in {owner.uid, os.geteuid()}:
        raise say.MachineError("not-ours", folder=path, owner=owner.name)
    os.chown(path, owner.uid, owner.gid)
    path.chmod(0o700)


def _postmaster(data: Path) -> int:
    """Return the process id that the server has written down; 0 if there is none."""
    try:
        return int((data / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
    except (OSError, ValueError):
        return 0


def _processes(data: Path) -> set[int]:
    """Return the server processes of the cluster: each of them works in its data folder."""
    works_in = data.resolve()
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (process / "cwd").readlink() == works_in:
                found.add(int(process.name))
    return found
