"""Pictures of the step-by-step guide, read once and served under a name that holds their hash."""

import hashlib
import struct
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from service.media import PNG
from service.problems import NotFoundError
from service.reception import guarded
from service.respond import Answer, respond
from service.state import Live

FOLDER = Path(__file__).parent / "pictures"
_SIZE_AT = 16
"""Where width and height stand in a PNG file (the IHDR chunk comes first)."""


@dataclass(frozen=True)
class Picture:
    """A picture, its address on the portal, and its size in pixels."""

    body: bytes
    address: str
    width: int
    height: int


@cache
def pictures() -> dict[str, Picture]:
    """Return the pictures by name."""
    return {path.stem: _picture(path) for path in sorted(FOLDER.glob("*.png"))}


def _picture(path: Path) -> Picture:
    body = path.read_bytes()
    width, height = struct.unpack(">II", body[_SIZE_AT : _SIZE_AT + 8])
    name = f"{path.stem}-{hashlib.sha256(body).hexdigest()[:8]}.png"
    return Picture(body, f"/datasets/pictures/{name}", width, height)


def _answer(request: Request, _: Live) -> Response:
    """Answer with a picture. Raises NotFoundError."""
    wanted = request.scope["path"]
    found = next((each for each in pictures().values() if each.address == wanted), None)
    if found is None:
        raise NotFoundError("page")
    return respond(request, Answer(found.body, PNG, lasting=True))


picture = guarded(_answer)
