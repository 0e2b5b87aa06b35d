"""The product itself: `./krajina serve`, as a city hall would run it."""

import shutil

from bench.serve import processes
from bench.serve.paths import Paths, cql2
from bench.serve.place import ROOT, Place
from bench.serve.server import Server


class Ours(Server):
    """The product, with so many megabytes for whole answers that are kept; 0 makes each of them anew."""

    paths = Paths(prefix="/ogc", words=cql2("geometry"))

    def __init__(self, name: str, port: int, cache: int) -> None:
        super().__init__()
        self.name, self.port, self.cache = name, port, cache

    def environment(self, place: Place) -> dict[str, str]:
        """Return the settings; the folder of what is made is the server's own."""
        return place.product(
            KRAJINA_DATA=str(place.data(self.name)),
            KRAJINA_PORT=str(self.port),
            KRAJINA_ANSWER_CACHE=str(self.cache),
        )

    def start(self, place: Place) -> None:
        self.run([str(ROOT / "krajina"), "serve"], place, self.environment(place))

    def forget(self, place: Place) -> None:
        """Start anew with an empty folder: no tile, no file and no answer is left from before."""
        self.stop()
        shutil.rmtree(place.data(self.name))
        self.start(place)
        self.wait()
        processes.settle(lambda: processes.seconds(self.roots))
