"""A filter in CQL2 as a form can show it, and back: one condition for each column, and a rest that stays text. Pure.

What is written here is what the map's filter tool writes (`web/src/tools/filter/cql2.ts`) and each reads the other's.
Filters of people and programs may say more; what the form has no field for is kept word by word.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from catalogue import Column
from service.cql2 import text as cql2
from service.cql2.tree import Call, Instant, Literal, Node, Property

_WORDS = frozenset(
    {"and", "or", "not", "like", "ilike", "between", "in", "is", "null", "div", "true", "false"}
    | {"date", "timestamp", "interval", "bbox", "casei", "accenti"}
)
_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")
_CONTAINS = re.compile(r"%((?:[^\\%_]|\\[\\%_])+)%", re.DOTALL)
KINDS = {
    "code": "codes",
    "text": "text",
    "integer": "number",
    "decimal": "number",
    "date": "date",
    "datetime": "date",
    "boolean": "flag",
}
"""What is asked of a column, by its type."""


@dataclass(frozen=True)
class Condition:
    """What is asked of one column; what is not asked is None or empty.

    `codes`: it is one of these, or, with `missing`, not filled in; `low` and `high` (numbers or ISO dates as text): it
    lies between, ends included; `part`: the text holds it, without regard to case and accents; `flag`: yes or no.
    """

    codes: tuple[str, ...] = ()
    missing: bool = False
    low: str = ""
    high: str = ""
    part: str = ""
    flag: bool | None = None


@dataclass(frozen=True)
class Conditions:
    """The conditions by column, and the rest as CQL2 text."""

    columns: Mapping[str, Condition] = field(default_factory=dict)
    rest: str = ""


def split(source: str, columns: Mapping[str, Column]) -> Conditions:
    """Return what the filter asks of the columns. Raises FilterError for what is no CQL2 text."""
    found: dict[str, Condition] = {}
    rest: list[str] = []
    root = cql2.read(source)
    for node in _parts(root):
        simple = _simple(node, columns)
        joined = _joined(found.get(simple[0]), simple[1]) if simple else None
        if simple and joined:
            found[simple[0]] = joined
        else:
            words = source.strip() if node is root else source[node.place.start : node.place.end]
            is_choice = isinstance(node, Call) and node.name == "or" and node is not root
            rest.append(f"({words})" if is_choice else words)
    return Conditions(found, " AND ".join(rest))


def joined(conditions: Conditions) -> str:
    """Return the filter in CQL2; empty when nothing is asked."""
    clauses = [each for name, condition in conditions.columns.items() for each in _clauses(_name(name), condition)]
    rest = conditions.rest.strip()
    if rest and clauses:
        rest = f"({rest})" if _is_choice(rest) else rest
    return " AND ".join([*clauses, *([rest] if rest else [])])


def _is_choice(words: str) -> bool:
    """Return whether words joined by AND to others would mean something else; words that are wrong stay as they are."""
    return re.search(r"\bor\b", words, re.IGNORECASE) is not None


def _parts(node: Node) -> Iterator[Node]:
    """Give the conditions that must all be met."""
    if isinstance(node, Call) and node.name == "and":
        for each in node.args:
            yield from _parts(each)
    else:
        yield node


def _simple(node: Node, columns: Mapping[str, Column]) -> tuple[str, Condition] | None:
    """Return the column and what is asked of it, if a field of its kind can show that."""
    found = _asked(node)
    if found is None or found[0] not in columns:
        return None
    name, condition = found
    kind = KINDS[columns[name].type]
    fitting = {
        "codes": replace(condition, low="", high="", part="", flag=None),
        "text": replace(condition, low="", high="", flag=None),
        "number": Condition(low=condition.low, high=condition.high),
        "date": Condition(low=condition.low, high=condition.high),
        "flag": Condition(flag=condition.flag),
    }[kind]
    numeric = all(_is_day(end) == (kind == "date") for end in (condition.low, condition.high) if end)
    return found if fitting == condition and numeric else None


def _asked(node: Node) -> tuple[str, Condition] | None:
    if not isinstance(node, Call):
        return None
    if node.name == "or":
        return _or_missing(node)
    if node.name == "like":
        return _containing(node)
    if not node.args or not isinstance(node.args[0], Property):
        return None
    condition = _of_values(node.name, node.args[1:])
    return None if condition is None else (node.args[0].name, condition)


def _of_values(operator: str, values: tuple[Node, ...]) -> Condition | None:
    if operator == "isnull":
        return Condition(missing=True)
    plain = [_value(each) for each in values]
    if None in plain:
        return None
    texts = [str(each) for each in plain]
    if operator in {"in", "="} and all(isinstance(each, str) for each in _literals(values)):
        return Condition(codes=tuple(texts))
    if operator == "=" and isinstance(_literals(values)[0], bool):
        return Condition(flag=bool(_literals(values)[0]))
    ends = {"=": (0, 0), "between": (0, 1), ">=": (0, None), "<=": (None, 0)}.get(operator)
    if ends is None or any(isinstance(each, str | bool) for each in _literals(values)):
        return None
    low, high = ("" if at is None else texts[at] for at in ends)
    return Condition(low=low, high=high)


def _literals(values: tuple[Node, ...]) -> list[object]:
    return [each.value for each in values if isinstance(each, Literal | Instant)]


def _value(node: Node) -> object:
    """Return a literal as a field shows it; None for anything else, also for a time of day."""
    if isinstance(node, Instant):
        return None if isinstance(node.value, datetime) else node.value.isoformat()
    return node.value if isinstance(node, Literal) else None


def _or_missing(node: Call) -> tuple[str, Condition] | None:
    """Return `column IN (…) OR column IS NULL`."""
    asked = [_asked(each) for each in node.args]
    if len(asked) != len(("listed", "missing")) or asked[0] is None or asked[1] is None:
        return None
    (first, listed), (second, missing) = asked[0], asked[1]
    fits = first == second and listed.codes and missing == Condition(missing=True)
    return (first, replace(listed, missing=True)) if fits else None


def _containing(node: Call) -> tuple[str, Condition] | None:
    """Return `ACCENTI(CASEI(column)) LIKE ACCENTI(CASEI('%part%'))`."""
    column, pattern = (_folded(each) for each in node.args)
    if not isinstance(column, Property) or not isinstance(pattern, Literal) or not isinstance(pattern.value, str):
        return None
    match = _CONTAINS.fullmatch(pattern.value)
    return (column.name, Condition(part=re.sub(r"\\(.)", r"\1", match[1]))) if match else None


def _folded(node: Node) -> Node | None:
    for name in ("accenti", "casei"):
        if not isinstance(node, Call) or node.name != name or len(node.args) != 1:
            return None
        node = node.args[0]
    return node


def _joined(before: Condition | None, more: Condition) -> Condition | None:
    """Return both as one: the two ends of a range; None where a column is asked for twice otherwise."""
    if before is None:
        return more
    if before == Condition(low=before.low) and more == Condition(high=more.high):
        return replace(before, high=more.high)
    if before == Condition(high=before.high) and more == Condition(low=more.low):
        return replace(before, low=more.low)
    return None


def _clauses(name: str, asked: Condition) -> Iterator[str]:
    listed = f"{name} IN ({', '.join(map(_quoted, asked.codes))})" if asked.codes else ""
    if asked.missing:
        yield f"({listed} OR {name} IS NULL)" if listed else f"{name} IS NULL"
    elif listed:
        yield listed
    for sign, end in ((">=", asked.low), ("<=", asked.high)):
        if end:
            yield f"{name} {sign} {f"DATE('{end}')" if _is_day(end) else end}"
    if asked.part:
        pattern = _quoted("%" + re.sub(r"([\\%_])", r"\\\1", asked.part) + "%")
        yield f"ACCENTI(CASEI({name})) LIKE ACCENTI(CASEI({pattern}))"
    if asked.flag is not None:
        yield f"{name} = {'TRUE' if asked.flag else 'FALSE'}"


def _is_day(text: str) -> bool:
    try:
        return re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _name(column: str) -> str:
    return column if _PLAIN.fullmatch(column) and column not in _WORDS else f'"{column}"'


def _quoted(text: str) -> str:
    r"""Return the text in quotes; a quote is doubled, but behind a backslash, which would take one, it is `\'`."""
    return "'" + re.sub(r"(\\?)'", lambda found: "\\\\'" if found[1] else "''", text) + "'"
