"""A dataset's tiles in one file: PMTiles 3, which map libraries and GDAL read from any web server by ranges."""

import gzip
from collections.abc import Callable
from pathlib import Path

from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from service.asked import Asked
from service.published import Served
from service.tiles.documents import tilejson
from service.tiles.grids import WEB_MERCATOR
from service.tiles.seeding import tiles
from service.tiles.stock import Stock

_DEGREE = 10_000_000


def export(
    stock: Stock, served: Served, asked: Asked, levels: range, file: Path, progress: Callable[[int], None]
) -> int:
    """Write the collection's tiles in Web Mercator; return how many are in the file, empty ones left out.

    The file gets its name when it is complete. Raises ValueError when there is nothing to write, OSError, and as
    `Database.read`.
    """
    ordered = sorted(
        tiles(served, WEB_MERCATOR, levels), key=lambda tile: int(zxy_to_tileid(tile.level, tile.col, tile.row))
    )
    fresh, written = file.with_name(f".{file.name}.new"), 0
    try:
        with fresh.open("wb") as out:
            writer = Writer(out)  # type: ignore[no-untyped-call]
            for tile in ordered:
                body = stock.get(served, tile).body
                if body:
                    packed = body if served.dataset.is_raster else gzip.compress(body, mtime=0)
                    writer.write_tile(zxy_to_tileid(tile.level, tile.col, tile.row), packed)  # type: ignore[no-untyped-call]
                    written += 1
                progress(1)
            if not written:
                raise ValueError(f"{served.id} has no tiles in levels {levels.start} to {levels.stop - 1}")
            writer.finalize(_header(served), _metadata(served, asked, levels))  # type: ignore[no-untyped-call]
        fresh.rename(file)
    finally:
        fresh.unlink(missing_ok=True)
    return written


def _header(served: Served) -> dict[str, object]:
    is_raster = served.dataset.is_raster
    west, south, east, north = (round(each * _DEGREE) for each in served.published.bbox or (-180, -85, 180, 85))
    return {
        "tile_type": TileType.PNG if is_raster else TileType.MVT,
        "tile_compression": Compression.NONE if is_raster else Compression.GZIP,
        "min_lon_e7": west,
        "min_lat_e7": south,
        "max_lon_e7": east,
        "max_lat_e7": north,
        "center_zoom": served.dataset.map.zoom[0] if served.dataset.map else 0,
        "center_lon_e7": (west + east) // 2,
        "center_lat_e7": (south + north) // 2,
    }


def _metadata(served: Served, asked: Asked, levels: range) -> dict[str, object]:
    told = tilejson(asked, served)
    made = {name: told[name] for name in ("name", "description", "attribution") if told[name]}
    held = {"minzoom": levels.start, "maxzoom": levels.stop - 1}
    layers = [layer | held for layer in told.get("vector_layers", [])]
    return made | ({"vector_layers": layers} if layers else {})
