"""Comparisons, logic, texts and arithmetic as SQL."""

from collections.abc import Callable

from psycopg2 import sql

from service.cql2.terms import NUMBERS, ORDERED, Kind, Term, need, paired
from service.cql2.tree import FilterError, Place

type Make = Callable[[tuple[Term, ...], Place], Term]

_BOOLEAN, _TEXT = frozenset({Kind.BOOLEAN}), frozenset({Kind.TEXT})
ANY = None
"""Number of arguments that is not bounded above."""


def compare(operator: str) -> Make:
    """Return how a comparison is made: NULL on either side gives NULL, as in SQL."""
    sign = sql.SQL(operator)

    def make(terms: tuple[Term, ...], place: Place) -> Term:
        left, right = paired(*terms)
        return _condition("({} {} {})", place, left.sql, sign, right.sql)

    return make


def junction(word: str) -> Make:
    """Return how conditions are joined by AND or OR."""
    joint = sql.SQL(f" {word} ")

    def make(terms: tuple[Term, ...], place: Place) -> Term:
        return _condition("({})", place, joint.join(need(term, _BOOLEAN).sql for term in terms))

    return make


def negation(terms: tuple[Term, ...], place: Place) -> Term:
    """Return the opposite of a condition; of NULL it is NULL."""
    return _condition("(NOT {})", place, need(terms[0], _BOOLEAN).sql)


def between(terms: tuple[Term, ...], place: Place) -> Term:
    """Return the condition that a value lies between two others or is one of them."""
    value, low, high = terms
    return junction("AND")((compare(">=")((value, low), place), compare("<=")((value, high), place)), place)


def within(terms: tuple[Term, ...], place: Place) -> Term:
    """Return the condition that a value is one of a list."""
    pairs = [paired(terms[0], each) for each in terms[1:]]
    if all(value.sql is terms[0].sql for value, _ in pairs):
        return _condition("({} IN ({}))", place, terms[0].sql, sql.SQL(", ").join(each.sql for _, each in pairs))
    return junction("OR")(tuple(compare("=")((terms[0], each), place) for each in terms[1:]), place)


def is_null(terms: tuple[Term, ...], place: Place) -> Term:
    """Return the condition that there is no value."""
    return _condition("({} IS NULL)", place, need(terms[0], ORDERED | {Kind.GEOMETRY}).sql)


def like(terms: tuple[Term, ...], place: Place) -> Term:
    r"""Return the condition that a text follows a pattern: % any letters, _ one, \ before either the letter itself."""
    value, pattern = (need(term, _TEXT) for term in terms)
    if not isinstance(pattern.value, str):
        raise FilterError("pattern", pattern.place)
    if (len(pattern.value) - len(pattern.value.rstrip("\\"))) % 2:
        raise FilterError("pattern-end", pattern.place)
    return _condition("({} LIKE {})", place, value.sql, pattern.sql)


def folding(template: str) -> Make:
    """Return how a text is made for a comparison without case or accents; a pattern stays a pattern."""
    made = sql.SQL(template)

    def make(terms: tuple[Term, ...], place: Place) -> Term:
        text = need(terms[0], _TEXT)
        return Term(Kind.TEXT, made.format(text.sql), place, text.value)

    return make


def arithmetic(whole: str | None, decimal: str) -> Make:
    """Return how two numbers are reckoned with: `whole` for two whole ones, exactly; `decimal` in double precision.

    What has no result (a division by zero) is NULL.
    """

    def make(terms: tuple[Term, ...], place: Place) -> Term:
        exact = whole is not None and all(need(term, NUMBERS).kind is Kind.INTEGER for term in terms)
        template, cast = (whole, "numeric") if whole is not None and exact else (decimal, "float8")
        left, right = (sql.SQL("{}::{}").format(need(term, NUMBERS).sql, sql.SQL(cast)) for term in terms)
        text = sql.SQL(template).format(a=left, b=right)
        return Term(Kind.INTEGER if exact else Kind.DECIMAL, text, place)

    return make


def _condition(template: str, place: Place, *parts: sql.Composable) -> Term:
    return Term(Kind.BOOLEAN, sql.SQL(template).format(*parts), place)


CALLS: dict[str, tuple[int, int | None, Make]] = {
    **{sign: (2, 2, compare(sign)) for sign in ("=", "<>", "<", ">", "<=", ">=")},
    "and": (1, ANY, junction("AND")),
    "or": (1, ANY, junction("OR")),
    "not": (1, 1, negation),
    "between": (3, 3, between),
    "in": (2, ANY, within),
    "isnull": (1, 1, is_null),
    "like": (2, 2, like),
    "casei": (1, 1, folding('lower(upper({} COLLATE "und-x-icu"))')),
    "accenti": (1, 1, folding("krajina.unaccent({})")),
    "+": (2, 2, arithmetic("({a} + {b})", "({a} + {b})")),
    "-": (2, 2, arithmetic("({a} - {b})", "({a} - {b})")),
    "*": (2, 2, arithmetic("({a} * {b})", "({a} * {b})")),
    "/": (2, 2, arithmetic(None, "({a} / nullif({b}, 0))")),
    "%": (2, 2, arithmetic("({a} % nullif({b}, 0))", "({a} - {b} * trunc({a} / nullif({b}, 0)))")),
    "div": (2, 2, arithmetic("div({a}, nullif({b}, 0))", "trunc({a} / nullif({b}, 0))")),
    "^": (2, 2, arithmetic(None, "power({a}, {b})")),
}
"""Operators and functions of plain values: how few and how many arguments, and how they are made.

Letters are folded by Unicode's full rules, as the standard asks: to capitals and back (ß is ss)."""
