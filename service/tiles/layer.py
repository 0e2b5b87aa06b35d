"""The layer of a vector tile as SQL: which columns its features have, and how their geometry becomes the tile's."""

from dataclasses import dataclass

from psycopg2 import sql

from service.tiles.placing import BUFFER, Placement

SAFE_INTEGER = 2**53 - 1
"""The greatest id that every client keeps exactly."""


@dataclass(frozen=True)
class Names:
    """Columns that are shown. `is_number`: the key is a whole number and is the feature's id itself."""

    key: str
    is_number: bool
    label: str | None
    by: str | None

    @property
    def shown(self) -> tuple[str, ...]:
        """All of them, each once."""
        named = (None if self.is_number else self.key, self.label, self.by)
        return tuple(dict.fromkeys(name for name in named if name))


@dataclass(frozen=True)
class Layer:
    """A table in a tile; `id` is the layer's name."""

    id: str
    table: sql.Identifier
    names: Names
    placement: Placement

    @property
    def number(self) -> sql.Composable:
        """SQL of the feature's id: the key, or a number made of it, for a tile holds no other ids."""
        key = sql.Identifier(self.names.key)
        if self.names.is_number:
            return key
        return sql.SQL("hashtextextended({}::text, 0) & {}").format(key, sql.Literal(SAFE_INTEGER))

    @property
    def legend(self) -> sql.Composable:
        """SQL of the legend's value, as text; null without a legend."""
        if self.names.by is None:
            return sql.SQL("NULL::text")
        return sql.SQL('{}::text COLLATE "C"').format(sql.Identifier(self.names.by))

    def features(self, units: int, labelled: sql.Composable) -> sql.Composable:
        """Return the query of all features that reach the tile; `labelled` is the condition for their labels."""
        return sql.SQL("SELECT {geometry} AS geom, {number} AS _number{shown} FROM {table} WHERE {where}").format(
            geometry=geometry(self.placement.geometry, self.placement.bounds, units),
            number=self.number,
            shown=self._shown(labelled),
            table=self.table,
            where=self.placement.where,
        )

    def _shown(self, labelled: sql.Composable) -> sql.Composable:
        always = {self.names.key, self.names.by}
        parts = [
            sql.Identifier(name)
            if name in always
            else sql.SQL("CASE WHEN {} THEN {} END AS {}").format(labelled, sql.Identifier(name), sql.Identifier(name))
            for name in self.names.shown
        ]
        return sql.SQL("").join(sql.SQL(", {}").format(part) for part in parts)


def geometry(shape: sql.Composable, bounds: sql.Composable, units: int) -> sql.Composable:
    """Return the SQL of a geometry in units of a tile, cut a little beyond its edge.

    Every vertex goes to the nearest point of the tile's grid, by its own place alone: neighbours that share an edge
    share it afterwards, within a tile and over the edge of one.
    """
    return sql.SQL("ST_AsMVTGeom({}, {}, {}, {}, true)").format(
        shape, bounds, sql.Literal(units), sql.Literal(int(units * BUFFER))
    )


def encoded(name: str, features: sql.Composable, units: int) -> sql.Composable:
    """Return the query of the tile that holds the features, which have `geom` and `_number`."""
    return sql.SQL("SELECT ST_AsMVT(f.*, {}, {}, 'geom', '_number') FROM ({}) AS f").format(
        sql.Literal(name), sql.Literal(units), features
    )
