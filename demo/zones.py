"""The zones of the zoning plans: the whole region without gap or overlap, small in settlements, large in the fields.

Apart from `zoning`, which says what each zone is for. All lines (borders of municipalities, roads, edges of zones) are
noded at once on one millimetre grid, so that every corner on a common edge belongs to both neighbours; slivers go to
the neighbour with the longest common edge.
"""

from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from demo.chance import Chance, stream
from demo.lines import GRID, Geometries, Points, as_columns, as_dots, as_points, spread, voronoi_edges, wind_edges
from demo.region import Region

_SLIVER = 1_500.0
"""Square metres; a smaller face is no zone of its own."""
_NARROW = 6.0
"""Metres; roughly the width of what is no zone either."""
_BUILT_APART, _OPEN_APART = 95.0, 520.0
_SETTLEMENT, _HAMLET = 330.0, 130.0
"""How far from its centre a settlement reaches (standard deviation, metres, of a place of size 1)."""
_RING = 210.0
"""Metres from the built places to the first field."""
_RING_PLACES = 15
_BUILT = 27
_OPEN = 25
_HAMLETS = 2


@dataclass(frozen=True)
class Zones:
    """Shapes, the municipality of each, and whether it is in a settlement (2), a hamlet (1) or open land (0)."""

    shapes: Geometries
    municipality: NDArray[np.intp]
    density: NDArray[np.intp]
    hamlets: tuple[Points, ...]

    @property
    def middles(self) -> Points:
        """A place inside each zone."""
        return as_points(shapely.get_coordinates(shapely.point_on_surface(self.shapes)))


def zones(region: Region, seed: int) -> Zones:
    """Return the zones of all municipalities."""
    rng = stream(seed, "zones")
    seeds, density, hamlets = _seeds(region, rng)
    edges = wind_edges(voronoi_edges(seeds, shapely.box(*region.bounds)), seeds, 0.45, 2, rng)
    ours = edges[shapely.STRtree(edges).query(region.area, predicate="intersects")]
    lines = np.concatenate([region.borders, region.roads, ours])
    faces = shapely.get_parts(shapely.polygonize([shapely.unary_union(lines, grid_size=GRID)]))
    inside = shapely.point_on_surface(faces)
    face, owner = shapely.STRtree(region.shapes).query(inside, predicate="within")
    shapes, owners = _without_slivers(faces[face], owner)
    nearest = shapely.STRtree(as_dots(as_columns(seeds))).nearest(shapely.point_on_surface(shapes))
    order = np.lexsort((nearest, owners))
    return Zones(shapes[order], owners[order], density[nearest][order], hamlets)


def fitted(region: Region, zones: Zones) -> Region:
    """Return the region with the areas of its municipalities as exactly the union of their zones."""
    shapes = [
        shapely.coverage_union_all(zones.shapes[zones.municipality == owner]) for owner in range(len(region.shapes))
    ]
    return replace(region, shapes=np.array(shapes, dtype=object))


def _seeds(region: Region, rng: Chance) -> tuple[Points, NDArray[np.intp], tuple[Points, ...]]:
    """Places round which zones grow, how densely built each is, and the hamlets of each municipality."""
    places, density, hamlets = [np.zeros(0, dtype=complex)], [np.zeros(0, dtype=int)], []
    for index, (each, shape) in enumerate(zip(region.municipalities, region.shapes, strict=True)):
        ways = [road for road, ends in zip(region.roads, region.road_ends, strict=True) if index in ends]
        core = _settlement(each.core, ways, _SETTLEMENT * each.size**0.7, rng)
        built = spread(core, _BUILT_APART, np.zeros(0, dtype=complex))[: int(_BUILT * each.size)]
        hamlet_centres = _hamlets(shape, each.core, rng)
        hamlets.append(hamlet_centres)
        around = (hamlet_centres[:, None] + _cloud(_HAMLET, 30 * len(hamlet_centres), rng).reshape(-1, 30)).ravel()
        small = spread(around, _BUILT_APART * 1.1, built)[: 7 * len(hamlet_centres)]
        open_land = _open_land(shape, np.concatenate([built, small]), rng)
        places += [built, small, open_land]
        density += [np.full(len(built), 2), np.full(len(small), 1), np.full(len(open_land), 0)]
    return np.concatenate(places), np.concatenate(density), tuple(hamlets)


