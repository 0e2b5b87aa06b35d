"""The private cluster: made, started, found, killed, stopped; guarded from others; never in the way of another."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from machine import postgres, say
from machine.cluster import ORPHANS, SOCKET_LIMIT, Cluster, temporary_cluster

ROOT = Path(__file__).parents[2]
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


@contextmanager
def reachable_folder() -> Iterator[Path]:
    """Have a folder that the server's user can reach, as a checkout usually is; pytest's own is closed to others."""
    with tempfile.TemporaryDirectory(prefix="krajina-cluster-") as made:
        Path(made).chmod(0o755)
        yield Path(made)


@pytest.fixture
def folder() -> Iterator[Path]:
    with reachable_folder() as made:
        yield made


@pytest.fixture(scope="module")
def made() -> Iterator[Cluster]:
    """A cluster that exists; making one takes longer than all that is done with it here."""
    with reachable_folder() as place:
        cluster = Cluster(place / "postgres")
        cluster.start()
        yield cluster
        cluster.remove()


@pytest.fixture
def cluster(made: Cluster) -> Iterator[Cluster]:
    """The same, at rest."""
    made.stop()
    yield made
    made.stop()


@pytest.fixture
def fresh(folder: Path) -> Iterator[Cluster]:
    """A cluster that was never made."""
    cluster = Cluster(folder / "postgres", durable=False)
    yield cluster
    cluster.remove()


def ask(dsn: str, query: str) -> Any:
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        connection.commit()
        return cursor.fetchone() if cursor.description else None


def test_it_is_made_started_found_and_stopped(cluster: Cluster) -> None:
    assert not cluster.running()
    dsn = cluster.start()
    assert cluster.running()
    assert cluster.start() == dsn == cluster.dsn
    assert ask(dsn, "SELECT current_user, current_database()") == ("krajina", "krajina")
    assert ask(dsn, "SHOW server_encoding") == ("UTF8",)
    assert ask(dsn, "SHOW listen_addresses") == ("",)
    assert ask(dsn, "SHOW fsync") == ("on",)
    ask(dsn, "CREATE EXTENSION postgis; CREATE EXTENSION unaccent; CREATE EXTENSION pg_trgm")
    assert cluster.stop()
    assert not cluster.running()
    assert not cluster.stop()


def test_data_outlives_a_killed_server(cluster: Cluster) -> None:
    ask(cluster.start(), "CREATE TABLE kept AS SELECT 1 AS n")
    pid = int((cluster.home / "data" / "postmaster.pid").read_text(encoding="utf-8").split()[0])
    os.kill(pid, signal.SIGKILL)
    assert ask(cluster.start(), "SELECT n FROM kept") == (1,)


def test_the_process_id_of_somebody_else_does_not_deceive_it(cluster: Cluster) -> None:
    cluster.start()
    cluster.stop()
    (cluster.home / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n", encoding="utf-8")
    (cluster.home / "socket" / ".s.PGSQL.5432.lock").write_text(f"{os.getpid()}\n", encoding="utf-8")
    assert not cluster.running()
    assert ask(cluster.start(), "SELECT 1") == (1,)


def test_a_killed_initdb_leaves_nothing_that_looks_like_a_cluster(fresh: Cluster) -> None:
    unfinished = fresh.home / "unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("15\n", encoding="utf-8")
    assert ask(fresh.start(), "SELECT 1") == (1,)


def test_two_starts_at_once_make_one_cluster(fresh: Cluster) -> None:
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _: Cluster(fresh.folder, durable=False).start(), range(2))
    assert first == second
    assert ask(first, "SELECT 1") == (1,)


def test_it_is_stopped_only_by_the_one_that_started_it(cluster: Cluster) -> None:
    with cluster.started() as outer:
        with Cluster(cluster.folder).started() as inner:
            assert ask(inner, "SELECT 1") == (1,)
        assert ask(outer, "SELECT 1") == (1,)
    assert not cluster.running()


def test_ctrl_c_on_the_terminal_leaves_the_server_to_its_owner(cluster: Cluster) -> None:
    """The terminal sends SIGINT to the whole group; the server must end after the program, not with it."""
    code = (
        "import sys, time; from pathlib import Path; import psycopg2; from machine.cluster import Cluster\n"
        "with Cluster(Path(sys.argv[1])).started() as dsn:\n"
        "    try: print(dsn, flush=True); time.sleep(60)\n"
        "    except KeyboardInterrupt: psycopg2.connect(dsn).close(); print('still there', flush=True)\n"
    )
    command = [sys.executable, "-c", code, str(cluster.folder)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("postgresql://")
        os.killpg(process.pid, signal.SIGINT)
        assert process.stdout.readline() == "still there\n"
    assert not cluster.running()


def test_a_path_too_long_for_a_socket_gets_a_short_one(folder: Path) -> None:
    deep = folder / ("x" * SOCKET_LIMIT) / "postgres"
    deep.parent.mkdir()
    with temporary_cluster(deep) as dsn:
        assert ask(dsn, "SELECT 1") == (1,)
    assert not Cluster(deep, durable=False).home.exists()


def test_a_temporary_cluster_leaves_nothing(folder: Path) -> None:
    with temporary_cluster(folder / "postgres") as dsn:
        assert ask(dsn, "SHOW fsync") == ("off",)
    assert list(folder.iterdir()) == []


@needs_root
def test_a_folder_out_of_reach_moves_the_cluster(folder: Path) -> None:
    folder.chmod(0o700)
    cluster = Cluster(folder / "postgres", durable=False)
    try:
        assert ask(cluster.start(), "SELECT 1") == (1,)
        assert cluster.home != cluster.folder
        assert Cluster(folder / "postgres", durable=False).running()
    finally:
        cluster.remove()
    assert not cluster.home.exists()


@needs_root
def test_root_never_runs_the_server(cluster: Cluster) -> None:
    cluster.start()
    pid = (cluster.home / "data" / "postmaster.pid").read_text(encoding="utf-8").split()[0]
    assert Path("/proc", pid).stat().st_uid == postgres.owner().uid != 0


@needs_root
def test_nobody_else_is_let_in(cluster: Cluster) -> None:
    cluster.start()
    socket = cluster.home / "socket"
    command = [str(postgres.programs() / "psql"), "-h", str(socket), "-U", "krajina", "-c", "SELECT 1", "krajina"]
    assert _as_nobody(command).returncode != 0
    for place in (cluster.home, socket, socket / ".s.PGSQL.5432"):
        place.chmod(0o777)
    refused = _as_nobody(command)  # even then: the system tells the server who asks
    assert refused.returncode != 0
    assert "Peer authentication failed" in refused.stderr


@needs_root
def test_another_user_has_a_cluster_of_their_own(folder: Path) -> None:
    shutil.chown(folder, "nobody")
    code = (
        "import sys; from pathlib import Path; from machine.cluster import Cluster\n"
        "c = Cluster(Path(sys.argv[1])); c.start(); assert c.running(); assert c.stop(); print(c.home)"
    )
    shutil.copytree(ROOT / "machine", folder / "machine")  # the checkout may stand where nobody else gets in
    python = "/usr/bin/python3"  # and so may this test's own
    done = _as_nobody([python, "-c", code, str(folder / "postgres")], PYTHONPATH=str(folder))
    assert (done.returncode, done.stdout.strip()) == (0, str(folder / "postgres")), done.stderr
    with pytest.raises(say.MachineError, match=str(folder)):
        Cluster(folder / "postgres").start()


def test_a_missing_server_is_named(cluster: Cluster) -> None:
    cluster.start()
    cluster.stop()
    version = cluster.home / "data" / "PG_VERSION"
    made_by = version.read_text(encoding="utf-8")
    version.write_text("9.6\n", encoding="utf-8")
    with pytest.raises(say.MachineError, match=r"9\.6"):
        cluster.start()
    version.write_text(made_by, encoding="utf-8")


def test_orphans_of_a_killed_server_are_waited_for(cluster: Cluster) -> None:
    """A server process that is still at work must leave before another server touches the same files."""
    dsn = cluster.start()
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = int((cluster.home / "data" / "postmaster.pid").read_text(encoding="utf-8").split()[0])
        os.kill(pid, signal.SIGKILL)
        began = time.monotonic()
        assert ask(cluster.start(), "SELECT 1") == (1,)
        assert time.monotonic() - began < 2 * ORPHANS


def _as_nobody(command: list[str], **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", **settings}
    return subprocess.run(
        command,
        user="nobody",
        group="nogroup",
        extra_groups=[],
        cwd="/",
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
