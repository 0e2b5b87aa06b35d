"""The servers that are compared: one module each, and the list of all."""

from bench.serve.peers.floor import Floor
from bench.serve.peers.mapserver import MapServer
from bench.serve.peers.ours import Ours
from bench.serve.peers.qgis_server import QgisServer
from bench.serve.peers.stock import Stock
from bench.serve.peers.tipg import Tipg
from bench.serve.server import Server

FLOORS = ("floor", "floor-count", "floor-rows")
REFERENCE = "floor-count"
"""Whose answers are the measure of the others: raw SQL, with a count."""
OURS = ("ours", "ours-cached")


def everyone() -> dict[str, Server]:
    """Return every server by its name; nothing is started or installed yet."""
    servers: list[Server] = [
        Floor("floor", 55481),
        Floor("floor-count", 55482),
        Floor("floor-rows", 55483),
        Ours("ours", 55484, cache=0),
        Ours("ours-cached", 55485, cache=256),
        Tipg(),
        Stock(),
        QgisServer(),
        MapServer(),
    ]
    return {server.name: server for server in servers}
