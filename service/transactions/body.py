"""The body of a request: read with a limit of size and time, and parsed as JSON that is safe to walk through.

Apart from the features in it because these limits hold for any document from outside: what is nested deeply enough
brings down GEOS, and numbers that are none are no JSON.
"""

import json
import math
from http import HTTPStatus
from typing import Any

import anyio
import anyio.from_thread
from starlette.requests import ClientDisconnect, Request

from findings import Finding, Level, Report
from service.refusal import RefusalError
from service.transactions.refusals import FaultyFeatureError

BYTES = 2 * 1024**2
SECONDS = 20
DEPTH = 10
"""Levels of lists and objects; a MultiPolygon in a Feature has six."""


def document(request: Request, media_types: tuple[str, ...]) -> Any:  # noqa: ANN401 (any JSON)
    """Return the body as JSON. To be called in a thread of the request's event loop; may be called again.

    Raises RefusalError for another media type (parameters of it do not matter) and for a body that is too large or too
    slow, FaultyFeatureError for one that is not JSON, is nested too deeply or has numbers that are not finite.
    """
    said = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if said not in media_types or request.headers.get("content-encoding", "identity") != "identity":
        raise RefusalError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "media-type", types=", ".join(media_types))
    if not hasattr(request.state, "body"):
        request.state.body = anyio.from_thread.run(_read, request)
    return _parsed(request.state.body)


async def _read(request: Request) -> bytes:
    length = request.headers.get("content-length", "")
    too_large = RefusalError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body-large", n=BYTES // 1024**2)
    if length.isdecimal() and int(length) > BYTES:
        raise too_large
    body = bytearray()
    try:
        with anyio.fail_after(SECONDS):
            async for piece in request.stream():
                body += piece
                if len(body) > BYTES:
                    raise too_large
    except (TimeoutError, ClientDisconnect):
        raise RefusalError(HTTPStatus.REQUEST_TIMEOUT, "body-slow", n=SECONDS) from None
    return bytes(body)


def _parsed(body: bytes) -> Any:  # noqa: ANN401 (any JSON)
    try:
        parsed = json.loads(body.decode("utf-8-sig"), parse_constant=_no_number)
    except RecursionError:
        raise _faulty("FEATURE-DEEP", limit=DEPTH) from None
    except UnicodeDecodeError as error:
        raise _faulty("FEATURE-NOT-JSON", status=HTTPStatus.BAD_REQUEST, reason=f"UTF-8, {error.start}") from None
    except ValueError as error:
        place = f"{error.lineno}:{error.colno}" if isinstance(error, json.JSONDecodeError) else "NaN"
        raise _faulty("FEATURE-NOT-JSON", status=HTTPStatus.BAD_REQUEST, reason=place) from None
    _walk(parsed)
    return parsed


def _no_number(_: str) -> None:
    raise ValueError("no number")


def _walk(parsed: object) -> None:
    """Refuse what is nested too deeply and what is no finite number; without recursion."""
    level = [parsed]
    for _ in range(DEPTH):
        if any(isinstance(each, float) and not math.isfinite(each) for each in level):
            raise _faulty("FEATURE-NUMBER")
        level = [part for each in level for part in _parts(each)]
        if not level:
            return
    raise _faulty("FEATURE-DEEP", limit=DEPTH)


def _parts(each: object) -> list[object]:
    if isinstance(each, dict):
        return list(each.values())
    return each if isinstance(each, list) else []


def _faulty(code: str, *, status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY, **values: object) -> FaultyFeatureError:
    return FaultyFeatureError(Report([Finding(code, Level.ERROR, values)]), status)
