"""Figures as people write them in each language: grouped, scaled to a unit that can be read, in percent. Pure."""

from dataclasses import dataclass
from datetime import date

from babel.dates import format_date, format_skeleton
from babel.numbers import format_compact_decimal, format_decimal, format_percent

from findings import dates_of

SPACE = "\u00a0"
_LARGER = {
    "m": (10_000, 1_000, "km"),
    "W": (10_000, 1_000, "kW"),
    "m²": (100_000, 10_000, "ha"),
    "kg": (10_000, 1_000, "t"),
}
"""From which sum on a unit is told in a larger one."""
_MILLION, _HUNDRED, _PERCENT = 1_000_000, 100, 0.01


@dataclass(frozen=True)
class Scale:
    """How the figures of one part are told: divided by `by`, with the unit behind them; `whole`: no decimals."""

    by: float = 1
    unit: str = ""
    whole: bool = True

    def told(self, value: float | None, language: str) -> str:
        """Return a figure with its unit; a dash where there is none."""
        if value is None:
            return "–"
        figure = value / self.by
        behind = f"{SPACE}{self.unit}" if self.unit else ""
        if abs(figure) >= _MILLION:
            if language == "en":  # its short form is 1.2M, which is no prose
                return f"{format_compact_decimal(figure, format_type='long', locale='en', fraction_digits=1)}{behind}"
            return f"{format_compact_decimal(figure, locale=language, fraction_digits=1)}{behind}"
        tenths = "#,##0.#" if self.by == 1 else "#,##0.0"  # figures of a larger unit stand in columns
        pattern = "#,##0" if self.whole or abs(figure) >= _HUNDRED else tenths
        return f"{format_decimal(figure, format=pattern, locale=language)}{behind}"


def scale(unit: str | None, largest: float | None, *, whole: bool) -> Scale:
    """Return how figures of a unit are told, of which the largest is this one."""
    least, by, larger = _LARGER.get(unit or "", (None, 1, ""))
    if least is not None and largest is not None and abs(largest) >= least:
        return Scale(by, larger, whole=False)
    return Scale(1, unit or "", whole)


def share(part: float | None, whole: float | None, language: str) -> str:
    """Return a part of a whole in percent; a share below one percent is not rounded to nothing."""
    if part is None or not whole:
        return "–"
    ratio = part / whole
    if 0 < ratio < _PERCENT:
        return f"<{SPACE}{format_percent(_PERCENT, locale=language)}"
    return str(format_percent(ratio, locale=language))


def year(value: int) -> str:
    """Return a year: it has no separator of thousands."""
    return str(value)


def day(value: date, language: str) -> str:
    """Return a day, short enough for an axis."""
    return str(format_date(value, format="medium", locale=dates_of(language)))


def month(value: date, language: str) -> str:
    """Return a month of a year."""
    return str(format_skeleton("yMMM", value, locale=dates_of(language)))
