"""A Czech plan in which a row has no geometry: only tables can have such rows."""

from collections.abc import Callable
from pathlib import Path

from plans.examples.czech import STANDARD, cell, with_layers
from plans.examples.czech_files import Feature, write

__all__ = ["BROKEN", "STANDARD"]

LISTED = [Feature(cell(1, 1), {"Nazev": "Zvonička"}), Feature(None, {"Nazev": "Kaplička"})]

BROKEN: dict[str, Callable[[Path], Path]] = {
    "geometry.missing": lambda folder: write(with_layers(XPamatky_p=LISTED), folder),
}
