"""Terms: parts of a filter whose type is known and whose SQL is made.

The types are those of the served columns; a literal takes the type of what it is compared with.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum

from psycopg2 import sql

from service.cql2.tree import FilterError, Place
from service.cql2.values import moment


class Kind(StrEnum):
    """Types of values, named as the document of queryables names them."""

    TEXT = "string"
    INTEGER = "integer"
    DECIMAL = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    TIME = "date-time"
    INTERVAL = "interval"
    GEOMETRY = "geometry"


NUMBERS = frozenset({Kind.INTEGER, Kind.DECIMAL})
TIMES = frozenset({Kind.DATE, Kind.TIME})
ORDERED = frozenset({Kind.TEXT, Kind.BOOLEAN}) | NUMBERS | TIMES

COLUMN_KINDS = {
    "text": Kind.TEXT,
    "code": Kind.TEXT,
    "integer": Kind.INTEGER,
    "decimal": Kind.DECIMAL,
    "boolean": Kind.BOOLEAN,
    "date": Kind.DATE,
    "datetime": Kind.TIME,
}


@dataclass(frozen=True)
class Term:
    """SQL of one type; `value` is there when it is a literal."""

    kind: Kind
    sql: sql.Composable
    place: Place
    value: str | float | bool | date | datetime | None = None


@dataclass(frozen=True)
class Ends:
    """A time from `low` to `high`; for an instant both are the same."""

    low: Term
    high: Term


def literal(value: str | float | bool | date | datetime, place: Place) -> Term:
    """Return the term of a value."""
    return Term(_kind(value), sql.Literal(value), place, value)


def need(term: Term, kinds: frozenset[Kind]) -> Term:
    """Return the term if it is of one of the types. Raises FilterError."""
    if term.kind not in kinds:
        raise FilterError("kind", term.place, found=term.kind, needed=" | ".join(sorted(kinds)))
    return term


def paired(left: Term, right: Term) -> tuple[Term, Term]:
    """Return two terms made comparable: texts read as dates beside dates, times as dates (UTC) beside dates.

    0 and 1 are truth values beside truth values, for GDAL knows no others. Raises FilterError when there is no common
    type.
    """
    left, right = _fitted(left, right), _fitted(right, left)
    need(left, ORDERED)
    if {left.kind, right.kind} <= NUMBERS or left.kind == right.kind:
        return left, right
    if {left.kind, right.kind} == TIMES:
        return dated(left), dated(right)
    raise FilterError("clash", right.place, left=left.kind, right=right.kind)


def dated(term: Term) -> Term:
    """Return the date of a time, in UTC."""
    if term.kind is Kind.DATE:
        return term
    if isinstance(term.value, datetime):
        return literal(term.value.astimezone(UTC).date(), term.place)
    return replace(term, kind=Kind.DATE, sql=sql.SQL("({} AT TIME ZONE 'UTC')::date").format(term.sql))


def _fitted(term: Term, other: Term) -> Term:
    if isinstance(term.value, str) and other.kind in TIMES:
        return literal(moment(term.value, term.place, "either").value, term.place)
    if other.kind is Kind.BOOLEAN and term.kind is Kind.INTEGER and term.value in {0, 1}:
        return literal(bool(term.value), term.place)
    return term


def _kind(value: str | float | bool | date | datetime) -> Kind:
    for known, kind in _KINDS.items():
        if isinstance(value, known):
            return kind
    raise TypeError(f"{value!r} is of no type of ours")


_KINDS: dict[type, Kind] = {
    bool: Kind.BOOLEAN,
    int: Kind.INTEGER,
    float: Kind.DECIMAL,
    str: Kind.TEXT,
    datetime: Kind.TIME,
    date: Kind.DATE,
}
"""In this order: True is an int too, and a datetime a date."""
