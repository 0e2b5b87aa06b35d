"""The whole region on one screen: what is made from what, and into which file it goes.

The files are what `collections/*.yml` read, and the plans that municipalities hand in at the desk; they are of many
kinds on purpose, so that the demo takes every road of the loader.
"""

from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

from demo import write
from demo.addresses import addresses
from demo.benches import benches
from demo.budget import HEAD, budget
from demo.exclusion import excluded_localities
from demo.heritage import memorials, war_graves
from demo.lighting import lamps_and_switchboards
from demo.municipalities import municipality_areas
from demo.planning import deliveries
from demo.region import CRS, plan
from demo.roads import roads
from demo.terrain import terrain
from demo.zones import fitted, zones
from demo.zoning import uses, zoning_areas

SEED = 20
_PARTS = sorted(part for part in Path(__file__).parent.rglob("*") if part.suffix in {".py", ".yml"})
VERSION = sha256(b"".join(part.read_bytes() for part in _PARTS)).hexdigest()[:16]
"""Changes whenever the generator or its words do: files of another version are to be made again."""
S_JTSK, PL_2000, UTM33 = "EPSG:5514", "EPSG:2176", CRS


def generate(target: Path, seed: int = SEED, progress: Callable[[str], None] | None = None) -> dict[str, int]:
    """Make the demo region and write its files into the folder; return the number of features of each dataset.

    The same seed gives the same files. `progress` is called with the id of each dataset once it is written; a raster
    counts as one, and so does each of the `plans` that are handed in at the desk. Files of the same names are replaced.
    Raises OSError when the folder cannot be written.
    """
    target.mkdir(parents=True, exist_ok=True)
    counts: dict[str, int] = {}
    for dataset, features in _written(target, seed):
        counts[dataset] = features
        if progress:
            progress(dataset)
    return counts


def _written(target: Path, seed: int) -> Iterator[tuple[str, int]]:
    """Write one dataset after the other; yield its id and how many features it has."""
    planned = plan(seed)
    cells = zones(planned, seed)
    region = fitted(planned, cells)
    land = terrain(region, seed)
    use = uses(region, cells, land, seed)

    write.heights(land, target / "terrain.tif")
    yield "terrain", 1

    areas = municipality_areas(region, land, seed)
    write.geopackage(areas, target / "municipalities.gpkg", "municipalities", S_JTSK)
    yield "municipalities", len(areas)

    yield "plans", sum(1 for _ in deliveries(zoning_areas(region, cells, use, seed), target / "plans"))

    ways = roads(region, cells, use, seed)
    write.geopackage(ways[ways["stat"] == "CZ"], target / "roads-cz.gpkg", "roads", S_JTSK)
    write.gml(ways[ways["stat"] == "PL"], target / "roads-pl.gml", PL_2000)
    write.geopackage(ways[ways["stat"] == "DE"], target / "roads-de.gpkg", "roads", UTM33)
    yield "roads", len(ways)

    houses = addresses(region, cells, use, ways, seed)
    write.xy_csv(houses, target / "addresses.csv", S_JTSK)
    yield "addresses", len(houses)

    lamps, boards = lamps_and_switchboards(region, cells, ways, seed)
    write.xy_csv(lamps, target / "street-lights.csv", S_JTSK)
    yield "street-lights", len(lamps)
    write.wkt_csv(boards, target / "switchboards.csv", header=False)
    yield "switchboards", len(boards)

    seats = benches(region, cells, use, seed)
    write.workbook(seats, target / "benches.xlsx", "Lavičky", S_JTSK)
    yield "benches", len(seats)

    sites, graves = memorials(region, ways, seed), war_graves(region, ways, seed)
    write.geojson(sites, target / "memorials.geojson")
    yield "memorials", len(sites)
    write.wkt_csv(graves, target / "war-graves.csv", header=True)
    yield "war-graves", len(graves)

    districts = excluded_localities(region, seed)
    write.bare_shapefile(districts, target / "excluded-localities.zip", S_JTSK)
    yield "excluded-localities", len(districts)

    amounts = budget(seed)
    write.table_csv(HEAD, amounts, target / "budget.csv")
    yield "budget", len(amounts)
