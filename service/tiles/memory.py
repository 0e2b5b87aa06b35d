"""Tiles in the memory of a worker, ready to be sent: bounded in bytes, the least recently used go first. Pure."""

import gzip
import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass, replace

CAPACITY = 64 * 2**20
SMALLEST_PACKED = 1000
"""Bytes below which compressing gains nothing."""
_LEVEL = 5
_ENTRY = 500
"""Bytes that an entry takes besides its body."""


@dataclass(frozen=True)
class Ready:
    """A tile as it is sent, right for a batch of its dataset. `packed` is the body compressed, once somebody asked.

    `tag` is of the body alone, so a tile that no change touched keeps it.
    """

    batch: int
    tag: str
    body: bytes
    packed: bytes | None = None

    @property
    def size(self) -> int:
        """Bytes of memory."""
        return _ENTRY + len(self.body) + len(self.packed or b"")

    @property
    def is_to_pack(self) -> bool:
        """Whether compressing it would gain something and has not been done."""
        return self.packed is None and len(self.body) >= SMALLEST_PACKED

    def with_packed(self) -> "Ready":
        """Return it with its compressed body."""
        return replace(self, packed=gzip.compress(self.body, _LEVEL, mtime=0))


def ready(batch: int, body: bytes) -> Ready:
    """Return a body as a tile."""
    return Ready(batch, hashlib.sha256(body).hexdigest()[:20], body)


class Memory:
    """Ready tiles by name; for any number of threads."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._used = 0
        self._entries: OrderedDict[str, Ready] = OrderedDict()
        self._busy = threading.Lock()

    def get(self, name: str) -> Ready | None:
        """Return the tile of that name, or None."""
        with self._busy:
            found = self._entries.get(name)
            if found is not None:
                self._entries.move_to_end(name)
            return found

    def put(self, name: str, tile: Ready) -> None:
        """Keep a tile; one that is larger than an eighth of the memory is not kept."""
        with self._busy:
            before = self._entries.pop(name, None)
            self._used -= before.size if before else 0
            if tile.size > self._capacity // 8:
                return
            self._entries[name] = tile
            self._used += tile.size
            while self._used > self._capacity:
                self._used -= self._entries.popitem(last=False)[1].size
