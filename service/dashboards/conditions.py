"""Conditions in CQL2 text, as links and choices write them: made, joined, taken apart again. Pure.

Only what is written here (comparisons joined by AND) is taken apart; any other filter is one condition and stays whole.
"""

import re
from datetime import date
from typing import Any

_NAME = r'(?:"(?P<quoted>[^"]+)"|(?P<name>[a-z][a-z0-9_]*))'
_LITERAL = r"(?:'(?:''|[^'])*'|-?[0-9]+(?:\.[0-9]+)?|true|false|DATE\('[0-9-]+'\))"
_TERM = re.compile(rf"{_NAME} (?:(?P<sign>=|<>|<=|>=|<|>) (?P<value>{_LITERAL})|(?P<null>IS NULL))", re.IGNORECASE)
_AND = re.compile(r"(?<!\s)\s++AND\s++", re.IGNORECASE)
"""Takes each letter once: a page takes filters of strangers apart for each of its links."""
_WORDS = frozenset(
    {"and", "or", "not", "like", "ilike", "between", "in", "is", "null", "div", "true", "false"}
    | {"date", "timestamp", "interval", "bbox", "casei", "accenti"}
)


def named(column: str) -> str:
    """Return the column's name as CQL2 has it; a word of the language stands in quotes."""
    return f'"{column}"' if column in _WORDS else column


def equals(column: str, value: Any) -> str | None:  # noqa: ANN401 (a value of a column)
    """Return the condition that a column has the value; a value None: that it has none.

    None for a text that CQL2 text cannot hold for certain: after a backslash a quote does not end it.
    """
    if isinstance(value, str) and "\\'" in f"{value}'":
        return None
    return f"{named(column)} IS NULL" if value is None else f"{named(column)} = {literal(value)}"


def between(column: str, first: Any, after: Any) -> str:  # noqa: ANN401 (numbers or dates)
    """Return the condition that a column is at least the first and below the other."""
    return f"{named(column)} >= {literal(first)} AND {named(column)} < {literal(after)}"


def literal(value: Any) -> str:  # noqa: ANN401 (a value of a column)
    """Return a value as CQL2 text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"{value}"
    if isinstance(value, date):
        return f"DATE('{value:%Y-%m-%d}')"
    return "'" + str(value).replace("'", "''") + "'"


def both(*conditions: str | None) -> str | None:
    """Return the condition that all are met, each told once; None where nothing is asked."""
    parts: list[str] = []
    for each in conditions:
        parts += [term for term in terms(each or "") if term not in parts]
    if len(parts) == 1:
        return parts[0]
    return " AND ".join(part if _TERM.fullmatch(part) else f"({part})" for part in parts) or None


def terms(condition: str) -> list[str]:
    """Return the comparisons of which a condition consists; a condition of another form as it is."""
    condition = condition.strip()
    if not condition:
        return []
    pieces = [""]
    for at, part in enumerate(condition.split("'")):
        first, *more = [part] if at % 2 else _AND.split(part)  # every other part is a text in quotes
        pieces[-1] += f"'{first}" if at else first
        pieces += more
    return pieces if all(_TERM.fullmatch(piece) for piece in pieces) else [condition]


def of_column(term: str) -> str | None:
    """Return the column of a comparison; None for a condition of another form."""
    match = _TERM.fullmatch(term)
    return (match["quoted"] or match["name"]) if match else None


def value_of(term: str) -> tuple[bool, Any]:
    """Return whether a comparison is for one value, and that value; texts without quotes, None for no value."""
    match = _TERM.fullmatch(term)
    if match is None or (match["sign"] != "=" and not match["null"]):
        return False, None
    if match["null"]:
        return True, None
    text = match["value"]
    if text.startswith("'"):
        return True, text[1:-1].replace("''", "'")
    if text.lower() in {"true", "false"}:
        return True, text.lower() == "true"
    return True, text


def chosen(condition: str | None, column: str) -> tuple[bool, Any]:
    """Return whether a condition is for one value of the column, and that value as text, None or a truth value."""
    for term in terms(condition or ""):
        if of_column(term) == column:
            is_one, value = value_of(term)
            if is_one:
                return True, value
    return False, None


def without(condition: str | None, *columns: str) -> str | None:
    """Return the condition without its comparisons of the columns."""
    return both(*(term for term in terms(condition or "") if of_column(term) not in columns))
