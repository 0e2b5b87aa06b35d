"""The budget of the region: what was approved in two years, by chapter and item, and what was spent in the first.

Apart because it has no place on the map: a table of amounts, as a finance office exports it.
"""

from demo.chance import stream
from demo.names import words

YEARS = 2025, 2026
HEAD = ("CISLO", "ROK", "STRANA", "KAPITOLA", "POLOZKA", "SCHVALENO", "SKUTECNOST")
_MILLION = 1_000_000
_ROUND = 10_000
"""A budget is written in round figures, what was really spent is not."""


def budget(seed: int) -> list[tuple[object, ...]]:
    """Return the rows of the budget, columns as in HEAD: amounts in whole crowns, None for what is not known yet."""
    rng = stream(seed, "budget")
    rows: list[tuple[object, ...]] = []
    for side, chapters in words("budget").items():
        for chapter, items in chapters.items():
            for item, millions in items.items():
                first = millions * _MILLION * rng.uniform(0.94, 1.06)
                second = first * rng.normal(1.04, 0.09)
                spent = first * rng.normal(0.97, 0.04)
                for year, approved, really in ((YEARS[0], first, spent), (YEARS[1], second, None)):
                    number = f"{year}-{side[0].upper()}-{chapter}-{item}"
                    known = None if really is None else round(really)
                    rows.append((number, year, side, chapter, item, round(approved / _ROUND) * _ROUND, known))
    return rows
