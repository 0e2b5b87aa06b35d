"""Texts of reports in the reader's language: what a fault is, numbers with units, names.

Apart from the pages because the desk and the command line say the same. What a plan brings into a text is shown as it
is written there, but without characters that would turn or hide text.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from math import floor, log10
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

from findings import Messages, dates_of
from plans.model import called
from plans.report.places import LONGEST

NOTHING = "–"
DIGITS, MOST_DECIMALS = 3, 9
"""Digits of a measured number that count; decimals at most."""
PARTS = ("title", "what", "why", "do")
"""The texts that every rule has."""
_HARD_SPACE = "\u00a0"
_TURNING = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_HECTARE = 10_000.0
_BEYOND = 1e15
"""Numbers from here on are not measured on this earth; a broken coordinate makes them."""


@cache
def messages() -> Messages:
    """Return the texts of plans: rules, stages, reports."""
    return Messages(Path(__file__).parents[1] / "messages")


@dataclass(frozen=True, slots=True)
class Told:
    """A fault in words: name of the rule, what is wrong, why that matters, what to do."""

    title: str
    what: str
    why: str
    do: str


class Words:
    """All words of a report in one language."""

    def __init__(self, language: str) -> None:
        self.language = language

    def text(self, key: str, /, **values: Any) -> str:  # noqa: ANN401 (values are what a text shows)
        """Return the text of the key, `report.` before it. Raises KeyError if there is none."""
        return messages().text(f"report.{key}", self.language, **values)

    def name(self, group: str, key: object) -> str:
        """Return the name of one of a closed set (stage, level, state …); the key itself if it has none."""
        return messages().find(f"report.{group}.{key}", self.language) or str(key)

    def rule(self, rule: str, part: str, values: Mapping[str, Any] | None = None, unknown: str = NOTHING) -> str:
        """Return one text of a rule: title, what, why or do; the rule's id where a title is missing, else "".

        `unknown` stands for values that the text shows and that are not there.
        """
        filled: dict[str, Any] = {"n": 1, **(values or {})}
        while True:
            try:
                found = messages().find(f"{rule}.{part}", self.language, **_Shown(self, filled))
            except KeyError as missing:
                filled[str(missing.args[0])] = unknown
            else:
                return found if found is not None else rule if part == "title" else ""

    def skipped(self, reason: str) -> str:
        """Return why a rule was skipped."""
        return messages().find(f"skipped.{reason}", self.language) or reason

    def fix(self, fix: str) -> str:
        """Return what a repair does."""
        return self.name("fixes", fix)

    def left(self, reason: str) -> str:
        """Return why a fault is left to the planner."""
        return messages().find(f"repair.left.{reason}", self.language) or reason

    def told(self, line: Mapping[str, Any]) -> Told:
        """Return a fault of the report (`report.jsonl`) in words."""
        return Told(*(self.rule(line["rule"], part, values_of(line)) for part in PARTS))

    def number(self, value: float | None, unit: str = "") -> str:
        """Return a number as the language writes it, with its unit: small ones with three digits that count."""
        if value is None:
            return NOTHING
        if abs(value) >= _BEYOND:
            return f"{value:.0e}{_HARD_SPACE}{unit}".rstrip()
        digits = DIGITS - 1 - floor(log10(abs(value))) if value else 0
        rounded = round(value, min(max(digits, 0), MOST_DECIMALS))
        said = str(format_decimal(rounded, locale=self.language, decimal_quantization=False))
        return f"{said}{_HARD_SPACE}{unit}" if unit else said

    def area(self, value: float | None) -> str:
        """Return an area: in hectares from one hectare on."""
        large = value is not None and abs(value) >= _HECTARE
        return self.number(round(value / _HECTARE, 2), "ha") if large and value else self.number(value, "m²")

    def share(self, value: float) -> str:
        """Return a share of one as per cent."""
        whole = Locale(self.language).percent_formats[None].pattern
        return str(format_percent(value, format=whole.replace("0", "0.#", 1), locale=self.language))

    def day(self, value: str | None) -> str:
        """Return an ISO date in words."""
        if not value:
            return NOTHING
        return str(format_date(datetime.fromisoformat(value), "long", locale=dates_of(self.language)))

    def moment(self, value: str) -> str:
        """Return an ISO time in UTC in words."""
        return f"{self.day(value)} {datetime.fromisoformat(value):%H:%M} UTC"


def values_of(line: Mapping[str, Any]) -> dict[str, Any]:
    """Return what fills the texts of a fault: its values, and what every fault has."""
    own = ("object", "layer", "attribute", "file", "line", "row", "unit", "measured", "tolerance")
    found = {**{name: line[name] for name in own}, **line["values"]}
    if found["object"] is None and line["layer"] is not None:
        found["object"] = called(line["layer"], line["row"] or line["line"])
    return found


def clean(value: object) -> str:
    """Return a value of a plan as text on one line, without control characters or marks that turn the writing."""
    text = _TURNING.sub("", str(value))
    text = "".join(" " if unicodedata.category(sign) in {"Cc", "Zl", "Zp"} else sign for sign in text)
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


class _Shown(dict[str, Any]):
    """Values of a fault, ready for a text: numbers rounded, lists joined, texts cleaned; `n` stays a number."""

    def __init__(self, words: Words, values: Mapping[str, Any]) -> None:
        super().__init__({name: self._one(words, name, value) for name, value in values.items()})

    @staticmethod
    def _one(words: Words, name: str, value: object) -> object:
        if value is None:
            return NOTHING
        if isinstance(value, bool) or name == "stage":
            return words.name("stage" if name == "stage" else "bool", str(value).lower())
        if name == "n":  # rules the plural form
            return value if isinstance(value, int | float) else 1
        if isinstance(value, float):
            return words.number(value)
        if isinstance(value, list | tuple):
            return ", ".join(clean(each) for each in value)
        return clean(value)
