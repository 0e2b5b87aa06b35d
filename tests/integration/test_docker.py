"""What docker/ says, run without Docker as far as that goes: no engine is needed, none is mocked.

The instructions are read from the files themselves, so an image that is changed is an image that is tested.
"""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.portal import free_port
from tests.waiting import until

ROOT = Path(__file__).parents[2]
DOCKER = ROOT / "docker"


@dataclass(frozen=True)
class Instruction:
    """One instruction of a Dockerfile and the stage in which it stands."""

    stage: str
    name: str
    words: str


def instructions() -> list[Instruction]:
    text = re.sub(r"(?m)^#.*\n", "", (DOCKER / "Dockerfile").read_text(encoding="utf-8"))
    stage, found = "", []
    for line in re.sub(r"\\\n", " ", text).splitlines():
        name, _, words = line.strip().partition(" ")
        if name == "FROM":
            stage = words.split()[-1]
        if name:
            found.append(Instruction(stage, name, words))
    return found


def of(name: str, stage: str | None = None) -> list[str]:
    return [said.words for said in instructions() if said.name == name and stage in {None, said.stage}]


def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((DOCKER / "compose.yml").read_text(encoding="utf-8"))
    return read


def copied(stage: str, target: Path) -> Path:
    """Make the folder that the stage's COPY lines from the checkout make, at the stage's work folder."""
    for words in of("COPY", stage):
        *sources, place = words.split()
        if sources[0].startswith("--from"):
            continue
        for source in sources:
            end = target / place / Path(source).name if place.endswith("/") else target / place
            if (ROOT / source).is_dir():
                shutil.copytree(
                    ROOT / source, end, ignore=shutil.ignore_patterns("node_modules", "dist", "__pycache__")
                )
            else:
                end.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / source, end)
    return target


def test_base_images_are_pinned() -> None:
    stages = {said.stage for said in instructions()}
    images = {words.split()[0] for words in of("FROM")} - stages
    images |= {part["image"] for part in compose()["services"].values() if "build" not in part}
    assert images
    assert all(re.fullmatch(r"[a-z/]+:\d+[\w.-]*", image) for image in images), images


def test_every_copied_file_exists_and_every_room_is_copied() -> None:
    sources = [source for words in of("COPY") for source in words.split()[:-1] if "--from" not in words]
    assert [source for source in sources if not (ROOT / source).exists()] == []
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "bench"}
    assert rooms <= set(sources)


def test_every_image_runs_as_somebody_else_than_root() -> None:
    assert of("USER", "service") == of("USER", "proxy") == ["krajina"]


def test_the_named_packages_can_be_installed() -> None:
    for words in of("RUN"):
        for names in re.findall(r"apt-get install -y --no-install-recommends ([^&]+)", words):
            command = ["apt-get", "install", "--simulate", "--no-install-recommends", *names.split()]
            assert subprocess.run(command, capture_output=True, check=False).returncode == 0, names


@pytest.mark.skipif(os.geteuid() != 0, reason="users are made by root")
def test_the_user_can_be_made(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    for name in ("passwd", "group", "shadow", "gshadow"):
        (tmp_path / "etc" / name).touch()
    command = next(re.findall(r"useradd [^&]+", words)[0] for words in of("RUN", "base") if "useradd" in words)
    subprocess.run([*shlex.split(command), "--prefix", str(tmp_path)], check=True, capture_output=True)
    assert "krajina:x:10001:" in (tmp_path / "etc" / "passwd").read_text(encoding="utf-8")


def test_what_is_copied_is_enough_to_prepare(tmp_path: Path) -> None:
    checkout = copied("prepared", tmp_path / "srv")
    (command,) = of("RUN", "prepared")
    environment = os.environ | {
        "KRAJINA_DATA": str(tmp_path / "data"),
        "KRAJINA_DATABASE_URL": "postgresql://database/",
    }
    environment.pop("PYTHONPATH", None)
    done = subprocess.run(command, shell=True, cwd=checkout, env=environment, capture_output=True, check=False)  # noqa: S602
    assert done.returncode == 0, done.stderr.decode()
    assert (checkout / "web" / "dist" / "index.html").exists()
    python = checkout / ".venv" / "bin" / "python"
    assert subprocess.run([python, "-c", "import pygeoapi, psycopg2, rasterio"], check=False).returncode == 0


def test_entry_point_and_command_serve(tmp_path: Path, database: str) -> None:
    """The service's own lines, in the folder that COPY makes; the password comes as a file."""
    checkout = copied("service", tmp_path / "srv")
    shutil.copytree(ROOT / "web" / "dist", checkout / "web" / "dist")
    (tmp_path / "password").write_text("secret\n", encoding="utf-8")
    port = free_port()
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "KRAJINA_DATA": str(tmp_path / "data"),
        "KRAJINA_DATABASE_URL": database,
        "KRAJINA_PORT": str(port),
        "DATABASE_PASSWORD_FILE": str(tmp_path / "password"),
    }
    environment.pop("PYTHONPATH", None)
    command = [*json.loads(of("ENTRYPOINT", "service")[0]), *json.loads(of("CMD", "service")[0])]
    with subprocess.Popen(command, cwd=checkout, env=environment) as process:
        try:
            check = [word.replace("8080", str(port)) for word in health_check("service")]
            until(lambda: succeeds(check) or process.poll() is not None, seconds=180)
            assert process.poll() is None
            assert b"PGPASSWORD=secret" in Path(f"/proc/{process.pid}/environ").read_bytes()
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(60) in {0, -signal.SIGTERM}


def succeeds(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def health_check(stage: str) -> list[str]:
    words: list[str] = json.loads(of("HEALTHCHECK", stage)[0].partition("CMD ")[2])
    return words


def test_compose_names_only_what_exists() -> None:
    described = compose()
    services = described["services"]
    assert set(services) == {"database", "service", "worker", "proxy"}
    for name, part in services.items():
        if "build" in part:
            assert (DOCKER / part["build"]["context"] / part["build"]["dockerfile"]).is_file()
            assert part["build"]["target"] in {said.stage for said in instructions()}
        assert set(part["networks"]) <= set(described["networks"])
        assert set(part.get("secrets", [])) <= set(described["secrets"])
        assert set(part.get("depends_on", {})) <= set(services)
        for volume in part["volumes"]:
            source = volume.partition(":")[0]
            assert source in described["volumes"] or (DOCKER / source).exists(), volume
        assert "healthcheck" in part or of("HEALTHCHECK", part["build"]["target"]), name
    assert [name for name, part in services.items() if "ports" in part] == ["proxy"]


def test_the_worker_runs_a_command_that_exists() -> None:
    command = compose()["services"]["worker"]["command"]
    done = subprocess.run([sys.executable, *command[1:], "--help"], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


def test_no_secret_is_written_down() -> None:
    text = (DOCKER / "compose.yml").read_text(encoding="utf-8") + (DOCKER / "Dockerfile").read_text(encoding="utf-8")
    assert re.findall(r"(?i)password[\"']?\s*[:=]\s*(?!\{|/run/secrets|$)\S+", text) == []
    ignored = subprocess.run(["git", "check-ignore", "-q", "docker/secrets/database_password"], cwd=ROOT, check=False)
    assert ignored.returncode == 0
