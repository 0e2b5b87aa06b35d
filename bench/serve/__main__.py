"""The command line of the bench of serving."""

import argparse
import signal
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.serve import costs, depth, documents, downloads, ratios, report, runs, tiles
from bench.serve.asks import TILES, WORKLOADS
from bench.serve.peers import OURS, REFERENCE, everyone
from bench.serve.place import Place, built
from bench.serve.runs import Outcome, Plan
from bench.serve.server import Server
from bench.serve.targets import Target

FULL, QUICK = 500_000, 20_000
PARTS = {
    "deep": "pages by next links",
    "warm": "tiles that are there already",
    "W10": "whole download, ogr2ogr",
    "documents": "list, landing page and OpenAPI of 300 collections",
}


def main() -> int:
    """Run the bench; 0 when every target that was measured is reached."""
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that servers are stopped then too
    plan = Plan(options.seconds, options.crowd_seconds, options.rounds, options.connections, tiles=options.tiles)
    outcome = Outcome()
    with _place(options) as place:
        machine = report.machine(place)
        servers = [server for name, server in everyone().items() if name in {*options.peers, REFERENCE}]
        with runs.started(servers, place, outcome) as running:
            targets = _measured(running, options, place, outcome, plan)
        targets += costs.run(place)
        if "documents" in options.workloads:
            targets += documents.run(place, outcome, plan)
    text = report.section(outcome, targets, machine, f"python -m bench.serve {' '.join(sys.argv[1:])}".strip())
    print(f"\n{text}")
    if options.write:
        report.write(text)
    rows = ratios.rows(outcome)
    return 0 if all(row.reached for row in rows) and all(target.reached is not False for target in targets) else 1


def _measured(
    running: Sequence[Server], options: argparse.Namespace, place: Place, outcome: Outcome, plan: Plan
) -> list[Target]:
    """Compare answers and measure all that was asked for, on running servers."""
    workloads = [name for name in options.workloads if name in WORKLOADS]
    runs.compare(running, workloads, place, outcome)
    chosen = [server for server in running if server.name in options.peers]
    for workload in workloads:
        (tiles.cold if workload in TILES else runs.items)(chosen, workload, place, outcome, plan)
    parts = {"deep": depth.run, "warm": tiles.warm, "W10": downloads.run}
    return [
        target
        for name, part in parts.items()
        if name in options.workloads
        for target in part(chosen, place, outcome, plan)
    ]


def _options() -> argparse.Namespace:
    peers, parts = list(everyone()), [*WORKLOADS, *PARTS]
    told = "; ".join(f"{name}: {what}" for name, what in (WORKLOADS | PARTS).items())
    parser = argparse.ArgumentParser(
        prog="python -m bench.serve",
        description="How fast collections are served, beside raw SQL and other servers.",
        epilog=f"Workloads: {told}.",
    )
    parser.add_argument("--quick", action="store_true", help="two minutes: 20 000 parcels, short cells, few servers")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where cluster and data stand and stay")
    parser.add_argument("--peers", type=_names(peers), help=",".join(peers))
    parser.add_argument("--workloads", type=_names(parts), help=",".join(parts))
    parser.add_argument("--rows", type=int, help=f"parcels; {FULL}, or {QUICK} when quick")
    parser.add_argument("--seconds", type=float, help="of a cell")
    parser.add_argument("--crowd-seconds", type=float, help="of a cell with 32 connections; 0 leaves those out")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--tiles", type=int, help="cold tiles of a cell")
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--write", action="store_true", help="put the result into bench/RESULTS.md")
    options = parser.parse_args()
    quick: dict[str, Any] = {"rows": QUICK, "seconds": 1, "crowd_seconds": 0, "rounds": 1, "tiles": 50}
    quick |= {"peers": ["floor", "floor-count", *OURS, "tipg"], "workloads": [*WORKLOADS, "deep", "warm"]}
    full: dict[str, Any] = {"rows": FULL, "seconds": 8, "crowd_seconds": 5, "rounds": 2, "tiles": 500}
    full |= {"peers": peers, "workloads": parts}
    for name, value in (quick if options.quick else full).items():
        if getattr(options, name) is None:
            setattr(options, name, value)
    return options


def _names(known: Iterable[str]) -> Callable[[str], list[str]]:
    """Return a reader of names between commas that takes known ones alone."""
    allowed = list(known)

    def read(text: str) -> list[str]:
        names = text.split(",")
        unknown = sorted(set(names) - set(allowed))
        if unknown:
            raise argparse.ArgumentTypeError(f"unknown: {', '.join(unknown)}; known: {', '.join(allowed)}")
        return names

    return read


@contextmanager
def _place(options: argparse.Namespace) -> Iterator[Place]:
    """Have the data and a running cluster; both stay if a folder was named, else nothing of them is left."""
    if options.keep:
        place = built(options.keep.absolute(), options.rows, options.workers)
        try:
            yield place
        finally:
            place.cluster.stop()
        return
    with tempfile.TemporaryDirectory(prefix="krajina-bench-") as name:
        place = built(Path(name), options.rows, options.workers)
        try:
            yield place
        finally:
            place.cluster.remove()


if __name__ == "__main__":
    sys.exit(main())
