"""Addresses as people type them: with a slash too many or too few, or without the language.

Apart from the answers because only a look at all routes tells whether such an address means a page.
"""

from collections.abc import Iterator
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route

from service.negotiate import best_language
from service.reception import is_for_a_browser
from service.state import Live
from service.texts import LANGUAGES


def meant(request: Request, live: Live) -> Response | None:
    """Return the way to the page that is meant by an address at which there is none; None if none is.

    A program is told that there is none: it does not mistype, and who wrote it should hear of it.
    """
    if request.method not in {"GET", "HEAD"} or not is_for_a_browser(request):
        return None
    path = next((each for each in _candidates(request, live) if _is_there(request, each)), None)
    if path is None:
        return None
    # Each candidate begins with exactly one slash: two of them would lead to another host.
    query = request.scope["query_string"].decode("latin-1")
    location = quote(path) + (f"?{query}" if query else "")
    return Response(
        status_code=307, headers={"Location": location, "Vary": "Accept, Accept-Language", "Cache-Control": "no-cache"}
    )


def _candidates(request: Request, live: Live) -> Iterator[str]:
    """Give the addresses that may be meant."""
    portal = live.state.catalogue.portal if live.state else None
    known, default = (portal.languages, portal.default_language) if portal else (LANGUAGES, "en")
    path: str = request.scope["path"].strip("/")
    yield f"/{path}/" if path in known else f"/{path}"
    if path.partition("/")[0] not in known:
        yield f"/{best_language(request.headers.get('accept-language', ''), known, default)}/{path}"


def _is_there(request: Request, path: str) -> bool:
    """Return whether an address has a route of its own, beside those that take any path."""
    routes = [each for each in request.app.routes if isinstance(each, Route) and ":path}" not in each.path]
    scope = {**request.scope, "path": path}
    return path != request.scope["path"] and any(each.matches(scope)[0] is Match.FULL for each in routes)
