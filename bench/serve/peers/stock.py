"""pygeoapi as it comes: its own PostgreSQL provider, under uvicorn."""

import subprocess
from pathlib import Path
from typing import Any

import yaml

from bench.serve.data import LAT_METRES, LON_METRES, SOUTH, WEST
from bench.serve.paths import Paths, cql2
from bench.serve.place import NAMES, Place
from bench.serve.server import NotHere, Server, environment, uvicorn

PACKAGES = (
    "pygeoapi==0.24.*",
    "sqlalchemy",
    "geoalchemy2",
    "psycopg2-binary",
    "pygeofilter",
    "starlette",
    "uvicorn",
    "uvloop",
    "httptools",
)


class Stock(Server):
    """Without tiles: one of its tiles takes seconds at zoom 14 and minutes at zoom 10, which nothing is learnt from."""

    name = "pygeoapi"
    port = 55487
    paths = Paths(extra="f=json", words=cql2("geom"), tile=None)

    def install(self, place: Place) -> None:
        environment(self.name, PACKAGES, place)

    def start(self, place: Place) -> None:
        programs = environment(self.name, PACKAGES, place)
        file, described = place.run() / "pygeoapi.yml", place.run() / "pygeoapi-openapi.yml"
        file.write_text(yaml.safe_dump(self._configuration(place), sort_keys=False), encoding="utf-8")
        settings = {"PYGEOAPI_CONFIG": str(file), "PYGEOAPI_OPENAPI": str(described)}
        self._describe(programs, file, described)
        self.run(uvicorn(programs, "pygeoapi.starlette_app:APP", self.port, place.workers), place, settings)

    def _describe(self, programs: Path, file: Path, described: Path) -> None:
        words = [str(programs / "pygeoapi"), "openapi", "generate", str(file), "--output-file", str(described)]
        done = subprocess.run(
            words, env={"PYGEOAPI_CONFIG": str(file), "PATH": "/usr/bin"}, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise NotHere(f"pygeoapi openapi generate: {done.stderr[-500:]}")

    def _configuration(self, place: Place) -> dict[str, Any]:
        return {
            "server": {
                "bind": {"host": "127.0.0.1", "port": self.port},
                "url": self.address,
                "mimetype": "application/json; charset=UTF-8",
                "encoding": "utf-8",
                "gzip": False,
                "languages": ["en-US"],
                "pretty_print": False,
                "limits": {"default_items": 10, "max_items": 10_000, "on_exceed": "throttle"},
                "map": {"url": "https://example.org/{z}/{x}/{y}.png", "attribution": "none"},
                "admin": False,
            },
            "logging": {"level": "ERROR"},
            "metadata": METADATA,
            "resources": {name: _resource(name, place) for name in NAMES},
        }


METADATA = {
    "identification": {
        "title": "bench",
        "description": "bench",
        "keywords": ["bench"],
        "keywords_type": "theme",
        "terms_of_service": "none",
        "url": "http://127.0.0.1",
    },
    "license": {"name": "none", "url": "http://127.0.0.1"},
    "provider": {"name": "none", "url": "http://127.0.0.1"},
    "contact": {"name": "none", "email": "none@example.org", "url": "http://127.0.0.1", "role": "pointOfContact"},
}


def _resource(name: str, place: Place) -> dict[str, Any]:
    """Return a collection. Its CRS is left out: with CRS84 CQL2 fails, and with EPSG 4326 axes are swapped."""
    east, north = WEST + place.area.metres / LON_METRES, SOUTH + place.area.metres / LAT_METRES
    crs84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
    data = {"host": place.socket, "dbname": "krajina", "user": "krajina", "password": "none", "search_path": ["public"]}
    return {
        "type": "collection",
        "title": name,
        "description": name,
        "keywords": [name],
        "links": [{"type": "text/html", "rel": "canonical", "title": name, "href": "http://127.0.0.1/"}],
        "extents": {"spatial": {"bbox": [WEST, SOUTH, round(east, 4), round(north, 4)], "crs": crs84}},
        "limits": {"default_items": 10, "max_items": 10_000},
        "providers": [
            {
                "type": "feature",
                "name": "PostgreSQL",
                "data": data,
                "id_field": "id",
                "table": name,
                "geom_field": "geom",
            }
        ],
    }
