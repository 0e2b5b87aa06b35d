"""The service under a real uvicorn in a thread of the test, and a client that knows its address."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
import uvicorn

from service.app import create
from service.transactions.editor import Editor
from settings import Settings


class Client(requests.Session):
    """A session of requests to one service; paths stand for addresses."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address

    def get(self, url: str | bytes, **named: Any) -> requests.Response:
        return self.request("GET", url, **named)

    def request(self, method: str | bytes, url: str | bytes, *arguments: Any, **named: Any) -> requests.Response:
        named.setdefault("timeout", 60)
        named["allow_redirects"] = False
        text = str(url)
        return super().request(method, text if text.startswith("http") else self.address + text, *arguments, **named)


@contextmanager
def running(settings: Settings, editor: Editor | None = None) -> Iterator[Client]:
    """Serve on a free port until the block ends, with the editor, if there is one; links lead to that port."""
    app = create(settings, editor)
    config = uvicorn.Config(app, host=settings.host, port=settings.port, log_level="warning", server_header=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 60
    while not server.started and time.monotonic() < until:
        time.sleep(0.01)
    assert server.started
    with Client(settings.public_url) as client:
        yield client
    server.should_exit = True
    thread.join(20)
