"""Temporal functions as SQL: Allen's relations between instants and intervals (OGC 21-065r2, 7.6 and table 8).

An instant is an interval whose ends are the same. Where one side knows only days, days are compared (UTC).
"""

from collections.abc import Callable

from psycopg2 import sql

from service.cql2.scalars import compare, junction, negation
from service.cql2.terms import Ends, Kind, Term
from service.cql2.tree import Place

type Relate = Callable[[Ends, Ends, Place], Term]

RELATIONS: dict[str, str] = {
    "t_after": "low>high",
    "t_before": "high<low",
    "t_contains": "low<low high>high",
    "t_during": "low>low high<high",
    "t_equals": "low=low high=high",
    "t_finishedby": "low<low high=high",
    "t_finishes": "low>low high=high",
    "t_intersects": "low<=high high>=low",
    "t_meets": "high=low",
    "t_metby": "low=high",
    "t_overlappedby": "low>low low<high high>high",
    "t_overlaps": "low<low high>low high<high",
    "t_startedby": "low=low high>high",
    "t_starts": "low=low high<high",
}
"""Which end of the first stands how to which end of the second; `t_disjoint` is the opposite of `t_intersects`."""


def relation(name: str) -> Relate:
    """Return how a temporal function is made."""
    if name == "t_disjoint":
        intersects = relation("t_intersects")
        return lambda first, second, place: negation((intersects(first, second, place),), place)
    parts = [_split(part) for part in RELATIONS[name].split()]

    def relate(first: Ends, second: Ends, place: Place) -> Term:
        terms = [compare(sign)((_end(first, one), _end(second, other)), place) for one, sign, other in parts]
        return junction("AND")(tuple(terms), place)

    return relate


NAMES = (*RELATIONS, "t_disjoint")


def open_end(place: Place, *, early: bool) -> Term:
    """Return the end of an interval that has none."""
    return Term(Kind.TIME, sql.SQL(f"'{'-' if early else ''}infinity'::timestamptz"), place)


def _split(part: str) -> tuple[str, str, str]:
    sign = part.strip("abcdefghijklmnopqrstuvwxyz")
    one, other = part.split(sign)
    return one, sign, other


def _end(ends: Ends, name: str) -> Term:
    return ends.low if name == "low" else ends.high
