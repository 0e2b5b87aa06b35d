"""The stock of tiles: whoever asks for one gets it from memory, from the disk, or it is made; always the right one.

A tile is right when no batch since the one for which it was made has touched it. So a publication costs the tiles that
it changed and no others.
"""

import hashlib
import threading
import weakref
from functools import cached_property
from pathlib import Path

from catalogue.layout import table_name
from catalogue.values import Box as LonLatBox
from service import raster
from service.crs import epsg
from service.database import Database
from service.parameters import Box
from service.published import Served
from service.state import Live
from service.tiles import making
from service.tiles.grids import PIXELS, Grid, Tile
from service.tiles.memory import Memory, Ready, ready
from service.tiles.placing import bounds_of, near
from service.tiles.shelf import Shelf
from service.tiles.touched import Changes

VERSION = 1
"""Of what tiles hold; one higher, and every tile is made anew."""
_LOCKS = 64


class Stock:
    """All tiles of a database: a memory of this process and a shelf for all processes."""

    def __init__(self, database: Database, data: Path) -> None:
        self._database = database
        self._shelf = Shelf(data / "tiles")
        self._memory = Memory()
        self._changes = Changes()
        self._locks = [threading.Lock() for _ in range(_LOCKS)]

    def get(self, served: Served, tile: Tile) -> Ready:
        """Return a tile of a collection; its body is empty when nothing is there. Raises as `Database.read`."""
        name, batch = self._name(served, tile), served.published.batch
        found = self._memory.get(name)
        if found is not None and found.batch == batch:
            return found
        with self._locks[hash(name) % _LOCKS]:  # of many who ask for a tile that is not there, one makes it
            found = self._memory.get(name)
            if found is None or found.batch != batch:
                found = ready(batch, self._body(served, tile, name))
                self._memory.put(name, found)
        return found

    def packed(self, served: Served, tile: Tile) -> Ready:
        """Return a tile with its compressed body, unless it is too small for that."""
        found = self.get(served, tile)
        if found.is_to_pack:
            found = found.with_packed()
            self._memory.put(self._name(served, tile), found)
        return found

    def prepare(self, served: Served, tile: Tile) -> bool:
        """Have a tile on the shelf; return whether it had to be made. Raises as `Database.read`."""
        if self._on_shelf(served, tile, self._name(served, tile)) is not None:
            return False
        self.get(served, tile)
        return True

    def _body(self, served: Served, tile: Tile, name: str) -> bytes:
        found = self._on_shelf(served, tile, name)
        if found is None:
            found = _picture(served, tile) if served.dataset.is_raster else self._made(served, tile)
            self._shelf.put(name, served.published.batch, found)
        return found

    def _on_shelf(self, served: Served, tile: Tile, name: str) -> bytes | None:
        kept, batch = self._shelf.find(name), served.published.batch
        if kept is None or (kept.batch < batch and self._is_touched(served, tile, kept.batch)):
            return None
        if kept.batch < batch:
            self._shelf.confirm(name, batch)
        return kept.body

    def _is_touched(self, served: Served, tile: Tile, since: int) -> bool:
        dataset, extent, batch = served.dataset, served.published.bbox, served.published.batch
        if dataset.is_raster or extent is None:
            return True
        reached = near(tile, dataset, extent)
        return self._database.read(lambda ask: self._changes.touch(dataset, since, batch, reached, ask))

    def _made(self, served: Served, tile: Tile) -> bytes:
        extent = served.published.bbox
        if extent is None:
            return b""
        return self._database.read(lambda ask: making.make(tile, served.dataset, extent, ask))

    def _name(self, served: Served, tile: Tile) -> str:
        """Return the tile's path on the shelf: below all that it depends on besides the features."""
        dataset = served.dataset
        look = dataset.raster if dataset.is_raster else (making.names(dataset), making.rules(dataset))
        depends = (VERSION, self._identity, dataset.crs, dataset.geometry, dataset.key, look)
        recipe = hashlib.sha256(repr(depends).encode()).hexdigest()[:16]
        return f"{table_name(dataset.id)}/{recipe}/{tile.grid.id}/{tile.level}/{tile.row}/{tile.col}"

    @cached_property
    def _identity(self) -> str:
        """What this database is called among all others: batches of another one have the same numbers."""
        [(found,)] = self._database.rows(
            "SELECT concat_ws('-', (SELECT system_identifier FROM pg_control_system()), oid)"
            " FROM pg_database WHERE datname = current_database()"
        )
        return str(found)


_STOCKS: weakref.WeakKeyDictionary[Live, Stock] = weakref.WeakKeyDictionary()
_OPENING = threading.Lock()


def stock_of(live: Live) -> Stock:
    """Return the stock of a running service; there is one for each."""
    with _OPENING:
        if live not in _STOCKS:
            _STOCKS[live] = Stock(live.database, live.settings.data)
        return _STOCKS[live]


def limits(served: Served, grid: Grid, level: int) -> tuple[int, int, int, int] | None:
    """Return least and greatest row, least and greatest column of the tiles in which the collection is; None: none."""
    extent: LonLatBox | None = served.published.bbox
    bounds = bounds_of(extent, grid) if extent else None
    return grid.limits(bounds, level) if bounds else None


def _picture(served: Served, tile: Tile) -> bytes:
    section = served.dataset.raster
    box = Box(*tile.bounds, epsg(tile.grid.code))
    return raster.tile(served.published.artefact or "", section.palette if section else "rgb", box, PIXELS)
