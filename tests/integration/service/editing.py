"""An editable collection of the tests: loaded by the real loader, served with the real editor, written by a token."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import shapely

from catalogue import read_catalogue
from etl import pipeline
from etl.edit import PostgisEditor
from etl.store.load import Outcome
from settings import Settings
from tests.integration.service import region
from tests.integration.service.running import Client, running

COUNT = 30
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"


class Editing:
    """A running service with the collection `areas`, and those who talk to it: `reader` and `writer` have tokens."""

    def __init__(self, settings: Settings, client: Client) -> None:
        self.settings, self.client = settings, client
        self.writer = {"Authorization": "Bearer writes"}
        self.reader = {"Authorization": "Bearer reads"}

    def get(self, path: str = "", **named: Any) -> Any:
        return self.client.get(f"/ogc/collections/areas{path}", **named)

    def send(self, method: str, path: str = "/items", body: Any = None, **headers: str) -> Any:
        """Send a request of the writer; names of headers have underscores. Bytes are sent as they are."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None:
            given = {"Content-Type": "application/geo+json; charset=utf-8"} | given
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        address = f"/ogc/collections/areas{path}"
        return self.client.request(method, address, data=data, headers=self.writer | given)

    def load(self, features: list[dict[str, Any]] | None = None, **changes: Any) -> Outcome:
        """Load the collection from features; without, from those that stand there."""
        return load(self.settings, features, **changes)


def feature(code: int | None, x: float = 15.0, y: float = 50.8, **properties: Any) -> dict[str, Any]:
    """A square in lon/lat as GeoJSON."""
    size = 0.001
    ring = [[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]
    own = {} if code is None else {"code": code}
    named = {"name": f"Plocha {code}", "use": "CZ", "size": 1.5, "built": "2020-05-01", "open": True}
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "geometry": geometry, "properties": own | named | properties}


def loaded_features() -> list[dict[str, Any]]:
    """What the collection begins with: features in S-JTSK, with every kind of value."""
    found = []
    for row in region.areas("EPSG:5514", COUNT):
        properties = {name: value for name, value in row.items() if name != "geom"}
        found.append({"type": "Feature", "geometry": shapely.geometry.mapping(row["geom"]), "properties": properties})
    return found


def load(settings: Settings, features: list[dict[str, Any]] | None = None, **changes: Any) -> Outcome:
    """Load `areas`; `changes` are keys of its dataset file."""
    folder = settings.collections
    source = folder / "areas.geojson"
    folder.mkdir(parents=True, exist_ok=True)
    if features is not None:
        document = {"type": "FeatureCollection", "features": features}
        source.write_text(json.dumps(document), encoding="utf-8")
    kept = {"sources": [{"kind": "geojson", "path": "areas.geojson", "crs": "EPSG:5514"}], "editable": True}
    region.write(folder, "areas", **(kept | changes))
    catalogue, report = read_catalogue(folder)
    assert catalogue is not None
    assert report.ok, list(report.text("en"))
    return pipeline.run(catalogue.datasets["areas"], catalogue, settings)


@contextmanager
def editing(settings: Settings, **changes: Any) -> Iterator[Editing]:
    """Load `areas` and serve it."""
    outcome = load(settings, loaded_features(), **changes)
    assert outcome.state == "published", list(outcome.report.text("en"))
    dsn = settings.database_url or ""
    region.token(dsn, "reads")
    region.token(dsn, "writes", role="edit", label="Jana")
    with running(settings, PostgisEditor(dsn, Path(settings.data) / "grids")) as client:
        yield Editing(settings, client)
