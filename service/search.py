"""Search over the columns that dataset files name: without regard to case and accents, in all datasets at once.

The condition is the very expression of the loader's trigram index (`catalogue.layout.search_expression`).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from psycopg2 import sql

from catalogue import Catalogue, Dataset
from catalogue.layout import DATA, LEDGER, id_column, lon_lat_column, search_columns, search_expression, table_name
from catalogue.values import text_in
from service.database import Database
from service.features import lock
from service.parameters import BadParameterError, only, whole
from service.published import Served

SHORTEST, LONGEST = 2, 100
DEFAULT_LIMIT, MOST = 10, 50


def search(
    params: Mapping[str, str], shown: Iterable[Served], catalogue: Catalogue, language: str, database: Database
) -> dict[str, Any]:
    """Return the features whose searched columns hold the text `q`; those that begin with it first.

    Raises BadParameterError, and as `Database.read`.
    """
    only(params, frozenset({"q", "lang", "limit"}))
    text = params.get("q", "").strip()
    if not SHORTEST <= len(text) <= LONGEST:
        raise BadParameterError("q", "length", low=SHORTEST, high=LONGEST)
    limit = whole(params, "limit", DEFAULT_LIMIT, 1, MOST)
    searched = {each.id: each.dataset for each in shown if search_columns(each.dataset)}
    if not searched:
        return {"results": []}
    rows = database.rows(_query(list(searched.values()), text, limit))
    default = catalogue.portal.default_language
    return {
        "results": [
            {
                "collection": name,
                "layer": text_in(searched[name].title, language, default),
                "id": id_,
                "label": label,
                "bbox": bbox,
            }
            for name, id_, label, bbox, *_ in rows
        ]
    }


def _query(datasets: list[Dataset], text: str, limit: int) -> sql.Composable:
    """Return the query over all datasets: the best of each, then the best of all."""
    parts = sql.SQL(" UNION ALL ").join(_part(dataset, text, limit) for dataset in datasets)
    return sql.SQL("{}SELECT * FROM ({}) AS found ORDER BY place, size, label, dataset LIMIT {}").format(
        lock(datasets), parts, sql.Literal(limit)
    )


def _part(dataset: Dataset, text: str, limit: int) -> sql.Composable:
    searched = sql.SQL(search_expression(dataset).replace("{", "{{").replace("}", "}}"))
    folded = sql.SQL("{}({})").format(sql.Identifier(LEDGER, "fold"), sql.Literal(text))
    pattern = sql.SQL(r"'%' || regexp_replace({}, '([\\%_])', '\\\1', 'g') || '%'").format(folded)
    label = dataset.map.label if dataset.map and dataset.map.label else search_columns(dataset)[0]
    return sql.SQL(
        "(SELECT {dataset}::text AS dataset, {id} #>> '{{}}' AS id, {label}::text AS label, {bbox} AS bbox,"
        " position({folded} in {searched}) AS place, length({searched}) AS size"
        " FROM {table} WHERE {searched} LIKE {pattern} ORDER BY place, size, label LIMIT {limit})"
    ).format(
        dataset=sql.Literal(dataset.id),
        id=sql.SQL("to_json({})").format(sql.Identifier(id_column(dataset))),
        label=sql.Identifier(label),
        bbox=_bbox(dataset),
        folded=folded,
        searched=searched,
        table=sql.Identifier(DATA, table_name(dataset.id)),
        pattern=pattern,
        limit=sql.Literal(limit),
    )


def _bbox(dataset: Dataset) -> sql.Composable:
    """Return the SQL of a feature's lon/lat box; null for a feature without geometry."""
    column = sql.Identifier(lon_lat_column(dataset) or "")
    return sql.SQL(
        "CASE WHEN ST_IsEmpty({g}) THEN NULL ELSE ARRAY[ST_XMin({g}), ST_YMin({g}), ST_XMax({g}), ST_YMax({g})] END"
    ).format(g=column)
