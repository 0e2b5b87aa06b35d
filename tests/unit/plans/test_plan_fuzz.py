"""Damaged packages by the dozen: whatever comes in, no rule breaks down, nothing hangs, nothing grows.

All go through one process, which starts but once, behind the wall of a check. `--fuzz N` tries N of them, real plans
too, from a seed of its own, which it names.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from random import Random
from secrets import randbits
from typing import Any

import pytest

from plans.examples import czech, german, polish
from plans.sandbox import INSIDE, LIMITS, WRITTEN, Sandbox
from tests.unit.plans.damage import damaged
from tests.walls import BEST

CASES, SEED = 60, 20261121
MEGABYTES = 900
SCRIPT = Path(__file__).with_name("fuzzing.py")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_whatever_comes_in_the_check_goes_on(tmp_path: Path, real_data: Path, request: pytest.FixtureRequest) -> None:
    wanted: int = request.config.getoption("--fuzz")
    seed = randbits(32) if wanted else SEED
    originals = [make(tmp_path) for make in (czech.GOOD, german.GOOD, polish.GOOD)]
    if wanted:
        originals += [path for path in sorted(real_data.glob("plans-*/**/*")) if path.suffix in {".gml", ".zip"}]
    told = tried(tmp_path, cases(tmp_path, originals, wanted or CASES, seed))
    broken = {each["ends"]: each["broken"] for each in told if each.get("broken")}
    assert broken == {}, f"seed {seed}; the packages are in {tmp_path / 'work' / 'in'}"
    assert told[-1]["megabytes"] < MEGABYTES


def cases(folder: Path, originals: Sequence[Path], many: int, seed: int) -> Path:
    """Write so many damaged packages into the folder of a check."""
    random, work = Random(seed), folder / "work"  # noqa: S311 (nothing secret)
    for name in (*WRITTEN, "in"):
        (work / name).mkdir(parents=True)
    for number in range(many):
        original = random.choice(originals)
        content = damaged(random, original.read_bytes())
        (work / "in" / f"{number:05}-{original.name}").write_bytes(content)
    (work / "in" / SCRIPT.name).write_bytes(SCRIPT.read_bytes())
    return work


def tried(folder: Path, work: Path) -> list[dict[str, Any]]:
    """Check all packages, and assert that nothing but results was written; return what the process told."""
    sandbox = Sandbox(BEST)
    before = {path for path in folder.rglob("*") if path.is_file()}
    wall, place = ([], work) if BEST == LIMITS else (sandbox.wall(work), INSIDE)
    command = [*wall, sys.executable, "-s", "-P", "-B", f"{place}/in/{SCRIPT.name}", str(place)]
    ran = subprocess.run(command, env=dict(sandbox.environment()), capture_output=True, text=True, check=False)
    told: list[dict[str, Any]] = [json.loads(line) for line in ran.stdout.splitlines()]
    assert ran.returncode == 0, (told[-1:], ran.returncode, ran.stderr[-3000:])
    assert {path for path in folder.rglob("*") if path.is_file()} == before
    return told
