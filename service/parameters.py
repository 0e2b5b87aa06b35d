"""Query parameters, read strictly: every parameter is known, typed and in range, or the request is refused by name.

Apart from pygeoapi's own reading, which passes over unknown parameters, transforms boxes by two corners and lets
malformed values reach the database. Names of columns are looked up in the dataset, never passed on.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from catalogue import Column, Dataset
from catalogue.layout import id_column
from service.cql2 import LANGUAGES
from service.cql2.reading import Filter, read
from service.cql2.tree import FilterError
from service.crs import CRS84, CRS84_URI, Crs, offer
from service.moments import Span, read_span
from service.typed import BIGINT, Value, number, typed

OFFSET_MAX = 2**31 - 1
_ENDLESS = 10**18
"""A highest number from here on is the machine's, nobody's rule, and is not told."""
PIXELS_MAX = 2048
_BOX_NUMBERS, _BOX_NUMBERS_3D = 4, 6
ITEMS = frozenset(
    {"f", "lang", "limit", "offset", "after", "before", "bbox", "bbox-crs", "crs", "datetime"}
    | {"sortby", "properties", "skipGeometry", "resulttype", "filter", "filter-lang", "filter-crs", "as-of"}
)
"""Parameters of items besides the columns."""


class BadParameterError(Exception):
    """A parameter that is not known or not right; `key` is the message that says why, with `values`."""

    def __init__(self, name: str, key: str, **values: str | int) -> None:
        super().__init__(f"{name}: {key}")
        self.name, self.key, self.values = name, key, values


class NoSuchFeatureError(Exception):
    """No feature can have this id: it does not fit the type of the key."""


@dataclass(frozen=True)
class Box:
    """A rectangle in a CRS, x first; it may be flat (a point or a line)."""

    min_x: float
    min_y: float
    max_x: float
    max_y: float
    crs: Crs = CRS84


@dataclass(frozen=True)
class ItemsQuery:
    """What is asked of a collection's features.

    `boxes`: features that intersect any of them; none: all. `after`: only features with a larger id,
    `before`: the last ones with a smaller id. `order`: columns
    and whether descending; empty: by id. `select`: columns to show; None: all. `hits`: only how many there are.
    """

    limit: int
    offset: int = 0
    after: Value | None = None
    before: Value | None = None
    boxes: tuple[Box, ...] = ()
    crs: Crs = CRS84
    filters: tuple[tuple[str, Value], ...] = ()
    span: Span | None = None
    filter: Filter | None = None
    order: tuple[tuple[str, bool], ...] = ()
    select: tuple[str, ...] | None = None
    geometry: bool = True
    hits: bool = False
    as_of: str | None = None
    """A time in the past, as it was written; `batch` is what was published then, once that is found out."""
    batch: int | None = None

    @property
    def is_filtered(self) -> bool:
        """Whether anything but paging limits what is found."""
        return bool(self.boxes or self.filters or self.span or self.filter) or self.batch is not None


@dataclass(frozen=True)
class MapQuery:
    """A picture of a raster: the box in `crs` (x first) drawn on width × height pixels."""

    box: Box | None
    crs: Crs
    width: int
    height: int


@dataclass(frozen=True)
class ColumnsQuery:
    """Which columns there are to search by; `actual`: with the values that stand in them now."""

    actual: bool


def columns_query(params: Mapping[str, str], _: Dataset) -> ColumnsQuery:
    """Return what is asked of the columns. Raises BadParameterError."""
    only(params, frozenset({"f", "lang", "profile"}))
    return ColumnsQuery(_choice(params, "profile", ("valid-domain", "actual-domain")) == "actual-domain")


def only(params: Mapping[str, str], known: frozenset[str]) -> None:
    """Raise BadParameterError for the first parameter that is not known."""
    for name in params:
        if name not in known:
            raise BadParameterError(name[:60], "unknown", known=", ".join(sorted(known)))


def items_query(params: Mapping[str, str], dataset: Dataset) -> ItemsQuery:
    """Return what the parameters ask of the dataset's features. Raises BadParameterError."""
    columns = dataset.served
    only(params, ITEMS | frozenset(columns))
    order = _order(params, columns)
    offset = whole(params, "offset", 0, 0, OFFSET_MAX)
    after, before = _neighbour(params, "after", dataset), _neighbour(params, "before", dataset)
    if [after is not None, before is not None, bool(order or offset)].count(True) > 1:
        raise BadParameterError("after" if after is not None else "before", "after-alone")
    return ItemsQuery(
        limit=min(whole(params, "limit", dataset.paging.default, 1, BIGINT), dataset.paging.max),
        offset=offset,
        after=after,
        before=before,
        boxes=_boxes(params, dataset),
        crs=crs_asked(params, "crs", dataset),
        filters=tuple(_filters(params, columns)),
        span=_span(params),
        filter=_filter(params, dataset),
        order=order,
        select=_select(params, columns),
        geometry=not flag(params, "skipGeometry"),
        hits=_choice(params, "resulttype", ("results", "hits")) == "hits",
        as_of=params.get("as-of"),
    )


