"""The answer as one document, in the asked language: what is answered as JSON, and what the page shows. Pure."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode

import numpy as np
import pyproj

from catalogue.values import text_in
from service import fields
from service.asked import Asked, Document
from service.crs import DEGREE_DECIMALS, METRE_DECIMALS, epsg, from_lon_lat
from service.media import GEOJSON, HTML, JSON
from service.notices import made_up_notice
from service.place.facts import OF_A_WHOLE, Fact, Found, told
from service.place.question import Point
from service.place.texts import TEXTS

NEAR = 17
"""Zoom at which the map shows a place."""
_WORD = re.compile(r"[^\W\d_]{3}")
SYSTEMS = {5514: "S-JTSK / Krovak East North", 2180: "ETRF2000-PL / CS92 (PL-1992)", 25833: "ETRS89 / UTM 33N"}
"""National systems in which a place is told, by EPSG number."""


def of_place(found: Found, asked: Asked, day: date) -> Document:
    """Return what holds at a place."""
    parts = {part: [_fact(each, asked) for each in found.facts if _part(each) == part] for part in found.parts}
    labels = {(fact["collection"], fact["id"]): fact["label"] for facts in parts.values() for fact in facts}
    name = labels.get(found.of, found.name) if found.of else None
    return {
        "title": TEXTS.text("title-of", asked.language, name=name) if name else TEXTS.text("title", asked.language),
        "place": {**position(found.point), **({"name": name, "exact": found.exact} if name else {})},
        "datetime": day.isoformat(),
        "inside": bool(parts["municipality"]),
        "whole": found.parts == OF_A_WHOLE,
        **parts,
        "disclaimer": TEXTS.text("disclaimer", asked.language),
        **_notice(asked, is_made_up=any(each.served.dataset.made_up for each in found.facts)),
        "links": [*_own(asked), _on_map(found, asked)],
    }


def of_name(text: str, results: Sequence[Document], number: Document | None, asked: Asked) -> Document:
    """Return the features that a name may mean, each with the address of its answer.

    `number` is what the search says of a house number that is not there.
    """
    is_made_up = any(asked.audience.served[each["collection"]].dataset.made_up for each in results)
    return {
        "title": TEXTS.text("title", asked.language),
        "q": text,
        "results": [each | {"href": address(asked, asked.format, asking(each, asked))} for each in results],
        "number": number,
        **_notice(asked, is_made_up=is_made_up),
        "links": _own(asked),
    }


def position(point: Point) -> Document:
    """Return a place in degrees, and in the national systems where they are in use: easting and northing in metres."""
    coordinates = np.array([[point.lon, point.lat]])
    systems = []
    for code, name in SYSTEMS.items():
        west, south, east, north = _area_of_use(code)
        if west <= point.lon <= east and south <= point.lat <= north:
            crs = epsg(code)
            easting, northing = (round(float(each), METRE_DECIMALS) for each in from_lon_lat(coordinates, crs)[0])
            systems.append({"crs": crs.uri, "name": name, "easting": easting, "northing": northing})
    degrees = {"lon": round(point.lon, DEGREE_DECIMALS), "lat": round(point.lat, DEGREE_DECIMALS)}
    return {**degrees, "coordinates": systems}


def asking(result: Document, asked: Asked) -> dict[str, str]:
    """Return the parameters that ask about a feature that was found, on the day that is asked for."""
    kept = {"datetime": asked.params["datetime"]} if asked.params.get("datetime") else {}
    return {"feature": f"{result['collection']}/{result['id']}", **kept}


def _part(fact: Fact) -> str | None:
    return fact.served.dataset.here.part if fact.served.dataset.here else None


def _fact(fact: Fact, asked: Asked) -> Document:
    dataset, catalogue = fact.served.dataset, asked.state.catalogue
    default = catalogue.portal.default_language
    publisher = catalogue.publishers.get(dataset.publisher)
    values = _values(fact, asked)
    return {
        "collection": dataset.id,
        "layer": text_in(dataset.title, asked.language, default),
        "id": fact.id,
        "label": _label(fact, values),
        "distance": round(fact.distance, 1),
        "in_force": fact.holds,
        "made_up": dataset.made_up,
        "publisher": text_in(publisher.name, asked.language, default) if publisher else dataset.publisher,
        "published": fact.served.published.published.isoformat(),
        "properties": {name: fact.properties[name] for name in told(dataset)},
        "values": values,
        "links": _links(fact, asked),
    }


def _values(fact: Fact, asked: Asked) -> list[Document]:
    """Return each column that is told with its title, the label of a code, and the unit."""
    columns = fields.properties(fact.served.dataset, asked.state.catalogue, asked.language)
    values = []
    for name in told(fact.served.dataset):
        column, value = columns[name], fact.properties[name]
        made: dict[str, Any] = {"name": name, "title": column["title"], "value": value}
        if "x-labels" in column and value is not None:
            made["label"] = column["x-labels"].get(value, value)
        if "x-ogc-unit" in column:
            made["unit"] = column["x-ogc-unit"]
        values.append(made)
    return values


def _label(fact: Fact, values: list[Document]) -> str:
    """Return how the feature is called: by a number alone nobody knows it, so what it is stands before.

    One without a name goes by the first thing that is said of it.
    """
    if fact.label is None:
        return next((str(each.get("label", each["value"])) for each in values if each["value"]), fact.id)
    kind = next((each["label"] for each in values if "label" in each), None)
    return fact.label if kind is None or _WORD.search(fact.label) else f"{kind} {fact.label}"


def _links(fact: Fact, asked: Asked) -> list[Document]:
    """Return the feature's own record, its place on the map, and where there is more to read of it."""
    dataset, language = fact.served.dataset, asked.language
    path = f"/collections/{dataset.id}/items/{quote(fact.id, safe='')}"
    site = asked.root.removesuffix("/ogc")
    links = [
        _link("item", asked.href(path, f="json"), GEOJSON, TEXTS.text("link.item", language)),
        _link("alternate", asked.href(path, f="html", lang=language), HTML, TEXTS.text("link.record", language)),
    ]
    if dataset.map:
        address = f"{site}/{language}/map?feature={dataset.id}/{quote(fact.id, safe='')}"
        links.append(_link("related", address, HTML, TEXTS.text("link.map", language)))
    more = dataset.here.link if dataset.here else None
    if more and all(fact.properties.get(name) is not None for name in more.columns):
        values = {name: quote(str(fact.properties[name]), safe="") for name in more.columns}
        address = more.href.format_map(values)
        title = text_in(more.title, language, asked.state.catalogue.portal.default_language)
        links.append(_link("about", site + address if address.startswith("/") else address, HTML, title))
    return links


