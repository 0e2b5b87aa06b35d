"""QGIS Server of Debian: a project with the three tables, made by QGIS itself."""

import os
import subprocess
from pathlib import Path

from bench.serve.paths import Paths
from bench.serve.peers.fastcgi import FastCgi, debian
from bench.serve.place import Place
from bench.serve.server import NotHere

PYTHON = "/usr/bin/python3"
"""Debian's own: the one that has QGIS."""


class QgisServer(FastCgi):
    """Its counts without a filter are the planner's estimates, as its manual advises for large tables."""

    name = "qgis"
    port = 55489
    program = "/usr/lib/cgi-bin/qgis_mapserv.fcgi"
    packages = ("qgis-server", "python3-qgis", "qgis-providers")
    paths = Paths(prefix="/wfs3", items="/items.geojson", item="/items/{id}.geojson", tile=None)

    def install(self, place: Place) -> None:
        super().install(place)
        debian([*self.packages], [self.program, "/usr/lib/python3/dist-packages/qgis/core/__init__.py"], place)

    def start(self, place: Place) -> None:
        project = place.run() / "bench.qgs"
        words = [PYTHON, str(Path(__file__).with_name("qgis_project.py")), str(project), place.keywords]
        settings = {"QT_QPA_PLATFORM": "offscreen", "HOME": str(place.run())}
        plain = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        done = subprocess.run(words, env=plain | settings, capture_output=True, text=True, check=False)
        if done.returncode:
            raise NotHere(f"its project cannot be made: {done.stderr[-500:]}")
        self.serve(
            place,
            {
                **settings,
                "QGIS_PROJECT_FILE": str(project),
                "QGIS_SERVER_LOG_LEVEL": "2",
                "QGIS_SERVER_API_RESOURCES_DIRECTORY": "/usr/share/qgis/resources/server/api",
            },
        )
