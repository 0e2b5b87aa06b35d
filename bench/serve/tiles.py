"""Tiles: cold, each asked once of a server that has none yet; warm, by a client that has them and one that has not."""

import random
import time
from collections.abc import Sequence
from contextlib import suppress

from bench.serve import processes
from bench.serve.asks import asks
from bench.serve.cells import Cell, measure
from bench.serve.client import Reply, once
from bench.serve.place import Place
from bench.serve.runs import Outcome, Plan
from bench.serve.server import NotHere, Server
from bench.serve.targets import Target, at_least, figure

WARM_RATE = 2000
"""Tiles a second that a worker gives to clients that have them already."""


def cold(servers: Sequence[Server], workload: str, place: Place, outcome: Outcome, plan: Plan) -> None:
    """Measure each server on distinct tiles, each asked once; those that keep tiles begin with none."""
    asked = list(dict.fromkeys(asks(workload, place.area)))[: plan.tiles]
    for number in range(1, plan.rounds + 1):
        order = [server for server in servers if outcome.comparable(server.name, workload)]
        random.Random(f"{number} {workload}").shuffle(order)  # noqa: S311
        for server in order:
            with suppress(NotHere):
                server.forget(place)
                addresses = [server.path(ask) or "" for ask in asked]
                cell = _once(server, workload, addresses, place, plan.connections, number)
                outcome.cells.append(cell)
                print(cell.line(), flush=True)


def warm(servers: Sequence[Server], place: Place, outcome: Outcome, plan: Plan) -> list[Target]:
    """Measure tiles of zoom 14 that the server has already: sent whole, and as 304 to clients that name their ETag."""
    targets = []
    for server in servers:
        if not server.name.startswith("ours"):
            continue
        addresses = [server.path(ask) or "" for ask in asks("W9z14", place.area)]
        replies = once(server, addresses, plan.connections)
        if any(reply.status != 200 for reply in replies):  # noqa: PLR2004
            continue
        named = [f"{address}\t{reply.tag}" for address, reply in zip(addresses, replies, strict=True) if reply.tag]
        for name, wanted in (("warm", addresses), ("warm304", named)):
            if wanted:
                cell = measure(server, name, wanted, place, plan.connections, plan.seconds)
                outcome.cells.append(cell)
                print(cell.line(), flush=True)
                targets.append(_rate(cell, place))
    return targets


def _rate(cell: Cell, place: Place) -> Target:
    """Return the line of a warm cell: what was seen, and what a worker with a core of its own would do."""
    alone = 1000 / max(cell.cpu, 0.001)
    what = f"{cell.server}: {'304 by ETag' if cell.workload == 'warm304' else 'whole tiles'}, a second and worker"
    seen = f"{figure(cell.rate / place.workers)} seen"
    if cell.workload == "warm304":
        target = at_least(what, alone, WARM_RATE, "/s")
        return Target(what, f"{target.found} by CPU, {seen}", target.wanted, target.reached)
    return Target(what, f"{figure(alone)}/s by CPU, {seen}; p50 {figure(cell.p50)} ms")


def _once(server: Server, workload: str, addresses: Sequence[str], place: Place, connections: int, number: int) -> Cell:
    """Ask each address once and read what that cost; our own client's work is not counted."""
    before = processes.read(server.roots, place.postmaster)
    own, began = processes.own(), time.perf_counter()
    replies = once(server, addresses, connections)
    seconds = time.perf_counter() - began
    cost = processes.read(server.roots, place.postmaster).since(before)
    took = sorted(reply.seconds for reply in replies)
    asked = len(replies)
    used = cost.server + cost.database + processes.own() - own
    return Cell(
        server=server.name,
        workload=workload,
        connections=connections,
        round=number,
        requests=asked,
        rate=asked / seconds,
        p50=took[asked // 2] * 1000,
        p99=took[min(asked - 1, asked * 99 // 100)] * 1000,
        kilobytes=_mean(replies) / 1024,
        errors=sum(reply.status != 200 for reply in replies),  # noqa: PLR2004
        server_ms=cost.server / asked * 1000,
        database_ms=cost.database / asked * 1000,
        memory=processes.memory(server.roots),
        foreign=max(0.0, cost.machine - used) / (processes.CORES * seconds),
    )


def _mean(replies: Sequence[Reply]) -> float:
    return sum(reply.size for reply in replies) / len(replies)
