"""The addresses of features, taken out of the traffic before it is routed: what the event loop can answer, it answers.

An ASGI middleware, because for a question that PostGIS answers in a fifth of a millisecond routing costs as much.
"""

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from service.admission import Gate
from service.database import TableChangedError
from service.direct import Direct
from service.reception import failed
from service.state import Live

_COLLECTIONS = "/ogc/collections/"


class ShortRoad:
    """Answers `items` and `items/{id}`; passes on everything else, and what `Direct` leaves to the long road."""

    def __init__(self, app: ASGIApp, live: Live, direct: Direct, gate: Gate) -> None:
        self._app, self._live, self._direct, self._gate = app, live, direct, gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass the request on."""
        asked = _place(scope)
        if asked is None:
            await self._app(scope, receive, send)
            return
        request = Request({**scope, "path_params": asked})
        try:
            async with self._gate.entered(asked["collection"]):
                response = await self._fresh(request)
        except Exception as error:  # noqa: BLE001 (every failure becomes a problem)
            response = await anyio.to_thread.run_sync(failed, request, self._live, error)
        await (self._app if response is None else response)(scope, receive, send)

    async def _fresh(self, request: Request) -> Response | None:
        """Return the answer; the state is read anew when something was published meanwhile."""
        ask = self._direct.item if "feature" in request.path_params else self._direct.items
        try:
            return await ask(request)
        except TableChangedError:
            await anyio.to_thread.run_sync(self._live.refresh)
        try:
            return await ask(request)
        except TableChangedError:
            return None


def _place(scope: Scope) -> dict[str, str] | None:
    """Return collection and feature of an address of features that is read by anybody; None for any other request."""
    if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"} or not scope["path"].startswith(_COLLECTIONS):
        return None
    collection, _, rest = scope["path"][len(_COLLECTIONS) :].partition("/")
    kind, slash, feature = rest.partition("/")
    if kind != "items" or (slash and not feature) or any(name == b"authorization" for name, _ in scope["headers"]):
        return None
    return {"collection": collection, "feature": feature} if slash else {"collection": collection}
