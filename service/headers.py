"""What every answer carries for the safety of browsers, whichever route gave it."""

from collections.abc import Iterable

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from catalogue.backgrounds import host_of
from catalogue.vocabularies import Portal
from service.state import Live

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
READING = ("GET", "HEAD", "OPTIONS")
"""Methods of every resource."""


EXPOSED = (
    "Content-Bbox",
    "Content-Crs",
    "Content-Language",
    "ETag",
    "Last-Modified",
    "Link",
    "Location",
    "Retry-After",
)
_EVERY = [
    *((name.lower().encode(), value.encode()) for name, value in HEADERS.items()),
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", ", ".join(EXPOSED).encode()),
]


def policy(portal: Portal | None, *, framed: bool = False) -> str:
    """Return the Content Security Policy: the portal itself, and the hosts that its file names for what the map shows.

    `framed` is for a page that any site may show in a frame of its own.
    """
    services = portal.services if portal else ()
    pictures = _hosts((*(host_of(each) for each in portal.backgrounds.values()), *services)) if portal else ""
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:{pictures}; "
        f"connect-src 'self'{_hosts(services)}; manifest-src 'self'; worker-src 'self'; font-src 'self'; "
        f"form-action 'self'; base-uri 'none'; frame-ancestors {'*' if framed else "'self'"}"
    )


def _hosts(named: Iterable[str | None]) -> str:
    return "".join(f" {host}" for host in sorted({host for host in named if host}))


POLICY = policy(None)
"""Of pages that show nothing of others."""


class Envelope:
    """ASGI middleware: adds the headers, also those by which any site may read; answers a browser's question first."""

    def __init__(self, app: ASGIApp, live: Live) -> None:
        self._app = app
        self._live = live
        methods = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]
        self._asked_first = CORSMiddleware(app, allow_origins=["*"], allow_methods=methods, allow_headers=["*"])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name for name, _ in message["headers"]}
                every = [(b"content-security-policy", self._policy()), *_EVERY]
                message["headers"] = [*message["headers"], *(each for each in every if each[0] not in own)]
            await send(message)

        app = self._asked_first if scope["method"] == "OPTIONS" else self._app
        await app(scope, receive, send_with_headers)

    def _policy(self) -> bytes:
        state = self._live.state
        return policy(state.catalogue.portal if state else None).encode()
