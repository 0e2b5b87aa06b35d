"""What a vector tile holds: all features that reach it, or, where these are more than its budget, what stands for them.

A tile that fits is made by one statement. One that does not goes through ever coarser forms, of which the last always
fits: few cells, each in the colour of what is most of it. Nothing that is there shows as a hole (docs/adr/0011).
"""

from dataclasses import dataclass

from psycopg2 import sql
from psycopg2.extensions import cursor

from catalogue import Dataset
from catalogue.layout import DATA, ID, id_column, table_name
from catalogue.model import MapSection, TileRules
from catalogue.values import Box as LonLatBox
from service.features import lock
from service.tiles import dense
from service.tiles.grids import Tile
from service.tiles.layer import Layer, Names, encoded
from service.tiles.placing import placement

LABELLED = 5000
"""Features of a tile up to which it has labels: nobody can read more."""
FINE, COARSE = 4096, 1024
"""Units of a tile's width to which coordinates are rounded."""


_MEMORY = sql.SQL("SET LOCAL work_mem = '64MB'")
"""For the sums over cells of a tile with hundreds of thousands of features."""


@dataclass(frozen=True)
class _Form:
    """A coarser form: cells across the tile, which share of the budget's features may stay themselves, units."""

    cells: int
    share: float
    units: int


_FORMS = (_Form(256, 1 / 2, COARSE), _Form(128, 1 / 8, 512), _Form(64, 1 / 32, 256), _Form(32, 0, 256))


def names(dataset: Dataset) -> Names:
    """Return the columns that tiles show: the key where it is no whole number, the label, the legend's."""
    section = dataset.map or MapSection()
    key = id_column(dataset)
    whole = key != ID and dataset.columns[key].type == "integer"
    return Names(key, is_number=whole, label=section.label, by=section.style.by)


def rules(dataset: Dataset) -> TileRules:
    """Return the budget of the dataset's tiles."""
    return (dataset.map or MapSection()).tiles


def make(tile: Tile, dataset: Dataset, extent: LonLatBox, ask: cursor) -> bytes:
    """Return the tile as MVT, empty when nothing reaches it. `ask` is at the beginning of its snapshot."""
    budget = rules(dataset)
    layer = Layer(
        dataset.id, sql.Identifier(DATA, table_name(dataset.id)), names(dataset), placement(tile, dataset, extent)
    )
    ask.execute(sql.SQL("{}{}").format(lock([dataset]), _whole(layer, budget, FINE, LABELLED)))
    count, made = _found(ask)
    if made is not None and len(made) > budget.bytes:
        ask.execute(_whole(layer, budget, COARSE, 0))
        count, made = _found(ask)
    if count <= budget.features and made is not None and len(made) <= budget.bytes:
        return made
    return _stand_in(layer, dataset, budget, ask)


def _stand_in(layer: Layer, dataset: Dataset, budget: TileRules, ask: cursor) -> bytes:
    """Return the first coarser form that fits; the last whatever its size, which is bounded by its few cells."""
    made = b""
    ask.execute(_MEMORY)
    for form in _FORMS:
        kept = int(budget.features * form.share)
        statement = dense.of(dataset.geometry, budget.points)
        ask.execute(statement(layer, form.cells, kept, form.units))
        found = (ask.fetchone() or (None,))[0]
        if found is not None:
            made = bytes(found)
            if len(made) <= budget.bytes:
                break
    return made


def _whole(layer: Layer, budget: TileRules, units: int, labelled: int) -> sql.Composable:
    """Return the statement for the number of features, and the tile of all of them if they are not too many."""
    return sql.SQL(
        "WITH n AS MATERIALIZED (SELECT count(*) AS c, sum(weight) AS weight FROM"
        " (SELECT pg_column_size({column}) AS weight FROM {table} WHERE {where} LIMIT {most}) AS hits)"
        " SELECT n.c, CASE WHEN n.c < {most} AND coalesce(n.weight, 0) <= {heaviest} THEN ({tile}) END FROM n"
    ).format(
        column=layer.placement.column,
        heaviest=sql.Literal(2 * dense.HEAVIEST),
        table=layer.table,
        where=layer.placement.where,
        most=sql.Literal(budget.features + 1),
        tile=encoded(layer.id, layer.features(units, sql.SQL("n.c <= {}").format(sql.Literal(labelled))), units),
    )


def _found(ask: cursor) -> tuple[int, bytes | None]:
    count, made = ask.fetchone() or (0, None)
    return int(count), None if made is None else bytes(made)
