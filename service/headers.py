"""What every answer carries for the safety of browsers, whichever route gave it."""

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "manifest-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
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


class Envelope:
    """ASGI middleware: adds the headers, also those by which any site may read; answers a browser's question first."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
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
                message["headers"] = [*message["headers"], *(each for each in _EVERY if each[0] not in own)]
            await send(message)

        app = self._asked_first if scope["method"] == "OPTIONS" else self._app
        await app(scope, receive, send_with_headers)
