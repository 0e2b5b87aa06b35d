"""One measurement: a server, a list of addresses, so many connections for so many seconds, by wrk."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.serve import processes
from bench.serve.place import Place
from bench.serve.server import Server

SCRIPT = Path(__file__).with_name("load.lua")


@dataclass(frozen=True)
class Cell:
    """What was measured. Milliseconds of CPU are per request; `foreign` is the share of the machine others took."""

    server: str
    workload: str
    connections: int
    round: int
    requests: int
    rate: float
    p50: float
    p99: float
    kilobytes: float
    errors: int
    server_ms: float
    database_ms: float
    memory: int
    foreign: float

    @property
    def cpu(self) -> float:
        """Milliseconds of CPU per request, server and database."""
        return self.server_ms + self.database_ms

    def line(self) -> str:
        """Return the cell in one line for the terminal."""
        return (
            f"{self.workload:8} c{self.connections:<3} {self.server:12} {self.rate:9.1f}/s  p50 {self.p50:8.1f}"
            f"  p99 {self.p99:8.1f} ms  {self.kilobytes:8.1f} KB  cpu {self.server_ms:7.2f} +"
            f" {self.database_ms:7.2f} ms  {self.memory:4} MB  errors {self.errors}  others {self.foreign:4.0%}"
        )


def measure(
    server: Server, name: str, addresses: Sequence[str], place: Place, connections: int, seconds: float, number: int = 1
) -> Cell:
    """Load a server and read what it cost. An address may carry, after a tab, a validator for If-None-Match."""
    file = place.run() / f"addresses-{server.name}"
    file.write_text("".join(f"{address}\n" for address in addresses), encoding="utf-8")
    roots = server.roots

    def read() -> processes.Reading:
        return processes.read(roots, place.postmaster)

    before = read()
    said = _wrk(server, file, connections, seconds)
    cost = read().since(before)
    requests = max(int(said["requests"]), 1)
    used = cost.server + cost.database + cost.children
    cell = Cell(
        server.name,
        name,
        connections,
        number,
        int(said["requests"]),
        said["requests"] / said["seconds"],
        said["p50"],
        said["p99"],
        said["bytes"] / requests / 1024,
        int(said["errors"]),
        cost.server / requests * 1000,
        cost.database / requests * 1000,
        processes.memory(roots),
        max(0.0, cost.machine - used) / (processes.CORES * said["seconds"]),
    )
    processes.settle(lambda: (now := read()).server + now.database)
    return cell


def _wrk(server: Server, file: Path, connections: int, seconds: float) -> dict[str, float]:
    words = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "60s", "-s", str(SCRIPT)]
    done = subprocess.run([*words, server.address, "--", str(file)], capture_output=True, text=True, check=False)
    for line in done.stdout.splitlines():
        if line.startswith("JSON"):
            said: dict[str, float] = json.loads(line.removeprefix("JSON"))
            return said
    raise RuntimeError(f"wrk said nothing: {done.stdout[-300:]}{done.stderr[-300:]}")
