"""Czech plans of the demo region: jednotný standard územního plánu (unified standard of the zoning plan)."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import geopandas
import shapely

from plans.examples.czech_files import CzechSketch, Feature, write, zone

_BUILT = {"living", "mixed", "centre", "services", "production", "infrastructure"}
_PREFIXES = {"planned": "Z", "reserve": "R"}


def written(plan: geopandas.GeoDataFrame, territory: shapely.Geometry, target: Path, _: date) -> Path:
    """Write the plan of one municipality (areas in EPSG:5514) as DUP_<code>.zip and return the file.

    The standard has no place for the day since when a plan is in force: whoever hands it in says it at the desk.
    """
    code = plan["OBEC_KOD"].iloc[0]
    shapes = plan.geometry.to_numpy()
    own = {"OBEC_KOD": int(code)}
    existing = plan["ETAPA"].eq("existing").to_numpy()
    built = plan["VYUZITI"].isin(_BUILT).to_numpy() & existing
    layers: dict[str, Sequence[Feature]] = {
        "ReseneUzemi_p": [Feature(territory, own)],
        "ZastaveneUzemi_p": [Feature(part, own) for part in _united(shapes[built])],
        "PlochyRZV_p": [
            zone(shape, row.KOD_NAR, None, 2 if row.ETAPA == "planned" else 1, KOD=row.KOD)
            for shape, row in zip(shapes, plan.itertuples(), strict=True)
        ],
        "PlochyZmen_p": [
            Feature(shape, {"ID": f"Z.{number}"})
            for number, shape in enumerate(shapes[plan["ETAPA"].eq("planned").to_numpy()], start=1)
        ],
        "UzemniRezervy_p": [
            Feature(row.geometry, {"ID": f"R.{number}", "Typ": row.KOD_NAR})
            for number, row in enumerate(plan[plan["ETAPA"].eq("reserve")].itertuples(), start=1)
        ],
    }
    return write(CzechSketch(code, {name: rows for name, rows in layers.items() if rows}), target)


def _united(shapes: Sequence[shapely.Geometry]) -> list[shapely.Geometry]:
    return list(shapely.get_parts(shapely.coverage_union_all(shapes)))
