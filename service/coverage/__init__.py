"""Values of a part of a raster: OGC API Coverages, as far as a regular grid of one time needs it.

`query` reads what is asked, `cut` takes it out of the file, `written` writes GeoTIFF and CoverageJSON, `block` has the
route. The whole raster is among the downloads: the very file, by range.
"""
