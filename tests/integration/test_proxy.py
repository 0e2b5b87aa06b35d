"""docker/nginx.conf in a real nginx, in front of a small server: kept, kept apart, packed, limited, stale."""

import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.portal import free_port
from tests.waiting import until

CONFIGURATION = Path(__file__).parents[2] / "docker" / "nginx.conf"


def fetch(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=60) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, dict(refused.headers), refused.read()


@pytest.fixture
def upstream(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A small server in place of the service: it counts, and says how long its answers may be kept."""
    port = free_port()
    program = tmp_path / "upstream.py"
    program.write_text(UPSTREAM, encoding="utf-8")
    with subprocess.Popen([sys.executable, str(program), str(port)]) as process:
        until(lambda: _answers(port))
        yield process, port
        process.kill()


UPSTREAM = """
import itertools, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
numbers = itertools.count(1)
class Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        body = (f"{next(numbers)} {self.headers['Host']} {self.headers['X-Forwarded-For']} ").encode() + b"x" * 2000
        self.send_response(200)
        self.send_header("Content-Type", "application/geo+json")
        self.send_header("Content-Security-Policy", "default-src 'none'")
        kept = "max-age=1" if "short" in self.path else "no-store" if "never" in self.path else "max-age=60"
        self.send_header("Cache-Control", kept)
        self.send_header("Vary", "Accept")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    do_POST = do_GET
    def log_message(self, *words): pass
ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Answer).serve_forever()
"""


def _answers(port: int) -> bool:
    try:
        return fetch(f"http://127.0.0.1:{port}/health/live")[0] > 0
    except OSError:
        return False


@pytest.fixture
def proxy(tmp_path: Path, upstream: tuple[subprocess.Popen[bytes], int]) -> Iterator[str]:
    """The real nginx with the real file, but for addresses: its port, the service's, and its folders."""
    port = free_port()
    text = (CONFIGURATION).read_text(encoding="utf-8")
    for there, here in {
        " /tmp/": f" {tmp_path}/",
        "listen 8080;": f"listen 127.0.0.1:{port};",
        "service:8080": f"127.0.0.1:{upstream[1]}",
        " /var/cache/krajina ": f" {tmp_path}/cache ",
    }.items():
        assert there in text
        text = text.replace(there, here)
    file = tmp_path / "nginx.conf"
    file.write_text(text, encoding="utf-8")
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") or "nginx"
    who = ["-g", "daemon off; user root;"] if os.geteuid() == 0 else ["-g", "daemon off;"]
    subprocess.run([nginx, "-t", "-q", "-e", "stderr", "-c", str(file)], check=True)
    with subprocess.Popen([nginx, "-e", "stderr", "-c", str(file), *who], stdout=subprocess.DEVNULL) as process:
        until(lambda: _answers(port))
        yield f"http://127.0.0.1:{port}"
        process.terminate()


def test_the_proxy_keeps_what_it_may(proxy: str) -> None:
    status, headers, first = fetch(f"{proxy}/ogc/collections")
    assert (status, headers["X-Cache"], headers["Content-Security-Policy"]) == (200, "MISS", "default-src 'none'")
    assert fetch(f"{proxy}/ogc/collections")[1]["X-Cache"] == "HIT"
    assert fetch(f"{proxy}/ogc/collections")[2] == first
    assert proxy.removeprefix("http://").encode() in first  # the service hears what name it was asked by
    assert fetch(f"{proxy}/ogc/never")[2] != fetch(f"{proxy}/ogc/never")[2]
    assert fetch(f"{proxy}/search?q=a")[2] != fetch(f"{proxy}/search?q=a")[2]


def test_an_answer_to_a_token_is_nobody_elses(proxy: str) -> None:
    _, _, public = fetch(f"{proxy}/ogc/collections/a")
    _, _, own = fetch(f"{proxy}/ogc/collections/a", Authorization="Bearer t")
    assert own != public
    assert fetch(f"{proxy}/ogc/collections/a")[2] == public


def test_kinds_of_answer_are_kept_apart(proxy: str) -> None:
    _, _, page = fetch(f"{proxy}/ogc/collections/a", Accept="text/html")
    assert fetch(f"{proxy}/ogc/collections/a", Accept="application/json")[2] != page


def test_answers_are_packed(proxy: str) -> None:
    _, headers, body = fetch(f"{proxy}/ogc/collections/a", **{"Accept-Encoding": "gzip"})
    assert headers["Content-Encoding"] == "gzip"
    assert len(body) < 1000


def test_greedy_clients_are_held_back(proxy: str) -> None:
    fetch(f"{proxy}/ogc/collections")  # from here on it is kept: the proxy alone answers
    head = f"GET /ogc/collections HTTP/1.1\r\nHost: {urlsplit(proxy).netloc}\r\n"
    asked = 399 * f"{head}\r\n" + f"{head}Connection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", urlsplit(proxy).port or 0), timeout=60) as line:
        # All at once: one after the other they would not be too many on a machine that is slow.
        threading.Thread(target=line.sendall, args=(asked.encode(),), daemon=True).start()
        told = b"".join(iter(partial(line.recv, 65536), b""))
    assert set(re.findall(rb"HTTP/1\.1 (\d+)", told)) == {b"200", b"429"}


@pytest.mark.parametrize(("path", "megabytes"), [("/ogc", 65), ("/desk/checks", 211)])
def test_a_body_too_large_is_refused(proxy: str, path: str, megabytes: int) -> None:
    length = {"Content-Length": str(megabytes * 1024 * 1024)}
    request = urllib.request.Request(f"{proxy}{path}", data=b"x", headers=length)
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=60)
    assert refused.value.code == 413


def test_what_was_kept_is_served_when_the_service_is_away(
    proxy: str, upstream: tuple[subprocess.Popen[bytes], int]
) -> None:
    _, _, kept = fetch(f"{proxy}/ogc/short")
    time.sleep(2.1)  # nginx counts whole seconds
    upstream[0].kill()
    upstream[0].wait()
    _, headers, stale = fetch(f"{proxy}/ogc/short")
    assert (headers["X-Cache"], stale) == ("STALE", kept)
    status, headers, _ = fetch(f"{proxy}/search")
    assert (status, headers["Retry-After"], headers["Content-Type"]) == (503, "5", "application/problem+json")
