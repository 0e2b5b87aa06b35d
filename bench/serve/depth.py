"""Deep paging: from the first page to four fifths of the table by following the links to the next page.

Then the first page and the page at that depth are asked again and again in turns: a page must cost the same wherever
it stands.
"""

import statistics
from collections.abc import Sequence

from bench.serve import processes
from bench.serve.asks import Ask
from bench.serve.cells import measure
from bench.serve.client import walked
from bench.serve.place import Place
from bench.serve.runs import Outcome, Plan
from bench.serve.server import Server
from bench.serve.targets import Target, at_most

LIMIT = 100
DEEPER = 1.2
"""How much more the deep page may cost than the first."""


def run(servers: Sequence[Server], place: Place, outcome: Outcome, plan: Plan) -> list[Target]:
    """Walk and measure the product; one that keeps whole answers is left out, since it would be asked the same page."""
    return [target for server in servers if server.name == "ours" for target in _walk(server, place, outcome, plan)]


def _walk(server: Server, place: Place, outcome: Outcome, plan: Plan) -> list[Target]:
    pages = place.area.parcels * 4 // 5 // LIMIT
    first = server.path(Ask("parcels", limit=LIMIT)) or ""
    before = processes.read(server.roots, place.postmaster)
    steps = list(walked(server, first, pages + 1))
    cost = processes.read(server.roots, place.postmaster).since(before)
    deep, seconds = steps[-1][0], [took for _, took in steps]
    part = max(1, pages // 20)
    told = [
        Target(
            f"{server.name}: {len(steps)} pages of {LIMIT} by next links",
            f"{sum(seconds):.1f} s; {(cost.server + cost.database) / len(steps) * 1000:.2f} ms of CPU a page",
        ),
        Target(
            "median page at the beginning and at the end of that walk",
            f"{statistics.median(seconds[:part]) * 1000:.1f} and {statistics.median(seconds[-part:]) * 1000:.1f} ms",
        ),
    ]
    costs: dict[str, list[float]] = {first: [], deep: []}
    for number in range(1, plan.rounds + 2):
        for name, address in (("first", first), ("deep", deep)):
            cell = measure(server, name, [address], place, plan.connections, max(2, plan.seconds / 2), number)
            outcome.cells.append(cell)
            costs[address].append(cell.cpu)
            print(cell.line(), flush=True)
    ratio = min(costs[deep]) / min(costs[first])
    return [
        *told,
        at_most(f"{server.name}: CPU of the page after {pages * LIMIT} features, to the first", ratio, DEEPER),
    ]
