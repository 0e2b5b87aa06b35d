"""The wall around a check: what the process inside cannot see, reach or use up."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from plans.limits import MEGABYTE
from plans.order import Paths
from plans.sandbox import LIMITS, ROOT, WRITTEN, NoSandbox, Sandbox
from tests.walls import KINDS

CLOSE = "from pathlib import Path; from plans.sandbox import close; close(Path('.').absolute(), [])\n"


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    for name in (*WRITTEN, "in"):
        (folder / name).mkdir(parents=True)
    return folder


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    path = tmp_path / "canary.txt"
    path.write_text("secret", encoding="utf-8")
    return path


@pytest.fixture
def listener() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def inside(work: Path, code: str, kind: str) -> str:
    """Run code behind the wall and return what it printed."""
    sandbox = Sandbox(kind)
    wall = sandbox.wall(work) if kind != LIMITS else []
    code = dedent(code) if kind != LIMITS else CLOSE + dedent(code)
    command = [*wall, sys.executable, "-s", "-P", "-c", code]
    ran = subprocess.run(
        command, cwd=work, env=dict(sandbox.environment()), capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


both = pytest.mark.parametrize("kind", KINDS)


@both
@pytest.mark.parametrize("place", ["/etc/passwd", "{root}/var", "{root}/settings.py", "{root}/.git/config", "{canary}"])
def test_no_file_but_our_code_can_be_read(work: Path, canary: Path, place: str, kind: str) -> None:
    path = place.format(root=ROOT, canary=canary)
    code = f"""
        import os
        try:
            os.listdir({path!r}) if os.path.isdir({path!r}) else open({path!r}).read()
        except (FileNotFoundError, PermissionError, NotADirectoryError):
            print("closed")
        """
    assert inside(work, code, kind) == "closed"


@both
def test_there_is_no_network(work: Path, listener: int, kind: str) -> None:
    code = f"""
        import socket
        try:
            socket.create_connection(("127.0.0.1", {listener}), 2)
        except OSError:
            print("closed")
        """
    assert inside(work, code, kind) == "closed"


@both
def test_only_folders_for_results_can_be_written(work: Path, kind: str) -> None:
    code = f"""
        import os
        for folder in ("out", "unpacked", "tmp", ".", "in", {str(ROOT / "plans")!r}, "/tmp", "/dev/shm"):
            try:
                open(os.path.join(folder, "x"), "w").close()
                print(folder)
            except OSError:
                pass
        """
    assert inside(work, code, kind).split() == ["out", "unpacked", "tmp"]


def test_no_program_no_variable_and_no_other_process_is_there(work: Path) -> None:
    code = """
        import os, json
        programs = [p for p in ("/bin/sh", "/usr/bin/env", "/usr/bin/psql") if os.path.exists(p)]
        print(json.dumps([sorted(os.environ), programs, os.path.exists("/proc/1"), os.getuid()]))
        """
    variables, programs, processes, user = json.loads(inside(work, code, "bubblewrap"))
    assert set(variables) <= {*Sandbox().environment(), "PWD", "LC_CTYPE"}
    assert (programs, processes, user) == ([], False, 65534)


def test_the_socket_of_a_database_is_not_there(work: Path, tmp_path: Path) -> None:
    place = tmp_path / ".s.PGSQL.5432"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(place))
        server.listen()
        code = f"""
            import socket
            try:
                socket.socket(socket.AF_UNIX).connect({str(place)!r})
            except FileNotFoundError:
                print("closed")
            """
        assert inside(work, code, "bubblewrap") == "closed"


def test_gdal_reads_nothing_for_a_file_that_only_says_what_to_read(work: Path, canary: Path) -> None:
    layer = f"<OGRVRTLayer name='c'><SrcDataSource>{canary}</SrcDataSource></OGRVRTLayer>"
    virtual = f"<OGRVRTDataSource>{layer}</OGRVRTDataSource>"
    for name in ("plan.geojson", "plan.gpkg", "plan.shp"):
        (work / "unpacked" / name).write_text(virtual, encoding="utf-8")
    code = """
        import pyogrio
        from plans.drivers import tame
        tame()
        for name in ("plan.geojson", "plan.gpkg", "plan.shp"):
            try:
                pyogrio.read_info("unpacked/" + name)
            except pyogrio.errors.DataSourceError:
                print("closed")
        print(*sorted(pyogrio.list_drivers()))
        """
    assert inside(work, code, "bubblewrap").splitlines() == ["closed"] * 3 + ["ESRI Shapefile GPKG MEM"]


def test_limits_bind_the_process(work: Path) -> None:
    code = f"""
        import resource
        from plans.limits import Limits
        from plans.sandbox import confine
        confine(Limits(memory={400 * MEGABYTE}, written=1000))
        try:
            bytearray({800 * MEGABYTE})
        except MemoryError:
            print("memory")
        try:
            with open("tmp/x", "wb") as file:
                file.write(bytes(2000))
        except OSError as error:
            print(error.errno == 27)
        """
    assert inside(work, code, "bubblewrap").split() == ["memory", "True"]


@pytest.mark.parametrize("checkout", ["/check/krajina", "/grids/krajina", "/folder", "/opt/krajina"])
def test_what_is_bound_hides_nothing_bound_before(work: Path, monkeypatch: pytest.MonkeyPatch, checkout: str) -> None:
    monkeypatch.setattr("plans.sandbox.ROOT", Path(checkout))
    monkeypatch.setattr("plans.sandbox.sys.prefix", f"{checkout}/.venv")
    words = Sandbox(grids=work).wall(work)
    bound = [Path(words[at + 2]) for at, word in enumerate(words) if word in {"--ro-bind", "--ro-bind-try", "--bind"}]
    assert Path(checkout, ".venv") in bound
    for at, place in enumerate(bound):
        assert not [before for before in bound[:at] if before.is_relative_to(place)]


def test_without_bubblewrap_it_is_said_what_is_missing(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(work))
    with pytest.raises(NoSandbox) as refused:
        Sandbox().command(work)
    assert refused.value.reason == "missing"
    assert Paths(work).out == work / "out"
