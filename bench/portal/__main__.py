"""The command line of the bench of the map: `python -m bench.portal [--keep FOLDER] [--rounds 5] [--write]`."""

import argparse
import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

from bench.portal import measured
from bench.portal.measured import First, Frames
from bench.portal.place import portal

RESULTS = Path(__file__).parents[1] / "RESULTS.md"
TITLE = "## The map in a browser"
AREAS = 100_000
FIRST, FRAMES = 1500.0, 40.0
"""What is wanted: milliseconds to the first map in every round, pictures a second in the median."""


def main() -> int:
    """Run the bench; 0 when every target is reached."""
    parser = argparse.ArgumentParser(prog="python -m bench.portal", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--areas", type=int, default=AREAS)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--port", type=int, default=8790)
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where data and database stand and stay")
    parser.add_argument("--write", action="store_true", help="put the result into bench/RESULTS.md")
    options = parser.parse_args()
    with portal(options.areas, options.port, options.keep) as stand, measured.browser() as running:
        first = measured.first_map(running, stand, options.rounds)
        frames = {
            "drag the map": [measured.panning(running, stand.address) for _ in range(options.rounds)],
            "zoom by the wheel": [measured.zooming(running, stand.address) for _ in range(options.rounds)],
        }
    text = section(options.areas, first, frames)
    print(text)
    if options.write:
        write(text)
    reached = max(each.milliseconds for each in first) < FIRST and all(
        max(each.median for each in rounds) >= FRAMES for rounds in frames.values()
    )
    return 0 if reached else 1


def section(areas: int, first: list[First], frames: dict[str, list[Frames]]) -> str:
    """Return the chapter of the results: of the first map every round counts, of the frames the best; all are named."""
    times = [each.milliseconds for each in first]
    rows = [
        f"| {name} | {max(each.median for each in rounds):.0f} | {min(each.median for each in rounds):.0f} "
        f"| {min(each.slow for each in rounds):.0f} ms | {min(each.longest for each in rounds):.0f} ms |"
        for name, rounds in frames.items()
    ]
    about = (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores (load {os.getloadavg()[0]:.1f}), "
        f"Python {platform.python_version()}, Chromium without a window; {areas:,} made-up zoning areas, one worker."
    )
    lines = [
        *(TITLE, "", about, "", "`python -m bench.portal --write`", ""),
        "First map: a phone of 412 x 823 points at 2 pixels each, processor slowed down four times, network by",
        'the profile "Fast 4G" of DevTools (8.1 Mbit/s, 165 ms a request), nothing kept; until the view is drawn:',
        f"**{min(times):.0f} to {max(times):.0f} ms**. Beside each round what others took of the processors, in the",
        "seconds before it and meanwhile.",
        "",
        "| round | first map | others, before | others, meanwhile |",
        "|---|---|---|---|",
        *(
            f"| {number} | {each.milliseconds:.0f} ms | {each.before:.0%} | {each.meanwhile:.0%} |"
            for number, each in enumerate(first, 1)
        ),
        "",
        "Frames a second: 1280 x 800 points, processor slowed down four times.",
        "",
        "| | best round, median | worst round, median | one frame in twenty takes longer than | longest frame |",
        "|---|---|---|---|---|",
        *rows,
    ]
    return "\n".join(lines) + "\n"


def write(text: str) -> None:
    """Replace the chapter in the results, or add it."""
    before, found, rest = RESULTS.read_text(encoding="utf-8").partition(TITLE)
    after = rest.partition("\n## ")
    tail = f"\n## {after[2]}" if found and after[1] else ""
    RESULTS.write_text(f"{before.rstrip()}\n\n{text}{tail}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
