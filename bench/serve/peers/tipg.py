"""tipg, the fastest Python server of features that PyPI has, with its own count and links."""

from bench.serve.paths import Paths, cql2
from bench.serve.place import NAMES, Place
from bench.serve.server import Server, environment, uvicorn

PACKAGES = ("tipg==1.6.1", "uvicorn", "uvloop", "httptools")


class Tipg(Server):
    name = "tipg"
    port = 55486
    paths = Paths(collection="public.{name}", tile="/tiles/WebMercatorQuad/{z}/{x}/{y}", words=cql2("geom"))

    def install(self, place: Place) -> None:
        environment(self.name, PACKAGES, place)

    def start(self, place: Place) -> None:
        tables = ",".join(f'"public.{name}"' for name in NAMES)
        settings = {
            "DATABASE_URL": f"postgresql://krajina@{place.socket.replace('/', '%2F')}/krajina",
            "TIPG_DB_TABLES": f"[{tables}]",
            "TIPG_DB_EXCLUDE_FUNCTION_SCHEMAS": '["public"]',
            "TIPG_MAX_FEATURES_PER_TILE": "100000",
            "TIPG_CATALOG_TTL": "0",
        }
        self.run(
            uvicorn(environment(self.name, PACKAGES, place), "tipg.main:app", self.port, place.workers), place, settings
        )
