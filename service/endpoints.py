"""How work gets its turn: through a gate, in a thread of a bounded number.

There are two gates, so that neither pages that cost much nor questions to the API keep the other waiting, or what is
light: the app, its files, whether the service is well.
"""

from collections.abc import Awaitable, Callable, Mapping

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from service.admission import Gate
from service.block import Methods, Work
from service.reception import failed
from service.state import Live

type Endpoint = Callable[[Request], Awaitable[Response]]

_COSTLY = frozenset({"/search", "/here", "/qr.svg"})
"""Addresses without a language that are reckoned for each asker."""


class Endpoints:
    """Makes routes. What concerns a collection goes through the gate, under the collection's name.

    What makes pages goes through the gate of pages, under the name of its room; so does the search.
    """

    def __init__(self, live: Live, gate: Gate, pages: Gate) -> None:
        self._live = live
        self._gate, self._pages = gate, pages

    def routes(self, path: str, work: Work | Methods) -> list[Route]:
        """Return the routes of an address, one for each method."""
        works = work if isinstance(work, Mapping) else {"GET": work}
        return [Route(path, self._threaded(each), methods=[method]) for method, each in works.items()]

    def _threaded(self, work: Work) -> Endpoint:
        async def run(request: Request) -> Response:
            return await anyio.to_thread.run_sync(work, request, self._live, limiter=request.app.state.threads)

        async def endpoint(request: Request) -> Response:
            collection, room = request.path_params.get("collection"), room_of(request)
            if collection is None and room is None:
                return await run(request)
            gate = self._gate if collection is not None else self._pages
            try:
                async with gate.entered(collection or room or ""):
                    return await run(request)
            except Exception as error:  # noqa: BLE001 (every failure becomes a problem)
                return await anyio.to_thread.run_sync(failed, request, self._live, error)

        return endpoint


def room_of(request: Request) -> str | None:
    """Return the room of the portal that makes the page; None for what is light: the home page and the map itself."""
    path: str = request.scope["path"]
    if "language" not in request.path_params:
        return path if path in _COSTLY else None
    _, _, room, *below = path.split("/")
    is_light = room == "map" and not below and request.query_params.get("view") != "list"
    return None if is_light else room or None
