"""What stands in a tile for more features than it may hold: by the kind of geometry, in one statement each.

The tile is laid out in cells. Points: one for each cell. Lines: the longest, first one of each cell, so that no part of
the tile is empty. Areas: the largest stay themselves; all others colour the cells that their boxes touch, and a cell
takes the legend's value that most of them have. That covers a little too much and never too little, however the areas
lie. Cells come before what lies over them. All is decided by the features alone, so a tile is the same each time.
"""

from collections.abc import Callable

from psycopg2 import sql

from service.tiles.layer import Layer, encoded, geometry

type Statement = Callable[[Layer, int, int, int], sql.Composable]
"""Of a layer, cells across the tile, the most features that may stay themselves, units: the query of the tile."""

COUNT, MERGED = "_count", "_merged"
"""Attributes of ours: how many points one stands for; that an area stands for several."""
SEVERAL = 2
"""Cells that an area must reach over to be drawn as itself."""
HEAVIEST = 64 * 2**20
"""Bytes of stored geometry that are drawn in a tile: about a second's work."""
CLAIMS = 3_000_000
"""Cells that may be claimed in a tile, each as often as areas touch it: a few seconds' work."""


def of(kind: str, points: str) -> Statement:
    """Return the statement for a kind of geometry; `points` says what becomes of points."""
    if kind.endswith("Point"):
        return clustered if points == "cluster" else thinned
    return longest if kind.endswith("LineString") else covered


def clustered(layer: Layer, cells: int, _: int, units: int) -> sql.Composable:
    """Return one point for each cell, in the middle of its points; one that stands alone keeps all it has."""
    alone = sql.SQL("").join(
        sql.SQL(", CASE WHEN count(*) = 1 THEN min({0}::text) END AS {0}").format(sql.Identifier(name))
        for name in layer.names.shown
        if name != layer.names.by
    )
    legend = sql.SQL(", mode() WITHIN GROUP (ORDER BY _legend) AS {}").format(sql.Identifier(layer.names.by or ""))
    features = sql.SQL(
        "SELECT {geometry} AS geom, CASE WHEN count(*) = 1 THEN min(_number) END AS _number{alone}{legend},"
        " CASE WHEN count(*) > 1 THEN count(*) END AS {count}"
        " FROM ({found}) AS p GROUP BY floor(_x0), floor(_y0) ORDER BY floor(_y0), floor(_x0)"
    ).format(
        geometry=geometry(sql.SQL("ST_MakePoint(avg(_x0), avg(_y0))"), _square(cells), units),
        alone=alone,
        legend=legend if layer.names.by else sql.SQL(""),
        count=sql.Identifier(COUNT),
        found=_found(layer, cells, whole=True),
    )
    return encoded(layer.id, features, units)


def thinned(layer: Layer, cells: int, _: int, units: int) -> sql.Composable:
    """Return of the points of each cell the one with the least id, as it is."""
    shown = sql.SQL("").join(sql.SQL(", {}").format(sql.Identifier(name)) for name in layer.names.shown)
    features = sql.SQL(
        "SELECT {geometry} AS geom, _number{shown} FROM (SELECT DISTINCT ON (floor(_y0), floor(_x0)) *"
        " FROM ({found}) AS p ORDER BY floor(_y0), floor(_x0), _number) AS q"
    ).format(
        geometry=geometry(sql.SQL("ST_MakePoint(_x0, _y0)"), _square(cells), units),
        shown=shown,
        found=_found(layer, cells, whole=True),
    )
    return encoded(layer.id, features, units)


