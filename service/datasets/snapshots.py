"""Snapshots: a dataset as it was on a day, at an address that stays, with files, their hashes and a citation."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response

from service.datasets import frozen, moments
from service.datasets.citation import citation, moment
from service.datasets.frame import page_of, served_of
from service.datasets.frozen import BeforeFirstError, Frozen
from service.datasets.moments import Moment
from service.datasets.texts import TEXTS
from service.downloads.errors import BeingMadeError
from service.downloads.kinds import KINDS, Kind
from service.downloads.shelf import BrokenError, Shelf
from service.parameters import BadParameterError, only
from service.portal.visit import Visit
from service.problems import NotFoundError
from service.published import Served
from service.respond import Version, is_known
from settings import Settings

FORMS = ("csv", "geojson", "gpkg")
"""Forms in which a snapshot is had; the hash of the first two is the same whenever the file is made."""
PATIENCE = 8.0
FOLDER = "snapshots"
AT_ONCE = 100_000
"""Rows up to which the first of the files is made when the page is opened, so that its hash can be quoted."""
_CACHED = {True: "max-age=86400", False: "no-cache"}
"""A day and not for ever: a column that is made private must vanish from what was frozen too."""


@dataclass(frozen=True)
class File:
    """One file of a snapshot; size in bytes and SHA-256 are None while it has not been made."""

    kind: Kind
    address: str
    size: int | None
    sha256: str | None


def shelf_of(settings: Settings) -> Shelf:
    """Return the shelf of snapshots; always the same one in a process."""
    return _shelf(settings.data / FOLDER, settings.database_url or "")


@cache
def _shelf(folder: Path, url: str) -> Shelf:
    return Shelf(folder, url)


def listing(visit: Visit) -> Response:
    """Answer `/{language}/datasets/{dataset}/snapshots`; `date` leads to the snapshot of a day.

    Of a raster it says why there are none. Raises BadParameterError, NotFoundError.
    """
    served = served_of(visit)
    only(visit.params, frozenset({"date"}))
    title = f"{TEXTS.text('snapshots.title', visit.language)}: {visit.text_in(served.dataset.title)}"
    if served.dataset.is_raster:
        return page_of(visit, "snapshots", served, title=title, version=visit.version(of=[served]))
    here = visit.address(f"/datasets/{served.id}/snapshots")
    if "date" in visit.params:
        return RedirectResponse(f"{here}/{_moment(visit.params['date'], 'date').text}", 303)
    found = frozen.days(served.id, visit.live.database)
    latest = moments.settled(datetime.now(UTC))
    is_there = bool(found) and found[-1][1] <= latest.time
    today = datetime.now(UTC).date().isoformat()
    return page_of(
        visit,
        "snapshots",
        served,
        title=title,
        private=True,
        days=[(day, at, n, day == today) for day, at, n in found],
        latest=latest if is_there else None,
        today=today,
    )


def page(visit: Visit) -> Response:
    """Answer `/{language}/datasets/{dataset}/snapshots/{moment}`. Raises NotFoundError, BadParameterError."""
    served = _with_rows(visit)
    only(visit.params, frozenset())
    wanted = _moment(visit.request.path_params["moment"], "moment")
    now = datetime.now(UTC)
    title = f"{visit.text_in(served.dataset.title)}, {moment(visit.language, wanted.time)}"
    is_to_come = wanted.time > now and wanted.text != now.date().isoformat()
    found = None if is_to_come else _found(visit, served, wanted)
    if not isinstance(found, Frozen):
        shown: dict[str, Any] = {"first": found, "is_to_come": is_to_come}
        return page_of(visit, "no-snapshot", served, title=title, status=404, private=True, **shown)
    own = visit.address(f"/datasets/{served.id}/snapshots/{wanted.text}")
    batch, state = found.served.published.batch, found.served.published.published
    return page_of(
        visit,
        "snapshot",
        found.served,
        title=title,
        private=True,
        wanted=wanted,
        is_final=wanted.is_final(now),
        frozen=found,
        files=_files(found, own, wanted, visit.live.settings),
        citation=citation(visit, found.dataset, wanted.time if wanted.is_final(now) else state, batch, own),
        here=own,
        address_of=f"{visit.live.settings.public_url}{own}",
        latest=moments.settled(now),
    )


def file(visit: Visit) -> Response:
    """Answer with a file of a snapshot. Raises NotFoundError, and what `Shelf.fetch` raises."""
    served = _with_rows(visit)
    only(visit.params, frozenset())
    wanted = _moment(visit.request.path_params["moment"], "moment")
    kind = next((each for each in forms() if visit.request.path_params["name"] == _name(served, wanted, each)), None)
    found = _found(visit, served, wanted)
    if kind is None or not isinstance(found, Frozen):
        raise NotFoundError("download")
    path = shelf_of(visit.live.settings).fetch(found.order, kind, PATIENCE)
    is_final = wanted.is_final(datetime.now(UTC))
    return _sent(visit.request, path, kind, _name(served, wanted, kind), visit, is_final=is_final)


def forms() -> list[Kind]:
    """Return the forms in which a snapshot is had."""
    return [KINDS[name] for name in FORMS]


def _with_rows(visit: Visit) -> Served:
    served = served_of(visit)
    if served.dataset.is_raster:
        raise NotFoundError("page")
    return served


def _moment(text: str, name: str) -> Moment:
    try:
        return moments.read(text)
    except ValueError as error:
        raise BadParameterError(name, "snapshot-moment") from error


def _found(visit: Visit, served: Served, wanted: Moment) -> Frozen | datetime | None:
    """Return the state at the moment; if there was none, when the first was, or None if that is not known."""
    try:
        return frozen.find(served, wanted, visit.catalogue, visit.live.database)
    except BeforeFirstError as error:
        return error.first


def _name(served: Served, wanted: Moment, kind: Kind) -> str:
    return f"{served.id}-{wanted.text.replace(':', '')}.{kind.extension}"


def _files(found: Frozen, own: str, wanted: Moment, settings: Settings) -> list[File]:
    """Return the files; the first, of a small dataset, is made now if it has not been yet."""
    shelf = shelf_of(settings)
    files = []
    for kind in forms():
        path: Path | None = shelf.place(found.order, kind)
        if path and not path.is_file():
            is_cited = kind.name == FORMS[0] and found.served.published.rows <= AT_ONCE
            path = _made(shelf, found, kind) if is_cited else None
        size, digest = (None, None) if path is None else _known(path)
        files.append(File(kind, f"{own}/{_name(found.served, wanted, kind)}", size, digest))
    return files


def _made(shelf: Shelf, found: Frozen, kind: Kind) -> Path | None:
    try:
        return shelf.fetch(found.order, kind, PATIENCE)
    except (BeingMadeError, BrokenError):
        return None  # the page says that it is made when it is asked for


def _known(path: Path) -> tuple[int, str]:
    there = path.stat()
    return there.st_size, _sha256(path, there.st_mtime_ns, there.st_size)


@lru_cache(maxsize=1024)
def _sha256(path: Path, _made: int, _size: int) -> str:
    """Return the hash of a file that was made then and has that size."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _sent(request: Request, path: Path, kind: Kind, name: str, visit: Visit, *, is_final: bool) -> Response:
    there = path.stat()
    digest = _sha256(path, there.st_mtime_ns, there.st_size)
    made = datetime.fromtimestamp(int(there.st_mtime), UTC)
    scope = "private" if visit.audience.is_internal else "public"
    headers = {
        "ETag": f'"{digest[:32]}"',
        "Cache-Control": f"{scope}, {_CACHED[is_final]}",
        "Vary": "Authorization",
        "X-Robots-Tag": "noindex",
    }
    if is_known(request, Version(digest[:32], made)):
        return Response(status_code=304, headers=headers)
    return FileResponse(path, headers=headers, media_type=kind.media_type, filename=name, stat_result=there)
