"""What is asked: the workloads, each of 500 requests from a fixed seed, before they become addresses of a server."""

import math
import random
from dataclasses import dataclass

from bench.serve.data import CATEGORIES, LAT_METRES, LON_METRES, SOUTH, WEST, Area

NUMBER = 500
SEED = 4711
FREQUENT = tuple(CATEGORIES[index] for index in (0, 3, 5, 6, 8))


@dataclass(frozen=True)
class Ask:
    """One request. `box` is west, south, east, north; `polygon` is WKT in longitude and latitude; `tile` is z, x, y."""

    collection: str
    limit: int = 0
    box: tuple[float, float, float, float] | None = None
    category: str = ""
    polygon: str = ""
    offset: int = 0
    feature: int = 0
    tile: tuple[int, int, int] | None = None


WORKLOADS = {
    "W1": "first page, limit=10",
    "W2": "box 2 x 2 km, limit=100",
    "W3": "box 5 x 5 km, limit=1000",
    "W4": "one feature by its id",
    "W5": "category, limit=100",
    "W6": "CQL2: polygon of 2.5 km and category, limit=100",
    "W7": "offset at four fifths of the table, limit=100",
    "W8": "zones: box 10 x 10 km, limit=50",
    "W9z10": "vector tile at zoom 10",
    "W9z12": "vector tile at zoom 12",
    "W9z14": "vector tile at zoom 14",
}
ITEMS = tuple(name for name in WORKLOADS if not name.startswith("W9"))
TILES = tuple(name for name in WORKLOADS if name.startswith("W9"))


def asks(workload: str, area: Area) -> list[Ask]:
    """Return the requests of a workload; the same for every server, and in every run."""
    dice = random.Random(f"{SEED} {workload}")  # noqa: S311 (a choice that can be repeated)
    if workload == "W1":
        return [Ask("parcels", limit=10)]
    if workload == "W7":
        return [Ask("parcels", limit=100, offset=area.parcels * 4 // 5)]
    return [_ask(workload, area, dice) for _ in range(NUMBER)]


def _ask(workload: str, area: Area, dice: random.Random) -> Ask:  # noqa: PLR0911 (a table)
    middle = _middle(area, dice)
    match workload:
        case "W2":
            return Ask("parcels", limit=100, box=_box(middle, 2000))
        case "W3":
            return Ask("parcels", limit=1000, box=_box(middle, 5000))
        case "W4":
            return Ask("parcels", feature=dice.randint(1, area.parcels))
        case "W5":
            return Ask("parcels", limit=100, category=dice.choice(CATEGORIES))
        case "W6":
            return Ask("parcels", limit=100, polygon=_hexagon(middle, 2500, dice), category=dice.choice(FREQUENT))
        case "W8":
            return Ask("zones", limit=50, box=_box(middle, 10_000))
        case _:
            return Ask("parcels", tile=_tile(middle, int(workload.removeprefix("W9z"))))


def _middle(area: Area, dice: random.Random) -> tuple[float, float]:
    """Return a point, in degrees, far enough from the border for most boxes."""
    edge = min(9000.0, area.metres / 4)
    east, north = (edge + dice.random() * (area.metres - 2 * edge) for _ in range(2))
    return WEST + east / LON_METRES, SOUTH + north / LAT_METRES


def _box(middle: tuple[float, float], metres: float) -> tuple[float, float, float, float]:
    x, y = metres / 2 / LON_METRES, metres / 2 / LAT_METRES
    lon, lat = middle
    return round(lon - x, 6), round(lat - y, 6), round(lon + x, 6), round(lat + y, 6)


def _hexagon(middle: tuple[float, float], metres: float, dice: random.Random) -> str:
    turn = dice.random()
    corners = [
        (
            round(middle[0] + metres / LON_METRES * math.cos(turn + step * math.pi / 3), 6),
            round(middle[1] + metres / LAT_METRES * math.sin(turn + step * math.pi / 3), 6),
        )
        for step in range(6)
    ]
    return f"POLYGON(({','.join(f'{x} {y}' for x, y in [*corners, corners[0]])}))"


def _tile(middle: tuple[float, float], zoom: int) -> tuple[int, int, int]:
    """Return zoom, column and row of the WebMercatorQuad tile in which the point lies."""
    tiles = 2**zoom
    north = math.asinh(math.tan(math.radians(middle[1])))
    return zoom, int((middle[0] + 180) / 360 * tiles), int((1 - north / math.pi) / 2 * tiles)
