"""Answers kept in memory: who asks what was asked before, of the same version, gets the same bytes at once.

The map asks by a fixed grid of cells and everybody begins on the first pages, so the same questions come again and
again. An answer is kept with what it depended on and never used beyond it: a publication is seen by the next request.
"""

from collections import OrderedDict
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.state import Live, State

LARGEST = 4 * 1024 * 1024
"""Bytes of the largest answer that is kept."""
_TOLD = (b"accept", b"accept-language", b"accept-encoding")
"""Request headers on which an answer depends; what others ask (tokens, ranges, dates) is not kept."""
_PASSED = frozenset({b"authorization", b"range", b"if-modified-since"})
_KEPT = frozenset({200, 204})
"""Statuses of answers that are kept: what there is, and that there is nothing in a tile."""
_COLLECTION = "/ogc/collections/"
_EACH = 2048
"""Bytes that the objects of one answer take beside what is written in them."""

type Key = tuple[object, ...]


@dataclass(frozen=True)
class Kept:
    """An answer: its headers, ETag and body, and the version of what it was made from."""

    headers: list[tuple[bytes, bytes]]
    etag: bytes
    body: bytes
    version: Key
    status: int

    def room(self, key: Key) -> int:
        """Return the bytes that it takes with its key: an empty tile takes some too, and an address may be long."""
        written = (*key, *(each for pair in self.headers for each in pair))
        return _EACH + len(self.body) + sum(len(each) for each in written if isinstance(each, str | bytes))


@dataclass
class _Heard:
    """An answer while it is sent."""

    start: Message | None = None
    parts: list[bytes] = field(default_factory=list)
    size: int = 0
    ended: bool = False


class KeptAnswers:
    """ASGI middleware. `megabytes` bounds what is kept in this process; 0 keeps nothing."""

    def __init__(self, app: ASGIApp, live: Live, megabytes: int) -> None:
        self._app, self._live, self._room = app, live, megabytes * 1024 * 1024
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._size = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send what is kept, or pass the request on and keep its answer."""
        state = self._live.state
        if not self._room or state is None or scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        if not _PASSED.isdisjoint(headers):
            await self._app(scope, receive, send)
            return
        key = (scope["path"], scope["query_string"], *(headers.get(name) for name in _TOLD))
        found = self._kept.get(key)
        if found is not None and found.version == _version(scope["path"], state):
            self._kept.move_to_end(key)
            await _send(found, headers.get(b"if-none-match"), send)
            return
        heard = _Heard()
        await self._app(scope, receive, _listening(heard, send))
        if heard.ended and heard.start and self._live.state is state:
            self._keep(key, heard, _version(scope["path"], state))

    def _keep(self, key: Key, heard: _Heard, version: Key) -> None:
        """Keep an answer that everybody may have and that has a version of its own; the oldest make room."""
        start = heard.start or {}
        headers = dict(start["headers"])
        if (
            start["status"] not in _KEPT
            or b"etag" not in headers
            or b"public" not in headers.get(b"cache-control", b"")
        ):
            return
        if key in self._kept:
            self._size -= self._kept.pop(key).room(key)
        body = b"".join(heard.parts)
        self._kept[key] = made = Kept(list(start["headers"]), headers[b"etag"], body, version, start["status"])
        self._size += made.room(key)
        while self._size > self._room:
            oldest, left = self._kept.popitem(last=False)
            self._size -= left.room(oldest)


def _version(path: str, state: State) -> Key:
    """Return what an answer at the path depends on: files and the collection's batch, or all that is published."""
    if path.startswith(_COLLECTION):
        served = state.public.served.get(path[len(_COLLECTION) :].partition("/")[0])
        if served is not None:
            return state.files, served.published.batch
    return (state.version,)


async def _send(kept: Kept, known: bytes | None, send: Send) -> None:
    tag = kept.etag.removeprefix(b"W/")
    if known is not None and (known == b"*" or tag in {each.strip().removeprefix(b"W/") for each in known.split(b",")}):
        left_out = {b"content-length", b"content-type", b"content-encoding", b"content-crs", b"content-language"}
        headers = [each for each in kept.headers if each[0] not in left_out]
        await send({"type": "http.response.start", "status": 304, "headers": headers})
        await send({"type": "http.response.body", "body": b""})
        return
    await send({"type": "http.response.start", "status": kept.status, "headers": kept.headers})
    await send({"type": "http.response.body", "body": kept.body})


def _listening(heard: _Heard, send: Send) -> Send:
    """Return a `send` that also remembers an answer which is small enough."""

    async def forward(message: Message) -> None:
        if message["type"] == "http.response.start":
            heard.start = message
        elif message["type"] == "http.response.body" and heard.size <= LARGEST:
            heard.size += len(message.get("body", b""))
            heard.parts.append(message.get("body", b""))
            heard.ended = not message.get("more_body") and heard.size <= LARGEST
        await send(message)

    return forward