def _link(rel: str, href: str, media_type: str, title: str) -> Document:
    return {"rel": rel, "href": href, "type": media_type, "title": title}


def address(asked: Asked, form: str, params: Mapping[str, str]) -> str:
    """Return where the question is answered as `json`, or as a page (`html`) in the asked language."""
    site, language = asked.root.removesuffix("/ogc"), asked.language
    question = {name: value for name, value in params.items() if name not in {"f", "lang"}}
    if form == "html":
        return f"{site}/{language}/here" + (f"?{urlencode(question)}" if question else "")
    return f"{site}/here?{urlencode({**question, 'lang': language, 'f': 'json'})}"


def _own(asked: Asked) -> list[Document]:
    """Return the links of the answer to itself, as JSON and as a page."""
    return [
        _link(
            "self" if asked.format == name else "alternate",
            address(asked, name, asked.params),
            media_type,
            TEXTS.text(f"link.{name}", asked.language),
        )
        for name, media_type in (("json", JSON), ("html", HTML))
    ]


def _on_map(found: Found, asked: Asked) -> Document:
    """Return the link to the map: to a pin at the place, to a municipality as a whole its card."""
    mark = f"{found.point.lat:.6f}/{found.point.lon:.6f}"
    query = f"at={NEAR}/{mark}&mark={mark}"
    if found.parts == OF_A_WHOLE and found.of:
        collection, id_ = found.of
        query = f"feature={collection}/{quote(id_, safe='')}"
    address = f"{asked.root.removesuffix('/ogc')}/{asked.language}/map?{query}"
    return _link("related", address, HTML, TEXTS.text("link.map", asked.language))


def _notice(asked: Asked, *, is_made_up: bool) -> dict[str, str]:
    return {"notice": made_up_notice(asked.state.catalogue.portal, asked.language)} if is_made_up else {}


@cache
def _area_of_use(code: int) -> tuple[float, float, float, float]:
    """Return where a system is in use: west, south, east, north in degrees."""
    area = pyproj.CRS.from_epsg(code).area_of_use
    assert area  # noqa: S101 (EPSG gives each of ours one)
    return area.bounds
