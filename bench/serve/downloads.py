"""The whole of a collection: as one file beside `psql COPY` of the same bytes, and page by page into ogr2ogr."""

import http.client
import os
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import takewhile

from bench.serve import processes
from bench.serve.client import drained
from bench.serve.peers.floor_app import FEATURE
from bench.serve.place import Place
from bench.serve.runs import Outcome, Plan
from bench.serve.server import Server
from bench.serve.targets import Target, at_least, at_most

PATH = "/ogc/collections/parcels/downloads/parcels.geojson"
COPIES = 1.5
"""How many times as long as COPY a download may take."""
CLIENT = 3.0
"""How many times as fast as from the best other server ogr2ogr must be."""
MEMORY = 300
"""Megabytes that a worker may take at any size of download."""
PAGES = (10_000, 1000)
"""Features a page that ogr2ogr asks for: each server has its better one; who fails with the first has no second."""
PATIENCE = 600.0


@dataclass(frozen=True)
class Timed:
    """Seconds by the clock, and of CPU in server and database together."""

    seconds: float
    cpu: float


def run(servers: Sequence[Server], place: Place, _: Outcome, plan: Plan) -> list[Target]:
    """Measure both; servers without the address of a download are told and left out of the first."""
    ours = [server for server in servers if server.name == "ours"]
    return [target for server in ours for target in _file(server, place, plan)] + _client(servers, place)


def _file(server: Server, place: Place, plan: Plan) -> list[Target]:
    """Compare the download with COPY of the same features as text, in turns."""
    server.forget(place)
    address, began = PATH, time.perf_counter()
    while True:
        first = drained(server, address)
        if first.status != http.client.SERVICE_UNAVAILABLE or time.perf_counter() - began > PATIENCE:
            break
        time.sleep(1)
    if first.status != http.client.OK:
        return [Target(f"{server.name}: {PATH}", f"answers {first.status}", "a download", reached=False)]
    made = time.perf_counter() - began
    text = f"COPY (SELECT {FEATURE} FROM public.parcels) TO STDOUT"
    psql = ["psql", "-X", "-q", "-h", place.socket, "-U", "krajina", "krajina", "-c", text]
    files, copies, most = [], [], 0
    for _ in range(plan.rounds + 1):
        files.append(_timed(server, place, lambda: drained(server, address)))
        most = max(most, processes.largest(server.roots))
        copies.append(_timed(server, place, lambda: subprocess.run(psql, stdout=subprocess.DEVNULL, check=True)))
    best, copy = (min(each, key=lambda one: one.seconds) for each in (files, copies))
    size = f"{first.size / 1e6:.0f} MB"
    return [
        Target(f"{server.name}: first download of a version ({size}), made then", f"{made:.1f} s"),
        Target("psql COPY of the same features", f"{copy.seconds:.2f} s, {copy.cpu:.2f} s of CPU"),
        Target(f"{server.name}: the download", f"{best.seconds:.2f} s, {best.cpu:.2f} s of CPU"),
        at_most("the download, to COPY", best.seconds / copy.seconds, COPIES),
        at_most("the first download, making included, to COPY", made / copy.seconds, COPIES),
        at_most("memory of the largest worker", most, MEMORY, " MB"),
    ]


def _client(servers: Sequence[Server], place: Place) -> list[Target]:
    """Let ogr2ogr read the collection from each server; the others are stopped once they are too slow to matter."""
    others = [server for server in servers if not server.name.startswith(("floor", "ours"))]
    ours = [server for server in servers if server.name == "ours"]
    patience, best, targets = PATIENCE, {}, []
    for server in [*ours, *others]:
        tried = (_ogr(server, place, size, patience) for size in PAGES)
        runs = [timed for timed in takewhile(lambda timed: timed is not None, tried) if timed]
        if not runs:
            targets.append(Target(f"ogr2ogr from {server.name}", f"not complete, or more than {patience:.0f} s"))
            continue
        best[server.name] = timed = min(runs, key=lambda one: one.seconds)
        targets.append(Target(f"ogr2ogr from {server.name}", f"{timed.seconds:.1f} s, {timed.cpu:.1f} s of CPU"))
        if server.name == "ours":
            patience = max(20, timed.seconds * (CLIENT + 1))
    if "ours" in best and others:
        least = min([patience, *(timed.seconds for name, timed in best.items() if name != "ours")])
        targets.append(at_least("ogr2ogr from ours, to the best other", least / best["ours"].seconds, CLIENT))
    return targets


def _ogr(server: Server, place: Place, size: int, patience: float) -> Timed | None:
    """Return what reading by ogr2ogr took, or None if it did not bring every feature once in time."""
    file = place.run() / f"{server.name}.fgb"
    file.unlink(missing_ok=True)
    base, collection = server.address + server.paths.prefix, server.paths.collection.format(name="parcels")
    words = ["ogr2ogr", "-q", "-f", "FlatGeobuf", "-lco", "SPATIAL_INDEX=NO", str(file), f"OAPIF:{base}", collection]
    words += ["-oo", f"PAGE_SIZE={size}", "-nln", "parcels"]

    def convert() -> None:
        subprocess.run(words, capture_output=True, timeout=patience, check=True)

    try:
        timed = _timed(server, place, convert)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        print(f"ogr2ogr from {server.name}, pages of {size}: {error}", flush=True)
        processes.settle(lambda: processes.seconds([*server.roots, place.postmaster]))
        return None
    found = _distinct(file)
    print(f"ogr2ogr from {server.name}, pages of {size}: {timed.seconds:.1f} s, {found} features", flush=True)
    return timed if found == place.area.parcels else None


def _distinct(file: os.PathLike[str]) -> int:
    """Return how many different ids the file holds."""
    words = ["ogrinfo", "-q", "-dialect", "SQLite", "-sql", "SELECT count(DISTINCT id) AS n FROM parcels", str(file)]
    said = subprocess.run(words, capture_output=True, text=True, check=False).stdout
    return next((int(line.rpartition("=")[2]) for line in said.splitlines() if " = " in line), 0)


def _timed(server: Server, place: Place, work: Callable[[], object]) -> Timed:
    before, began = processes.read(server.roots, place.postmaster), time.perf_counter()
    work()
    seconds = time.perf_counter() - began
    cost = processes.read(server.roots, place.postmaster).since(before)
    return Timed(seconds, cost.server + cost.database)
