"""A dataset and a catalogue in memory."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from catalogue import Catalogue, Dataset, read_catalogue
from service.published import Published

ROOT = Path(__file__).parents[3]
COLUMNS = {
    "code": {"type": "integer"},
    "name": {"title": {"cs": "Název", "en": "Name"}},
    "use": {"type": "code", "codelist": "states"},
    "size": {"type": "decimal", "unit": "ha"},
    "open": {"type": "boolean"},
    "owner": {"private": True},
}


def dataset(**changes: Any) -> Dataset:
    parts = {
        "id": "areas",
        "path": Path("areas.yml"),
        "title": {"cs": "Plochy"},
        "theme": "planning",
        "publisher": "region",
        "licence": "cc-by-4.0",
        "sources": [{"kind": "geojson", "path": "x.geojson"}],
        "crs": "EPSG:5514",
        "geometry": "MultiPolygon",
        "key": "code",
        "columns": COLUMNS,
        "map": {"label": "name", "popup": ["name", "size"], "search": ["name"], "style": {"by": "use"}},
    }
    return Dataset.model_validate(parts | changes)


def published(loaded: Dataset, **changes: Any) -> Published:
    parts: dict[str, Any] = {"batch": 7, "rows": 3, "bbox": (14.0, 50.0, 15.0, 51.0), "published": datetime.now(UTC)}
    return Published(loaded, **(parts | changes))


def catalogue(*datasets: Dataset) -> Catalogue:
    """Return the words of the repository's catalogue with other datasets."""
    found, _ = read_catalogue(ROOT / "collections")
    assert found is not None
    return Catalogue(
        found.portal,
        {each.id: each for each in datasets},
        found.themes,
        found.publishers,
        found.licences,
        found.codelists,
    )
