"""Fetching: only what has changed, only whole, only from where we may."""

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from etl.errors import NotFetched
from etl.sources import fetch
from etl.sources.download import _address, _public
from tests.unit.etl.making import dataset

BODY = b"a,b\n1,2\n"
HERE = ("127.0.0.1",)


class Server(BaseHTTPRequestHandler):
    """A server that can be good, moved, silent about length, broken or bad."""

    seen: ClassVar[list[tuple[str, dict[str, str]]]] = []

    def do_GET(self) -> None:
        self.seen.append((self.path, dict(self.headers)))
        getattr(self, "_" + self.path.strip("/").split(".")[0])()

    def _good(self) -> None:
        if self.headers.get("If-None-Match") == '"one"':
            self._send(304, b"")
        else:
            self._send(200, BODY, {"ETag": '"one"', "Last-Modified": "Wed, 01 Jan 2025 00:00:00 GMT"})

    def _moved(self) -> None:
        self._send(302, b"", {"Location": "/good.csv"})

    def _circle(self) -> None:
        self._send(302, b"", {"Location": "/circle.csv"})

    def _inside(self) -> None:
        self._send(302, b"", {"Location": "http://169.254.169.254/latest/meta-data"})

    def _disk(self) -> None:
        self._send(302, b"", {"Location": "file:///etc/passwd"})

    def _missing(self) -> None:
        self._send(404, b"no")

    def _short(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(BODY)

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    running = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()


def test_a_file_comes_whole_and_the_second_time_not_at_all(server: str, tmp_path: Path) -> None:
    wanted = dataset(tmp_path, {"kind": "csv", "url": f"{server}/good.csv"})
    first = fetch(wanted, tmp_path, None, HERE)[0]
    assert first.path.read_bytes() == BODY
    assert first.sha256 == hashlib.sha256(BODY).hexdigest()
    assert (first.size, first.etag, first.unchanged) == (len(BODY), '"one"', False)
    again = fetch(wanted, tmp_path, [first.to_json()], HERE)[0]
    assert again.unchanged
    assert (again.path, again.sha256, again.etag) == (first.path, first.sha256, first.etag)
    assert Server.seen[-1][1]["If-None-Match"] == '"one"'


def test_a_cached_file_that_was_changed_is_fetched_again(server: str, tmp_path: Path) -> None:
    wanted = dataset(tmp_path, {"kind": "csv", "url": f"{server}/good.csv"})
    first = fetch(wanted, tmp_path, None, HERE)[0]
    first.path.write_bytes(b"someone was here")
    again = fetch(wanted, tmp_path, [first.to_json()], HERE)[0]
    assert again.path.read_bytes() == BODY
    assert again.unchanged, "the content is still what was loaded"


def test_a_redirect_is_followed(server: str, tmp_path: Path) -> None:
    wanted = dataset(tmp_path, {"kind": "csv", "url": f"{server}/moved.csv"})
    assert fetch(wanted, tmp_path, None, HERE)[0].path.read_bytes() == BODY


@pytest.mark.parametrize(
    ("page", "code"),
    [
        ("missing.csv", "SOURCE-STATUS"),
        ("circle.csv", "SOURCE-REDIRECTS"),
        ("short.csv", "SOURCE-TRUNCATED"),
        ("inside.csv", "SOURCE-PRIVATE"),
        ("disk.csv", "SOURCE-SCHEME"),
    ],
)
def test_what_is_not_had_whole_and_honestly_is_refused(server: str, tmp_path: Path, page: str, code: str) -> None:
    wanted = dataset(tmp_path, {"kind": "csv", "url": f"{server}/{page}"})
    with pytest.raises(NotFetched) as refused:
        fetch(wanted, tmp_path, None, HERE)
    assert refused.value.finding.code == code
    assert list((tmp_path / "test").iterdir()) == [], "nothing half is left"


def test_our_own_network_is_closed_unless_it_is_opened(server: str, tmp_path: Path) -> None:
    asked = len(Server.seen)
    with pytest.raises(NotFetched) as refused:
        fetch(dataset(tmp_path, {"kind": "csv", "url": f"{server}/good.csv"}), tmp_path, None)
    assert refused.value.finding.code == "SOURCE-PRIVATE"
    assert len(Server.seen) == asked, "it was not even asked"


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "0.0.0.1", "100.64.0.1", "224.0.0.1",
     "::1", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "2002:7f00:1::"],
)  # fmt: skip
def test_addresses_that_are_not_public(address: str) -> None:
    assert not _public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2a00:1450:4014:80e::2004"])
def test_addresses_that_are_public(address: str) -> None:
    assert _public(address)


def test_a_number_that_means_localhost_is_refused() -> None:
    from urllib.parse import urlsplit

    url = "http://2130706433/"
    with pytest.raises(NotFetched):
        _address(urlsplit(url), url, ())


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotFetched) as refused:
        fetch(dataset(tmp_path, {"kind": "csv", "path": "nothing.csv"}), tmp_path, None)
    assert refused.value.finding.code == "SOURCE-NO-FILE"
    assert "nothing.csv" in str(refused.value)


def test_a_shapefile_has_changed_when_its_table_has(tmp_path: Path) -> None:
    for suffix in (".shp", ".SHX", ".dbf"):
        (tmp_path / f"x{suffix}").write_bytes(suffix.encode())
    wanted = dataset(tmp_path, {"kind": "shapefile", "path": "x.shp"}, "Point")
    first = fetch(wanted, tmp_path / "cache", None)[0]
    assert fetch(wanted, tmp_path / "cache", [first.to_json()])[0].unchanged
    (tmp_path / "x.dbf").write_bytes(b"other")
    assert not fetch(wanted, tmp_path / "cache", [first.to_json()])[0].unchanged
