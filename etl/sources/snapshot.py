"""Snapshots: the file of each source as it is now, and whether it is the one that was loaded last.

Apart from reading, because most runs end here: what has not changed is not read.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import rmtree
from typing import Any

from catalogue.model import Dataset
from catalogue.sources import Source
from etl.errors import NotFetched
from etl.sources.download import Download, download
from etl.sources.shapefile import companions

STALE = timedelta(days=1)
"""Unpacked files older than this were left by a run that was killed."""


@dataclass(frozen=True)
class Snapshot:
    """One source's file at one time.

    `name` is the path or URL as the dataset file writes it, `path` the file on this machine, `sha256` and `size`
    (bytes) those of its content (for a Shapefile: of its files together). `fetched` is when it was last seen, in UTC.
    `unchanged`: the content is the same as in the previous batch. `work` is a folder for what is unpacked from it.
    """

    source: Source
    path: Path
    name: str
    sha256: str
    size: int
    etag: str | None
    last_modified: str | None
    fetched: datetime
    unchanged: bool
    work: Path

    def to_json(self) -> dict[str, Any]:
        """Return what the ledger keeps of it, and what `fetch` wants back as `previous`."""
        return {
            "name": self.name,
            "sha256": self.sha256,
            "size": self.size,
            "etag": self.etag,
            "last_modified": self.last_modified,
            "fetched": self.fetched.isoformat(),
        }


def fetch(
    dataset: Dataset,
    cache: Path,
    previous: list[dict[str, Any]] | None,
    allow_private: tuple[str, ...] = (),
) -> list[Snapshot]:
    """Return a snapshot of each source of the dataset, in their order.

    Files at an URL are kept in `cache`, below the dataset's id, and asked for only if they have changed since
    `previous`: what the ledger keeps of the last batch (`Snapshot.to_json`). `allow_private` names hosts that may have
    a private address. Raises NotFetched, with the reason, when a source cannot be had whole.
    """
    folder = cache / dataset.id
    folder.mkdir(parents=True, exist_ok=True)
    _tidy(folder)
    known = {entry["name"]: entry for entry in previous or []}
    return [
        _snapshot(dataset, source, folder, known.get(source.place, {}), allow_private) for source in dataset.sources
    ]


def _snapshot(
    dataset: Dataset, source: Source, folder: Path, last: dict[str, Any], allow_private: tuple[str, ...]
) -> Snapshot:
    if source.url:
        got = download(source.url, folder, last, allow_private)
    else:
        path = dataset.local(source.place)
        if not path.is_file():
            raise NotFetched("SOURCE-NO-FILE", file=source.place, dataset=dataset.id, path=str(path))
        got = Download(path, *_digest(path, whole=source.kind != "shapefile"))
    return Snapshot(
        source=source,
        path=got.path,
        name=source.place,
        sha256=got.sha256,
        size=got.size,
        etag=got.etag,
        last_modified=got.last_modified,
        fetched=datetime.now(UTC),
        unchanged=got.sha256 == last.get("sha256"),
        work=folder,
    )


def _digest(path: Path, *, whole: bool) -> tuple[str, int]:
    """Return sha256 and size of a file; unless `whole`, of it and its companions (same stem) in order of name."""
    files = [path] if whole or path.suffix.lower() == ".zip" else companions(path)
    hashes = [_sha256(file) for file in files]
    together = hashes[0] if len(files) == 1 else hashlib.sha256("".join(hashes).encode()).hexdigest()
    return together, sum(file.stat().st_size for file in files)


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _tidy(folder: Path) -> None:
    """Remove what killed runs left unpacked; a run in progress is younger."""
    oldest = (datetime.now(UTC) - STALE).timestamp()
    for left in folder.glob("unpacked-*"):
        if left.stat().st_mtime < oldest:
            rmtree(left, ignore_errors=True)
