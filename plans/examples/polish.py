"""The good Polish example: a general plan in force with every kind of zone, its regulations and its resolutions."""

from datetime import date
from pathlib import Path

from shapely import Polygon, box
from shapely.geometry.base import BaseGeometry

from plans.examples.polish_files import Area, Paper, PolishSketch, write
from plans.model import Standard

STANDARD = Standard.POLISH
TERYT = "022599"
X, Y = 5_540_000.0, 5_650_000.0
"""South-western corner, EPSG:2176."""
COLUMNS, ROWS, STEP = 4, 3, 250.0
SYMBOLS = ("SJ", "SW", "SU", "SK", "SZ", "SH", "SP", "SI", "SR", "SN", "SG", "SO")
"""From the south-west by rows; the cemetery SC lies in the middle of SO."""


def node(i: int, j: int) -> tuple[float, float]:
    """Return a corner between zones: those inside stand a little off the grid."""
    inside = 0 < i < COLUMNS and 0 < j < ROWS
    off = 15.0 * ((7 * i + 3 * j) % 5 - 2) if inside else 0.0
    return X + STEP * i + off, Y + STEP * j - off / 2


def cell(i: int, j: int) -> Polygon:
    """Return the area between four corners."""
    return Polygon([node(i, j), node(i + 1, j), node(i + 1, j + 1), node(i, j + 1)])


def boundary() -> Polygon:
    """Return the outline of all cells, with all their corners on it."""
    south = [node(i, 0) for i in range(COLUMNS)]
    east = [node(COLUMNS, j) for j in range(ROWS)]
    north = [node(i, ROWS) for i in range(COLUMNS, 0, -1)]
    west = [node(0, j) for j in range(ROWS, 0, -1)]
    return Polygon([*south, *east, *north, *west])


def zones() -> tuple[Area, ...]:
    """Return the thirteen zones; they cover the plan."""
    cells: list[BaseGeometry] = [cell(n % COLUMNS, n // COLUMNS) for n in range(COLUMNS * ROWS)]
    middle = cells[-1].centroid
    x, y = round(middle.x), round(middle.y)
    cemetery = box(x - 40, y - 40, x + 40, y + 40)
    cells[-1] = cells[-1].difference(cemetery)
    rows = [Area(symbol, 1, shape) for symbol, shape in zip(SYMBOLS, cells, strict=True)]
    return (*rows, Area("SC", 1, cemetery))


def regulations() -> tuple[Area, ...]:
    """Return areas of supplementary building, of city building and of accessibility standards."""
    return (
        Area("OUZ", 1, box(X + 40, Y + 40, X + 120, Y + 110)),
        Area("OUZ", 2, box(X + 150, Y + 40, X + 210, Y + 110)),
        Area("OZS", 1, box(X + 300, Y + 50, X + 400, Y + 150)),
        Area("OSD", 1, box(X + 30, Y + 30, X + 420, Y + 180)),
    )


PAPERS = (
    Paper(
        "XII.87.2024",
        "Uchwała nr XII/87/2024 o przystąpieniu do planu ogólnego",
        "dokumentPrzystepujacy",
        date(2024, 5, 14),
    ),
    Paper("XXX.211.2026", "Uchwała nr XXX/211/2026 w sprawie planu ogólnego", "dokumentUchwalajacy", date(2026, 2, 26)),
)
GOOD_SKETCH = PolishSketch(
    teryt=TERYT,
    title="Plan ogólny gminy Lipowa Dolina",
    boundary=boundary(),
    areas=(*zones(), *regulations()),
    papers=PAPERS,
    drawings=(("Rysunek planu ogólnego", "https://example.org/plan/rysunek.tif"),),
    status="legalForce",
)


def GOOD(target: Path) -> Path:  # noqa: N802 (the name that the register of examples asks for)
    """Write the good plan into the folder and return its path."""
    return write(GOOD_SKETCH, target)
