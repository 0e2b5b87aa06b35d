"""Polish plans of the demo region: plan ogólny gminy (general plan of the municipality) as APP GML."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import geopandas
from shapely.geometry.base import BaseGeometry

from plans.examples.polish_files import Area, Paper, PolishSketch, write


def written(plan: geopandas.GeoDataFrame, territory: BaseGeometry, target: Path, since: date) -> Path:
    """Write the plan of one municipality (areas in EPSG:2176) as POG_<code>.gml and return the file."""
    code, name = plan["OBEC_KOD"].iloc[0], plan["OBEC"].iloc[0]
    counted: Counter[str] = Counter()
    areas = []
    for row in plan.itertuples():
        counted[row.KOD_NAR] += 1
        areas.append(Area(row.KOD_NAR, counted[row.KOD_NAR], row.geometry))
    sketch = PolishSketch(
        teryt=code,
        title=f"Plan ogólny gminy {name}",
        boundary=territory,
        areas=areas,
        papers=_papers(name, since),
        status="legalForce",
        valid_from=since,
        version="3.0",
    )
    return write(sketch, target)


def _papers(name: str, since: date) -> list[Paper]:
    """Return the two resolutions: begun a year and a half before it was adopted, in force some weeks after that."""
    adopted = since - timedelta(days=35)
    begun = adopted - timedelta(days=540)
    first, last = f"XV.101.{begun.year}", f"XXXI.240.{adopted.year}"
    return [
        Paper(first, f"Uchwała o przystąpieniu do planu ogólnego gminy {name}", "dokumentPrzystepujacy", begun),
        Paper(last, f"Uchwała w sprawie planu ogólnego gminy {name}", "dokumentUchwalajacy", adopted),
    ]
