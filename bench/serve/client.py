"""A client of a few threads that asks each address once, for what is cold only then, and that walks by links."""

import http.client
import json
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit

from bench.serve.server import Server

PIECE = 1 << 20


@dataclass(frozen=True)
class Reply:
    """What came back: status, bytes of the body, the validator, seconds until all was there."""

    status: int
    size: int
    tag: str
    seconds: float


def once(server: Server, addresses: Sequence[str], connections: int) -> list[Reply]:
    """Ask each address once, on so many connections at a time; replies come in the order of addresses."""

    def share(start: int) -> list[Reply]:
        held = http.client.HTTPConnection("127.0.0.1", server.port, timeout=300)
        replies = [_ask(held, address) for address in addresses[start::connections]]
        held.close()
        return replies

    with ThreadPoolExecutor(connections) as pool:
        shares = list(pool.map(share, range(connections)))
    replies: list[Reply] = [shares[index % connections][index // connections] for index in range(len(addresses))]
    return replies


def drained(server: Server, address: str, path: str | None = None) -> Reply:
    """Read an answer of any size piece by piece, into a file if one is named."""
    held = http.client.HTTPConnection("127.0.0.1", server.port, timeout=900)
    began = time.perf_counter()
    held.request("GET", address)
    answer = held.getresponse()
    size = 0
    with open(path or "/dev/null", "wb") as sink:  # noqa: PTH123 (one of them is a device)
        while piece := answer.read(PIECE):
            sink.write(piece)
            size += len(piece)
    held.close()
    return Reply(answer.status, size, answer.headers.get("ETag", ""), time.perf_counter() - began)


def walked(server: Server, address: str, pages: int) -> Iterator[tuple[str, float]]:
    """Follow the links to the next page; yield each page's address and the seconds it took, `pages` at most."""
    held = http.client.HTTPConnection("127.0.0.1", server.port, timeout=300)
    yield from islice(_pages(held, address), pages)
    held.close()


def _pages(held: http.client.HTTPConnection, address: str) -> Iterator[tuple[str, float]]:
    while address:
        began = time.perf_counter()
        held.request("GET", address, headers={"Accept": "application/geo+json"})
        answer = held.getresponse()
        body = answer.read()
        if answer.status != http.client.OK:
            raise OSError(f"{answer.status} {body[:200]!r} at {address}")
        yield address, time.perf_counter() - began
        links = [each for each in json.loads(body).get("links", ()) if each["rel"] == "next"]
        address = _local(links[0]["href"]) if links else ""


def _ask(held: http.client.HTTPConnection, address: str) -> Reply:
    began = time.perf_counter()
    held.request("GET", address)
    answer = held.getresponse()
    size = len(answer.read())
    return Reply(answer.status, size, answer.headers.get("ETag", ""), time.perf_counter() - began)


def _local(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
