"""HTTP: caching, conditions and compression of an answer that is ready, the same for all routes. Pure.

Answers are revalidated, not trusted for a time: a publication is seen by the next request, and a 304 costs nothing.
"""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import Response

from service.negotiate import is_wanted
from service.transactions import conditions

SMALLEST_COMPRESSED = 1000
GZIP_LEVEL = 5
"""Level 9 costs three times as much for a hundredth less."""
VARY = "Accept, Accept-Language, Accept-Encoding, Authorization"


@dataclass(frozen=True)
class Answer:
    """An answer: its bytes and what they are. `private` is for the asker only; `lasting` never changes.

    `written` is the batch that wrote the feature, of the representation of one feature: its ETag begins with it, so
    that an edit can say which state it has seen (`service.transactions.conditions`).
    """

    body: bytes
    media_type: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    private: bool = False
    lasting: bool = False
    written: int | None = None


@dataclass(frozen=True)
class Version:
    """What a representation depends on: its tag, and when it last changed."""

    tag: str
    changed: datetime

    @property
    def headers(self) -> dict[str, str]:
        """ETag (weak: compressed or not it is the same) and Last-Modified."""
        moment = self.changed.astimezone(UTC).replace(microsecond=0)
        return {"ETag": f'W/"{self.tag}"', "Last-Modified": format_datetime(moment, usegmt=True)}


def is_known(request: Request, version: Version) -> bool:
    """Return whether the asker already has this version; If-None-Match is decisive where it is given."""
    known = request.headers.get("if-none-match")
    if known is not None:
        return known.strip() == "*" or _matched(known, version) is not None
    since = request.headers.get("if-modified-since")
    if since is None:
        return False
    try:
        moment = parsedate_to_datetime(since)
    except (TypeError, ValueError):
        return False
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return version.changed.replace(microsecond=0) <= moment


def is_named(request: Request, version: Version) -> bool:
    """Return whether If-None-Match names this version, so that its tag need not be made to say 304."""
    return _matched(request.headers.get("if-none-match", ""), version) is not None


def _matched(known: str, version: Version) -> str | None:
    """Return the one of the tags of If-None-Match that is the version's; that of a feature has its batch in front."""
    for tag in known.split(","):
        if tag.strip().removeprefix("W/").strip('"').rpartition(".")[2] == version.tag:
            return tag.strip()
    return None


def unmodified(version: Version, *, private: bool, request: Request | None = None, tag: str | None = None) -> Response:
    """Return 304, with the tag that the whole answer has; to a request that names it, with the tag as it was named."""
    known = request.headers.get("if-none-match") if request else None
    tag = (_matched(known, version) if known else None) or tag
    headers = version.headers | ({"ETag": tag} if tag else {})
    return Response(status_code=304, headers={**headers, "Vary": VARY, "Cache-Control": _caching(private=private)})


def respond(request: Request, answer: Answer, version: Version | None = None) -> Response:
    """Return the response: compressed if that is wanted and worth it, with no body for HEAD."""
    body, headers = answer.body, dict(answer.headers) | {"Vary": VARY}
    if wants_gzip(request) and len(body) >= SMALLEST_COMPRESSED and not answer.media_type.startswith("image/"):
        body = _smallest(body) if answer.lasting else gzip.compress(body, GZIP_LEVEL, mtime=0)
        headers["Content-Encoding"] = "gzip"
    headers["Content-Length"] = str(len(body))
    headers["Cache-Control"] = _cache_control(answer)
    if version:
        headers |= version.headers
    if version and answer.written is not None:
        strong = f'"{conditions.tag(answer.written, version.tag)}"'
        if is_known(request, version):
            return unmodified(version, private=answer.private, tag=strong)
        headers["ETag"] = f"W/{strong}" if "Content-Encoding" in headers else strong
    if request.method == "HEAD":
        body = b""
    response = Response(status_code=answer.status, headers=headers)
    response.body = body
    response.raw_headers.append((b"content-type", answer.media_type.encode("latin-1")))
    return response


@lru_cache(maxsize=128)
def _smallest(body: bytes) -> bytes:
    """Compress a file of the app: it never changes, so once, and as well as can be."""
    return gzip.compress(body, mtime=0)


def _cache_control(answer: Answer) -> str:
    if answer.status >= 400:  # noqa: PLR2004 (the first status that is an error)
        return "no-store"
    if answer.lasting:
        return "public, max-age=31536000, immutable"
    return _caching(private=answer.private)


def _caching(*, private: bool) -> str:
    return f"{'private' if private else 'public'}, no-cache"


def wants_gzip(request: Request) -> bool:
    """Return whether the asker takes compressed answers."""
    return is_wanted("gzip", request.headers.get("accept-encoding", ""))
