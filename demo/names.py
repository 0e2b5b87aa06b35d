"""The invented names of the demo region, from `names.yml`.

Apart so that names are data that a native speaker can correct without reading code.
"""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

STATES = ("CZ", "PL", "DE")


@cache
def names() -> dict[str, Any]:
    """Return all of `names.yml`."""
    text = Path(__file__).with_name("names.yml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found


@cache
def words(matter: str) -> dict[str, Any]:
    """Return the words of one matter (`heritage`, `passports`), from its file beside this one."""
    text = Path(__file__).with_name(f"{matter}.yml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def of_state(state: str) -> dict[str, Any]:
    """Return the names of one state."""
    found: dict[str, Any] = names()["states"][state]
    return found
