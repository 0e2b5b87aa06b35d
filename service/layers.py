"""What the web map draws: `/map/portal`, derived from the dataset files and from what is published. Pure."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from catalogue import Catalogue, Column, Dataset
from catalogue.values import text_in
from service import backgrounds, fields
from service.published import Served
from service.texts import MESSAGES
from service.tiles.making import names

type Document = dict[str, Any]

RASTER_ZOOM = (0, 22)
_KINDS = {
    "Point": "point",
    "MultiPoint": "point",
    "LineString": "line",
    "MultiLineString": "line",
    "Polygon": "polygon",
    "MultiPolygon": "polygon",
    "raster": "raster",
}


def portal(catalogue: Catalogue, shown: Collection[Served], language: str) -> Document:
    """Return the portal for the web map: title, languages, view, and layers by theme in the themes' order."""
    about, default = catalogue.portal, catalogue.portal.default_language
    layers = [each for each in shown if each.dataset.map and each.dataset.geometry != "none"]
    made_up = any(each.dataset.made_up for each in layers)
    notice = text_in(about.notice, language, default) or MESSAGES.text("made-up", language)
    return {
        "title": text_in(about.title, language, default),
        "description": text_in(about.description, language, default),
        "languages": list(about.languages),
        "lang": language,
        "view": {"bbox": list(about.view)},
        "made_up": made_up,
        "notice": notice if made_up else None,
        "backgrounds": backgrounds.documents(catalogue, {each.id: each for each in shown}, language),
        "services": list(about.services),
        "groups": _groups(catalogue, layers, language),
    }


def _groups(catalogue: Catalogue, layers: list[Served], language: str) -> list[Document]:
    grouped: dict[str, list[Served]] = defaultdict(list)
    for each in layers:
        section = each.dataset.map
        grouped[(section.group if section else None) or each.dataset.theme].append(each)
    order = sorted(catalogue.themes, key=lambda theme: (catalogue.themes[theme].order, theme))
    names = [*(theme for theme in order if theme in grouped), *(theme for theme in grouped if theme not in order)]
    default = catalogue.portal.default_language
    return [
        {
            "id": name,
            "title": text_in(catalogue.themes[name].title, language, default) if name in catalogue.themes else name,
            "layers": [layer(each, catalogue, language) for each in grouped[name]],
        }
        for name in names
    ]


def layer(served: Served, catalogue: Catalogue, language: str) -> Document:
    """Return one layer of the map."""
    dataset, default = served.dataset, catalogue.portal.default_language
    path = f"/ogc/collections/{dataset.id}"
    made: Document = {
        "id": dataset.id,
        "title": text_in(dataset.title, language, default),
        "description": text_in(dataset.description, language, default),
        "kind": "raster" if dataset.is_raster else "vector",
        "geometry": _KINDS[dataset.geometry],
        "made_up": dataset.made_up,
        "updated": served.published.published.date().isoformat(),
        "count": served.published.rows,
        "bbox": list(served.published.bbox or catalogue.portal.view),
        "items": None if dataset.is_raster else f"{path}/items",
        "page": f"{path}?f=html&lang={language}",
        "tiles": _tiles(dataset),
        "max": dataset.paging.max,
        "time": dict(zip(("from", "to"), dataset.time_columns, strict=True)) if dataset.time_columns else None,
        "attribution": attribution(dataset, catalogue, language),
        "map": f"{path}/map" if dataset.is_raster else None,
    }
    return made | _drawing(dataset, catalogue, language)


def _tiles(dataset: Dataset) -> Document | None:
    """Return where the layer's vector tiles are, and which of their attributes is a feature's id (none: its number)."""
    if dataset.is_raster:
        return None
    kept = names(dataset)
    url = f"/ogc/collections/{dataset.id}/tiles/WebMercatorQuad/{{z}}/{{y}}/{{x}}"
    return {"url": url, "key": None if kept.is_number else kept.key}


def _drawing(dataset: Dataset, catalogue: Catalogue, language: str) -> Document:
    section = dataset.map
    if section is None:
        raise ValueError(f"{dataset.id} is not on the map")
    style = section.style
    return {
        "zoom": list(section.zoom),
        "visible": section.visible,
        "style": {"color": style.color, "fill": style.fill, "width": style.width, "radius": style.radius},
        "by": style.by,
        "legend": _legend(dataset, catalogue, language),
        "label": section.label,
        "popup": [_popup(name, dataset.served[name], catalogue, language) for name in section.popup],
    }


def _legend(dataset: Dataset, catalogue: Catalogue, language: str) -> list[Document]:
    """Return the legend in the order of the code list; one entry for a layer of one colour."""
    section, default = dataset.map, catalogue.portal.default_language
    if section is None:
        return []
    column = dataset.served.get(section.style.by or "")
    listed = catalogue.codelists.get((column.codelist if column else None) or "")
    if listed is None:
        return [{"code": None, "label": text_in(dataset.title, language, default), "color": section.style.color}]
    return [
        {
            "code": entry.code,
            "label": text_in(entry.label, language, default) or entry.code,
            "color": entry.colour or section.style.color,
        }
        for entry in listed.entries
    ]


def _popup(name: str, column: Column, catalogue: Catalogue, language: str) -> Document:
    return {
        "name": name,
        "title": fields.title(name, column, catalogue, language),
        "unit": column.unit,
        "count": column.count,
        "type": column.type,
        "codes": fields.labels(column, catalogue, language),
    }


def attribution(dataset: Dataset, catalogue: Catalogue, language: str) -> str:
    """Return whose the data are, and the terms on which they are given."""
    default = catalogue.portal.default_language
    publisher, licence = catalogue.publishers.get(dataset.publisher), catalogue.licences.get(dataset.licence)
    parts = (publisher.name if publisher else None, licence.title if licence else None)
    return ", ".join(text_in(part, language, default) for part in parts if part)
