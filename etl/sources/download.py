"""Downloads over http and https: only what has changed, only from where we may, only whole.

Apart from `snapshot` because everything here defends against the other side: a server that redirects into our own
network, sends without end, or breaks off.

The name is resolved once, every address it has must be public, and the connection goes to that very address: another
resolution could answer otherwise (DNS rebinding). urllib3 is used bare, since it takes address and host name apart.
"""

import hashlib
import ipaddress
import re
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import NamedTemporaryFile
from typing import Any
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

import certifi
import urllib3
from urllib3.exceptions import HTTPError

from etl.errors import NotFetched

REDIRECTS = 5
BYTES = 4 * 1024**3
"""Largest file that is fetched."""
SECONDS = 3600
"""Longest time that one file may take."""
PIECE = 1024 * 1024
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}")
TIMEOUT = urllib3.Timeout(connect=15, read=60)
_NOT_MODIFIED, _OK = 304, 200
_MOVED = {301, 302, 303, 307, 308}


@dataclass(frozen=True)
class Download:
    """A file that is here whole."""

    path: Path
    sha256: str
    size: int
    etag: str | None = None
    last_modified: str | None = None


def download(url: str, folder: Path, last: dict[str, Any], allow_private: tuple[str, ...] = ()) -> Download:
    """Return the file at the URL, kept in `folder` under a name of ours.

    `last` is what is known of the last time (sha256, etag, last_modified; may be empty). If the file of that time is
    still here the server is asked only for a newer one. Raises NotFetched.
    """
    target = folder / _file_name(url)
    conditions = _conditions(target, last)
    for _ in range(REDIRECTS + 1):
        with _answer(url, conditions, allow_private) as answer:
            if answer.status == _NOT_MODIFIED and conditions:
                return Download(
                    target, last["sha256"], target.stat().st_size, last.get("etag"), last.get("last_modified")
                )
            if answer.status == _OK:
                return _save(url, answer, target)
            if answer.status not in _MOVED or "Location" not in answer.headers:
                raise NotFetched("SOURCE-STATUS", file=url, status=answer.status)
            url = urljoin(url, answer.headers["Location"])
    raise NotFetched("SOURCE-REDIRECTS", file=url, n=REDIRECTS)


def _file_name(url: str) -> str:
    """Return a name that says which URL it was and keeps its suffixes, with nothing in it that the URL could choose."""
    suffixes = PurePosixPath(unquote(urlsplit(url).path)).suffixes[-2:]
    kept = "".join(suffix.lower() for suffix in suffixes if _SUFFIX.fullmatch(suffix))
    return hashlib.sha256(url.encode()).hexdigest()[:16] + kept


def _conditions(target: Path, last: dict[str, Any]) -> dict[str, str]:
    """Return the headers that ask for a newer file only; none if the last one is not here as it was."""
    if not last.get("sha256") or not target.is_file():
        return {}
    with target.open("rb") as stream:
        if hashlib.file_digest(stream, "sha256").hexdigest() != last["sha256"]:
            return {}
    headers = {"If-None-Match": last.get("etag"), "If-Modified-Since": last.get("last_modified")}
    return {name: value for name, value in headers.items() if value}


@contextmanager
def _answer(url: str, conditions: dict[str, str], allow_private: tuple[str, ...]) -> Iterator[urllib3.BaseHTTPResponse]:
    parts = urlsplit(url)
    address = _address(parts, url, allow_private)
    with _pool(parts, address) as pool:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        # Plain bytes are asked for: a length that was promised can then be compared with what came.
        headers = {"Host": parts.netloc.rpartition("@")[2], "Accept-Encoding": "identity", "User-Agent": "krajina"}
        try:
            answer = pool.request(
                "GET",
                path,
                headers=headers | conditions,
                redirect=False,
                retries=False,
                preload_content=False,
                enforce_content_length=False,  # `_save` does, and says how much came
            )
            try:
                yield answer
            finally:
                answer.close()
        except (HTTPError, OSError) as error:
            raise NotFetched("SOURCE-NETWORK", file=url, reason=str(error)) from error


def _pool(parts: SplitResult, address: str) -> urllib3.HTTPConnectionPool:
    """Return connections to the address, made out to the host of the URL."""
    if parts.scheme == "http":
        return urllib3.HTTPConnectionPool(address, parts.port or 80, timeout=TIMEOUT)
    trusted = ssl.create_default_context(cafile=certifi.where())
    trusted.set_default_verify_paths()  # and what the machine trusts beyond that: an office's own authority
    return urllib3.HTTPSConnectionPool(
        address,
        parts.port or 443,
        timeout=TIMEOUT,
        ssl_context=trusted,
        server_hostname=parts.hostname,
        assert_hostname=parts.hostname,
    )


def _address(parts: SplitResult, url: str, allow_private: tuple[str, ...]) -> str:
    """Return the address to connect to. Raises NotFetched unless all addresses of the host are public."""
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise NotFetched("SOURCE-SCHEME", file=url)
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, ValueError) as error:
        raise NotFetched("SOURCE-NETWORK", file=url, reason=str(error)) from error
    addresses = [str(entry[4][0]) for entry in found]
    if parts.hostname not in allow_private and not all(_public(address) for address in addresses):
        raise NotFetched("SOURCE-PRIVATE", file=url, host=parts.hostname)
    return addresses[0]


def _public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    return ip.is_global and not ip.is_multicast and (inner is None or inner.is_global)


def _save(url: str, answer: urllib3.BaseHTTPResponse, target: Path) -> Download:
    """Write the body beside the target and move it there once it is whole."""
    promised = answer.headers.get("Content-Length")
    digest, size, end = hashlib.sha256(), 0, time.monotonic() + SECONDS
    with NamedTemporaryFile(dir=target.parent, prefix=target.name, suffix=".part", delete_on_close=False) as part:
        for piece in answer.stream(PIECE, decode_content=False):
            size += len(piece)
            if size > BYTES or time.monotonic() > end:
                raise NotFetched("SOURCE-TOO-LARGE", file=url, n=BYTES // 1024**2)
            digest.update(piece)
            part.write(piece)
        if promised is not None and promised.isdecimal() and int(promised) != size:
            raise NotFetched("SOURCE-TRUNCATED", file=url, got=size, promised=int(promised))
        part.close()
        Path(part.name).replace(target)
    return Download(target, digest.hexdigest(), size, answer.headers.get("ETag"), answer.headers.get("Last-Modified"))
