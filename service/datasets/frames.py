"""From degrees to a picture: the part of the earth that a sketch shows, its size and its scale. Pure.

Longitudes are shortened by the cosine of the middle latitude: in a region distances are then right in all directions to
some parts in a thousand, so that they can be measured on paper.
"""

import math
from dataclasses import dataclass

from catalogue.values import Box

METRES_PER_DEGREE = 111_320.0
"""Of longitude at the equator; of latitude nearly."""
_NICE = (1, 2, 5)


@dataclass(frozen=True)
class Frame:
    """A box in degrees (west, south, east, north) drawn on width × height pixels, y downwards, north up."""

    box: Box
    width: int
    height: int

    @property
    def per_latitude(self) -> float:
        """Pixels for a degree of latitude."""
        _, south, _, north = self.box
        return self.height / (north - south)

    @property
    def per_longitude(self) -> float:
        """Pixels for a degree of longitude."""
        west, _, east, _ = self.box
        return self.width / (east - west)

    @property
    def metres_per_pixel(self) -> float:
        """Metres on the ground for a pixel."""
        return METRES_PER_DEGREE / self.per_latitude

    def pixel(self, lon: float, lat: float) -> tuple[float, float]:
        """Return where a place stands in the picture."""
        return (lon - self.box[0]) * self.per_longitude, (self.box[3] - lat) * self.per_latitude

    @property
    def bar(self) -> tuple[float, int]:
        """A scale bar: pixels, and the round number of metres that they stand for; at most a quarter of the width."""
        longest = self.metres_per_pixel * self.width / 4
        magnitude = 10 ** math.floor(math.log10(longest))
        metres = max(step * magnitude for step in _NICE if step * magnitude <= longest)
        return metres / self.metres_per_pixel, round(metres)


def around(box: Box, width: int, highest: int, *, lowest: int = 0, least: float = 200.0, room: float = 0.06) -> Frame:
    """Return the frame of a picture that shows the box with some room, in its middle.

    `least` is how many metres the picture shows at least from edge to edge, for a single point has no extent. The
    height follows from the box, from `lowest` to `highest` pixels.
    """
    west, south, east, north = box
    lon, lat = (west + east) / 2, (south + north) / 2
    shorter = math.cos(math.radians(lat))
    wide = max((east - west) * shorter, least / METRES_PER_DEGREE) * (1 + 2 * room)
    high = max(north - south, least / METRES_PER_DEGREE) * (1 + 2 * room)
    scale = min(width / wide, highest / high)
    height = round(min(highest, max(high * scale, lowest)))
    wide, high = width / scale, height / scale
    return Frame((lon - wide / shorter / 2, lat - high / 2, lon + wide / shorter / 2, lat + high / 2), width, height)
