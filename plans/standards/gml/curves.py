"""Curves of GML as lines: points, strings, arcs and circles, chains of curves and curves turned round."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import numpy as np
from lxml.etree import _Element
from numpy.typing import NDArray
from shapely import LineString

from plans.standards.gml import arcs
from plans.standards.gml.ledger import Frame, Ledger, children, name_of
from plans.standards.gml.positions import CoordinatesError, coordinates, read_list

type Points = NDArray[np.float64]
type Target = Callable[[_Element], _Element]
"""Returns the element an xlink:href of the given one points to, or the element inside it. Raises LostError."""

STRINGS = frozenset(("LineStringSegment", "GeodesicString", "Geodesic"))
CURVES = frozenset(("LineString", "Curve", "CompositeCurve", "OrientableCurve", "LinearRing", "Ring"))
PLANE = 2
LEAST_LINE = 2
LEAST_ARC = 3
LEAST_RING = 4


class Curves:
    """Reads curves; every result is (n, 2), x first."""

    def __init__(self, ledger: Ledger, tolerance: float, target: Target) -> None:
        """Write into the ledger; arcs become chords within the tolerance (m); `target` follows links."""
        self.ledger = ledger
        self.tolerance = tolerance
        self.target = target

    def curve(self, element: _Element, frame: Frame) -> Points:
        """Return the points of a curve element. Raises LostError."""
        inner = self.ledger.within(frame, element)
        match name_of(element):
            case "LineString" | "LinearRing":
                return self.positions(element, inner)
            case "Curve":
                holders = children(element, "segments")
                return self._chain([self._segment(s, inner) for each in holders for s in children(each)], element)
            case "CompositeCurve" | "Ring":
                members = [self.target(each) for each in children(element, "curveMember")]
                return self._chain([self.curve(each, inner) for each in members], element)
            case "OrientableCurve":
                base = children(element, "baseCurve")
                if base:
                    points = self.curve(self.target(base[0]), inner)
                    return points[::-1] if element.get("orientation") == "-" else points
        raise self.ledger.lose("geometry.unknown-type", element)

    def ring(self, element: _Element, frame: Frame) -> Points:
        """Return the closed points (n ≥ 4) of a LinearRing or Ring; one that was open is closed and noted."""
        points = self.curve(element, frame)
        if len(points) and not np.array_equal(points[0], points[-1]):
            distance = float(np.hypot(*(points[-1] - points[0])))
            gap = LineString(np.stack([points[-1], points[0]]))
            self.ledger.note("geometry.unclosed", element, gap, distance=distance)
            points = np.concatenate([points, points[:1]])
        if len(points) < LEAST_RING:
            raise self.ledger.lose("geometry.too-few-points", element, count=len(points), least=LEAST_RING)
        return points

    def positions(self, element: _Element, frame: Frame) -> Points:
        """Return the positions in an element by posList, pos, pointProperty or coordinates. Raises LostError."""
        try:
            points = self._found(element, frame)
        except CoordinatesError as error:
            raise self.ledger.lose("geometry.coordinates", element, reason=error.reason, text=error.text) from None
        self.ledger.count(len(points), element)
        northing_first = self._frame_of_list(element, frame).northing_first
        if points.shape[1] > PLANE:
            self.ledger.note("geometry.third-dimension", element)
            points = points[:, :PLANE]
        return np.ascontiguousarray(points[:, ::-1]) if northing_first else points

    def _frame_of_list(self, element: _Element, frame: Frame) -> Frame:
        """Return the frame for positions, which may name a CRS themselves (posList srsName)."""
        named = next((name for each in element if (name := each.get("srsName"))), None)
        return frame if named is None else replace(frame, srs=self.ledger.understood(named, element))

    def _found(self, element: _Element, frame: Frame) -> Points:
        parts = [part for each in children(element) if (part := self._part(each, frame)) is not None]
        if len(parts) == 1:
            return parts[0]
        if not parts:
            return np.empty((0, 2))
        if len({part.shape[1] for part in parts}) > 1:
            raise CoordinatesError("dimension")
        return np.concatenate(parts)

    def _part(self, element: _Element, frame: Frame) -> Points | None:
        match name_of(element):
            case "posList":
                return read_list(element.text, self._size(element, frame))
            case "pos":
                text = element.text or ""
                size = len(text.split())
                return read_list(text, size if size in (2, 3) else self._size(element, frame))
            case "coordinates":
                return coordinates(element)
            case "coord":
                return read_list(" ".join(each.text or "" for each in children(element)), len(children(element)) or 2)
            case "pointProperty" | "pointRep":
                return self._found(self.target(element), self.ledger.within(frame, element))
        return None

    def _size(self, element: _Element, frame: Frame) -> int:
        own = (element.get("srsDimension") or "").strip()
        return int(own) if own in ("2", "3") else frame.dimension

    def _segment(self, element: _Element, frame: Frame) -> Points:
        name = name_of(element)
        inner = self.ledger.within(frame, element)
        points = self.positions(element, inner)
        if name in STRINGS:
            return points
        if name == "CircleByCenterPoint":
            return self._around(element, points)
        if name not in ("Arc", "ArcString", "Circle"):
            raise self.ledger.lose("geometry.unknown-type", element)
        if len(points) < LEAST_ARC or len(points) % 2 == 0 or (name != "ArcString" and len(points) != LEAST_ARC):
            self.ledger.note("geometry.arc", element, count=len(points))
            return points
        turned = arcs.circle(points, self.tolerance) if name == "Circle" else arcs.arc_string(points, self.tolerance)
        self.ledger.count(len(turned) - len(points), element)
        return turned

    def _around(self, element: _Element, points: Points) -> Points:
        try:
            radius = float((children(element, "radius") or [element])[0].text or "")
        except ValueError:
            radius = 0.0
        if len(points) != 1 or not 0 < radius < np.inf:
            raise self.ledger.lose("geometry.arc", element, count=len(points))
        return arcs.circle_around(points[0], radius, self.tolerance)

    def _chain(self, pieces: list[Points], element: _Element) -> Points:
        """Return the pieces as one line; where one does not begin at the end of the last, it is noted."""
        filled = [piece for piece in pieces if len(piece)]
        if not filled:
            return np.empty((0, 2))
        line = [filled[0]]
        for before, piece in pairwise(filled):
            if np.array_equal(before[-1], piece[0]):
                line.append(piece[1:])
                continue
            distance = float(np.hypot(*(piece[0] - before[-1])))
            if distance > self.tolerance:
                gap = LineString(np.stack([before[-1], piece[0]]))
                self.ledger.note("geometry.unclosed", element, gap, distance=distance)
            line.append(piece)
        return np.concatenate(line)
