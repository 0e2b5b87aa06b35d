"""What every route does first and last: who asks, what is asked, in which language; and what is said of a failure.

Apart from the operations, because pygeoapi's and our own share it.
"""

import functools
import hashlib
import logging
from collections.abc import Mapping
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from service import pages, problems
from service.access import is_internal
from service.asked import Asked
from service.block import Work
from service.database import TableChangedError
from service.jsontext import encode
from service.media import HTML, PROBLEM
from service.negotiate import NotAcceptableError, format_of, language_of
from service.parameters import BadParameterError
from service.problems import NotFoundError, NotReadyError
from service.published import Served
from service.respond import Answer, Version, respond
from service.state import Audience, Live, State
from service.texts import LANGUAGES

LOG = logging.getLogger(__name__)


def audience_of(request: Request, live: Live) -> tuple[State, Audience]:
    """Return the state and the part of it that the asker may see. Raises NotReadyError, UnknownTokenError."""
    state = live.state
    if state is None:
        raise NotReadyError
    internal = is_internal(request.headers.get("authorization"), live.database)
    return state, state.internal if internal else state.public


def parameters(request: Request) -> dict[str, str]:
    """Return the query parameters. Raises BadParameterError for one that is given twice or is not text."""
    given: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name in given:
            raise BadParameterError(name[:60], "twice")
        if "\x00" in name + value:
            raise BadParameterError(name.replace("\x00", "")[:60], "nul")
        given[name] = value
    return given


def language(request: Request, state: State, params: Mapping[str, str]) -> str:
    """Return the language of the answer. Raises BadParameterError."""
    portal = state.catalogue.portal
    accept = request.headers.get("accept-language", "")
    return language_of(params, accept, portal.languages, portal.default_language)


def served_of(request: Request, audience: Audience, needs: str | None = None) -> Served:
    """Return the collection that the address names; `needs` is `table` or `raster` where only such a one will do.

    Raises NotFoundError, also for a collection that the asker may not see.
    """
    served = audience.served.get(request.path_params["collection"])
    if served is None or (needs is not None and (needs == "raster") != served.dataset.is_raster):
        raise NotFoundError("collection")
    return served


def version_of(request: Request, asked: Asked) -> Version:
    """Return on what the answer depends: files, the collection's batch or the whole ledger, and all that was asked."""
    served, state = asked.served, asked.state
    batch = str(served.published.batch) if served else ""
    known = (
        state.files if served else state.version,
        batch,
        str(asked.audience.is_internal),
        asked.language,
        asked.format,
        request.scope["path"],
        request.scope["query_string"].decode("latin-1"),
    )
    changed = max(served.published.published, state.changed) if served else state.changed
    return Version(hashlib.sha256("\n".join(known).encode()).hexdigest()[:20], changed)


def guarded(work: Work) -> Work:
    """Return the work with every failure made a problem; a table that changed meanwhile is read once more."""

    @functools.wraps(work)
    def safe(request: Request, live: Live) -> Response:
        try:
            return work(request, live)
        except TableChangedError:
            LOG.info("a table changed under a request, reading the ledger again")
            live.refresh()
        except Exception as error:  # noqa: BLE001 (every failure becomes a problem)
            return failed(request, live, error)
        try:
            return work(request, live)
        except Exception as error:  # noqa: BLE001 (every failure becomes a problem)
            return failed(request, live, error)

    return safe


def failed(request: Request, live: Live, error: Exception) -> Response:
    """Return what is said of an exception, as problem+json or as a page."""
    spoken = _spoken(request, live)
    problem = problems.problem_of(error, spoken)
    if problem is None:
        LOG.error("fault in %s %s", request.method, request.url.path, exc_info=error)
        problem = problems.fault(spoken)
    return say(request, live, problem, spoken)


def say(request: Request, live: Live, problem: problems.Problem, spoken: str) -> Response:
    """Return a problem as JSON, or as a page for a browser."""
    headers = dict(problem.headers) | {"Content-Language": spoken}
    if live.state and (is_for_a_browser(request) or _is_of_the_portal(request, live.state)):
        posted = getattr(request.state, "typed", {}) if request.method == "POST" else None
        body = pages.problem(problem, live.state.catalogue, spoken, _in_languages(request, live.state), posted)
        return respond(request, Answer(body, f"{HTML}; charset=utf-8", problem.status, headers))
    body = encode(problem.document()).encode()
    return respond(request, Answer(body, PROBLEM, problem.status, headers))


def _spoken(request: Request, live: Live) -> str:
    """Return the language of a problem, also when the request's own wish is the problem."""
    if live.state is None:
        return next((tag for tag in LANGUAGES if tag in request.headers.get("accept-language", "")[:2]), "en")
    if _is_of_the_portal(request, live.state):
        return request.url.path.split("/")[1]
    try:
        return language(request, live.state, dict(request.query_params))
    except BadParameterError:
        return live.state.catalogue.portal.default_language


def _is_of_the_portal(request: Request, state: State) -> bool:
    """Return whether the address is that of a page in one of the portal's languages."""
    return request.url.path.split("/")[1] in state.catalogue.portal.languages


def _in_languages(request: Request, state: State) -> dict[str, str]:
    """Return the address that was asked for in each language of the portal."""
    parts, of_the_portal = quote(request.scope["path"]).split("/"), _is_of_the_portal(request, state)
    found: dict[str, str] = {}
    for tag in state.catalogue.portal.languages:
        url = request.url if of_the_portal else request.url.include_query_params(lang=tag)
        path = "/".join(["", tag, *parts[2:]] if of_the_portal else parts)
        path = f"/{path.lstrip('/')}"  # two slashes at the beginning would lead to another host
        found[tag] = f"{path}?{url.query}" if url.query else path
    return found


def is_for_a_browser(request: Request) -> bool:
    """Return whether a page is wanted rather than JSON, by `f=` or else by Accept."""
    try:
        return format_of(request.query_params, request.headers.get("accept", ""), ("json", "html")) == "html"
    except (BadParameterError, NotAcceptableError):
        return False
