"""What is told of the features that were found: label, layer, place, and the municipality in which they lie."""

from collections.abc import Mapping, Sequence
from typing import Any

from psycopg2 import sql
from psycopg2.extensions import cursor

from catalogue import Dataset
from catalogue.layout import DATA, columns, id_column, lon_lat_column, table_name
from service.called import called
from service.place.question import is_municipality
from service.published import Served
from service.search.ranking import Hit

type Told = dict[str, Any]
WHERE_MOST = 2
"""Municipalities of one feature that are told: a point may lie on the boundary of two."""
LARGER = 1.2
"""An area that is so many times as large as the municipality does not lie in it: a municipality's own plan does."""


def told(hits: Sequence[Hit], shown: Mapping[str, Served], ask: cursor) -> list[Told]:
    """Return the features in order; one that has gone meanwhile is left out, and so are further parts of one line.

    Each has `kind` (feature, municipality), `collection`, `id`, `label`, `bbox` (west, south, east, north) and `point`
    (longitude, latitude; on the feature), both None without a geometry, and `where`: names of municipalities, mostly
    one, in which the point lies; none for municipalities themselves and for what is larger.
    """
    if not hits:
        return []
    towns = next((each for each in shown.values() if is_municipality(each)), None)
    by_dataset: dict[str, list[str]] = {}
    for hit in hits:
        by_dataset.setdefault(hit.dataset, []).append(hit.id)
    questions = [_of_dataset(shown[name], ids, towns) for name, ids in by_dataset.items()]
    ask.execute(sql.SQL(" UNION ALL ").join(questions))
    rows = {(row[0], row[1]): row for row in ask.fetchall()}
    found = _without_parts([rows[hit.dataset, hit.id] for hit in hits if (hit.dataset, hit.id) in rows], shown)
    return [
        {
            "kind": "municipality" if is_municipality(shown[name]) else "feature",
            "collection": name,
            "id": id_,
            "label": label or id_,
            "bbox": bbox,
            "point": point,
            "where": where or [],
        }
        for name, id_, label, bbox, point, where in found
    ]


def is_line(dataset: Dataset) -> bool:
    """Tell whether the features are lines: a street is cut into many, all called the same."""
    return dataset.geometry in {"LineString", "MultiLineString"}


def _without_parts(rows: Sequence[tuple[Any, ...]], shown: Mapping[str, Served]) -> list[tuple[Any, ...]]:
    """Return the rows without lines that are called as one before them in the same municipalities."""
    kept: dict[tuple[object, ...], tuple[Any, ...]] = {}
    for row in rows:
        name, id_, label, _, _, where = row
        part = (name, label, tuple(where)) if is_line(shown[name].dataset) and label and where else (name, id_)
        kept.setdefault(part, row)
    return list(kept.values())


def _of_dataset(served: Served, ids: Sequence[str], towns: Served | None) -> sql.Composable:
    dataset = served.dataset
    id_ = id_column(dataset)
    return sql.SQL(
        "SELECT {dataset}::text, to_json({id}) #>> '{{}}', {label},"
        " CASE WHEN ST_IsEmpty({g}) THEN NULL ELSE ARRAY[ST_XMin({g}), ST_YMin({g}), ST_XMax({g}), ST_YMax({g})] END,"
        " CASE WHEN NOT ST_IsEmpty(point) THEN ARRAY[ST_X(point), ST_Y(point)] END, {where}"
        " FROM {table} AS found, ST_PointOnSurface({g}) AS point WHERE {id} = ANY ({ids}::text[]::{type}[])"
    ).format(
        dataset=sql.Literal(dataset.id),
        id=sql.Identifier("found", id_),
        label=called(dataset, "found"),
        g=sql.Identifier("found", lon_lat_column(dataset) or ""),
        where=_where(served, towns),
        table=sql.Identifier(DATA, table_name(dataset.id)),
        ids=sql.Literal(list(ids)),
        type=sql.SQL(columns(dataset)[id_]),
    )


def _where(served: Served, towns: Served | None) -> sql.Composable:
    """Return the SQL of the municipalities at the point; none for what is larger than they are."""
    if towns is None or is_municipality(served):
        return sql.SQL("NULL::text[]")
    return sql.SQL(
        "(SELECT array_agg(name ORDER BY name) FROM (SELECT {label} AS name FROM {towns} AS town"
        " WHERE ST_Intersects({there}, point) AND ST_Area({here}) <= {larger} * ST_Area({there}) LIMIT {most}) AS at)"
    ).format(
        label=called(towns.dataset, "town"),
        towns=sql.Identifier(DATA, table_name(towns.id)),
        there=sql.Identifier("town", lon_lat_column(towns.dataset) or ""),
        here=sql.Identifier("found", lon_lat_column(served.dataset) or ""),
        larger=sql.Literal(LARGER),
        most=sql.Literal(WHERE_MOST),
    )
