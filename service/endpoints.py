"""How work gets its turn: through a gate, in a thread of a bounded number."""

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


class Endpoints:
    """Makes routes. What concerns a collection goes through the gate, under the collection's name."""

    def __init__(self, live: Live, gate: Gate) -> None:
        self._live = live
        self._gate = gate

    def routes(self, path: str, work: Work | Methods) -> list[Route]:
        """Return the routes of an address, one for each method."""
        works = work if isinstance(work, Mapping) else {"GET": work}
        return [Route(path, self._threaded(each), methods=[method]) for method, each in works.items()]

    def _threaded(self, work: Work) -> Endpoint:
        async def run(request: Request) -> Response:
            return await anyio.to_thread.run_sync(work, request, self._live, limiter=request.app.state.threads)

        async def endpoint(request: Request) -> Response:
            collection = request.path_params.get("collection")
            if collection is None:
                return await run(request)
            try:
                async with self._gate.entered(collection):
                    return await run(request)
            except Exception as error:  # noqa: BLE001 (every failure becomes a problem)
                return await anyio.to_thread.run_sync(failed, request, self._live, error)

        return endpoint
