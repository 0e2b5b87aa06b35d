"""A wire between browser and portal that can be cut: what is truly offline, for the page and for its service worker."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

from tests.portal import free_port


class Wire:
    """Passes bytes on between a port of its own and the portal; once cut, nobody is there."""

    def __init__(self, portal: str) -> None:
        there = urlsplit(portal)
        self._there = (there.hostname or "127.0.0.1", there.port or 80)
        self.port = free_port()
        self._ends: set[socket.socket] = set()
        self._lock, self._is_cut = threading.Lock(), False
        self._listening = self._listen()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cut(self) -> None:
        """Refuse connections and end those there are."""
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        with self._lock:  # what is being connected now is neither kept nor forgotten
            self._is_cut, ends = True, tuple(self._ends)
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """Take connections again, at the same address."""
        self._is_cut = False
        self._listening = self._listen()

    def _listen(self) -> socket.socket:
        listening = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, args=(listening,), daemon=True).start()
        return listening

    def _accept(self, listening: socket.socket) -> None:
        while True:
            try:
                near, _ = listening.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(self._there)
            except OSError:
                near.close()
                continue
            with self._lock:
                if self._is_cut:
                    near.close()
                    far.close()
                    return
                self._ends |= {near, far}
            for source, target in ((near, far), (far, near)):
                threading.Thread(target=self._pass, args=(source, target), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)
        self._ends.discard(source)


@contextmanager
def wire(portal: str) -> Iterator[Wire]:
    """Lay a wire to the portal."""
    laid = Wire(portal)
    try:
        yield laid
    finally:
        laid.cut()
