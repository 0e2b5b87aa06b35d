"""How pages of datasets write shares, periods, lengths and addresses on the map, in the visitor's language. Pure."""

import re
from urllib.parse import quote

from babel import Locale
from babel.numbers import format_decimal, format_percent

from service.datasets.texts import TEXTS

_PARTS = re.compile(r"(\d+)([YMWDH])")
_UNITS = {"Y": "year", "M": "month", "W": "week", "D": "day", "H": "hour"}
_KILOMETRE = 1000


def percent(language: str, share: float) -> str:
    """Return a share of 0 to 1 in percent, with one decimal; one that is small but not zero is not written as zero."""
    if 0 < share < 0.001:  # noqa: PLR2004 (what one decimal can tell)
        return f"<\u00a0{percent(language, 0.001)}"
    whole = Locale(language).percent_formats[None].pattern
    return str(format_percent(share, format=whole.replace("0", "0.#", 1), locale=language))


def period(language: str, updated: str) -> str:
    """Return how often a dataset is brought up to date: its `updated` in words."""
    if updated == "irregular":
        return TEXTS.text("period.irregular", language)
    date, _, time = updated.removeprefix("P").partition("T")
    parts = [(int(n), _UNITS[unit]) for n, unit in _PARTS.findall(date)]
    parts += [(int(n), "hour" if unit == "H" else "minute") for n, unit in _PARTS.findall(time)]
    return " + ".join(TEXTS.text(f"period.{unit}", language, n=n) for n, unit in parts)


def length(language: str, metres: float) -> str:
    """Return a length in m or km."""
    value, unit = (metres / _KILOMETRE, "km") if metres >= _KILOMETRE else (metres, "m")
    return f"{format_decimal(value, format='#,##0.##', locale=language)}\u00a0{unit}"


def on_map(language: str, dataset: str, lon: float, lat: float) -> str:
    """Return the address of a marked place on the map, with the dataset's layer."""
    place = f"{lat:.5f}/{lon:.5f}"
    return f"/{language}/map?at=17/{place}&layers={quote(dataset)}&mark={place}"
