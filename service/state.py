"""What this worker serves now, as one object that is replaced whole when something is published or a file changes.

A request takes the state once and keeps it to its end, so it never sees half of a change; the next one takes the new
state. Nothing is restarted and no file is written.
"""

import hashlib
import logging
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from psycopg2 import Error
from pygeoapi.api import API

from catalogue import Catalogue, read_catalogue
from findings import Report
from service import engine
from service.compose import base_config, compose
from service.database import Database, DatabaseUnavailableError, TableChangedError, TooSlowError
from service.ledger import read_published
from service.provider import PostgisFeatures
from service.published import Published, Served, served
from settings import ROOT, Settings

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Audience:
    """What one kind of asker sees: everybody, or the holder of a token."""

    api: API
    served: Mapping[str, Served]
    providers: Mapping[str, PostgisFeatures]
    is_internal: bool


@dataclass(frozen=True)
class State:
    """A catalogue and what is published of it, ready to be served.

    `version` changes with anything that is shown, `files` with the catalogue's files only.
    """

    catalogue: Catalogue
    public: Audience
    internal: Audience
    version: str
    files: str
    changed: datetime
    """When a file of the catalogue was last written."""


class Live:
    """The state of this worker and how it came about.

    `state` is None until the catalogue and the ledger have been read once. `report` has what is wrong with the
    catalogue's files now, `failure` why the ledger could not be read at the last attempt.
    """

    def __init__(self, settings: Settings, database: Database) -> None:
        self.settings = settings
        self.database = database
        self.state: State | None = None
        self.report = Report()
        self.failure: str | None = None
        self._catalogue: Catalogue | None = None
        self._files = self._seen = ""
        self._changed = datetime.now(UTC)
        self._busy = threading.Lock()

    def refresh(self) -> bool:
        """Read files that changed and the ledger, and replace the state; return whether all went well.

        What cannot be read leaves the state as it is. Never raises for wrong files or an absent database.
        """
        with self._busy:
            self._read_files()
            if self._catalogue is None:
                return False
            try:
                published = read_published(self.database)
            except (DatabaseUnavailableError, TooSlowError, TableChangedError, Error) as error:
                self.failure = type(error).__name__
                LOG.warning("the ledger cannot be read: %s", error)
                return False
            self.failure = None
            version = _digest(self._files, repr(sorted((i, p.batch, p.published) for i, p in published.items())))
            if self.state is not None and self.state.version == version:
                return not self.report.errors
            try:
                self.state = self._made(self._catalogue, published, version)
            except Exception as error:
                self.failure = type(error).__name__
                LOG.exception("the new state cannot be made; the old one stays")
                return False
            LOG.info("serving %d collections, state %s", len(self.state.internal.served), version)
            return not self.report.errors

    def _made(self, catalogue: Catalogue, published: Mapping[str, Published], version: str) -> State:
        public = self._audience(catalogue, published, internal=False)
        internal = self._audience(catalogue, published, internal=True)
        return State(catalogue, public, internal, version, self._files, self._changed)

    def _audience(self, catalogue: Catalogue, published: Mapping[str, Published], *, internal: bool) -> Audience:
        config = compose(catalogue, published, base_config(), self.settings.public_url, internal=internal)
        shown = served(catalogue, published, internal=internal)
        providers = {
            id_: PostgisFeatures(config["resources"][id_]["providers"][0], each.dataset, self.database)
            for id_, each in shown.items()
            if not each.dataset.is_raster
        }
        return Audience(engine.api(config), shown, providers, internal)

    def _read_files(self) -> None:
        """Read the catalogue if a file of it changed; a dataset whose file is wrong now goes on as it was."""
        files, changed = _fingerprint((self.settings.collections, ROOT / "collections"))
        if files == self._seen:
            return
        found, report = read_catalogue(self.settings.collections, ROOT / "collections")
        self.report, self._seen = report, files
        if report.errors:
            LOG.error("the catalogue has errors:\n%s", "\n".join(report.text("en")))
        if found is not None:
            before = self._catalogue.datasets if self._catalogue else {}
            kept = {id_: old for id_, old in before.items() if id_ not in found.datasets and old.path.is_file()}
            datasets = dict(sorted((kept | found.datasets).items()))
            self._catalogue = replace(found, datasets=datasets)
            self._files, self._changed = files, changed


@cache
def from_environment() -> State:
    """Return a state made from the environment, for a stock pygeoapi process. Raises RuntimeError if it cannot be."""
    settings = Settings.from_environment()
    live = Live(settings, Database(settings.database_url or ""))
    live.refresh()
    if live.state is None:
        raise RuntimeError("the catalogue or the ledger cannot be read")
    return live.state


def _fingerprint(folders: tuple[Path, ...]) -> tuple[str, datetime]:
    """Return a digest of the catalogue's files and when the last of them was written."""
    files = [path for folder in folders for path in sorted(folder.glob("**/*")) if path.suffix in {".yml", ".csv"}]
    stamps = []
    for path in files:
        with suppress(OSError):  # an editor replaces a file by removing it for a moment
            stamps.append((path.name, path.stat().st_mtime_ns, path.stat().st_size))
    latest = max((stamp[1] for stamp in stamps), default=0)
    return _digest(repr(stamps)), datetime.fromtimestamp(latest / 1e9, UTC)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
