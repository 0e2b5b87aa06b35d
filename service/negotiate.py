"""In which format and language a request is answered: by `f` and `lang`, else by Accept and Accept-Language. Pure."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from service.formats import ACCEPTED
from service.parameters import BadParameterError

_MEDIA = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "application/json": "json",
    "application/geo+json": "json",
    "application/schema+json": "json",
    "application/problem+json": "json",
    "application/vnd.oai.openapi+json": "json",
    "image/png": "png",
    **ACCEPTED,
}


class NotAcceptableError(Exception):
    """None of the media types in Accept is offered here; `offered` are the values of `f` that are."""

    def __init__(self, offered: tuple[str, ...]) -> None:
        super().__init__(", ".join(offered))
        self.offered = offered


def format_of(params: Mapping[str, str], accept: str, offered: tuple[str, ...]) -> str:
    """Return the format of the answer; the first offered is the default.

    A format that is only listed among others wins over the default when it is preferred: a browser gets HTML.
    Raises BadParameterError for a wrong `f`, NotAcceptableError for an Accept that allows nothing of what is offered:
    RFC 9110 (12.5.1) leaves the choice between that and the default, OGC API Features (7.5.1) names 406 for it, and
    a client that says what it can read is not helped by what it cannot.
    """
    asked = params.get("f")
    if asked is None:
        return _accepted(accept, offered)
    if asked not in offered:
        raise BadParameterError("f", "choice", choices=", ".join(offered))
    return asked


@lru_cache(maxsize=1024)
def _accepted(accept: str, offered: tuple[str, ...]) -> str:
    """Return the most wanted of the formats; of equally wanted ones that which is named first."""
    ranges = [each for each in _weighed(accept) if "/" in each[2]]
    if not ranges:
        return offered[0]
    wanted = [(*_wish(name, ranges), number, name) for number, name in enumerate(offered)]
    weight, _, _, best = min(wanted)
    if weight == 0:
        raise NotAcceptableError(offered)
    return best


def _wish(name: str, ranges: list[tuple[float, int, str]]) -> tuple[float, int]:
    """Return how much a format is wanted (less is more) and where that is said: by the most specific range."""
    types = {media_type for media_type, each in _MEDIA.items() if each == name}
    for said in (types, {f"{each.partition('/')[0]}/*" for each in types}, {"*/*"}):
        if found := [(weight, place) for weight, place, value in ranges if value in said]:
            return min(found)
    return 0.0, 0


def language_of(params: Mapping[str, str], accept: str, languages: tuple[str, ...], default: str) -> str:
    """Return the language of the answer: `lang`, else the best of Accept-Language, else the default.

    Raises BadParameterError for a `lang` that the portal does not speak.
    """
    asked = params.get("lang")
    if asked is not None:
        if asked[:2].lower() not in languages:
            raise BadParameterError("lang", "choice", choices=", ".join(languages))
        return asked[:2].lower()
    return best_language(accept, languages, default)


def best_language(accept: str, languages: Iterable[str], default: str) -> str:
    """Return the most wanted of the languages by an Accept-Language header, else the default."""
    known = set(languages)
    return next((tag[:2] for tag in preferred(accept) if tag[:2] in known), default)


def preferred(header: str) -> list[str]:
    """Return the values of an Accept header, most wanted first, in lower case; those with q=0 are left out.

    >>> preferred("text/html;q=0.5, application/json, image/png;q=0")
    ['application/json', 'text/html']
    """
    return [value for weight, _, value in _weighed(header) if weight < 0]


def is_wanted(value: str, header: str) -> bool:
    """Return whether an Accept-Encoding header allows the value, by its name or else by `*`.

    >>> is_wanted("gzip", "br, *;q=0.1"), is_wanted("gzip", "gzip;q=0, *"), is_wanted("gzip", "")
    (True, False, False)
    """
    weights = {each: weight for weight, _, each in _weighed(header)}
    return weights.get(value, weights.get("*", 0.0)) < 0


def _weighed(header: str) -> list[tuple[float, int, str]]:
    """Return weight (negative, for sorting), place and value of each value of an Accept header, most wanted first."""
    weighed = []
    for place, part in enumerate(header.lower().split(",")):
        value, *parameters = (piece.strip() for piece in part.split(";"))
        weight = next((_weight(each[2:]) for each in parameters if each.startswith("q=")), 1.0)
        if value:
            weighed.append((-weight, place, value))
    return sorted(weighed)


def _weight(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 0.0