def map_query(params: Mapping[str, str], dataset: Dataset) -> MapQuery:
    """Return which picture the parameters ask for; the picture is in the CRS of its box unless another is asked."""
    only(params, frozenset({"f", "lang", "bbox", "bbox-crs", "crs", "width", "height", "transparent"}))
    boxes = _boxes(params, dataset)
    if len(boxes) > 1:
        raise BadParameterError("bbox", "box-antimeridian")
    box = boxes[0] if boxes else None
    if box and (box.min_x == box.max_x or box.min_y == box.max_y):
        raise BadParameterError("bbox", "box-flat")
    flag(params, "transparent")
    crs = crs_asked(params, "crs", dataset) if "crs" in params or box is None else box.crs
    width = whole(params, "width", 500, 1, PIXELS_MAX)
    return MapQuery(box, crs, width, whole(params, "height", 300, 1, PIXELS_MAX))


def feature_query(params: Mapping[str, str], dataset: Dataset) -> ItemsQuery:
    """Return in which CRS one feature is asked for."""
    only(params, frozenset({"f", "lang", "crs", "as-of"}))
    return ItemsQuery(limit=1, crs=crs_asked(params, "crs", dataset), as_of=params.get("as-of"))


def feature_id(text: str, dataset: Dataset) -> Value:
    """Return the id as a value of the key's type. Raises NoSuchFeatureError when it cannot be one."""
    try:
        return typed(text, dataset.columns.get(id_column(dataset)))
    except ValueError as error:
        raise NoSuchFeatureError(text[:60]) from error


def crs_asked(params: Mapping[str, str], name: str, dataset: Dataset) -> Crs:
    """Return the CRS that the parameter names; CRS84 if it is absent. Raises BadParameterError if not offered."""
    offered = offer(dataset)
    uri = params.get(name, CRS84_URI)
    if uri not in offered:
        raise BadParameterError(name, "crs", offered=", ".join(offered))
    return offered[uri]


