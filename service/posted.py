"""A question that is posted: a filter in CQL2 JSON as the body, answered as if it stood in the address.

OWSLib asks so, and pygeoapi has always answered it. Who brings a token wants to write; so does whoever sends a feature.
"""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from service.block import Work
from service.execute import ITEMS, perform
from service.jsontext import encode
from service.media import JSON
from service.state import Live
from service.transactions.body import document

QUERY = "application/query-cql-json"
LONGEST = 16_384
"""Bytes of a body that may be a question."""


def question_or(write: Work) -> Work:
    """Return the work of POST on a collection's features: an answer to a question, else what `write` makes of it."""
    answer = perform(ITEMS)

    def work(request: Request, live: Live) -> Response:
        asked = _question(request)
        return write(request, live) if asked is None else answer(asked, live)

    return work


def _question(request: Request) -> Request | None:
    """Return the request that asks in its address what this one asks in its body; None if it asks nothing."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    length = request.headers.get("content-length", "")
    if "authorization" in request.headers or media_type not in {JSON, QUERY}:
        return None
    if not length.isdecimal() or int(length) > LONGEST:
        return None
    filter_ = document(request, (JSON, QUERY))
    if not isinstance(filter_, dict) or "op" not in filter_:
        return None
    said = urlencode({"filter": encode(filter_), "filter-lang": "cql2-json"})
    query = "&".join(part for part in (request.scope["query_string"].decode("latin-1"), said) if part)
    return Request({**request.scope, "method": "GET", "query_string": query.encode("latin-1")})
