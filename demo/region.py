"""The plan of the region: where its municipalities lie, to which state they belong, their borders and roads.

Apart from everything that stands in the municipalities, which is drawn on this plan. All in EPSG:25833 (metres, easting
first): the one CRS from which the national ones of Poland and Germany follow exactly.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from demo.chance import Chance, stream
from demo.lines import (
    GRID,
    Edges,
    Geometries,
    Points,
    as_columns,
    as_lines,
    as_points,
    voronoi_cells,
    voronoi_edges,
    wind,
    wind_edges,
)
from demo.names import STATES, of_state

CRS = "EPSG:25833"
MIDDLE = (14.90, 50.875)
"""Longitude and latitude of the point near which the three states meet."""
MUNICIPALITIES = {"CZ": 9, "PL": 6, "DE": 6}
PER_DISTRICT = 2
"""At least."""
_TOWN = 1.6
"""Size above which a municipality is a town."""
SPACING = 4_600.0
REACH = 26_000.0
_CODES = {"CZ": "991{:03d}", "PL": "0299{:02d}", "DE": "99300{:03d}"}
"""Codes as the states form them (RÚIAN, TERYT, AGS), of districts that do not exist."""
_SECTORS = {"PL": (-28.0, 82.0), "DE": (82.0, 196.0), "CZ": (196.0, 332.0)}
"""Directions from the triple point, degrees counter-clockwise from the east."""
_BORDER_LEVELS = 6
_ROAD_LEVELS = 4
_BORDER, _RIVER = 0.75, 0.95
"""How far a border between municipalities and a river wander towards the middle of their cells."""


@dataclass(frozen=True)
class Municipality:
    """One municipality; `core` is where its centre stands, `size` how large it is (1 a village … 3 a town)."""

    code: str
    name: str
    state: str
    district: str
    district_name: str
    core: complex
    size: float

    @property
    def is_town(self) -> bool:
        """Whether it has the status of a town."""
        return self.size > _TOWN


@dataclass(frozen=True)
class Region:
    """Municipalities, their areas (in the same order), all border lines, the river and the roads between the cores."""

    municipalities: tuple[Municipality, ...]
    shapes: Geometries
    borders: Geometries
    river: shapely.Geometry
    roads: Geometries
    road_ends: tuple[tuple[int, int], ...]

    @property
    def area(self) -> shapely.Geometry:
        """The whole region."""
        return shapely.coverage_union_all(self.shapes)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """The box round the region: west, south, east, north."""
        west, south, east, north = shapely.total_bounds(self.shapes)
        return (float(west), float(south), float(east), float(north))

    @property
    def cores(self) -> Points:
        """The centres of the municipalities."""
        return np.array([each.core for each in self.municipalities])


def plan(seed: int) -> Region:
    """Return the plan of the region."""
    rng = stream(seed, "region")
    seeds = _seeds(rng)
    chosen, states = _chosen(seeds)
    frame = shapely.box(*shapely.MultiPoint(as_columns(seeds)).bounds)
    edges = _edges_of(voronoi_edges(seeds, frame), chosen)
    state = np.full(len(seeds), "", dtype=object)
    state[chosen] = states
    between = (state[edges.left] != state[edges.right]) & (state[edges.left] != "") & (state[edges.right] != "")
    borders = wind_edges(edges, seeds, np.where(between, _RIVER, _BORDER), _BORDER_LEVELS, rng)
    shapes = _shapes(borders, seeds[chosen])
    pairs = _neighbours(seeds[chosen])
    return Region(
        municipalities=_municipalities(seeds[chosen], states, rng),
        shapes=shapes,
        borders=borders,
        river=_river(edges, borders, state),
        roads=_roads(seeds[chosen], pairs, rng),
        road_ends=pairs,
    )


def middle() -> complex:
    """Return the triple point's place, roughly."""
    x, y = Transformer.from_crs("EPSG:4258", CRS, always_xy=True).transform(*MIDDLE)
    return complex(round(x, -2), round(y, -2))


def _seeds(rng: Chance) -> Points:
    """A honeycomb of places, shaken, then moved once to the middle of their cells."""
    rows = np.arange(-REACH, REACH, SPACING * 0.87)
    columns = np.arange(-REACH, REACH, SPACING)
    grid = columns[None, :] + (np.arange(len(rows)) % 2)[:, None] * SPACING / 2 + 1j * rows[:, None]
    shaken = grid.ravel() + (rng.uniform(-0.46, 0.46, grid.size) + 1j * rng.uniform(-0.46, 0.46, grid.size)) * SPACING
    seeds: Points = (middle() + shaken).astype(np.complex128)
    frame = shapely.box(*shapely.MultiPoint(as_columns(seeds)).bounds)
    centres = shapely.get_coordinates(shapely.centroid(voronoi_cells(seeds, frame)))
    return as_points(np.round((as_columns(seeds) + centres) / 2, 1))


def _chosen(seeds: Points) -> tuple[NDArray[np.intp], NDArray[np.object_]]:
    """In each state the wanted number of places nearest to the triple point, the nearest first."""
    away = seeds - middle()
    direction = np.degrees(np.angle(away))
    chosen, states = [], []
    for state in STATES:
        low, high = _SECTORS[state]
        inside = np.flatnonzero((direction - low) % 360 < high - low)
        nearest = inside[np.argsort(np.abs(away[inside]))][: MUNICIPALITIES[state]]
        chosen.append(nearest)
        states += [state] * len(nearest)
    return np.concatenate(chosen), np.array(states, dtype=object)


