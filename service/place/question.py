"""What is asked: a place by coordinates, by a municipality's code, by a feature, or a name to be looked for. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from service.parameters import BadParameterError, NoSuchFeatureError, feature_id, only
from service.published import Served
from service.typed import Value, number

PARAMETERS = frozenset({"f", "lang", "lon", "lat", "code", "feature", "q", "datetime"})
_WAYS = ("q", "feature", "code", "lon", "lat")
_FURTHEST = {"lon": 180, "lat": 90}


@dataclass(frozen=True)
class Point:
    """A place in degrees (CRS84)."""

    lon: float
    lat: float


@dataclass(frozen=True)
class Of:
    """A feature that stands for the place: its collection, and its id as the key column has it."""

    served: Served
    id: Value


@dataclass(frozen=True)
class Question:
    """What is asked of which day. `where` is the place, a name to look for, or None: nothing is asked yet."""

    where: Point | Of | str | None
    day: date | None
    """None: today."""


def read(params: Mapping[str, str], shown: Mapping[str, Served]) -> Question:
    """Return the question; a field of a form that is left empty is not given.

    Raises BadParameterError, also for two ways at once; NoSuchFeatureError for a feature that cannot be.
    """
    only(params, PARAMETERS)
    given = {name: value.strip() for name, value in params.items() if value.strip()}
    asked = [name for name in _WAYS if name in given]
    if len({"lon" if name == "lat" else name for name in asked}) > 1:
        raise BadParameterError(asked[1], "here-one-way")
    return Question(_where(given, shown), _day(given))


def _where(given: Mapping[str, str], shown: Mapping[str, Served]) -> Point | Of | str | None:
    if "q" in given:
        return given["q"]
    if "feature" in given:
        collection, _, id_ = given["feature"].partition("/")
        return _of(shown.get(collection), id_)
    if "code" in given:
        return _of(next(filter(is_municipality, shown.values()), None), given["code"])
    if "lon" in given or "lat" in given:
        return Point(_degrees(given, "lon"), _degrees(given, "lat"))
    return None


def _of(served: Served | None, text: str) -> Of:
    if served is None or not text or not served.dataset.has_geometry:
        raise NoSuchFeatureError
    return Of(served, feature_id(text, served.dataset))


def is_municipality(served: Served) -> bool:
    """Return whether the features are municipalities."""
    return served.dataset.here is not None and served.dataset.here.part == "municipality"


def _degrees(given: Mapping[str, str], name: str) -> float:
    """Return longitude or latitude; a decimal comma will do: in three of four languages it is written so."""
    if name not in given:
        raise BadParameterError(name, "here-missing")
    try:
        value = number(given[name].replace(",", "."))
    except ValueError as error:
        raise BadParameterError(name, "type-decimal") from error
    if abs(value) > _FURTHEST[name]:
        raise BadParameterError(name, "here-degrees", low=-_FURTHEST[name], high=_FURTHEST[name])
    return value


def _day(given: Mapping[str, str]) -> date | None:
    try:
        return date.fromisoformat(given["datetime"]) if "datetime" in given else None
    except ValueError as error:
        raise BadParameterError("datetime", "type-date") from error
