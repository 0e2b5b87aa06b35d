"""Tiles on the disk, shared by all workers: a file each, with the batch for which it was last known to be right.

A file is written beside its place and renamed, so nobody reads half a tile. The folder of a dataset's tiles is named
after all that they depend on besides the features: another label or budget is another folder. The oldest files go when
the shelf is full.
"""

import logging
import os
import struct
import tempfile
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

LOG = logging.getLogger(__name__)

CAPACITY = 4 * 2**30
"""Bytes on the disk from which on the oldest tiles go."""
_LEFT = 0.8
_LOOK_AFTER = 64 * 2**20
"""Bytes written by this process between two looks at the whole shelf."""
_HEAD = struct.Struct(">q")


@dataclass(frozen=True)
class Kept:
    """A tile from the shelf: the batch for which it was right, and its bytes."""

    batch: int
    body: bytes


class Shelf:
    """A folder of tiles; it need not exist. A disk that fails costs speed and no answer."""

    def __init__(self, folder: Path, capacity: int = CAPACITY) -> None:
        self.folder = folder
        self._capacity = capacity
        self._written = 0

    def find(self, name: str) -> Kept | None:
        """Return a tile by its path on the shelf; None if it is not there."""
        try:
            content = (self.folder / name).read_bytes()
        except OSError:
            return None
        if len(content) < _HEAD.size:
            return None
        return Kept(_HEAD.unpack_from(content)[0], content[_HEAD.size :])

    def put(self, name: str, batch: int, body: bytes) -> None:
        """Keep a tile."""
        place = self.folder / name
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            handle, fresh = tempfile.mkstemp(dir=place.parent, prefix=".", suffix=".new")
            os.fchmod(handle, 0o644)  # another user may seed than serves
            with os.fdopen(handle, "wb") as file:
                file.write(_HEAD.pack(batch) + body)
            Path(fresh).rename(place)
        except OSError as error:
            LOG.warning("a tile cannot be kept: %s", error)
            return
        self._written += len(body)
        if self._written > _LOOK_AFTER:
            self._written = 0
            threading.Thread(target=self.tidy, name="krajina-tiles", daemon=True).start()

    def confirm(self, name: str, batch: int) -> None:
        """Note that a tile is right for a later batch too."""
        with suppress(OSError), (self.folder / name).open("r+b") as file:
            file.write(_HEAD.pack(batch))

    def tidy(self) -> None:
        """Delete the oldest files until the shelf is well below its capacity."""
        files = []
        for folder, _, names in os.walk(self.folder):
            for name in names:
                with suppress(OSError):
                    path = Path(folder, name)
                    stat = path.stat()
                    files.append((stat.st_mtime, stat.st_size, path))
        used = sum(size for _, size, _ in files)
        if used <= self._capacity:
            return
        for _, size, path in sorted(files):
            path.unlink(missing_ok=True)
            used -= size
            if used <= self._capacity * _LEFT:
                return
