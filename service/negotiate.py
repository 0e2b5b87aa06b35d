"""In which format and language a request is answered: by `f` and `lang`, else by Accept and Accept-Language. Pure."""

from collections.abc import Iterable, Mapping

from service.formats import ACCEPTED
from service.parameters import BadParameterError

_MEDIA = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "application/json": "json",
    "application/geo+json": "json",
    "application/schema+json": "json",
    "application/problem+json": "json",
    "image/png": "png",
    **ACCEPTED,
}


def format_of(params: Mapping[str, str], accept: str, offered: tuple[str, ...]) -> str:
    """Return the format of the answer; the first offered is the default. Raises BadParameterError for a wrong `f`.

    A format that is only listed among others wins over the default when it is preferred: a browser gets HTML.
    """
    asked = params.get("f")
    if asked is not None:
        if asked not in offered:
            raise BadParameterError("f", "choice", choices=", ".join(offered))
        return asked
    for media_type in preferred(accept):
        name = offered[0] if media_type in {"*/*", "application/*"} else _MEDIA.get(media_type)
        if name in offered:
            return str(name)
    return offered[0]


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
    weighed = []
    for place, part in enumerate(header.lower().split(",")):
        value, *parameters = (piece.strip() for piece in part.split(";"))
        weight = next((_weight(each[2:]) for each in parameters if each.startswith("q=")), 1.0)
        if value and weight > 0:
            weighed.append((-weight, place, value))
    return [value for _, _, value in sorted(weighed)]


def _weight(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 0.0
