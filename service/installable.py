"""What makes the map an app that can be installed: its manifest, one in each language."""

from starlette.requests import Request
from starlette.responses import Response

from catalogue.values import text_in
from look import LIGHT
from service.block import Block
from service.jsontext import encode
from service.problems import NotFoundError
from service.reception import audience_of, guarded
from service.respond import Answer, respond
from service.state import Live

MANIFEST = "application/manifest+json"
_SIZES = (192, 512)
"""Widths of the icons in pixels; they fill the square, so that a system may cut them to its own shape."""


def path(language: str) -> str:
    """Return the address of the manifest in a language."""
    return f"/{language}/app.webmanifest"


def manifest(request: Request, live: Live) -> Response:
    """Answer `/{language}/app.webmanifest`. Raises NotFoundError for a language that the portal does not have."""
    state, _ = audience_of(request, live)
    about, language = state.catalogue.portal, request.path_params["language"]
    if language not in about.languages:
        raise NotFoundError("page")
    title = text_in(about.title, language, about.default_language) or "Krajina"
    document = {
        "name": title,
        "short_name": title,
        "description": text_in(about.description, language, about.default_language) or title,
        "lang": language,
        "id": "/",
        "start_url": f"/{language}/map",
        "scope": "/",
        "display": "standalone",
        "background_color": LIGHT["paper"],
        "theme_color": LIGHT["accent"],
        "icons": [
            {"src": f"/icon-{size}.png", "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
            for size in _SIZES
            for purpose in ("any", "maskable")
        ],
    }
    return respond(request, Answer(encode(document).encode(), MANIFEST, headers={"Content-Language": language}))


BLOCK = Block("installable", routes={"/{language}/app.webmanifest": guarded(manifest)})
