"""What a building block of the API is: its routes, and what it says of itself wherever the API describes itself.

A block is a package beside Features: tiles, downloads, changes. It names its addresses, conformance classes, links and
OpenAPI paths here; application, landing page, collection documents and OpenAPI document are made of all blocks, so that
none can be offered and not described, or described and not offered.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response

from service.asked import Asked, Document
from service.published import Served
from service.state import Live

type Work = Callable[[Request, Live], Response]
"""Answers a request; runs in a thread."""
type Methods = Mapping[str, Work]
"""The work of each HTTP method of one address; a plain Work answers GET and HEAD."""


def _nothing(_: Asked) -> list[Document]:
    return []


def _no_paths(_: Asked) -> Document:
    return {}


def _no_collection_paths(_: Served, __: Asked) -> Document:
    return {}


@dataclass(frozen=True)
class Block:
    """One building block. `links` are those of the collection in `asked.served`, `landing` those of the landing page.

    `paths`, `collection_paths` and `parameters` are parts of the OpenAPI document; paths stand below the API's root and
    may give further operations of an address that another block has too.
    """

    name: str
    routes: Mapping[str, Work | Methods] = field(default_factory=dict)
    conformance: tuple[str, ...] = ()
    landing: Callable[[Asked], list[Document]] = _nothing
    links: Callable[[Asked], list[Document]] = _nothing
    paths: Callable[[Asked], Document] = _no_paths
    collection_paths: Callable[[Served, Asked], Document] = _no_collection_paths
    parameters: Callable[[Asked], Document] = _no_paths
