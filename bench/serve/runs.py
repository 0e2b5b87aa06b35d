"""The order of things: servers are started together, their answers compared, then measured in turns.

In turns and in shuffled order, so that a machine that others use is busy for everybody alike.
"""

import random
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from bench.serve.asks import ITEMS, Ask, asks
from bench.serve.cells import Cell, measure
from bench.serve.peers import REFERENCE
from bench.serve.place import Place
from bench.serve.same import Verdict, compared
from bench.serve.server import NotHere, Server, fetch

WARM = 20
"""Requests before each cell that are not measured."""
UNTIMED = {name: {"W4", "W9z10", "W9z12", "W9z14"} for name in ("floor-count", "floor-rows")}
"""Workloads in which a kind of floor does the same as `floor`."""


@dataclass
class Outcome:
    """All that was found: cells, verdicts by server and workload, and why a server was left out."""

    cells: list[Cell] = field(default_factory=list)
    verdicts: dict[tuple[str, str], Verdict] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)

    def comparable(self, server: str, workload: str) -> bool:
        """Tell whether a server answers a workload well enough to be timed, and does it in a way of its own."""
        verdict = self.verdicts.get((server, workload))
        return verdict is not None and verdict.usable and workload not in UNTIMED.get(server, set())


@contextmanager
def started(servers: Sequence[Server], place: Place, outcome: Outcome) -> Iterator[list[Server]]:
    """Have the servers that can be had, running; why others cannot is written down."""
    running: list[Server] = []
    try:
        for server in servers:
            try:
                server.install(place)
                server.start(place)
                running.append(server)
            except NotHere as reason:
                outcome.missing[server.name] = str(reason)
        for server in list(running):
            try:
                server.wait()
            except NotHere as reason:
                outcome.missing[server.name] = str(reason)
                server.stop()
                running.remove(server)
        for name, why in outcome.missing.items():
            print(f"without {name}: {why}", flush=True)
        yield running
    finally:
        for server in running:
            server.stop()


def compare(servers: Sequence[Server], workloads: Sequence[str], place: Place, outcome: Outcome) -> None:
    """Compare all servers' answers with the floor's, and say what differs."""
    reference = next(server for server in servers if server.name == REFERENCE)
    for workload in workloads:
        truth: dict[Ask, Any] = {}
        asked = asks(workload, place.area)
        for server in servers:
            verdict = compared(server, reference, asked, truth)
            if verdict is None:
                continue
            outcome.verdicts[server.name, workload] = verdict
            if verdict.kind != "same":
                print(f"{workload} {server.name}: {verdict.kind}: {'; '.join(verdict.notes)}", flush=True)


def items(servers: Sequence[Server], workload: str, place: Place, outcome: Outcome, plan: "Plan") -> None:
    """Measure every server on a workload, those that answer wrongly left out."""
    asked = asks(workload, place.area)
    for number in range(1, plan.rounds + 1):
        for connections, seconds in plan.loads(workload):
            order = [server for server in servers if outcome.comparable(server.name, workload)]
            random.Random(f"{number} {workload} {connections}").shuffle(order)  # noqa: S311
            for server in order:
                addresses = [server.path(ask) or "" for ask in asked]
                cell(server, workload, addresses, place, outcome, (connections, seconds, number))


def cell(
    server: Server,
    name: str,
    addresses: Sequence[str],
    place: Place,
    outcome: Outcome,
    load: tuple[int, float, int],
) -> None:
    """Measure once, after a few requests that warm the workers; a fault is told and the rest goes on."""
    for address in addresses[:WARM]:
        with suppress(OSError):
            fetch(server.address + address)
    try:
        found = measure(server, name, addresses, place, *load)
    except RuntimeError:
        traceback.print_exc()
        return
    outcome.cells.append(found)
    print(found.line(), flush=True)


@dataclass(frozen=True)
class Plan:
    """How long and how often: seconds of a cell with few connections and with many, rounds, cold tiles a cell."""

    seconds: float
    crowd_seconds: float
    rounds: int
    connections: int = 8
    crowd: int = 32
    tiles: int = 500

    def loads(self, workload: str) -> list[tuple[int, float]]:
        """Return the connections and seconds of a workload's cells; a crowd only where it is a target."""
        loads = [(self.connections, self.seconds)]
        if self.crowd_seconds and workload in ITEMS:
            loads.append((self.crowd, self.crowd_seconds))
        return loads
