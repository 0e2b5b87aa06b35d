"""Answers `/coordinates`: a place in all systems, by its degrees or by what somebody typed.

Nothing of it is kept by others on the way: which place somebody asks about is their own matter.
"""

from collections.abc import Mapping
from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import Response

from service.asked import Document
from service.coordinates import systems, written
from service.coordinates.written import Written
from service.jsontext import encode
from service.media import JSON
from service.parameters import BadParameterError, Box, only
from service.reception import audience_of, parameters
from service.respond import Answer, respond
from service.state import Live
from service.typed import number

_FURTHEST = {"lon": 180, "lat": 90}
_DECIMALS, _DEGREE_DECIMALS = 3, 8
"""A millimetre."""


def coordinates(request: Request, live: Live) -> Response:
    """Answer `/coordinates?lon=…&lat=…` or `?q=…`: `places`, none where the text is not coordinates.

    Of each place: `lon`, `lat` (degrees, CRS84), `code` of the system it was written in, `inside` the portal's view or
    not, and `systems` with `code`, `x`, `y` (metres, easting first) and `accuracy`. Raises BadParameterError.
    """
    state, _ = audience_of(request, live)
    region = Box(*state.catalogue.portal.view)
    params = parameters(request)
    only(params, frozenset({"lon", "lat", "q", "lang"}))
    places = [_document(each, region) for each in _asked(params, region)]
    return respond(request, Answer(encode({"places": places}).encode(), JSON, private=True))


def _asked(params: Mapping[str, str], region: Box) -> list[Written]:
    if "q" in params:
        return written.read(params["q"], region)
    return [Written(_degrees(params, "lon"), _degrees(params, "lat"), systems.LON_LAT_CODE)]


def _document(place: Written, region: Box) -> Document:
    return {
        "lon": round(place.lon, _DEGREE_DECIMALS),
        "lat": round(place.lat, _DEGREE_DECIMALS),
        "code": place.code,
        "inside": systems.within(region, place.lon, place.lat),
        "systems": [
            asdict(each) | {"x": round(each.x, _DECIMALS), "y": round(each.y, _DECIMALS)}
            for each in systems.told(place.lon, place.lat)
        ],
    }


def _degrees(params: Mapping[str, str], name: str) -> float:
    if name not in params:
        raise BadParameterError(name, "here-missing")
    try:
        value = number(params[name])
    except ValueError as error:
        raise BadParameterError(name, "type-decimal") from error
    if abs(value) > _FURTHEST[name]:
        raise BadParameterError(name, "here-degrees", low=-_FURTHEST[name], high=_FURTHEST[name])
    return value