def _settlement(core: complex, ways: list[shapely.LineString], reach: float, rng: Chance) -> Points:
    """Candidates for built-up places: half in a cloud round the core, half along the roads that lead to it."""
    found = [core + _cloud(reach * 0.7, 160, rng)]
    for way in ways:
        along = np.abs(rng.normal(0, reach * 1.5, 90))
        from_core = along if abs(complex(*way.coords[0]) - core) < 1 else way.length - along
        on_road = as_points(shapely.get_coordinates(shapely.line_interpolate_point(way, from_core)))
        found.append(on_road + _cloud(85, 90, rng))
    every = np.concatenate(found)
    sooner: Points = every[np.argsort(np.abs(every - core) * rng.uniform(0.6, 1.4, len(every)))]
    return sooner


def _hamlets(shape: shapely.Geometry, core: complex, rng: Chance) -> Points:
    """Centres of hamlets, far from the core and from the border."""
    inner = shapely.buffer(shape, -650)
    candidates = _inside(inner if not inner.is_empty else shape, 60, rng)
    return spread(candidates, 1_500, np.array([core]))[:_HAMLETS]


def _open_land(shape: shapely.Geometry, built: Points, rng: Chance) -> Points:
    """Places in the fields: close to the settlements, so that these end there, and far from each other."""
    ring = built + _cloud(_RING, len(built), rng)
    shapely.prepare(shape)
    edge = spread(ring[shapely.contains_xy(shape, ring.real, ring.imag)], _RING * 0.8, built)
    edge = spread(edge, _RING, np.zeros(0, dtype=complex))[:_RING_PLACES]
    fields = spread(_inside(shape, 500, rng), _OPEN_APART, np.concatenate([built, edge]))[:_OPEN]
    return np.concatenate([edge, fields])


def _cloud(reach: float, number: int, rng: Chance) -> Points:
    return rng.normal(0, reach, number) + 1j * rng.normal(0, reach, number)


def _inside(shape: shapely.Geometry, number: int, rng: Chance) -> Points:
    """Places anywhere in a shape."""
    west, south, east, north = shapely.bounds(shape)
    places = rng.uniform(west, east, number) + 1j * rng.uniform(south, north, number)
    shapely.prepare(shape)
    inside: Points = places[shapely.contains_xy(shape, places.real, places.imag)]
    return inside


def _without_slivers(faces: Geometries, owner: NDArray[np.intp]) -> tuple[Geometries, NDArray[np.intp]]:
    """Join each sliver to the neighbour of the same municipality with which it shares most."""
    while len(small := np.flatnonzero(_thin(faces))):
        leader = np.arange(len(faces))
        sliver, near = shapely.STRtree(faces).query(faces[small], predicate="touches")
        sliver = small[sliver]
        same = owner[sliver] == owner[near]
        sliver, near = sliver[same], near[same]
        shared = shapely.length(shapely.intersection(faces[sliver], faces[near]))
        for index in np.argsort(shared, kind="stable"):
            leader[sliver[index]] = near[index]
        groups = _groups(leader)
        faces = np.array([_joined(faces[group]) for group in groups], dtype=object)
        owner = np.array([owner[group[0]] for group in groups])
    return faces, owner


def _joined(faces: Geometries) -> shapely.Geometry:
    return faces[0] if len(faces) == 1 else shapely.coverage_union_all(faces)


def _thin(faces: Geometries) -> NDArray[np.bool_]:
    """Faces that are too small, or too narrow for anything to stand there."""
    area = shapely.area(faces)
    thin: NDArray[np.bool_] = (area < _SLIVER) | (2 * area / shapely.length(faces) < _NARROW)
    return thin


def _groups(leader: NDArray[np.intp]) -> list[list[int]]:
    """Faces that follow each other to the same end."""
    groups: dict[int, list[int]] = {}
    for face in range(len(leader)):
        seen, end = {face}, face
        while leader[end] not in seen:
            end = int(leader[end])
            seen.add(end)
        groups.setdefault(min(_ring(leader, end)), []).append(face)
    return list(groups.values())


def _ring(leader: NDArray[np.intp], face: int) -> list[int]:
    """The faces that lead to each other: a face that leads itself, or slivers that chose each other."""
    ring = [face]
    while leader[ring[-1]] != face:
        ring.append(int(leader[ring[-1]]))
    return ring
