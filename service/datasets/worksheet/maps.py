"""Tasks for which the map is read: count signs, find the outermost, measure with a ruler, tell a direction."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from service.datasets.worksheet.sample import Feature, gaps
from service.datasets.worksheet.task import Speaker, Task

_GEOD = Geod(ellps="WGS84")
WINDS = ("n", "ne", "e", "se", "s", "sw", "w", "nw")
CLEAR = 0.04
"""Share of the extent by which the outermost feature must stand out."""
SURE = 10.0
"""Degrees by which a direction may differ from a wind to be called by it."""
SEEN = 10.0
"""Pixels of common boundary that are seen as such; areas that are nearer without one may look as if they touched."""
TOLERANCE = 0.1
"""Share by which a length that was measured with a ruler may be off."""


def neighbours(areas: Mapping[int, BaseGeometry], say: Speaker) -> Iterator[Task]:
    """Ask which areas border on one, where the picture leaves no doubt; areas in pixels, by the feature's number."""
    found = {number: _bordering(number, areas) for number in areas}
    clear = {number: others for number, others in found.items() if others is not None and len(others) > 1}
    if clear:
        asked = max(clear, key=lambda number: (len(clear[number]), -number))
        yield say.task("map-neighbours", say.named(sorted(clear[asked])), number=str(asked))


def _bordering(number: int, areas: Mapping[int, BaseGeometry]) -> list[int] | None:
    """Return the numbers of the areas that share a visible piece of boundary; None where one cannot be sure."""
    own, others = areas[number], []
    for other, area in areas.items():
        if other == number or own.distance(area) >= SEEN:
            continue
        shared = own.boundary.intersection(area.boundary).length
        if shared < SEEN or own.intersection(area).area > SEEN:
            return None
        others.append(other)
    return others


def tasks(
    group: Sequence[Feature], by: str | None, labels: Mapping[str, str], is_points: bool, say: Speaker
) -> list[Task]:
    """Return the tasks for a group of features on a map. Directions and distances are asked of points only."""
    found = [*_count(group, by, labels, say)]
    if is_points:
        found += [*_outermost(group, say), *_distance(group, say), *_direction(group, say)]
    return found


def _count(group: Sequence[Feature], by: str | None, labels: Mapping[str, str], say: Speaker) -> Iterator[Task]:
    """Ask how many features are of one kind: of the most frequent kind that is not that of all."""
    kinds = Counter(each.values.get(by) for each in group if each.values.get(by) is not None) if by else Counter()
    kind = next((code for code, n in kinds.most_common() if 1 < n < len(group)), None)
    if kind is not None:
        numbers = [each.number for each in group if each.values.get(by or "") == kind]
        answer = f"{len(numbers)} ({say.named(numbers)})"
        yield say.task("map-count", answer, label=labels.get(str(kind), str(kind)))


def _outermost(group: Sequence[Feature], say: Speaker) -> Iterator[Task]:
    """Ask for the feature that lies furthest to that side on which it is clearest."""
    sides = {
        "n": [each.lat or 0.0 for each in group],
        "s": [-(each.lat or 0.0) for each in group],
        "e": [each.lon or 0.0 for each in group],
        "w": [-(each.lon or 0.0) for each in group],
    }
    side = max(sides, key=lambda each: gaps(sides[each]))
    if gaps(sides[side]) >= CLEAR:
        found = group[sides[side].index(max(sides[side]))]
        yield say.task(f"map-furthest-{side}", say.named([found.number]))


def _distance(group: Sequence[Feature], say: Speaker) -> Iterator[Task]:
    """Ask for the distance of the two features that lie furthest apart: it is measured best."""
    lengths = {(a.number, b.number): _between(a, b)[1] for a, b in combinations(group, 2)}
    (first, second), longest = max(lengths.items(), key=lambda each: each[1])
    if longest > 0:
        about = _rounded(longest)
        low, high = (_rounded(longest * (1 + sign * TOLERANCE)) for sign in (-1, 1))
        answer = say.text("about", metres=about, low=low, high=high)
        yield say.task("map-distance", answer, 2, first=str(first), second=str(second))


def _direction(group: Sequence[Feature], say: Speaker) -> Iterator[Task]:
    """Ask in which direction one goes between two features that lie along a wind, and not too near."""
    far = max(_between(a, b)[1] for a, b in combinations(group, 2)) / 3
    sure = []
    for a, b in combinations(group, 2):
        azimuth, length = _between(a, b)
        wind = round(azimuth / 45) % 8
        off = abs((azimuth - 45 * wind + 180) % 360 - 180)
        if length >= far and off <= SURE:
            sure.append((off, a.number, b.number, WINDS[wind]))
    if sure:
        _, first, second, wind_name = min(sure)
        answer = say.text(f"wind.{wind_name}")
        yield say.task("map-direction", answer, first=str(first), second=str(second))


def _between(a: Feature, b: Feature) -> tuple[float, float]:
    """Return the azimuth in degrees (0 to 360, clockwise from north) and the distance in metres from one to another."""
    azimuth, _, length = _GEOD.inv(a.lon, a.lat, b.lon, b.lat)
    return azimuth % 360, length


def _rounded(metres: float) -> int:
    """Return a length with two figures, as it can be measured on paper."""
    step = int(10 ** max(0, math.floor(math.log10(max(metres, 1))) - 1))
    return round(metres / step) * step