def longest(layer: Layer, cells: int, kept: int, units: int) -> sql.Composable:
    """Return the longest line of each cell, then the second longest of each, as many as may stay."""
    chosen = sql.SQL(
        "SELECT _key FROM (SELECT _key, _size, row_number() OVER (PARTITION BY floor((_x0 + _x1) / 2),"
        " floor((_y0 + _y1) / 2) ORDER BY _size DESC, _key) AS place FROM ({found}) AS p) AS q"
        " ORDER BY place, _size DESC, _key LIMIT {most}"
    ).format(found=_found(layer, cells), most=sql.Literal(kept or cells * cells // 16))
    return encoded(layer.id, _themselves(layer, chosen, units), units)


def covered(layer: Layer, cells: int, kept: int, units: int) -> sql.Composable:
    """Return cells in the colour of the small areas, and over them the largest areas, as many as may stay.

    Null when too many cells would be claimed: large areas that lie over one another. Without any that stay themselves
    the boxes of such areas are widened to quarters of the tile, of which there are few, so that there is always a tile.
    """
    statement = sql.SQL(
        "WITH found AS MATERIALIZED ({found}), large AS MATERIALIZED (SELECT _key FROM (SELECT _key, _size,"
        " sum(_weight) OVER (ORDER BY _size DESC, _key) AS burden FROM found WHERE _size > {several}) AS q"
        " WHERE burden <= {heaviest} ORDER BY _size DESC, _key LIMIT {kept}),"
        " boxes AS MATERIALIZED (SELECT {sides}, _legend, count(*) AS n FROM (SELECT _legend, _size,"
        " floor(_x0)::int AS a, floor(_x1)::int AS b, floor(_y0)::int AS c, floor(_y1)::int AS d FROM found"
        " WHERE NOT EXISTS (SELECT FROM large WHERE large._key = found._key)) AS q GROUP BY 1, 2, 3, 4, 5),"
        " claimed AS (SELECT cx, cy, _legend, sum(n) AS n FROM boxes, generate_series(a, b) AS cx,"
        " generate_series(c, d) AS cy GROUP BY cx, cy, _legend),"
        " coloured AS (SELECT DISTINCT ON (cy, cx) cx, cy, _legend FROM claimed ORDER BY cy, cx, n DESC, _legend),"
        " runs AS (SELECT _legend, cy, min(cx) AS first, max(cx) + 1 AS past FROM (SELECT *, cx - row_number()"
        " OVER (PARTITION BY _legend, cy ORDER BY cx) AS run FROM coloured) AS r GROUP BY _legend, cy, run)"
        " SELECT CASE WHEN (SELECT coalesce(sum((b - a + 1)::bigint * (d - c + 1)), 0) FROM boxes) <= {most}"
        " THEN ({tile}) END"
    )
    features = sql.SQL("{} UNION ALL {}").format(
        _cells(layer, cells, units), _themselves(layer, sql.SQL("SELECT _key FROM large"), units, merged=True)
    )
    return statement.format(
        found=_found(layer, cells),
        several=sql.Literal(SEVERAL),
        heaviest=sql.Literal(HEAVIEST),
        kept=sql.Literal(kept),
        sides=_sides(1 if kept else cells // 4),
        most=sql.Literal(CLAIMS if kept else CLAIMS * 1000),
        tile=encoded(layer.id, features, units),
    )


def _sides(block: int) -> sql.Composable:
    """Return the sides of boxes in cells; those of large areas are widened to blocks of so many cells."""
    wide = "floor({side}::float / {block})::int * {block} + {rest}"
    text = f"CASE WHEN _size > {{several}} THEN {wide} ELSE {{side}} END AS {{side}}"
    return sql.SQL(", ").join(
        sql.SQL(text).format(
            several=sql.Literal(SEVERAL),
            side=sql.Identifier(side),
            block=sql.Literal(block),
            rest=sql.Literal(rest),
        )
        for side, rest in (("a", 0), ("b", block - 1), ("c", 0), ("d", block - 1))
    )


def _cells(layer: Layer, cells: int, units: int) -> sql.Composable:
    """Return the runs of cells, one feature for each value of the legend, with the columns of `_themselves`."""
    columns = sql.SQL("").join(
        sql.SQL(", {} AS {}").format(sql.SQL("_legend" if name == layer.names.by else "NULL"), sql.Identifier(name))
        for name in layer.names.shown
        if name != layer.names.label or name in {layer.names.by, layer.names.key}
    )
    return sql.SQL(
        "SELECT {geometry} AS geom, NULL::bigint AS _number{columns}, true AS {merged} FROM (SELECT _legend,"
        " ST_Collect(ST_MakeEnvelope(first, cy, past, cy + 1)) AS shape FROM runs GROUP BY _legend) AS c"
    ).format(geometry=geometry(sql.SQL("shape"), _square(cells), units), columns=columns, merged=sql.Identifier(MERGED))


def _themselves(layer: Layer, chosen: sql.Composable, units: int, *, merged: bool = False) -> sql.Composable:
    """Return the features whose keys are chosen, without labels."""
    label = layer.names.label
    columns = sql.SQL("").join(
        sql.SQL(", {0}{1} AS {0}").format(sql.Identifier(name), sql.SQL("::text" if merged else ""))
        for name in layer.names.shown
        if name != label or name in {layer.names.by, layer.names.key}
    )
    return sql.SQL(
        "SELECT {geometry} AS geom, {number} AS _number{columns}{merged} FROM {table}"
        " WHERE {key} = ANY (ARRAY({chosen}))"
    ).format(
        geometry=geometry(layer.placement.geometry, layer.placement.bounds, units),
        number=layer.number,
        columns=columns,
        merged=sql.SQL(", NULL::boolean AS {}").format(sql.Identifier(MERGED)) if merged else sql.SQL(""),
        table=layer.table,
        key=sql.Identifier(layer.names.key),
        chosen=chosen,
    )


def _found(layer: Layer, cells: int, *, whole: bool = False) -> sql.Composable:
    """Return the query of the features: key, legend, box in cells (not beyond the tile's margin), longer side (`size`).

    With `whole` also what is shown of them.
    """
    box = layer.placement.cells()
    within = [
        sql.SQL("greatest(least({} * {}, {}), -1) AS {}").format(
            side, sql.Literal(cells), sql.Literal(cells + 0.5), sql.Identifier(name)
        )
        for name, side in zip(("_x0", "_y0", "_x1", "_y1"), box.sides, strict=True)
    ]
    shown = [*map(sql.Identifier, layer.names.shown)] if whole else []
    plain = [sql.SQL("{} AS {}").format(part, sql.Identifier(name)) for name, part in box.parts]
    return sql.SQL(
        "SELECT *, greatest(_x1 - _x0, _y1 - _y0) AS _size FROM (SELECT _key, _number, _weight, {kept} FROM"
        " (SELECT {further} FROM (SELECT *, ST_XMin(_b) AS _w, ST_YMin(_b) AS _s, ST_XMax(_b) AS _e, ST_YMax(_b) AS _n"
        " FROM (SELECT {key} AS _key, {number} AS _number, {read}, pg_column_size({column}) AS _weight,"
        " box3d(box2d({column})) AS _b FROM {table} WHERE {where}"
        " OFFSET 0) AS q OFFSET 0) AS q OFFSET 0) AS q OFFSET 0) AS q"  # each expression once: OFFSET keeps them apart
    ).format(
        key=sql.Identifier(layer.names.key),
        number=layer.number,
        kept=sql.SQL(", ").join([sql.SQL("_legend"), *within, *shown]),
        further=sql.SQL(", ").join([sql.SQL("*"), *plain]),
        read=sql.SQL(", ").join([layer.legend + sql.SQL(" AS _legend"), *shown]),
        column=box.column,
        table=layer.table,
        where=layer.placement.where,
    )


def _square(cells: int) -> sql.Composable:
    return sql.SQL("ST_MakeEnvelope(0, 0, {0}, {0})").format(sql.Literal(cells))
