"""What the page of a feature says beside its values: its name, where it is on the map and in the list. Pure."""

from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

import shapely

from catalogue.values import Box
from service import layers, pages
from service.asked import Asked, Document
from service.crs import CRS84
from service.jsontext import encode
from service.listing import places
from service.listing.state import MapState, query, write
from service.listing.texts import spoken
from service.parameters import ItemsQuery
from service.published import Served


def beside(document: Document, asked: Asked) -> dict[str, Any]:
    """Return what the template of a feature's page shows beside the document of the feature."""
    served = asked.served
    assert served is not None  # noqa: S101 (a feature is one of a collection)
    language, id_ = asked.language, str(document["id"])
    own = f"/ogc/collections/{served.id}/items/{quote(id_, safe='')}"
    box = _box(document, asked)
    return {
        "d": spoken(language),
        "called": _name(document, served, asked),
        "ways": _ways(id_, served, box, language) if served.dataset.map and served.dataset.has_geometry else {},
        "own": f"{own}?f=html&lang={language}",
        "address": f"{asked.root.removesuffix('/ogc')}{own}",
        "source": layers.attribution(served.dataset, asked.state.catalogue, language),
        "published": served.published.published,
    }


def _name(document: Document, served: Served, asked: Asked) -> str:
    """Return what the feature is called: by its label, a code by the code's; else by its id."""
    label = served.dataset.map.label if served.dataset.map else None
    value = document["properties"].get(label) if label else None
    if label is None or value in {None, ""}:
        return str(document["id"])
    column = pages.columns(asked)[label]
    return str(column.get("x-labels", {}).get(value, pages.cell(asked.language, value, column)))


def _box(document: Document, asked: Asked) -> Box | None:
    """Return the feature's box in degrees; None for one without geometry, or shown in another CRS."""
    is_lon_lat = isinstance(asked.query, ItemsQuery) and asked.query.crs == CRS84
    if not document["geometry"] or not is_lon_lat:
        return None
    west, south, east, north = shapely.bounds(shapely.from_geojson(encode(document["geometry"])))
    return float(west), float(south), float(east), float(north)


def _ways(id_: str, served: Served, box: Box | None, language: str) -> dict[str, str]:
    """Return the addresses of the feature on the map, of what applies there, of the list of what is around it.

    And where to say that something in it is wrong.
    """
    reference = (served.id, id_)
    nearest = served.dataset.map.zoom[0] if served.dataset.map else 0
    view = places.view_of(box, places.NEAREST) if box else None
    shown = MapState(view=view and replace(view, zoom=max(view.zoom, nearest)), layers=(served.id,), feature=reference)
    around = places.view_of(box, places.NEAREST - 1) if box else None
    listed = MapState(view=around, layers=(served.id,), feature=reference, is_list=True, table=served.id)
    return {
        "on-map": f"/{language}/map?{query(write(shown))}",
        "here": f"/{language}/here?{urlencode({'feature': '/'.join(reference)})}",
        "in-list": f"/{language}/map?{query(write(listed))}",
        "mistake": f"/{language}/mistakes/new?{urlencode({'dataset': served.id, 'feature': id_})}",
    }
