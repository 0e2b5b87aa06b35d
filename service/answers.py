"""The routes beside pygeoapi's: the map's layers, search, health, the OpenAPI document, the web app and our style."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from service import health, layers, mistyped, pages, problems
from service import openapi as description
from service import search as searching
from service.asked import Asked
from service.headers import READING, policy
from service.jsontext import encode
from service.listing import state as addresses
from service.listing import work as listing
from service.media import HTML, JSON, OPENAPI
from service.negotiate import best_language, format_of
from service.parameters import only
from service.portal.visit import portal_page
from service.problems import NotFoundError
from service.reception import audience_of, failed, language, parameters, say
from service.respond import Answer, Version, is_known, respond, unmodified
from service.state import Audience, Live, State
from service.texts import LANGUAGES
from service.website import Website

type Make = Callable[[State, Audience, dict[str, str], str], Answer]
_PLAIN = frozenset({"f", "lang"})
as_list = portal_page(listing.page)
"""Answers the map's address with a list."""


def portal(request: Request, live: Live) -> Response:
    """Answer `/map/portal`."""

    def make(state: State, audience: Audience, params: dict[str, str], spoken: str) -> Answer:
        only(params, frozenset({"lang"}))
        document = layers.portal(state.catalogue, audience.served.values(), spoken)
        return _json(document, spoken, private=audience.is_internal)

    return _versioned(request, live, make)


def openapi(request: Request, live: Live) -> Response:
    """Answer `/ogc/openapi`, as JSON or as a page."""

    def make(state: State, audience: Audience, params: dict[str, str], spoken: str) -> Answer:
        only(params, _PLAIN)
        chosen = format_of(params, request.headers.get("accept", ""), ("json", "html"))
        asked = Asked(state, audience, "/openapi", params, spoken, chosen)
        document, headers = description.document(asked), {"Content-Language": spoken}
        if chosen == "html":
            page = pages.render("openapi", document, asked)
            return Answer(page, f"{HTML}; charset=utf-8", headers=headers, private=audience.is_internal)
        return Answer(encode(document).encode(), OPENAPI, headers=headers, private=audience.is_internal)

    return _versioned(request, live, make)


def search(request: Request, live: Live) -> Response:
    """Answer `/search`."""
    try:
        state, audience = audience_of(request, live)
        params = parameters(request)
        spoken = language(request, state, params)
        found = searching.search(params, audience.served.values(), state.catalogue, spoken, live.database)
        return respond(request, _json(found, spoken, private=audience.is_internal))
    except Exception as error:  # noqa: BLE001 (every failure becomes a problem)
        return failed(request, live, error)


def alive(request: Request, _: Live) -> Response:
    """Answer `/health/live`: the process runs."""
    return respond(request, Answer(b'{"status":"alive"}', JSON))


def ready(request: Request, live: Live) -> Response:
    """Answer `/health/ready`: 200, or 503 when nothing can be answered."""
    is_ready, document = health.ready(live)
    headers = {} if is_ready else {"Retry-After": str(problems.RETRY_SECONDS)}
    return respond(request, Answer(encode(document).encode(), JSON, 200 if is_ready else 503, headers))


def style(request: Request, live: Live) -> Response:
    """Answer with the style of our pages."""
    if request.path_params["name"] != pages.STYLE_NAME:
        return failed(request, live, NotFoundError("page"))
    return respond(request, Answer(pages.STYLE, "text/css; charset=utf-8", lasting=True))


def home(request: Request, live: Live, *, website: Website) -> Response:
    """Lead to the portal in the visitor's language; to the data when the web app has not been built."""
    about = live.state.catalogue.portal if live.state else None
    known, default = (about.languages, about.default_language) if about else (LANGUAGES, "en")
    chosen = best_language(request.headers.get("accept-language", ""), known, default)
    target = f"/{chosen}/" if "index.html" in website else f"/ogc/collections?f=html&lang={chosen}"
    return Response(
        status_code=307, headers={"Location": target, "Vary": "Accept-Language", "Cache-Control": "no-cache"}
    )


def app_page(request: Request, live: Live, *, website: Website) -> Response:
    """Answer with the web app in the language of the address, or with the list of what it would show.

    The list is for those who ask for it, for browsers without a script, and where the app has not been built.
    """
    known = live.state.catalogue.portal.languages if live.state else LANGUAGES
    language = request.path_params["language"]
    if language not in known:
        return failed(request, live, NotFoundError("page"))
    shown = addresses.read(request.scope["query_string"].decode("latin-1"))
    if shown.is_list or "index.html" not in website:
        return as_list(request, live)
    listed = f"/{language}/map?{addresses.query(addresses.write(replace(shown, is_list=True)))}"
    page = website.page(language, without_script=listed)
    if shown.embed:
        portal = live.state.catalogue.portal if live.state else None
        page = replace(page, headers={**page.headers, "Content-Security-Policy": policy(portal, framed=True)})
    return respond(request, page)


def app_file(request: Request, live: Live, *, website: Website) -> Response:
    """Answer with a file of the web app, of which no route but this one knows; or with the way to what is meant."""
    name = request.path_params["name"]
    if name not in website and "GET" not in _allowed(request):
        return no_method(request, live)
    if name not in website:
        return mistyped.meant(request, live) or failed(request, live, NotFoundError("page"))
    return respond(request, website.file(name))


def no_page(request: Request, live: Live, _: Exception) -> Response:
    """Say that there is no such address."""
    return failed(request, live, NotFoundError("page"))


def options(request: Request, _live: Live) -> Response:
    """Say which methods there are at the address."""
    return Response(status_code=204, headers={"Allow": _allowed(request)})


def no_method(request: Request, live: Live, _: Exception | None = None) -> Response:
    """Say which methods there are instead."""
    spoken = best_language(request.headers.get("accept-language", ""), LANGUAGES, "en")
    return say(request, live, problems.no_method(spoken, _allowed(request)), spoken)


def _allowed(request: Request) -> str:
    """Return the methods of all routes of the address; those of reading where only a route for any path would do."""
    routes = [each for each in request.app.routes if isinstance(each, Route) and not each.path.startswith("/{")]
    own = [each.methods or set() for each in routes if each.path_regex.match(request.scope["path"])]
    found = set().union(*own) | {"OPTIONS"} if own else set(READING)
    return ", ".join(sorted(found))


def fault(request: Request, live: Live, error: Exception) -> Response:
    """Say that something went wrong, and not what."""
    return failed(request, live, error)


def _versioned(request: Request, live: Live, make: Make) -> Response:
    """Answer with what changes only with the state: 304 when it is known."""
    try:
        state, audience = audience_of(request, live)
        params = parameters(request)
        spoken = language(request, state, params)
        accept = request.headers.get("accept", "")
        known = (state.version, str(audience.is_internal), spoken, accept, request.url.path, request.url.query)
        version = Version(hashlib.sha256("\n".join(known).encode()).hexdigest()[:20], state.changed)
        if is_known(request, version):
            return unmodified(version, private=audience.is_internal)
        return respond(request, make(state, audience, params, spoken), version)
    except Exception as error:  # noqa: BLE001 (every failure becomes a problem)
        return failed(request, live, error)


def _json(document: dict[str, Any], spoken: str, *, private: bool) -> Answer:
    headers = {"Content-Language": spoken}
    return Answer(encode(document).encode(), JSON, headers=headers, private=private)
