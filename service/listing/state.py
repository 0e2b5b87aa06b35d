"""The state of the map as it stands in the query of an address, and what the list adds to it. Pure.

The same as `web/src/state/query.ts` reads and writes; both keep to `tests/golden/map-addresses.json`. What cannot be
understood is left out, never refused: an old link must keep opening.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, quote

from catalogue.values import Box

TOOLS = frozenset(
    {"filter", "time", "swipe", "measure", "coordinates", "locate"}
    | {"own-data", "services", "print", "picture", "share", "offline"}
)
NO_BACKGROUND = "none"
LAT_MOST, LON_MOST, POLE, ZOOM_MOST = 85.06, 180.0, 90.0, 24.0
OPAQUE = 100
PAGE_MOST = 100_000
_WHERE = "where."
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_COLUMN = re.compile(r"-?[a-z][a-z0-9_]*")
_DAY = re.compile(r"[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class View:
    """Centre of the map in degrees, and its zoom (levels of Web Mercator)."""

    zoom: float
    lat: float
    lon: float


@dataclass(frozen=True)
class MapState:
    """What an address says; what it does not say is None, empty or False. Ids are as written, known or not.

    `layers`: topmost first; `opacity`: percent, of layers that are not opaque; `group`: all layers of it, where
    `layers` is None; `where`: CQL2 text by layer; `feature`: layer and id; `swipe`: the layer shown only left of a line
    ("": none), only right of it, and where the line stands in percent; `mark`: latitude and longitude. What follows
    `is_list` is of the list alone: `extent` is west, south, east, north, `sort` a column with `-` in front when it runs
    downwards.
    """

    view: View | None = None
    layers: tuple[str, ...] | None = None
    opacity: Mapping[str, int] = field(default_factory=dict)
    group: str | None = None
    where: Mapping[str, str] = field(default_factory=dict)
    day: date | None = None
    feature: tuple[str, str] | None = None
    background: str | None = None
    swipe: tuple[str, str, int] | None = None
    mark: tuple[float, float] | None = None
    tool: str | None = None
    embed: bool = False
    is_list: bool = False
    extent: Box | None = None
    table: str | None = None
    sort: str | None = None
    page: int = 1


def read(query: str) -> MapState:
    """Return what a query says, without `?` in front; of a part that is given twice the last counts."""
    parts = dict(parse_qsl(query, keep_blank_values=True))
    said: dict[str, Any] = {}
    for name, value in parts.items():
        key, reader = _READERS.get(name, (None, None))
        found = reader(value) if reader else None
        if key and found is not None:
            said[key] = found
    if "layers" in parts:
        said["layers"], said["opacity"] = _layers(parts["layers"])
    said["where"] = {
        name.removeprefix(_WHERE): text
        for name, text in parts.items()
        if name.startswith(_WHERE) and name != _WHERE and text.strip()
    }
    return MapState(**said)


def write(state: MapState) -> dict[str, str]:
    """Return the parts that say the state, by name in their order: degrees with five decimals (about one metre)."""
    parts: dict[str, str | None] = {
        "at": _at(state.view) if state.view else None,
        "layers": None if state.layers is None else ",".join(_layer(id_, state.opacity) for id_ in state.layers),
        "group": state.group,
        **{f"{_WHERE}{id_}": text for id_, text in sorted(state.where.items())},
        "date": state.day.isoformat() if state.day else None,
        "feature": state.feature and "/".join(state.feature),
        "background": state.background,
        "swipe": state.swipe and _compared(*state.swipe),
        "mark": state.mark and _place(*state.mark),
        "tool": state.tool,
        "embed": "1" if state.embed else None,
        "view": "list" if state.is_list else None,
        "bbox": state.extent and ",".join(f"{each:.5f}" for each in state.extent),
        "table": state.table,
        "sort": state.sort,
        "page": str(state.page) if state.page > 1 else None,
    }
    return {name: value for name, value in parts.items() if value is not None}


def query(parts: Mapping[str, str]) -> str:
    """Return parts as a query without `?`, as the browser itself writes one; `/`, `:` and `,` stay readable."""
    return "&".join(f"{_encoded(name)}={_encoded(value)}" for name, value in parts.items())


def _encoded(text: str) -> str:
    return quote(text, safe="/:,!*()")


def _at(view: View) -> str:
    zoom = f"{view.zoom:.2f}".rstrip("0").rstrip(".")
    return f"{zoom}/{_place(view.lat, view.lon)}"


def _place(lat: float, lon: float) -> str:
    return f"{lat:.5f}/{lon:.5f}"


def _layer(id_: str, opacity: Mapping[str, int]) -> str:
    share = opacity.get(id_, OPAQUE)
    return id_ if share >= OPAQUE else f"{id_}:{share}"


def _layers(text: str) -> tuple[tuple[str, ...], dict[str, int]]:
    """Return the layers, and the opacity of those that have one; what stands behind a second `:` is kept free."""
    layers: dict[str, int] = {}
    for entry in text.split(","):
        id_, _, rest = entry.partition(":")
        if id_ and id_ not in layers:
            share = _percent(rest.partition(":")[0])
            layers[id_] = OPAQUE if share is None else share
    return tuple(layers), {id_: share for id_, share in layers.items() if share < OPAQUE}


def _percent(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,3}", text) and int(text) <= OPAQUE else None


def _numbers(parts: list[str], *most: float) -> list[float] | None:
    """Return as many numbers as there are bounds, each within its own; None for anything else."""
    if len(parts) != len(most) or not all(map(_NUMBER.fullmatch, parts)):
        return None
    numbers = [float(part) for part in parts]
    return numbers if all(abs(each) <= high for each, high in zip(numbers, most, strict=True)) else None


def _view(text: str) -> View | None:
    found = _numbers(text.split("/"), ZOOM_MOST, LAT_MOST, LON_MOST)
    return View(*found) if found and found[0] >= 0 else None


def _mark(text: str) -> tuple[float, float] | None:
    found = _numbers(text.split("/"), POLE, LON_MOST)
    return (found[0], found[1]) if found else None


def _extent(text: str) -> Box | None:
    found = _numbers(text.split(","), LON_MOST, POLE, LON_MOST, POLE)
    if not found or found[0] >= found[2] or found[1] >= found[3]:
        return None
    west, south, east, north = found
    return west, south, east, north


def _pair(text: str) -> tuple[str, str] | None:
    layer, _, id_ = text.partition("/")
    return (layer, id_) if layer and id_ else None


def _swipe(text: str) -> tuple[str, str, int] | None:
    sides, _, percent = text.partition(":")
    left, _, right = sides.partition("~")
    share = _percent(percent)
    return (left, right, share) if left != right and share is not None else None


def _compared(left: str, right: str, share: int) -> str:
    return f"{left}{right and '~' + right}:{share}"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def _page(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) and 1 <= int(text) <= PAGE_MOST else None


_READERS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "at": ("view", _view),
    "group": ("group", lambda text: text or None),
    "date": ("day", _day),
    "feature": ("feature", _pair),
    "background": ("background", lambda text: text or None),
    "swipe": ("swipe", _swipe),
    "mark": ("mark", _mark),
    "tool": ("tool", lambda text: text if text in TOOLS else None),
    "embed": ("embed", lambda text: text == "1" or None),
    "view": ("is_list", lambda text: text == "list" or None),
    "bbox": ("extent", _extent),
    "table": ("table", lambda text: text or None),
    "sort": ("sort", lambda text: text if _COLUMN.fullmatch(text) else None),
    "page": ("page", _page),
}
"""The part of the state that each part of a query says, and how it is read; None where it cannot be understood."""
