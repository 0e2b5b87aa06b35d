"""The meaning of a filter for one dataset: names looked up, types checked, SQL made.

This is the only way from a request's words to SQL: columns are found in the dataset, operators and functions in our
tables, values become literals.
"""

from collections.abc import Callable

from psycopg2 import sql

from catalogue import Dataset
from catalogue.layout import lon_lat_column
from service.cql2 import scalars, shapes, spatial, times
from service.cql2.spatial import Geometric
from service.cql2.terms import COLUMN_KINDS, TIMES, Ends, Kind, Term, literal, need, paired
from service.cql2.tree import Call, Collection, FilterError, Instant, Interval, Literal, Node, Place, Property, Shape
from service.cql2.values import moment
from service.crs import Crs

SPATIAL_MAX = 20
"""Spatial functions in one filter: each may cost what a large box costs."""
GEOMETRY_NAMES = ("geometry", "geom")
"""What the features' geometry is called in a filter, unless a column has that name."""
FUNCTIONS = tuple(name.upper() for name in ("casei", "accenti", *spatial.PREDICATES, spatial.DWITHIN, *times.NAMES))


def condition(root: Node, dataset: Dataset, crs: Crs) -> sql.Composable:
    """Return the SQL condition of a filter, its spatial predicates yet unbound. Raises FilterError.

    `crs` is that of the geometry literals.
    """
    return need(_Meaning(dataset, crs).term(root), frozenset({Kind.BOOLEAN})).sql


class _Meaning:
    """The terms of one filter."""

    def __init__(self, dataset: Dataset, crs: Crs) -> None:
        self._dataset, self._crs = dataset, crs
        self._spatial = 0
        self._makers: dict[type[Node], Callable[..., Term]] = {
            Literal: lambda node: literal(node.value, node.place),
            Instant: lambda node: literal(node.value, node.place),
            Interval: lambda node: Term(Kind.INTERVAL, sql.SQL(""), node.place),
            Property: self._property,
            Shape: self._shape,
            Collection: self._shape,
            Call: self._call,
        }

    def term(self, node: Node) -> Term:
        """Return the term of a node."""
        return self._makers[type(node)](node)

    def _property(self, node: Property) -> Term:
        column = self._dataset.served.get(node.name)
        if column is not None:
            return Term(COLUMN_KINDS[column.type], sql.Identifier(node.name), node.place)
        lon_lat = lon_lat_column(self._dataset)
        if lon_lat is not None and node.name in GEOMETRY_NAMES:
            return Geometric(Kind.GEOMETRY, sql.Identifier(lon_lat), node.place)
        known = [*self._dataset.served, *(GEOMETRY_NAMES[:1] if lon_lat else ())]
        raise FilterError("column", node.place, column=node.name[:60], known=", ".join(known))

    def _shape(self, node: Shape | Collection) -> Term:
        return Geometric(Kind.GEOMETRY, sql.SQL("true"), node.place, shape=shapes.build(node, self._crs))

    def _call(self, node: Call) -> Term:
        if node.name in scalars.CALLS:
            least, most, make = scalars.CALLS[node.name]
            _count(node, least, most)
            return make(tuple(self.term(each) for each in node.args), node.place)
        if node.name in times.NAMES:
            _count(node, 2, 2)
            first, second = (self._ends(each) for each in node.args)
            return times.relation(node.name)(first, second, node.place)
        if node.name in {*spatial.PREDICATES, spatial.DWITHIN}:
            return self._related(node)
        raise FilterError("function", node.place, function=node.name[:60].upper(), known=", ".join(FUNCTIONS))

    def _related(self, node: Call) -> Term:
        """Return a spatial function of two geometries, and of a distance with its unit."""
        self._spatial += 1
        if self._spatial > SPATIAL_MAX:
            raise FilterError("spatial-many", node.place, most=SPATIAL_MAX)
        near = node.name == spatial.DWITHIN
        _count(node, *((4, 4) if near else (2, 2)))
        sides = tuple(map(self.term, node.args[:2]))
        if near:
            return spatial.within_distance(sides, node.args[2], node.args[3], self._crs, node.place)
        return spatial.predicate(node.name, sides, self._crs, node.place)

    def _ends(self, node: Node) -> Ends:
        """Return the ends of an interval, or an instant as one."""
        if not isinstance(node, Interval):
            term = self._instant(node)
            return Ends(term, term)
        low = self._instant(node.low) if node.low else times.open_end(node.place, early=True)
        high = self._instant(node.high) if node.high else times.open_end(node.place, early=False)
        _forward(low, high, node.place)
        return Ends(low, high)

    def _instant(self, node: Node) -> Term:
        term = self.term(node)
        if isinstance(term.value, str):
            term = literal(moment(term.value, term.place, "either").value, term.place)
        return need(term, TIMES)


def _forward(low: Term, high: Term, place: Place) -> None:
    """Raise FilterError for an interval of literals that ends before it begins."""
    if low.value is not None and high.value is not None:
        early, late = paired(low, high)
        if early.value > late.value:  # type: ignore[operator]
            raise FilterError("interval", place)


def _count(node: Call, least: int, most: int | None) -> None:
    if len(node.args) < least or (most is not None and len(node.args) > most):
        raise FilterError("arguments", node.place, function=node.name.upper(), count=least)
