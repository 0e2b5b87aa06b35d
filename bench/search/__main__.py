"""The command line of the bench of the search: `python -m bench.search [--names 1000000] [--asks 300] [--write]`."""

import argparse
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from bench.search import data
from bench.search.asks import ASKS, UNFOUND
from bench.search.names import Named
from catalogue import Catalogue, Dataset, read_catalogue
from catalogue.model import HereSection
from etl.store import connected, migrate
from etl.store.connect import Connection
from machine.cluster import Cluster
from service.database import Database
from service.published import Published, Served
from service.search import search
from settings import ROOT

RESULTS = Path(__file__).parents[1] / "RESULTS.md"
TITLE = "## Searching among a million names"
LIMIT = 50.0
"""Milliseconds in which 95 of 100 questions of each kind must be answered."""
LOADED = 500_000
SAMPLE = 20_000


def main() -> int:
    """Run the bench; 0 when every kind of question is answered in time."""
    parser = argparse.ArgumentParser(prog="python -m bench.search", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--names", type=int, default=1_000_000)
    parser.add_argument("--asks", type=int, default=300, help="questions of each kind")
    parser.add_argument("--write", action="store_true", help="put the result into bench/RESULTS.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="krajina-bench-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)  # the server may belong to another user
        cluster = Cluster(folder / "cluster")
        try:
            return run(cluster.start(), options)
        finally:
            cluster.remove()


def run(dsn: str, options: argparse.Namespace) -> int:
    """Load the names, ask, and tell."""
    known: list[Named] = []
    shown: list[Served] = []
    lines = []
    with connected(dsn) as connection:
        migrate(connection)
        for id_, rows in data.named(options.names).items():
            made = list(rows)
            seconds = data.load(connection, data.dataset(id_), made)
            shown.append(_served(data.dataset(id_), len(made)))
            known += Random(1).sample(made, min(len(made), SAMPLE))  # noqa: S311 (the same names each time)
            lines.append(f"| {id_} | {len(made):,} | {seconds:.1f} s | {_words(connection, id_):,} |")
        lines += _loading(connection)
    table, reached = _asked(dsn, shown, known, options.asks)
    text = "\n".join([*_head(options.names), *lines, "", *table])
    print(text)
    if options.write:
        _write(text)
    return 0 if reached else 1


def _head(names: int) -> list[str]:
    return [
        f"{datetime.now(UTC):%Y-%m-%d}, 2 cores; `python -m bench.search`: {names:,} made-up cs, pl and de names.",
        "Asked of PostGIS by the service's own function, one question after the other, not over HTTP.",
        "",
        "| loaded | names | seconds | words kept |",
        "|---|---:|---:|---:|",
    ]


def _loading(connection: Connection) -> list[str]:
    """Load as many addresses with search and without, in turns; return lines of the table."""
    rows = list(data.named(LOADED * 5 // 3)["addresses"])[:LOADED]
    seconds: dict[bool, list[float]] = {True: [], False: []}
    for turn in range(3):
        for searched in (True, False):
            id_ = f"{'searched' if searched else 'plain'}-{turn}"
            seconds[searched].append(data.load(connection, data.dataset(id_, searched=searched), rows))
    return [
        f"| addresses, {'searched' if searched else 'not searched'} (median of 3, in turns) | {len(rows):,} |"
        f" {statistics.median(measured):.1f} s | |"
        for searched, measured in seconds.items()
    ]


def _words(connection: Connection, id_: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM krajina.word WHERE dataset = %s", [id_])
        found = cursor.fetchone()
    return int(found[0]) if found else 0


def _served(dataset: Dataset, rows: int) -> Served:
    here = HereSection(part="municipality") if dataset.id == "municipalities" else None
    dataset = dataset.model_copy(update={"here": here})
    return Served(dataset, Published(dataset, 1, rows, None, datetime.now(UTC)))


def _asked(dsn: str, shown: Sequence[Served], known: Sequence[Named], n: int) -> tuple[list[str], bool]:
    """Ask n questions of each kind; return a table, and whether all kinds are answered in time."""
    catalogue, report = read_catalogue(ROOT / "collections")
    if catalogue is None:
        raise SystemExit("\n".join(report.text("en")))
    asker = Asker(dsn, shown, catalogue)
    random, reached = Random(3), True  # noqa: S311 (the same questions each time)
    table = ["| question | p50 | p95 | longest | p95 of CPU | in the first ten |", "|---|---:|---:|---:|---:|---:|"]
    for kind, make in ASKS.items():
        asks = [(each, make(each, random)[:100]) for each in random.sample(list(known), n)]
        answers = [asker.ask(text) for _, text in asks]
        right = sum(each.name in answer.labels for (each, _), answer in zip(asks, answers, strict=True))
        times = [answer.milliseconds for answer in answers]
        p95, cpu = (statistics.quantiles(all_, n=20)[-1] for all_ in (times, [answer.cpu for answer in answers]))
        reached = reached and p95 < LIMIT
        share = "–" if kind in UNFOUND else f"{100 * right / n:.0f} %"
        middle = statistics.median(times)
        table.append(f"| {kind} | {middle:.1f} ms | {p95:.1f} ms | {max(times):.0f} ms | {cpu:.1f} ms | {share} |")
    return table, reached


@dataclass(frozen=True)
class Answered:
    """One answer: how long it took, how long processors worked for it here and in the server, and what was found."""

    milliseconds: float
    cpu: float
    labels: list[str]


class Asker:
    """Asks the service's function by one connection, and watches what the server's process for it works."""

    def __init__(self, dsn: str, shown: Sequence[Served], catalogue: Catalogue) -> None:
        self._shown, self._catalogue = shown, catalogue
        self._database = Database(dsn, size=1, deadline=60)
        [(pid,)] = self._database.rows("SELECT pg_backend_pid()")
        self._worked = Path(f"/proc/{pid}/schedstat")

    def ask(self, text: str) -> Answered:
        """Ask once."""
        before, own, started = self._server(), time.process_time(), time.perf_counter()
        found = search({"q": text}, self._shown, self._catalogue, "cs", self._database)["results"]
        took, worked = time.perf_counter() - started, time.process_time() - own + self._server() - before
        return Answered(took * 1000, worked * 1000, [each["label"] for each in found])

    def _server(self) -> float:
        """Return the seconds that the server's process has worked."""
        return int(self._worked.read_text(encoding="ascii").split()[0]) / 1e9


def _write(text: str) -> None:
    before, _, rest = RESULTS.read_text(encoding="utf-8").partition(TITLE)
    _, following, others = rest.partition("\n## ")
    body = f"{before.rstrip()}\n\n{TITLE}\n\n{text}\n"
    RESULTS.write_text(body + (following + others if following else ""), encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
