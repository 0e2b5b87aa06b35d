"""The application schema: which attributes each object type has, what they hold, and from which version they must be.

From planowaniePrzestrzenne_2_0.xsd and _3_0.xsd. Of 1.0 no schema was at hand, so nothing is demanded of it. The order
of elements is not held: nothing is lost by it.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from plans.standards.polish.codes import INSPIRE, REGULATIONS, rows

ACT = "AktPlanowaniaPrzestrzennego"
DOCUMENT = "DokumentFormalny"
DRAWING = "RysunekAktuPlanowaniaPrzestrzennego"
ZONE = "StrefaPlanistyczna"
TYPES = (ACT, DOCUMENT, DRAWING, ZONE, *REGULATIONS)
VERSIONS = ("1.0", "2.0", "3.0")
CODED = {*INSPIRE, "TypAktuPlanowaniaPrzestrzennegoKod", "RodzajStrefyPlanistycznejKod", "KPT"}
"""Kinds of values that are codes: the names of their lists."""
EXAMPLES = {"date": "2026-03-31", "time": "2026-03-31T12:00:00Z", "integer": "2", "decimal": "12.5", "boolean": "true"}
"""How a value of each kind is written; reports show it."""

type Value = str | int | float | bool | date

_DATE = re.compile(r"(\d{4}-\d\d-\d\d)(?:Z|[+-]\d\d:\d\d)?", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)", re.ASCII)
_INTEGER = re.compile(r"[+-]?\d{1,15}", re.ASCII)
_BOOLEAN = {"true": True, "1": True, "false": False, "0": False}
_LONGEST_NUMBER = 30


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of an object type. `required` is the version since which it must be there, "" for never."""

    name: str
    value: str
    many: bool
    required: str

    def required_in(self, version: str) -> bool:
        """Whether an object of that version of the schema must have it."""
        return bool(self.required) and version >= self.required


@cache
def attributes_of(kind: str) -> dict[str, Attribute]:
    """Return the attributes of an object type by name, in the order of the schema."""
    return {
        row["attribute"]: Attribute(row["attribute"], row["value"], bool(row["many"]), row["required"])
        for row in rows("schema.csv")
        if row["object"] == kind or (row["object"] == "Regulacja" and kind in REGULATIONS)
    }


def value_of(text: str, kind: str) -> Value | None:
    """Return what the text says as a value of that kind; None if it is not one. Times stay text."""
    match kind:
        case "date":
            return _date(text)
        case "time":
            return text if _is_time(text) else None
        case "integer":
            return int(text) if _INTEGER.fullmatch(text) else None
        case "decimal":
            return float(text) if len(text) <= _LONGEST_NUMBER and _DECIMAL.fullmatch(text) else None
        case "boolean":
            return _BOOLEAN.get(text)
    return text


def _date(text: str) -> date | None:
    found = _DATE.fullmatch(text)
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


def _is_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return "T" in text
