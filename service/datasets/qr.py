"""QR codes of the portal's own addresses, as SVG. Nobody can have us draw one that leads elsewhere."""

import hashlib
import io
import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

import segno
from starlette.requests import Request
from starlette.responses import Response

from service.parameters import BadParameterError, only
from service.reception import guarded, parameters
from service.respond import Answer, Version, is_known, respond, unmodified
from service.state import Live

SVG = "image/svg+xml; charset=utf-8"
LONGEST = 700
"""Letters of an address: a code of more is too fine to be read off a screen or paper, and costs a lot to reckon."""
_SINCE = datetime.now(UTC)
"""When this process began: the code of an address is the same for as long as this lasts."""
_OWN = re.compile(r"/(?![/\\])[^\\\s\x00-\x1f\x7f]*")


def _code(request: Request, live: Live) -> Response:
    """Answer `/qr.svg`: `to` is a path of ours with query, `/cs/map?at=…`. Raises BadParameterError."""
    params = parameters(request)
    only(params, frozenset({"to"}))
    whole = address(params.get("to", ""), live.settings.public_url)
    version = Version(hashlib.sha256(whole.encode()).hexdigest()[:20], _SINCE)
    if is_known(request, version):
        return unmodified(version, private=False)
    return respond(request, Answer(drawn(whole), SVG), version)


code = guarded(_code)


def address(path: str, root: str) -> str:
    """Return the whole address of one of our paths. Raises BadParameterError for anything else."""
    if not _OWN.fullmatch(path) or urlsplit(path).netloc:
        raise BadParameterError("to", "own-path")
    if len(path) > LONGEST:
        raise BadParameterError("to", "own-path-long", n=LONGEST)
    return root + path


def drawn(text: str) -> bytes:
    """Return the QR code of a text, black on white with the quiet zone that readers need."""
    written = io.BytesIO()
    made = segno.make(text, error="m", micro=False)
    made.save(
        written, kind="svg", scale=4, border=4, dark="#000", light="#fff", xmldecl=False, svgclass=None, lineclass=None
    )
    return written.getvalue()
