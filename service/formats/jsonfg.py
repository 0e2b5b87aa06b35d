"""JSON-FG 1.0 (OGC 21-045r1): GeoJSON that says its type, its time, and coordinates in any CRS.

Longitude and latitude of WGS 84 stand in `geometry`, as in GeoJSON; coordinates of any other asked CRS in `place`. The
standard's media type is that of GeoJSON; the types of its drafts are understood in an Accept header.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from catalogue import Dataset
from service.asked import Asked
from service.crs import CRS84_URI
from service.formats.page import Format, Page
from service.jsontext import encode
from service.media import GEOJSON

_SPEC = "http://www.opengis.net/spec/json-fg-1/1.0/conf"
CONFORMS_TO = (f"{_SPEC}/core", f"{_SPEC}/types-schemas")
_DIMENSIONS = {"Point": 0, "MultiPoint": 0, "LineString": 1, "MultiLineString": 1, "Polygon": 2, "MultiPolygon": 2}


def write(page: Page, asked: Asked) -> bytes:
    """Return the features as one JSON-FG document: a collection, or one feature."""
    dataset = page.dataset
    timed = _timed(dataset)
    head: dict[str, Any] = {
        "conformsTo": list(CONFORMS_TO),
        "featureType": dataset.id,
        "featureSchema": asked.href(f"/collections/{dataset.id}/schema"),
        "coordRefSys": page.query.crs.uri,
    }
    features = [_feature(each, timed, in_place=page.query.crs.uri != CRS84_URI) for each in page.features]
    if page.single:
        return encode({"type": "Feature", **head, **features[0], "links": list(page.links)}).encode()
    document: dict[str, Any] = {"type": "FeatureCollection", **head}
    if dataset.geometry in _DIMENSIONS:
        document["geometryDimension"] = _DIMENSIONS[dataset.geometry]
    document |= {"timeStamp": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", "numberReturned": len(features)}
    if page.matched is not None:
        document["numberMatched"] = page.matched
    return encode(document | {"links": list(page.links), "features": features}).encode()


def _feature(feature: Mapping[str, Any], timed: tuple[str, str] | None, *, in_place: bool) -> dict[str, Any]:
    geometry, properties = feature["geometry"], feature["properties"]
    start, end = timed or (None, None)
    time = _time(properties.get(start), properties.get(end), instant=start == end)
    return {
        "type": "Feature",
        "id": feature["id"],
        "time": time,
        "place": geometry if in_place else None,
        "geometry": None if in_place else geometry,
        "properties": properties,
    }


def _timed(dataset: Dataset) -> tuple[str, str] | None:
    """Return the columns of a feature's first and last date; None where it is not said and not plain which they are."""
    dated = [name for name, column in dataset.served.items() if column.type in {"date", "datetime"}]
    return dataset.time_columns or ((dated[0], dated[0]) if len(dated) == 1 else None)


def _time(start: str | None, end: str | None, *, instant: bool) -> dict[str, Any] | None:
    """Return the time of a feature as JSON-FG has it: an instant, or an interval with ends that may be open; in UTC."""
    if start is None and end is None:
        return None
    if instant and start is not None:
        return {"timestamp" if "T" in start else "date": _utc(start)}
    return {"interval": [".." if each is None else _utc(each) for each in (start, end)]}


def _utc(value: str) -> str:
    if "T" not in value:
        return value
    return datetime.fromisoformat(value).astimezone(UTC).isoformat().replace("+00:00", "Z")


FORMAT = Format("jsonfg", GEOJSON, "json", write, ("application/fg+json", "application/vnd.ogc.fg+json"))
