"""Memorial sites and war graves: the fields of a register kept by an office; no person is named.

Apart from the passports because such a register follows a law of its own (in Czechia act 122/2004) and belongs to
another office.
"""

from datetime import date
from typing import Any

import geopandas
import numpy as np
import shapely

from demo.chance import Chance, pick, stream
from demo.lines import Geometries
from demo.names import of_state, words
from demo.region import CRS, Municipality, Region
from demo.roads import along

_YEAR_KNOWN, _LISTED, _INSCRIBED = 0.7, 0.3, 0.85
"""Share of the sites of which the year is known, that are listed, that bear an inscription."""
_MEMORIALS, _GRAVES = 6.0, 3.4
"""On average in a municipality of size 1."""
_FIRST, _LAST = 1720, 2021
"""From when on memorials were made, and before when."""
_CONDITIONS = {"1": 30, "2": 40, "3": 22, "4": 8}
_PICTURED = {0: 22, 1: 34, 2: 28, 3: 12, 4: 4}
"""How many photographs the register has of a site, and of how many of a hundred sites."""


def memorials(region: Region, roads: geopandas.GeoDataFrame, seed: int) -> geopandas.GeoDataFrame:
    """Return the memorial sites (GeoDataFrame of Points, EPSG:25833), along roads of all classes."""
    rng, looks = stream(seed, "memorials"), stream(seed, "looks at memorials")
    told = words("heritage")["memorial"]
    rows: list[dict[str, object]] = []
    for each in region.municipalities:
        for number, point in enumerate(_places(each, roads, _MEMORIALS, rng), start=1):
            kind = pick(rng, told["kinds"])
            place, event = (str(rng.choice(list(told[what][each.state]))) for what in ("places", "events"))
            name = told["names"][each.state][kind]
            first = told["events"][each.state][event] if "{event}" in name else _FIRST
            rows.append(
                {
                    "id": f"{each.code}-PM{number:02d}",
                    "name": name.format(place=place, event=event),
                    "kind": kind,
                    "municipality": each.name,
                    "year": int(rng.integers(first, _LAST)) if rng.random() < _YEAR_KNOWN else None,
                    "protected": bool(rng.random() < _LISTED),
                    "condition": pick(looks, _CONDITIONS),
                    "inspected": _day(looks).isoformat(),
                    "photographs": int(pick(looks, _PICTURED)),
                    "geometry": point,
                }
            )
    return geopandas.GeoDataFrame(rows, crs=CRS).astype({"year": "Int64"})


def war_graves(region: Region, roads: geopandas.GeoDataFrame, seed: int) -> geopandas.GeoDataFrame:
    """Return the war graves and memorials of war (GeoDataFrame of Points, EPSG:25833)."""
    rng, looks = stream(seed, "war graves"), stream(seed, "photographs of war graves")
    told = words("heritage")["grave"]
    rows: list[dict[str, object]] = []
    for each in region.municipalities:
        for point in _places(each, roads, _GRAVES, rng):
            number = f"{told['prefix'][each.state]}{each.district[-2:]}-{len(rows) + 1:05d}"
            rows.append(
                {"Evidenční číslo": number}
                | _grave(each, told, rng)
                | {"Fotografií": int(pick(looks, _PICTURED)), "geometry": point}
            )
    return geopandas.GeoDataFrame(rows, crs=CRS).astype({"Počet osob": "Int64"})


def _grave(each: Municipality, told: dict[str, Any], rng: Chance) -> dict[str, object]:
    kind = pick(rng, told["kinds"])
    lying = {"grave": (1, 4), "mass-grave": (5, 60), "cemetery": (12, 140), "ossuary": (20, 90)}.get(kind)
    return {
        "Druh": kind,
        "Historická událost": pick(rng, told["events"]),
        "Charakteristika": told["characters"][each.state][kind],
        "Nápis": str(rng.choice(told["inscriptions"][each.state])) if rng.random() < _INSCRIBED else None,
        "Počet osob": int(rng.integers(*lying)) if lying else None,
        "Obec": each.name,
        "Vlastník": told["owners"][pick(rng, told["owner"])][each.state].format(name=each.name),
        "Eviduje": of_state(each.state)["offices"]["registry"].format(district=each.district_name),
        "Stav": pick(rng, _CONDITIONS),
        "Poslední kontrola": f"{rng.integers(1, 29)}. {rng.integers(1, 13)}. {rng.integers(2020, 2026)}",
    }


def _day(rng: Chance) -> date:
    """Return a day of the last years."""
    return date(int(rng.integers(2019, 2026)), int(rng.integers(1, 13)), int(rng.integers(1, 29)))


def _places(each: Municipality, roads: geopandas.GeoDataFrame, wanted: float, rng: Chance) -> Geometries:
    """Places beside the municipality's roads."""
    ours = roads.geometry[roads["obec_kod"] == each.code]
    every = np.concatenate([along(line, 70.0, 6.0) for line in ours])
    number = max(2, int(rng.poisson(wanted * each.size**0.7)))
    chosen: Geometries = every[np.sort(rng.choice(len(every), number, replace=False))]
    return shapely.set_precision(chosen, 0.01)
