"""CQL2 text to the tree, by the grammar in `text.lark`.

LALR and a table: no text makes the parser recurse, however deep it nests.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken

from service.cql2.tree import (
    DEPTH_MAX,
    Call,
    Collection,
    FilterError,
    Interval,
    Literal,
    Nested,
    Node,
    Place,
    Property,
    Shape,
    shallow,
)
from service.cql2.values import interval_end, moment, number, plain

type Branch = Tree[Token]

_PARSER = Lark(
    Path(__file__).with_name("text.lark").read_text(encoding="utf-8"),
    parser="lalr",
    propagate_positions=True,
    maybe_placeholders=False,
)
"""Made when the service starts, for the table takes a tenth of a second; threads share it."""
_VALUE = frozenset({"NAME", "STRING", "NUMBER"})
_SHOWN = {
    "COMPARISON": "= <> < > <= >=",
    "$END": "END",
    **dict(zip(("LPAR", "RPAR", "COMMA", "PLUS", "MINUS", "STAR", "SLASH", "PERCENT"), "(),+-*/%", strict=True)),
    "CIRCUMFLEX": "^",
}
"""How what the grammar expects is shown to people."""
_QUOTED = re.compile(r"'(?:''|\\'|[^'])*'|\"[^\"]*\"")
_ROW = re.compile(rf"(?:(?:not\b|[-+])\s*){{{DEPTH_MAX},}}", re.IGNORECASE)
"""Negations and signs that nest without parentheses."""
_SIGNED = {"minus": -1, "plus": 1}


@lru_cache(maxsize=256)
def read(source: str) -> Node:
    """Return the tree of a filter; it is kept for the next page. Raises FilterError for what is no CQL2 text."""
    bare = shallow(source, _QUOTED, DEPTH_MAX)
    if row := _ROW.search(bare):
        raise FilterError("deep", Place(row.start(), row.end()), most=DEPTH_MAX)
    try:
        return _node(_branch(_PARSER.parse(source).children[0]))
    except UnexpectedInput as error:
        raise _unexpected(error, source) from error


def _unexpected(error: UnexpectedInput, source: str) -> FilterError:
    """Return what is to be said of a place where the grammar does not go on."""
    if isinstance(error, UnexpectedToken):
        expected, token = set(error.accepts or error.expected), error.token
        at = len(source) if token.type == "$END" else token.start_pos or 0
        place = Place(at, at + len(token))
    elif isinstance(error, UnexpectedCharacters):
        expected, place = set(error.allowed or ()), Place(error.pos_in_stream or 0, (error.pos_in_stream or 0) + 1)
    else:
        expected = set(error.expected) if isinstance(error, UnexpectedEOF) else set()
        place = Place(len(source), len(source))
    if expected >= _VALUE:
        return FilterError("operand", place)
    shown = sorted(_SHOWN.get(name, name.strip("_")) for name in expected)
    return FilterError("syntax", place, expected=" ".join(dict.fromkeys(shown)))


def _place(branch: Branch) -> Place:
    return Place(branch.meta.start_pos, branch.meta.end_pos)


def _branch(child: Branch | Token) -> Branch:
    if not isinstance(child, Tree):
        raise TypeError(f"{child!r} is no branch of the grammar")
    return child


def _node(branch: Branch) -> Node:
    return _MADE[branch.data](branch)


def _nodes(branch: Branch) -> tuple[Node, ...]:
    return tuple(_node(child) for child in branch.children if isinstance(child, Tree))


def _signs(branch: Branch) -> list[Token]:
    return [child for child in branch.children if isinstance(child, Token)]


def _negatable(name: str, branch: Branch) -> Node:
    """Return a predicate, or its negation when NOT stands inside: `a NOT LIKE b`."""
    return _negated(Call(_place(branch), name, _nodes(branch)), branch)


def _ilike(branch: Branch) -> Node:
    """Return what ILIKE, which GDAL and many people write, is in CQL2."""
    folded = tuple(Call(node.place, "casei", (node,)) for node in _nodes(branch))
    return _negated(Call(_place(branch), "like", folded), branch)


def _negated(made: Call, branch: Branch) -> Node:
    return Call(made.place, "not", (made,)) if any(sign.type == "NOT" for sign in _signs(branch)) else made


def _chain(branch: Branch) -> Node:
    """Return operators of one rank, the leftmost innermost."""
    first, *rest = _nodes(branch)
    for sign, node in zip(_signs(branch), rest, strict=True):
        first = Call(Place(first.place.start, node.place.end), sign.lower(), (first, node))
    return first


def _sign(branch: Branch) -> Node:
    [node] = _nodes(branch)
    factor = _SIGNED[str(branch.data)]
    if isinstance(node, Literal) and type(node.value) in {int, float}:
        return Literal(_place(branch), factor * node.value)
    return Call(_place(branch), "*", (Literal(_place(branch), factor), node))


def _text(token: Token) -> str:
    """Return a quoted text without its quotes, which are doubled inside (a backslash serves too)."""
    return plain(re.sub(r"''|\\'", "'", token[1:-1]), Place(token.start_pos or 0, token.end_pos or 0))


def _string(branch: Branch) -> Node:
    return Literal(_place(branch), _text(_signs(branch)[0]))


def _name(branch: Branch) -> Node:
    [token] = _signs(branch)
    named = token[1:-1].replace('""', '"') if token.type == "QUOTED" else str(token)
    return Property(_place(branch), plain(named, _place(branch)))


def _function(branch: Branch) -> Node:
    return Call(_place(branch), _signs(branch)[0].lower(), _nodes(branch))


def _instant(branch: Branch) -> Node:
    kind, text = _signs(branch)
    return moment(_text(text), _place(branch), kind.lower())


def _interval(branch: Branch) -> Node:
    low, high = (interval_end(node) for node in _nodes(branch))
    return Interval(_place(branch), low, high)


def _shape(branch: Branch) -> Node:
    written, level = branch.children
    kind = re.sub(r"\s*z$", "", str(written).lower()).upper()
    nested = _level(_branch(level))
    return Shape(_place(branch), kind, _bare(nested) if kind == "MULTIPOINT" else nested)


def _bare(nested: Nested) -> Nested:
    """Return the positions of a multipoint, each of which may stand in parentheses of its own."""
    return tuple(each[0] if isinstance(each, tuple) and isinstance(each[0], tuple) else each for each in nested)  # type: ignore[return-value]


def _level(branch: Branch) -> Nested:
    return tuple(
        _level(child) if isinstance(child, Tree) else tuple(_ordinate(each) for each in _pieces(child))
        for child in branch.children
    )


def _pieces(position: Token) -> list[Token]:
    start = position.start_pos or 0
    return [
        Token("ORDINATE", found[0], start + found.start(), end_pos=start + found.end())
        for found in re.finditer(r"\S+", position)
    ]


def _ordinate(token: Token) -> float:
    return float(number(token, Place(token.start_pos or 0, token.end_pos or 0)))


def _bbox(branch: Branch) -> Node:
    return Shape(_place(branch), "BBOX", tuple(_ordinate(token) for token in _signs(branch)))


def _collection(branch: Branch) -> Node:
    return Collection(_place(branch), tuple(n for n in _nodes(branch) if isinstance(n, Shape | Collection)))


def _calling(name: str) -> Callable[[Branch], Node]:
    return lambda branch: Call(_place(branch), name, _nodes(branch))


def _comparison(branch: Branch) -> Node:
    return Call(_place(branch), str(_signs(branch)[0]), _nodes(branch))


def _negating(name: str) -> Callable[[Branch], Node]:
    return lambda branch: _negatable(name, branch)


_MADE: dict[str, Callable[[Branch], Node]] = {
    "disjunction": _calling("or"),
    "conjunction": _calling("and"),
    "negated": _calling("not"),
    "comparison": _comparison,
    "like": _negating("like"),
    "ilike": _ilike,
    "between": _negating("between"),
    "within": _negating("in"),
    "isnull": _negating("isnull"),
    "sum": _chain,
    "product": _chain,
    "power": _calling("^"),
    "minus": _sign,
    "plus": _sign,
    "string": _string,
    "number": lambda branch: Literal(_place(branch), number(_signs(branch)[0], _place(branch))),
    "true": lambda branch: Literal(_place(branch), value=True),
    "false": lambda branch: Literal(_place(branch), value=False),
    "name": _name,
    "function": _function,
    "instant": _instant,
    "interval": _interval,
    "shape": _shape,
    "bbox": _bbox,
    "collection": _collection,
}
"""What each branch of the grammar becomes."""
