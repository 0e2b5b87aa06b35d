"""The command line of the bench of checking plans: `python -m bench.plans [--write] [--rounds 3] [--quick]`."""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import shapely

from bench.plans import made
from plans import context_files

RESULTS = Path(__file__).parents[1] / "RESULTS.md"
TITLE = "## Checking a zoning plan"
SIZES = {"1 000 areas": (40, 25, 12), "20 000 areas": (160, 125, 12)}
"""Columns, rows, corners of a line."""
SECONDS = {"1 000 areas": 3.0, "20 000 areas": 30.0}
MEMORY = 1500
STAGES = (
    "unpack", "read", "files", "structure", "attributes", "geometry", "topology", "neighbours", "harmonisation",
    "repair", "harmonise", "report",
)  # fmt: skip


def main() -> int:
    """Run the bench; 0 when every target is reached."""
    parser = argparse.ArgumentParser(prog="python -m bench.plans", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="the small plan alone, one round")
    parser.add_argument("--write", action="store_true", help="put the result into bench/RESULTS.md")
    options = parser.parse_args()
    sizes = dict(list(SIZES.items())[:1]) if options.quick else SIZES
    rows, reached = [], True
    for name, size in sizes.items():
        for is_right in (True, False):
            figures = measured(size, is_right=is_right, rounds=1 if options.quick else options.rounds)
            rows.append((f"{name}, {'right' if is_right else 'with faults'}", figures))
            reached &= not is_right or (total(figures["check"]) < SECONDS[name] and figures["check"]["memory"] < MEMORY)
    text = section(rows)
    print(text)
    if options.write:
        write(text)
    return 0 if reached else 1


def measured(size: tuple[int, int, int], *, is_right: bool, rounds: int) -> dict[str, dict[str, Any]]:
    """Make a plan, check it in processes of their own on one core, and return the median round of each program."""
    with tempfile.TemporaryDirectory(prefix="krajina-bench-") as name:
        folder, shapes = Path(name), made.net(*size)
        boundary = shapely.coverage_union_all(shapes)
        made.package(shapes if is_right else made.spoiled(shapes), boundary, folder)
        context_files.write(made.surroundings(boundary, *size), folder)
        found: dict[str, dict[str, Any]] = {}
        for program in ("check", "pairs"):
            done = [_run(program, folder) for _ in range(rounds)]
            middle = statistics.median_low([total(each) for each in done])
            found[program] = next(each for each in done if total(each) == middle)
        found["plan"] = {"corners": int(shapely.get_num_coordinates(shapes).sum())}
        return found


def total(figures: dict[str, Any]) -> float:
    """Return the seconds of all stages."""
    return float(sum(figures["seconds"].values()))


def section(rows: list[tuple[str, dict[str, dict[str, Any]]]]) -> str:
    """Return the result as a section of bench/RESULTS.md."""
    head = ["| plan | corners | full check | peak memory | faults | topology | by pairs | ratio |", "|---" * 8 + "|"]
    lines = []
    for name, figures in rows:
        check, pairs = figures["check"], figures["pairs"]
        mine, theirs = check["seconds"]["topology"], total(pairs)
        lines.append(
            f"| {name} | {figures['plan']['corners']:,} | {total(check):.1f} s | {check['memory']} MB |"
            f" {check['faults']:,} | {mine:.2f} s | {theirs:.1f} s | {theirs / mine:.1f} |"
        )
    shares = ["| plan | " + " | ".join(STAGES) + " |", "|---" * (len(STAGES) + 1) + "|"]
    for name, figures in rows:
        seconds, whole = figures["check"]["seconds"], total(figures["check"])
        shares.append(f"| {name} | " + " | ".join(f"{seconds.get(each, 0) / whole:.0%}" for each in STAGES) + " |")
    return "\n".join([TITLE, "", machine(), "", HOW, "", *head, *lines, "", "Share of each stage:", "", *shares, ""])


HOW = f"""`python -m bench.plans --write`. A generated Czech plan beside a neighbour of the same size, each check from
the zip to the report in a process of its own on one core, median of rounds. *With faults*: one corner of
{made.MOVED:.0%} of the areas is moved by decimetres; then the repaired package is written and judged too.
*By pairs*: overlaps and gaps alone, by overlaying every two areas that meet and the union of all (shapely); it tells
neither slivers from noise nor missing corners. Ratio above 1: ours is faster."""


def machine() -> str:
    """Return the date and what it ran on, in one line."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{datetime.now(UTC).date()}, {os.cpu_count()} cores, {memory:.0f} GiB,"
        f" {platform.freedesktop_os_release()['PRETTY_NAME']}, Python {platform.python_version()},"
        f" GEOS {shapely.geos_version_string}, shapely {shapely.__version__}."
    )


def write(text: str, file: Path = RESULTS) -> None:
    """Put the section in the place of the one that is there, else at the end; the others stay."""
    before, _, rest = file.read_text(encoding="utf-8").partition(f"{TITLE}\n")
    _, mark, after = rest.partition("\n## ")
    file.write_text(f"{before.rstrip()}\n\n{text}{mark}{after}", encoding="utf-8")


def _run(program: str, folder: Path) -> dict[str, Any]:
    core = str(min(os.sched_getaffinity(0)))
    command = ["taskset", "-c", core, sys.executable, "-m", "bench.plans.measured", program, str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=RESULTS.parents[1])
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


if __name__ == "__main__":
    sys.exit(main())
