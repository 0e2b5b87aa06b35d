"""The floor: what is left when the layer above the database costs nothing. See `floor_app` for what it does."""

from pathlib import Path

from bench.serve.paths import Paths, plain
from bench.serve.place import Place
from bench.serve.server import Server, environment, uvicorn

PACKAGES = ("asyncpg", "uvicorn", "uvloop", "httptools")


class Floor(Server):
    """Raw SQL behind a bare ASGI application; its name says which kind: floor, floor-count, floor-rows."""

    paths = Paths(words=plain)

    def __init__(self, name: str, port: int) -> None:
        super().__init__()
        self.name, self.port = name, port

    def install(self, place: Place) -> None:
        environment("floor", PACKAGES, place)

    def start(self, place: Place) -> None:
        words = uvicorn(environment("floor", PACKAGES, place), "floor_app:app", self.port, place.workers)
        settings = {"FLOOR_KIND": self.name, "FLOOR_DSN": place.dsn}
        self.run([*words, "--app-dir", str(Path(__file__).parent)], place, settings)
