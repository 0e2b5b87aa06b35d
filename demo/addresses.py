"""Addresses: houses along the streets of each municipality, numbered and written as each of the three states does.

Apart from the roads because they are a register of their own, kept by others. A village without street names numbers
its houses by the village (Czechia, Poland) or has one street that is called so throughout (Germany).
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import geopandas
import numpy as np
import shapely
from numpy.typing import NDArray

from demo.chance import Chance, stream
from demo.names import of_state
from demo.region import CRS, Municipality, Region
from demo.roads import along
from demo.zones import Zones

_LIVED_IN = ("living", "mixed", "centre", "services")
_STREETS = (7, 8)
"""Classes of roads along which houses stand."""
_APART, _ASIDE = 28.0, 11.0
"""Metres from one house to the next, which stands across the street, and from the middle of the street."""
_SQUEEZED_IN = 0.03
"""Share of the houses that came later than their neighbours and have a number with a letter."""
_COLUMNS = ("Kód", "Adresa", "Ulice", "Číslo", "PSČ", "Obec", "Kód obce", "Stát")


def addresses(
    region: Region, zones: Zones, use: NDArray[np.object_], roads: geopandas.GeoDataFrame, seed: int
) -> geopandas.GeoDataFrame:
    """Return the addresses (Points, EPSG:25833), no two alike; the street is None where there is none."""
    rng = stream(seed, "addresses")
    built = shapely.STRtree(zones.shapes[np.isin(use, _LIVED_IN)])
    streets = roads[roads["trida"].isin(_STREETS)]
    rows: list[tuple[object, ...]] = []
    shapes: list[shapely.Point] = []
    for order, each in enumerate(region.municipalities):
        houses = list(_houses(each, streets[streets["obec_kod"] == each.code], built, rng))
        shapes += [point for _, _, point in houses]
        rows += _registered(each, order, [(street, number) for street, number, _ in houses], rng)
    return geopandas.GeoDataFrame(rows, columns=list(_COLUMNS), geometry=shapes, crs=CRS)


def _houses(
    each: Municipality, streets: geopandas.GeoDataFrame, built: shapely.STRtree, rng: Chance
) -> Iterator[tuple[str | None, str, Any]]:
    """Yield street, number and place of each house; along all parts of a street odd on one side, even on the other."""
    whole = of_state(each.state).get("village_street")
    last: Counter[tuple[str | None, int]] = Counter()
    for line, name in zip(streets.geometry, streets["nazev"], strict=True):
        street = name if isinstance(name, str) else whole
        points = along(line, _APART, _ASIDE)
        for at in np.unique(built.query(points, predicate="within")[0]):
            side = int(at % 2)
            if last[street, side] and rng.random() < _SQUEEZED_IN:
                yield street, f"{2 * last[street, side] - side}a", points[at]
            last[street, side] += 1
            yield street, str(2 * last[street, side] - side), points[at]


def _registered(
    each: Municipality, order: int, houses: list[tuple[str | None, str]], rng: Chance
) -> Iterator[tuple[object, ...]]:
    """Yield the row of each house. In Czechia a municipality numbers its houses, and a street its own again: 123/5."""
    postcode = of_state(each.state)["postcode"].format(order + 1)
    by_age = rng.permutation(len(houses)) + 1
    for counted, ((street, along_street), built) in enumerate(zip(houses, by_age, strict=True), start=1):
        number = along_street
        if each.state == "CZ":
            number = f"{built}/{along_street}" if street else str(built)
        form = of_state(each.state)["address" if street else "address_without_street"]
        written = form.format(street=street, number=number, municipality=each.name)
        yield f"{each.code}-A{counted:04d}", written, street, number, postcode, each.name, each.code, each.state
