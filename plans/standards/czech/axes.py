"""Where the numbers of a plan's coordinates lie, what they must therefore be, and how to turn them the right way.

S-JTSK comes in several dresses: EPSG:5514 (east, north; both negative), EPSG:5513 (south, west; both positive), and
either of them with its axes swapped. In Czechia the southing is always greater than the westing, so the numbers tell
them apart without fail. Labels do not: programs mix the two systems up. Hence the numbers decide, and what is turned
is said. Apart from reading because it is the one place where the order of axes is decided.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from geodesy import NoWayError, way
from plans.delivery import Incident
from plans.model import Place
from plans.standards.czech.layer import RawLayer, label_of

KROVAK = "EPSG:5514"
_WESTING, _SOUTHING = (400_000.0, 935_000.0), (900_000.0, 1_260_000.0)
"""Between which figures (m) a plan in Czechia lies, with some kilometres around."""

_NAMED = 4
"""How many layers a sentence names."""

type Turn = Callable[[NDArray[np.float64]], NDArray[np.float64]]

TURNS: dict[str, tuple[str, Turn]] = {
    "swapped": ("geometry.cz-swapped-axes", lambda pairs: pairs[:, ::-1]),
    "south-west": ("geometry.cz-signs", lambda pairs: -pairs[:, ::-1]),
    "west-south": ("geometry.cz-signs", lambda pairs: -pairs),
}


@dataclass(frozen=True)
class Settled:
    """Layers with x as easting in EPSG:5514, and what was met on the way."""

    layers: tuple[RawLayer, ...]
    incidents: tuple[Incident, ...]


def settle(layers: Sequence[RawLayer]) -> Settled:
    """Return the layers in EPSG:5514: turned where they are S-JTSK in another dress, changed where in another CRS.

    Numbers that fit no system that is known stay as they are.
    """
    settled, said = [], []
    for layer in layers:
        form = form_of(layer.shapes)
        fault = _fault(layer, form)
        settled.append(_brought(layer, form, fault))
        if fault is not None:
            said.append((*fault, layer))
    return Settled(tuple(settled), tuple(_incidents(said)))


def form_of(shapes: NDArray[np.object_]) -> str:
    """Return in which dress coordinates are: right | swapped | south-west | west-south | degrees | other | nothing."""
    boxes = shapely.bounds(shapes[~shapely.is_missing(shapes)]) if len(shapes) else np.empty((0, 4))
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    if not len(boxes):
        return "nothing"
    x, y = np.median(boxes[:, [0, 2]]), np.median(boxes[:, [1, 3]])
    if _between(-x, _WESTING) and _between(-y, _SOUTHING) and y < x:
        return "right"
    if _between(-y, _WESTING) and _between(-x, _SOUTHING):
        return "swapped"
    if _between(x, _SOUTHING) and _between(y, _WESTING) and x > y:
        return "south-west"
    if _between(x, _WESTING) and _between(y, _SOUTHING):
        return "west-south"
    return "degrees" if abs(x) <= 180 and abs(y) <= 90 else "other"  # noqa: PLR2004 (degrees)


def _between(figure: float, ends: tuple[float, float]) -> bool:
    return ends[0] < figure < ends[1]


def _fault(layer: RawLayer, form: str) -> tuple[str, str] | None:
    """Return the rule that a layer's numbers and label offend, and the CRS that they speak of."""
    label = None if layer.crs is None else label_of(layer.crs)
    if form in TURNS:
        return TURNS[form][0], label or KROVAK
    if form == "degrees" and label in (None, KROVAK, "EPSG:5513"):
        return "structure.cz-crs", "EPSG:4326"
    if label is None:
        return "structure.cz-crs-missing", KROVAK
    if label == KROVAK:
        return None
    return "structure.cz-crs-label" if form in ("right", "nothing") else "structure.cz-crs", label


def _brought(layer: RawLayer, form: str, fault: tuple[str, str] | None) -> RawLayer:
    """Return the layer in EPSG:5514."""
    if form in TURNS:
        return replace(layer, shapes=shapely.transform(layer.shapes, TURNS[form][1]))
    if fault is None or fault[0] != "structure.cz-crs":
        return layer
    source = CRS(fault[1]) if form == "degrees" or layer.crs is None else layer.crs
    try:
        change = way(source, CRS(KROVAK))
    except NoWayError:
        return layer
    brought = shapely.transform(layer.shapes, lambda pairs: change(pairs)[0])
    # Numbers that do not even fit the system named have no place in the other one either.
    return replace(layer, shapes=brought) if np.isfinite(shapely.get_coordinates(brought)).all() else layer


def _incidents(said: Sequence[tuple[str, str, RawLayer]]) -> Iterator[Incident]:
    """Yield one incident for each rule and CRS, with the layers that offend it."""
    for rule, crs in dict.fromkeys((rule, crs) for rule, crs, _ in said):
        layers = [layer for its, label, layer in said if (its, label) == (rule, crs)]
        more = f" (+{len(layers) - _NAMED})" if len(layers) > _NAMED else ""
        names = ", ".join(layer.name for layer in layers[:_NAMED]) + more
        values = {"crs": crs, "layers": names, "n": len(layers), "paths": tuple(layer.file for layer in layers)}
        yield Incident(rule, values, None, layers[0].name, Place(layers[0].file))
