"""The municipalities as a dataset: code, name, district, people, height of the centre.

Apart from `region`, which plans where they lie; here is what an office tells about them.
"""

import geopandas
import numpy as np
import shapely

from demo.chance import stream
from demo.region import CRS, Region
from demo.terrain import Terrain

_PEOPLE = 1_150
"""Inhabitants of a municipality of size 1; they grow with the square of the size."""


def municipality_areas(region: Region, land: Terrain, seed: int) -> geopandas.GeoDataFrame:
    """Return the municipalities (GeoDataFrame of Polygons, EPSG:25833), area in square metres, height in metres."""
    rng = stream(seed, "municipalities")
    heights = land.at(region.cores)
    rows = [
        {
            "kod": each.code,
            "nazev": each.name,
            "stat": each.state,
            "okres_kod": each.district,
            "okres": each.district_name,
            "status": "town" if each.is_town else "village",
            "obyvatel": int(_PEOPLE * each.size**2.2 * rng.uniform(0.7, 1.3)),
            "vymera": round(float(shape.area)),
            "nadm_vyska": round(float(height)),
            "prvni_zminka": int(rng.integers(1160, 1560)),
        }
        for each, shape, height in zip(region.municipalities, region.shapes, heights, strict=True)
    ]
    return geopandas.GeoDataFrame(rows, geometry=np.array(shapely.normalize(region.shapes)), crs=CRS)
