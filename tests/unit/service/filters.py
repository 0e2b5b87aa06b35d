"""Filters to try: right ones of every kind, wrong ones of every kind (in `corpus/`), and any number of made ones."""

from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from service.cql2 import scalars, spatial, times

COLUMNS: dict[str, dict[str, Any]] = {
    "code": {"type": "integer", "required": True},
    "name": {},
    "use": {"type": "code", "codelist": "states"},
    "size": {"type": "decimal", "unit": "ha"},
    "built": {"type": "date"},
    "seen": {"type": "datetime"},
    "open": {"type": "boolean"},
    "owner": {"private": True},
}

CORPUS = Path(__file__).parent / "corpus"


def _lines(name: str) -> tuple[str, ...]:
    return tuple(CORPUS.joinpath(name).read_text(encoding="utf-8").split("\n")[:-1])


RIGHT = _lines("cql2-right.txt")
"""Filters without geometries that every reader of CQL2 understands."""
SPATIAL = _lines("cql2-spatial.txt")
WRONG = (
    *_lines("cql2-wrong.txt"),
    " OR ".join(21 * ["S_INTERSECTS(geometry, BBOX(14, 50, 15, 51))"]),
    *("", " ", "name = '\x00'", "code = 1\x00", "name = '\ud800'", "\ufeffcode = 1", "code\u200b = 1", "code = 1\n\n)"),
    *(
        "(" * 3000 + "code = 1" + ")" * 3000,
        "(" * 51 + "code = 1" + ")" * 51,
        "(" * 7000,
        ")" * 7000,
        "code = 1" + "0" * 400,
    ),
    *(
        "NOT " * 1900 + "open",
        "NOT " * 60 + "open",
        "-" * 7000 + "1 = code",
        "- " * 60 + "code = 1",
        "code" + " + 1" * 60 + " = 1",
    ),
    *(
        "code = 1" + " AND code = 1" * 700,
        "code IN (" + "1," * 2000 + "1)",
        "CASEI(" * 60 + "name" + ")" * 60 + " = 'x'",
    ),
    *(
        "name = '" + "x" * 9000 + "'",
        "name = '" + "x" * 7999,
        "'" * 7999,
        "\\'" * 3999,
        '"' * 7999,
        "name LIKE '" + "%" * 7000,
    ),
    *("code IN (" + "1," * 3900, " " * 7990 + "x", "GEOMETRYCOLLECTION(" * 300 + "POINT(1 2)" + ")" * 300),
    "S_INTERSECTS(geometry, POLYGON(" + "(" * 40 + "1 2" + ")" * 40 + "))",
    "S_INTERSECTS(geometry, GEOMETRYCOLLECTION("
    + "GEOMETRYCOLLECTION(" * 45
    + "POINT(1 2), POINT(1 999)"
    + ")" * 46
    + ") OR",
)
"""No filters, for one reason or another."""
WRONG_JSON = (
    *_lines("cql2-wrong.jsonl"),
    *(
        "",
        '{"op":"=","args":["\\ud800","x"]}',
        '{"op":"not","args":[' * 60 + "true" + "]}" * 60,
        "[" * 3999,
        '{"a":' * 1500,
    ),
    '{"op":"=","args":[{"property":"code"},' + "9" * 5000 + "]}",
)

_NUMBERS = st.one_of(st.integers(-3, 130).map(str), st.floats(-5, 99).map(lambda number: f"{number:.2f}"))
_TEXTS = st.sampled_from(["'Žďár 5'", "'Hloubka'", "'CZ'", "'PL'", "''", "'x''y'"])
_DATES = st.sampled_from(["DATE('2005-06-15')", "DATE('2010-06-15')", "DATE('2024-05-05')"])
_TIMES = st.sampled_from(["TIMESTAMP('2024-05-05T10:00:00Z')", "TIMESTAMP('2010-06-15T12:30:00.5Z')"])
_SIGNS = st.sampled_from(["=", "<>", "<", ">", "<=", ">="])
_NOT = st.sampled_from(["", "NOT "])
_PATTERNS = st.sampled_from(["Ž%", "%5", "Hloubka <_%", "%\\_%", "%", "", "%ď_r 1%"])


def _built(template: str, *parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map(lambda chosen: template.format(*chosen))


_TERMS = st.sampled_from(["code", "2", "3", "7", "size"])
_SUMS = _built("({} {} {})", _TERMS, st.sampled_from(["+", "-", "*"]), _TERMS)
_RECKONED = st.one_of(_TERMS, _SUMS, _built("{} {} {}", _SUMS, st.sampled_from(["+", "-", "*"]), _TERMS))
_MOMENTS = st.sampled_from(["built", "seen"])
_PREDICATES = st.one_of(
    _built("{} {} {}", _RECKONED, _SIGNS, st.one_of(_NUMBERS, _RECKONED)),
    _built("{} {} {}", st.sampled_from(["name", "use"]), st.sampled_from(["=", "<>"]), _TEXTS),
    _built("{} {} {}", _MOMENTS, _SIGNS, st.one_of(_DATES, _TIMES)),
    _built("{} IS {}NULL", st.sampled_from(["use", "size", "built", "open"]), _NOT),
    _built("code {}IN ({}, {})", _NOT, _NUMBERS, _NUMBERS),
    _built("use {}IN ({}, {})", _NOT, _TEXTS, _TEXTS),
    _built("size {}BETWEEN {} AND {}", _NOT, _NUMBERS, _NUMBERS),
    _built("name {}LIKE '{}'", _NOT, _PATTERNS),
    _built("CASEI(name) {}LIKE CASEI('{}')", _NOT, _PATTERNS),
    _built("{}({}, {})", st.sampled_from(["T_AFTER", "T_BEFORE", "T_EQUALS"]), _MOMENTS, st.one_of(_DATES, _MOMENTS)),
    st.sampled_from(["open", "open = false", "true"]),
)


def _nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    joined = st.sampled_from(["AND", "OR"])
    return st.one_of(
        _built("{} {} {}", inner, joined, inner),
        _built("({} {} {})", inner, joined, inner),
        _built("NOT ({})", inner),
        _built("NOT {}", inner),
    )


_LEAVES = st.one_of(
    st.sampled_from([{"property": name} for name in (*COLUMNS, "geometry", "nope")]),
    st.sampled_from(
        [{"date": "2010-06-15"}, {"timestamp": "2024-05-05T10:00:00Z"}, {"interval": ["..", "2024-05-05"]}]
    ),
    st.sampled_from([{"bbox": [14.9, 50.7, 15, 50.8]}, {"type": "Point", "coordinates": [15, 50.8]}]),
    st.sampled_from([0, 1, -7, 2.5, 1e300, 10**30, True, "", "H%", "2010-06-15", "..", "m"]),
)
_OPS = st.sampled_from([*scalars.CALLS, *times.NAMES, *spatial.PREDICATES, spatial.DWITHIN])
TREES = st.recursive(
    _LEAVES,
    lambda inner: st.builds(lambda op, args: {"op": op, "args": args}, _OPS, st.lists(inner, min_size=1, max_size=4)),
    max_leaves=12,
)
"""CQL2 JSON that may mean anything or nothing: any operator over any values."""
EXPRESSIONS = st.recursive(_PREDICATES, _nested, max_leaves=8)
"""Filters of any nesting."""
