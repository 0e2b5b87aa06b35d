"""German plans of the demo region: Flächennutzungsplan (preparatory land use plan) as XPlanGML 6.0."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import geopandas
import shapely

from plans.examples.german import GermanSketch, Part, Zone, write

type Attributes = Mapping[str, Any]


def _building(general: str, special: str) -> tuple[str, Attributes]:
    return "FP_BebauungsFlaeche", {"allgArtDerBaulNutzung": general, "besondereArtDerBaulNutzung": special}


_OBJECTS: Mapping[str, tuple[str, Attributes]] = {
    "WA": _building("1000", "1200"),
    "WR": _building("1000", "1100"),
    "MI": _building("2000", "1500"),
    "MD": _building("2000", "1400"),
    "MK": _building("2000", "1600"),
    "GE": _building("3000", "1700"),
    "GI": _building("3000", "1800"),
    "SO": _building("4000", "2100"),
    "SOE": _building("4000", "2000"),
    "GB": ("FP_Gemeinbedarf", {"zweckbestimmung": Part("FP_KomplexeZweckbestGemeinbedarf", {"allgemein": "1000"})}),
    "SP": (
        "FP_SpielSportanlage",
        {"zweckbestimmung": Part("FP_KomplexeZweckbestSpielSportanlage", {"allgemein": "1000"})},
    ),
    "VF": ("SO_Strassenverkehr", {"hatDarstellungMitBesondZweckbest": False}),
    "VB": ("SO_Strassenverkehr", {"hatDarstellungMitBesondZweckbest": True}),
    "VE": ("FP_VerEntsorgung", {"zweckbestimmung": Part("FP_KomplexeZweckbestVerEntsorgung", {"allgemein": "1000"})}),
    "GF": ("FP_Gruen", {"zweckbestimmung": Part("FP_KomplexeZweckbestGruen", {"allgemein": "1000"})}),
    "GK": ("FP_Gruen", {"zweckbestimmung": Part("FP_KomplexeZweckbestGruen", {"allgemein": "1200"})}),
    "WF": ("SO_Gewaesser", {}),
    "NS": ("FP_SchutzPflegeEntwicklung", {}),
    "LW": ("FP_Landwirtschaft", {}),
    "WD": ("FP_WaldFlaeche", {}),
}
"""Object type and attributes of each signature in `zoning.yml`."""


def written(plan: geopandas.GeoDataFrame, territory: shapely.Geometry, target: Path, since: date) -> Path:
    """Write the plan of one municipality (areas in EPSG:25833) as a zip and return the file."""
    code, name = plan["OBEC_KOD"].iloc[0], plan["OBEC"].iloc[0]
    zones = [Zone(*_parts(row.KOD_NAR, row.geometry), covers=True, name=row.KOD) for row in plan.itertuples()]
    sketch = GermanSketch(
        name=f"Flächennutzungsplan {name}",
        ags=code,
        municipality=name,
        boundary=territory,
        zones=tuple(zones),
        kind="FP",
        since=since,
    )
    return write(sketch, target / f"FNP_{code}.zip")


def _parts(code: str, shape: shapely.Geometry) -> tuple[str, shapely.Geometry, Attributes]:
    layer, attributes = _OBJECTS[code]
    return layer, shapely.orient_polygons(shape), attributes
