"""Tiles: OGC API Tiles and TileJSON over the published tables and rasters, in three grids.

What a tile holds is decided in `making`, where it stands in `grids` and `placing`, how long it is good in `shelf`.
Decisions and figures: docs/adr/0011-tiles.md.
"""
