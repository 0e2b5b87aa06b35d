"""The documents of a portal with 300 collections: list, landing page, OpenAPI. A product of its own serves them."""

import shutil
from pathlib import Path
from typing import Any

import yaml

from bench.serve.cells import measure
from bench.serve.client import drained
from bench.serve.peers.ours import Ours
from bench.serve.place import Place, command, connected, dataset
from bench.serve.runs import Outcome, Plan
from bench.serve.targets import Target, at_most

NUMBER = 300
MILLISECONDS = 20
DATABASE = "many"
DOCUMENTS = {
    "collections": "/ogc/collections?f=json",
    "landing page": "/ogc?f=json",
    "OpenAPI": "/ogc/openapi?f=json",
    "collections as a page": "/ogc/collections?f=html",
    "one collection": f"/ogc/collections/collection-{NUMBER // 2}?f=json",
}


class Many(Ours):
    """The product over a database of its own with many small collections."""

    def environment(self, place: Place) -> dict[str, str]:
        return super().environment(place) | settings(place)

    def wait(self) -> None:
        self.reached()
        for address in DOCUMENTS.values():
            for _ in range(10):
                drained(self, address)


def run(place: Place, outcome: Outcome, plan: Plan) -> list[Target]:
    """Measure each document on one connection, warm."""
    _prepare(place)
    server = Many("ours-300", 55490, cache=32)
    try:
        server.start(place)
        server.wait()
        return [_document(server, name, address, place, outcome, plan) for name, address in DOCUMENTS.items()]
    finally:
        server.stop()


def settings(place: Place) -> dict[str, str]:
    """Return what differs from the product over the large collections."""
    return {
        "KRAJINA_DATABASE_URL": place.dsn.replace("@/krajina?", f"@/{DATABASE}?"),
        "KRAJINA_COLLECTIONS": str(place.folder / "collections-300"),
    }


def _document(server: Many, name: str, address: str, place: Place, outcome: Outcome, plan: Plan) -> Target:
    reply = drained(server, address)
    what = f"{NUMBER} collections: {name}, {reply.size / 1024:.0f} KB"
    if reply.status != 200:  # noqa: PLR2004
        return Target(what, f"answers {reply.status}", f"≤ {MILLISECONDS} ms", reached=False)
    cell = measure(server, name, [address], place, 1, max(2, plan.seconds / 2))
    outcome.cells.append(cell)
    print(cell.line(), flush=True)
    target = at_most(what, cell.p50, MILLISECONDS, " ms")
    return Target(what, f"{target.found}, p99 {cell.p99:.1f} ms", target.wanted, target.reached)


def _prepare(place: Place) -> None:
    """Make and load the collections, unless the database has them."""
    stamp = place.folder / "collections-300" / "loaded"
    if stamp.exists():
        return
    print(f"data: {NUMBER} small collections", flush=True)
    folder = stamp.parent
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for number in range(1, NUMBER + 1):
        name = f"collection-{number}"
        file = folder / f"{name}.yml"
        file.write_text(yaml.safe_dump(_dataset(name, folder, number), allow_unicode=True), encoding="utf-8")
    with connected(place.dsn) as connection, connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
        cursor.execute(f"CREATE DATABASE {DATABASE}")
    command("load", "--all", environment=place.product(**settings(place)))
    stamp.touch()


def _dataset(name: str, folder: Path, number: int) -> dict[str, Any]:
    """Write a CSV of a few points, and return the dataset file that describes it."""
    file = folder / f"{name}.csv"
    rows = [f"{row},K{row},Bod č. {row},zahrada,{row}.5,2024-01-0{row + 1}" for row in range(1, 6)]
    places = [f"{14.5 + row / 100 + number / 1000:.6f},{50.5 + row / 100:.6f}" for row in range(1, 6)]
    lines = [f"{row},{place}" for row, place in zip(rows, places, strict=True)]
    file.write_text("\n".join(["id,code,name,category,area,valid_from,lon,lat", *lines, ""]), encoding="utf-8")
    described = dataset(name, file, "Point")
    described["sources"] = [
        {"kind": "csv", "path": str(file), "crs": "EPSG:4326", "geometry": {"x": "lon", "y": "lat"}}
    ]
    del described["columns"]["updated"]
    return described
