"""Datasets with a past for tests: real loads of lamps, with faults, as of some days ago."""

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg2

from catalogue import read_catalogue
from etl import pipeline
from settings import Settings
from tests.integration.service import region

COUNT = 400
NOW = datetime.now(UTC)
DAYS = {days: (NOW - timedelta(days=days)).date().isoformat() for days in range(12)}
COLUMNS: dict[str, Any] = {
    "code": {"type": "integer", "required": True, "title": {"cs": "Číslo", "en": "Number"}},
    "name": {"title": {"cs": "Název", "en": "Name"}},
    "kind": {"type": "code", "codelist": "states", "title": {"cs": "Druh", "en": "Kind"}},
    "power": {"type": "integer", "unit": "W", "title": {"cs": "Příkon", "en": "Power"}},
    "rent": {"type": "integer", "private": True, "title": {"cs": "Nájem", "en": "Rent"}},
}
STATES = ("CZ", "PL", "CZ", "DE")


def feature(code: int, **changed: Any) -> dict[str, Any]:
    place = [15 + (code % 20) / 100, 50.7 + (code // 20) / 150]
    named = {"code": code, "name": f"Lamp {code}", "kind": STATES[code % 4], "power": 20 + code % 9, "rent": code}
    shape = changed.pop("geometry", {"type": "Point", "coordinates": place})
    return {"type": "Feature", "geometry": shape, "properties": named | changed}


def first_state() -> list[dict[str, Any]]:
    found = [feature(code) for code in range(1, COUNT + 1)]
    found[4] = feature(5, power="much")
    found[5] = feature(6, rent="Jan Novak")
    found[6] = feature(7, kind="XX")
    found[7] = feature(8, geometry={"type": "Point", "coordinates": [-700000, -980000]})
    found[8] = feature(9, name=None)
    return found


def second_state() -> list[dict[str, Any]]:
    changed = {3: feature(3, name="Lamp three", power=99), 4: None, 10: feature(10, geometry=None)}
    kept = [changed.get(each["properties"]["code"], each) for each in first_state()]
    return [each for each in kept if each] + [feature(COUNT + 1)]


def load(settings: Settings, name: str, features: list[dict[str, Any]], days: float, **columns: Any) -> str:
    """Load the features as of so many days ago; return how that ended."""
    source = settings.collections / f"{name}.geojson"
    source.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    region.write(
        settings.collections,
        name,
        title={"cs": "Lampy", "en": f"The {name}"},
        sources=[{"kind": "geojson", "path": source.name}],
        crs="EPSG:4326",
        geometry="Point",
        columns=COLUMNS | columns,
        updated="P1D",
        checks={"min_rows": 100},
        map={"label": "name", "style": {"by": "kind"}},
    )
    catalogue, report = read_catalogue(settings.collections)
    assert catalogue is not None, list(report.text("en"))
    outcome = pipeline.run(catalogue.datasets[name], catalogue, settings)
    with closing(psycopg2.connect(settings.database_url)) as connection, connection, connection.cursor() as cursor:
        moment = NOW - timedelta(days=days)
        cursor.execute(
            "UPDATE krajina.batch SET started = %s, finished = %s WHERE id = %s", (moment, moment, outcome.batch)
        )
        cursor.execute("UPDATE krajina.current SET published = %s WHERE batch = %s", (moment, outcome.batch))
    return outcome.state
