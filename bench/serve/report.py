"""What was found, as Markdown: for the terminal, and as a section of bench/RESULTS.md."""

import os
import platform
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bench.serve import ratios
from bench.serve.asks import WORKLOADS
from bench.serve.cells import Cell
from bench.serve.peers import everyone
from bench.serve.place import Place, connected
from bench.serve.runs import Outcome
from bench.serve.targets import HEAD, Target, figure

RESULTS = Path(__file__).parents[1] / "RESULTS.md"
TITLE = "## Serving, beside raw SQL and other servers"
FIGURES: tuple[tuple[str, int, Callable[[Cell], str]], ...] = (
    (
        "CPU ms per request, server + PostgreSQL",
        8,
        lambda cell: f"{figure(cell.server_ms)} + {figure(cell.database_ms)}",
    ),
    ("Requests a second, 8 connections", 8, lambda cell: figure(cell.rate)),
    ("p50 / p99 ms, 8 connections", 8, lambda cell: f"{figure(cell.p50)} / {figure(cell.p99)}"),
    ("p50 / p99 ms, 32 connections", 32, lambda cell: f"{figure(cell.p50)} / {figure(cell.p99)}"),
    ("KB per answer", 8, lambda cell: figure(cell.kilobytes)),
    ("MB of memory, all processes of the server (PSS)", 8, lambda cell: str(cell.memory)),
    ("Share of the machine that others took", 8, lambda cell: f"{cell.foreign:.0%}"),
)


def section(outcome: Outcome, targets: list[Target], machine: str, command: str) -> str:
    """Return the whole section."""
    parts = [TITLE, f"{machine}\n\n`{command}`\n\n{HOW}"]
    compared = ratios.rows(outcome)
    if compared:
        parts.append("\n".join(["### Ours beside them\n", *ratios.HEAD, *(row.text() for row in compared)]))
    if targets:
        parts.append("\n".join(["### Other targets\n", *HEAD, *(target.row() for target in targets)]))
    servers = [name for name in everyone() if any(cell.server == name for cell in outcome.cells)]
    for title, connections, text in FIGURES:
        lines = ratios.table(outcome.cells, servers, text, connections)
        if lines:
            parts.append("\n".join([f"### {title}\n", *lines]))
    parts.append("\n".join(["### What is not alike\n", *_notes(outcome)]))
    return "\n\n".join(parts) + "\n"


HOW = f"""{"; ".join(f"{name} {what}" for name, what in WORKLOADS.items())}.
All servers read the same features from one PostgreSQL, with as many workers, and are measured in turns; of several
rounds the one counts in which others disturbed least. A ratio above 1: ours is better. CPU per request decides;
requests a second stand in brackets. *floor* is raw SQL behind a bare ASGI application, *floor-count* the same with
count(*), *floor-rows* a text for each feature; ours is held against the one with the same count. *ours* keeps no whole
answers (`KRAJINA_ANSWER_CACHE=0`), *ours-cached* does. Tiles are cold: each is asked once."""


def write(text: str, file: Path = RESULTS) -> None:
    """Put the section in the place of the one that is there; the others stay."""
    before, _, rest = file.read_text(encoding="utf-8").partition(f"{TITLE}\n")
    _, mark, after = rest.partition("\n## ")
    file.write_text(f"{before.rstrip()}\n\n{text}{mark}{after}", encoding="utf-8")


def machine(place: Place) -> str:
    """Return the date and what it ran on, in one line."""
    with connected(place.dsn) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), postgis_lib_version()")
        postgres, postgis = cursor.fetchone() or ("", "")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{datetime.now(UTC).date()}, {os.cpu_count()} cores, {memory:.0f} GiB,"
        f" {platform.freedesktop_os_release()['PRETTY_NAME']}, PostgreSQL {postgres.split()[0]}, PostGIS {postgis},"
        f" Python {platform.python_version()}; {place.area.parcels:,} parcels, {place.workers} workers a server."
    )


def _notes(outcome: Outcome) -> list[str]:
    lines = [f"- without {name}: {reason}" for name, reason in outcome.missing.items()]
    for (server, workload), verdict in outcome.verdicts.items():
        if verdict.kind != "same" and not server.startswith("floor"):
            timed = "" if verdict.usable else " Not timed."
            lines.append(f"- {workload}, {server}: {'; '.join(verdict.notes)}.{timed}".replace("\n", " "))
    return lines or ["- nothing"]
