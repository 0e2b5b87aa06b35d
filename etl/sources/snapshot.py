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
from catalogue.sources import CsvSource, DeskSource, FileSource, GeoPackageSource, Source, UsageSource
from etl.errors import NotFetched
from etl.sources.download import Download, download
from etl.sources.handed_in import HandedIn
from etl.sources.shapefile import companions
from etl.sources.usage import write_usage

STALE = timedelta(days=1)
"""Unpacked files older than this were left by a run that was killed."""


@dataclass(frozen=True)
class Snapshot:
    """One source's file at one time.

    `name` is the path or URL as the dataset file writes it, `path` the file on this machine, `sha256` and `size`
    (bytes) those of its content (for a Shapefile: of its files together). `fetched` is when it was last seen, in UTC.
    `unchanged`: the content is the same as in the previous batch. `work` is a folder for what is unpacked from it.
    A source that is the zoning desk gives one for each published plan: `source` is then that plan's GeoPackage, `name`
    begins with the layer.
    """

    source: FileSource
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
    desk: HandedIn | None = None,
) -> list[Snapshot]:
    """Return a snapshot of each file of the dataset's sources, in their order; none where nothing is published yet.

    Files at an URL are kept in `cache`, below the dataset's id, and asked for only if they have changed since
    `previous`: what the ledger keeps of the last batch (`Snapshot.to_json`). `allow_private` names hosts that may have
    a private address. `desk` is where sources of kind `desk` and `usage` are had from; None: there is nothing. Raises
    NotFetched, with the reason, when a source cannot be had whole.
    """
    folder = cache / dataset.id
    folder.mkdir(parents=True, exist_ok=True)
    _tidy(folder)
    known = {entry["name"]: entry for entry in previous or []}

    def snapshot(source: FileSource, name: str, got: Download) -> Snapshot:
        return Snapshot(
            source=source,
            path=got.path,
            name=name,
            sha256=got.sha256,
            size=got.size,
            etag=got.etag,
            last_modified=got.last_modified,
            fetched=datetime.now(UTC),
            unchanged=got.sha256 == known.get(name, {}).get("sha256"),
            work=folder,
        )

    return [
        snapshot(file, name, _had(dataset, file, name, folder, known.get(name, {}), allow_private))
        for source in dataset.sources
        for name, file in _files(source, folder, desk)
    ]


def _files(source: Source, folder: Path, desk: HandedIn | None) -> list[tuple[str, FileSource]]:
    """Return the files of a source with their names: itself, or what was written of the database's own records."""
    if isinstance(source, UsageSource):
        counts = write_usage(desk.connection, desk.catalogue, folder / "usage.csv") if desk else None
        return [(source.place, CsvSource(kind="csv", path=str(counts)))] if counts else []
    if not isinstance(source, DeskSource):
        return [(source.place, source)]
    found = desk.files(source.layer, folder) if desk else []
    return [
        (f"{source.place}/{name}", GeoPackageSource(kind="geopackage", path=str(path), layer=source.layer))
        for name, path in found
    ]


def _had(
    dataset: Dataset, source: FileSource, name: str, folder: Path, last: dict[str, Any], allow_private: tuple[str, ...]
) -> Download:
    if source.url:
        return download(source.url, folder, last, allow_private)
    path = dataset.local(source.place)
    if not path.is_file():
        raise NotFetched("SOURCE-NO-FILE", file=name, dataset=dataset.id, path=str(path))
    return Download(path, *_digest(path, whole=source.kind != "shapefile"))


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