def _edges_of(edges: Edges, chosen: NDArray[np.intp]) -> Edges:
    ours = np.isin(edges.left, chosen) | np.isin(edges.right, chosen)
    return Edges(edges.start[ours], edges.end[ours], edges.left[ours], edges.right[ours])


def _shapes(borders: Geometries, cores: Points) -> Geometries:
    """The area round each core."""
    faces = shapely.get_parts(shapely.polygonize([shapely.unary_union(borders)]))
    places = shapely.points(as_columns(cores))
    which = shapely.STRtree(faces).query(places, predicate="within")
    return np.array([faces[face] for _, face in sorted(which.T.tolist())], dtype=object)


def _neighbours(cores: Points) -> tuple[tuple[int, int], ...]:
    """Pairs of places with no third one nearer to both: a net that is whole and never crosses itself."""
    away = np.abs(cores[:, None] - cores[None, :])
    farther = np.maximum(away[:, None, :], away[None, :, :])
    near = (farther < away[:, :, None] - 1e-6).any(axis=2)
    first, second = np.nonzero(np.triu(~near, 1))
    return tuple(zip(first.tolist(), second.tolist(), strict=True))


def _roads(cores: Points, pairs: tuple[tuple[int, int], ...], rng: Chance) -> Geometries:
    start, end = (cores[[pair[side] for pair in pairs]] for side in (0, 1))
    aside = (end - start) * 0.32j
    return as_lines(
        np.round(_smooth(wind(start, end, (start + end) / 2 + aside, (start + end) / 2 - aside, _ROAD_LEVELS, rng)), 2)
    )


def _smooth(lines: Points) -> Points:
    """Cut the corners twice (Chaikin), the ends stay."""
    for _ in range(2):
        first, second = lines[:, :-1], lines[:, 1:]
        cut = np.stack([0.75 * first + 0.25 * second, 0.25 * first + 0.75 * second], axis=2).reshape(len(lines), -1)
        lines = np.hstack([lines[:, :1], cut, lines[:, -1:]])
    return lines


def _river(edges: Edges, borders: Geometries, state: NDArray[np.object_]) -> shapely.Geometry:
    """The border of Poland and Germany, which is a river, and above the triple point its way up into Czechia."""
    sides = [frozenset(pair) for pair in zip(state[edges.left], state[edges.right], strict=True)]
    lower = [line for line, side in zip(borders, sides, strict=True) if side == {"PL", "DE"}]
    upper = [line for line, side in zip(borders, sides, strict=True) if "CZ" in side and "" not in side]
    course = shapely.line_merge(shapely.union_all(lower))
    return shapely.union_all([course, _upstream(course, upper)])


def _upstream(course: shapely.Geometry, lines: list[shapely.Geometry]) -> shapely.Geometry:
    """From the southern end of the course along the given lines, always the one that leads farthest south."""
    ends = shapely.get_coordinates(course)[[0, -1]]
    place = shapely.Point(ends[np.argmin(ends[:, 1])])
    way: list[shapely.Geometry] = []
    left = list(lines)
    while touching := [
        line for line in left if shapely.distance(line, place) < GRID and _far_end(line, place)[1] < place.y
    ]:
        step = min(touching, key=lambda line: _far_end(line, place)[1])
        way.append(step)
        left.remove(step)
        place = shapely.Point(_far_end(step, place))
    return shapely.union_all(way)


def _far_end(line: shapely.Geometry, place: shapely.Point) -> tuple[float, float]:
    first, last = (tuple(end) for end in shapely.get_coordinates(line)[[0, -1]])
    return max((first, last), key=lambda end: shapely.distance(shapely.Point(end), place))


def _municipalities(cores: Points, states: NDArray[np.object_], rng: Chance) -> tuple[Municipality, ...]:
    found = []
    for number, state in enumerate(STATES, start=1):
        ours = np.flatnonzero(states == state)
        around = np.argsort(
            np.angle((cores[ours] - middle()) * np.exp(-1j * np.radians(_SECTORS[state][0] + 0.1))) % (2 * np.pi)
        )
        rank = np.empty(len(ours), dtype=int)
        rank[around] = np.arange(len(ours)) * (len(ours) // PER_DISTRICT) // len(ours)
        sizes = rng.permutation(np.linspace(0.8, 1.7, len(ours)))
        sizes[0] = 2.2
        for order, (index, name) in enumerate(zip(ours, of_state(state)["municipalities"], strict=False)):
            found.append(
                Municipality(
                    code=_CODES[state].format(order + 1),
                    name=name,
                    state=state,
                    district=f"{state}99{number}{rank[order] + 1}",
                    district_name="",
                    core=complex(cores[index]),
                    size=float(sizes[order]),
                )
            )
    return _with_seats(found)


def _with_seats(found: list[Municipality]) -> tuple[Municipality, ...]:
    """A district is called after its largest municipality."""
    seats = {each.district: each.name for each in sorted(found, key=lambda each: each.size)}
    return tuple(Municipality(**{**vars(each), "district_name": seats[each.district]}) for each in found)