def whole(params: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    """Return a whole number from low to high. Raises BadParameterError."""
    text = params.get(name)
    if text is None:
        return default
    if not re.fullmatch(r"[+-]?[0-9]{1,18}", text) or not low <= int(text) <= high:
        raise BadParameterError(name, "whole" if high < _ENDLESS else "whole-least", low=low, high=high)
    return int(text)


def flag(params: Mapping[str, str], name: str) -> bool:
    """Return a parameter that is true or false; False if it is absent. Raises BadParameterError."""
    return _choice(params, name, ("false", "true")) == "true"


def _choice(params: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    chosen = params.get(name, choices[0])
    if chosen not in choices:
        raise BadParameterError(name, "choice", choices=", ".join(choices))
    return chosen


def _boxes(params: Mapping[str, str], dataset: Dataset) -> tuple[Box, ...]:
    """Return the box as x-first rectangles: two when it crosses the antimeridian."""
    if "bbox" not in params:
        if "bbox-crs" in params:
            raise BadParameterError("bbox-crs", "box-missing")
        return ()
    crs = crs_asked(params, "bbox-crs", dataset)
    low, high = _corners(params["bbox"])
    (min_x, min_y), (max_x, max_y) = (low[::-1], high[::-1]) if crs.swapped else (low, high)
    if min_y > max_y:
        raise BadParameterError("bbox", "box-upside-down")
    if min_x <= max_x:
        return (Box(min_x, min_y, max_x, max_y, crs),)
    if not crs.geographic:
        raise BadParameterError("bbox", "box-antimeridian")
    return Box(min_x, min_y, 180, max_y, crs), Box(-180, min_y, max_x, max_y, crs)


def _corners(text: str) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the lower and upper corner as they were given; heights are read and not used."""
    parts = text.split(",")
    if len(parts) not in {_BOX_NUMBERS, _BOX_NUMBERS_3D}:
        raise BadParameterError("bbox", "box-numbers")
    try:
        numbers = [number(part) for part in parts]
    except ValueError as error:
        raise BadParameterError("bbox", "box-numbers") from error
    half = len(numbers) // 2
    return (numbers[0], numbers[1]), (numbers[half], numbers[half + 1])


def _span(params: Mapping[str, str]) -> Span | None:
    if "datetime" not in params:
        return None
    try:
        return read_span(params["datetime"])
    except (ValueError, OverflowError) as error:
        raise BadParameterError("datetime", "datetime") from error


def _filter(params: Mapping[str, str], dataset: Dataset) -> Filter | None:
    """Return the filter in CQL2; what it does not say in so many words is refused with the place in it."""
    if "filter" not in params:
        for name in ("filter-lang", "filter-crs"):
            if name in params:
                raise BadParameterError(name, "filter-missing")
        return None
    source, language = params["filter"], _choice(params, "filter-lang", LANGUAGES)
    try:
        return read(source, language, crs_asked(params, "filter-crs", dataset), dataset)
    except FilterError as error:
        raise BadParameterError("filter", error.key, **error.located(source)) from error


def _neighbour(params: Mapping[str, str], name: str, dataset: Dataset) -> Value | None:
    if name not in params:
        return None
    try:
        return feature_id(params[name], dataset)
    except NoSuchFeatureError as error:
        raise BadParameterError(name, "after") from error


def _order(params: Mapping[str, str], columns: Mapping[str, Column]) -> tuple[tuple[str, bool], ...]:
    terms = [term.strip() for term in params["sortby"].split(",")] if "sortby" in params else []
    order = tuple((term.lstrip("+-") if term[:1] in {"+", "-"} else term, term.startswith("-")) for term in terms)
    _known_columns("sortby", [name for name, _ in order], columns)
    return order


def _select(params: Mapping[str, str], columns: Mapping[str, Column]) -> tuple[str, ...] | None:
    if "properties" not in params:
        return None
    names = [name for name in params["properties"].split(",") if name]
    _known_columns("properties", names, columns)
    return tuple(dict.fromkeys(names))


def _known_columns(parameter: str, names: list[str], columns: Mapping[str, Column]) -> None:
    for name in names:
        if name not in columns:
            raise BadParameterError(parameter, "column", column=name[:60], known=", ".join(columns))


def _filters(params: Mapping[str, str], columns: Mapping[str, Column]) -> list[tuple[str, Value]]:
    found = []
    for name in (name for name in params if name in columns and name not in ITEMS):
        try:
            found.append((name, typed(params[name], columns[name])))
        except (ValueError, OverflowError) as error:
            raise BadParameterError(name, f"type-{columns[name].type}") from error
    return found
