"""What a report is about: the dataset, its feature, the place; whose municipality it is, and whom it reaches."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from psycopg2 import sql

from catalogue.layout import DATA, columns, id_column, lon_lat_column, table_name
from catalogue.model import Contact
from service.parameters import NoSuchFeatureError, feature_id
from service.portal.visit import Visit
from service.problems import NotFoundError
from service.published import Served
from service.search.answer import told
from service.search.ranking import Hit


@dataclass(frozen=True)
class About:
    """What is reported. `feature` is an id and `label` how it is called; `municipality` is code and name."""

    served: Served
    feature: str | None
    label: str | None
    lon: float | None
    lat: float | None
    municipality: tuple[str, str] | None


def about(visit: Visit, given: Mapping[str, str]) -> About:
    """Return what the fields `dataset`, `feature`, `lon` and `lat` mean.

    A place that is none is left out. Raises NotFoundError for a dataset that the visitor cannot see,
    NoSuchFeatureError.
    """
    served = visit.served.get(given.get("dataset", ""))
    if served is None:
        raise NotFoundError("collection")
    feature, label, place = given.get("feature") or None, None, _typed(given)
    if feature is not None:
        label, own = _feature(visit, served, feature)
        place = place or own
    lon, lat = place or (None, None)
    return About(served, feature, label, lon, lat, _municipality(visit, place) if place else None)


def named(visit: Visit, dataset: str, feature: str | None) -> str | None:
    """Return how the feature of a report is called now; None where it has gone, or the report names none."""
    if feature is None:
        return None
    try:
        return _feature(visit, visit.served[dataset], feature)[0]
    except NoSuchFeatureError:
        return None


def contact(visit: Visit, served: Served) -> tuple[str, Contact | None]:
    """Return the name of the dataset's publisher, and whom to ask there; None if nobody is named."""
    publisher = visit.catalogue.publishers.get(served.dataset.publisher)
    name = visit.text_in(publisher.name) if publisher else served.dataset.publisher
    return name, served.dataset.contact or (publisher.contact if publisher else None)


def _typed(given: Mapping[str, str]) -> tuple[float, float] | None:
    try:
        lon, lat = (float(given.get(name, "").replace(",", ".")) for name in ("lon", "lat"))
    except ValueError:
        return None
    return (lon, lat) if math.isfinite(lon) and abs(lon) <= 180 and abs(lat) <= 90 else None  # noqa: PLR2004 (degrees)


def _feature(visit: Visit, served: Served, text: str) -> tuple[str, tuple[float, float] | None]:
    """Return how a feature is called, and a place on it; None where it has none."""
    if served.dataset.is_raster:
        raise NoSuchFeatureError
    feature_id(text, served.dataset)
    if not served.dataset.has_geometry:
        own = id_column(served.dataset)
        question = sql.SQL("SELECT {own}::text FROM {table} WHERE {own} = %s::text::{type}").format(
            own=sql.Identifier(own),
            table=sql.Identifier(DATA, table_name(served.id)),
            type=sql.SQL(columns(served.dataset)[own]),
        )
        rows = visit.live.database.rows(question, [text])
        if not rows:
            raise NoSuchFeatureError
        return str(rows[0][0]), None
    found = visit.live.database.read(lambda ask: told([Hit(served.id, text, ())], {served.id: served}, ask))
    if not found:
        raise NoSuchFeatureError
    point = found[0]["point"]
    return str(found[0]["label"]), (point[0], point[1]) if point else None


def _municipality(visit: Visit, place: tuple[float, float]) -> tuple[str, str] | None:
    """Return code and name of the municipality at the place, by the register that the desk goes by."""
    said = visit.catalogue.portal.desk
    served = visit.served.get(said.municipalities) if said else None
    if said is None or served is None or not served.dataset.has_geometry:
        return None
    query = sql.SQL(
        "SELECT {code}::text, {name}::text FROM {table}"
        " WHERE ST_Intersects({geom}, ST_SetSRID(ST_MakePoint(%s, %s), 4326)) ORDER BY 1 LIMIT 1"
    ).format(
        code=sql.Identifier(said.code),
        name=sql.Identifier(said.name),
        table=sql.Identifier(DATA, table_name(served.id)),
        geom=sql.Identifier(lon_lat_column(served.dataset) or ""),
    )
    found = visit.live.database.rows(query, place)
    return (found[0][0], found[0][1]) if found else None
