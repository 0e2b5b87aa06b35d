"""Units: from the source's to the column's, by one factor each.

Apart, and our own rather than a library's: offices use some thirty units, all of them multiples of one another, and
each is seen here. A library (pint) would bring offset units, prefixes and a parser of expressions that nobody asks for,
and would take `a` for a year.
"""

from etl.errors import CollectionError

UNITS: dict[str, dict[str, float]] = {
    "length": {"mm": 1e-3, "cm": 1e-2, "dm": 0.1, "m": 1, "km": 1e3},
    "area": {"mm2": 1e-6, "cm2": 1e-4, "m2": 1, "a": 1e2, "ar": 1e2, "ha": 1e4, "km2": 1e6},
    "volume": {"l": 1e-3, "hl": 0.1, "dm3": 1e-3, "m3": 1},
    "mass": {"g": 1e-3, "kg": 1, "q": 1e2, "t": 1e3},
    "power": {"W": 1, "kW": 1e3, "MW": 1e6, "GW": 1e9},
    "energy": {"J": 1, "kJ": 1e3, "MJ": 1e6, "GJ": 1e9, "Wh": 3.6e3, "kWh": 3.6e6, "MWh": 3.6e9, "GWh": 3.6e12},
    "time": {"s": 1, "min": 60, "h": 3600, "d": 86400},
    "speed": {"m/s": 1, "km/h": 1 / 3.6},
    "share": {"1": 1, "%": 1e-2, "‰": 1e-3},
    "money": {"Kč": 1, "CZK": 1, "tis. Kč": 1e3, "mil. Kč": 1e6},
    "voltage": {"V": 1, "kV": 1e3},
    "flow": {"l/s": 1e-3, "m3/s": 1, "m3/h": 1 / 3600},
    "luminous flux": {"lm": 1, "klm": 1e3},
}
"""Units by what they measure, each as a multiple of that group's first principle: metre, square metre, kilogram …"""


def factor(source: str, target: str) -> float:
    """Return by what a number in the source unit is multiplied to be in the target unit. `m²` and `m2` are the same.

    Raises CollectionError for a unit that is not known, or two that do not measure the same.

    >>> factor("m²", "ha")
    0.0001
    """
    one, other = _tidy(source), _tidy(target)
    for units in UNITS.values():
        if one in units and other in units:
            return units[one] / units[other]
    raise CollectionError("COLUMN-UNITS", source=source, target=target)


def _tidy(unit: str) -> str:
    return unit.strip().replace("²", "2").replace("³", "3")
