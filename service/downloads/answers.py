"""The routes of downloads: the list of a collection's files, and the files, whole or by range."""

import hashlib
import re
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from catalogue.values import text_in
from service import pages
from service.asked import Asked
from service.downloads.kinds import COG, Kind, offered
from service.downloads.order import Order, order_of
from service.downloads.shelf import Shelf
from service.jsontext import encode
from service.links import both, link
from service.media import HTML, JSON
from service.negotiate import format_of
from service.parameters import only
from service.problems import NotFoundError
from service.published import Served
from service.reception import audience_of, language, parameters, served_of
from service.respond import Answer, Version, is_known, respond
from service.state import Live, State
from service.texts import MESSAGES
from settings import Settings

PATIENCE = 8.0
"""Seconds that an asker waits for a file that is being made."""
FOLDER = "downloads"
_VERSION = re.compile(r"-(\d+-[0-9a-f]{8})\.")


def shelf_of(settings: Settings) -> Shelf:
    """Return the shelf of the settings' data folder and database; always the same one in a process."""
    return _shelf(settings.data / FOLDER, settings.database_url or "")


@cache
def _shelf(folder: Path, url: str) -> Shelf:
    return Shelf(folder, url)


def listing(request: Request, live: Live) -> Response:
    """Answer with the files of a collection, as JSON or as a page. Raises NotFoundError and what reading raises."""
    state, audience = audience_of(request, live)
    params = parameters(request)
    only(params, frozenset({"f", "lang"}))
    spoken, served = language(request, state, params), served_of(request, audience)
    chosen = format_of(params, request.headers.get("accept", ""), ("json", "html"))
    path = f"/collections/{served.id}/downloads"
    asked = Asked(state, audience, path, params, spoken, chosen, served)
    document = _document(asked, served, shelf_of(live.settings))
    headers = {"Content-Language": spoken}
    if chosen == "html":
        body, media_type = pages.render("downloads", document, asked), f"{HTML}; charset=utf-8"
    else:
        body, media_type = encode(document).encode(), JSON
    return respond(request, Answer(body, media_type, headers=headers, private=audience.is_internal))


def file(request: Request, live: Live) -> Response:
    """Answer with a file. A name without a version is the newest, one with a version is that or nothing.

    Raises NotFoundError and what `Shelf.fetch` raises.
    """
    state, audience = audience_of(request, live)
    params = parameters(request)
    only(params, frozenset({"lang"}))
    served = served_of(request, audience)
    name = request.path_params["name"]
    kind = next(
        (each for each in offered(served) if name.endswith(f".{each.extension}") and _is(name, served, each)), None
    )
    if kind is None:
        raise NotFoundError("download")
    version, path = _found(served, kind, state, live)
    asked_version = _VERSION.search(name)
    if asked_version and asked_version[1] != version:
        raise NotFoundError("download")
    return _sent(request, path, kind, served, version, lasting=asked_version is not None, private=audience.is_internal)


def _is(name: str, served: Served, kind: Kind) -> bool:
    """Return whether the name is that of the collection's file of the form, with or without a version."""
    stem = name.removesuffix(f".{kind.extension}").removeprefix(served.id)
    return name.startswith(served.id) and (not stem or _VERSION.fullmatch(f"{stem}.") is not None)


def _found(served: Served, kind: Kind, state: State, live: Live) -> tuple[str, Path]:
    """Return the version and the file."""
    if kind is COG:
        path = Path(served.published.artefact or "")
        if not path.is_file():
            raise NotFoundError("download")
        return _raster_version(served), path
    order = order_of(served, state.catalogue)
    return order.version, shelf_of(live.settings).fetch(order, kind, PATIENCE)


def _raster_version(served: Served) -> str:
    name = str(served.published.artefact)
    return f"{served.published.batch}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def _sent(
    request: Request, path: Path, kind: Kind, served: Served, version: str, *, lasting: bool, private: bool
) -> Response:
    """Return the file, or 304. Its tag is strong: whoever goes on with a broken download gets the rest of the same."""
    found = path.stat()
    tag = f"{version}-{found.st_mtime_ns:x}"
    made = datetime.fromtimestamp(int(found.st_mtime), UTC)
    age = "max-age=31536000, immutable" if lasting else "no-cache"
    headers = {
        "ETag": f'"{tag}"',
        "Last-Modified": format_datetime(made, usegmt=True),
        "Cache-Control": f"{'private' if private else 'public'}, {age}",
        "Vary": "Authorization",
        "X-Robots-Tag": "noindex",
    }
    if is_known(request, Version(tag, made)):
        return Response(status_code=304, headers=headers)
    name = f"{served.id}-{version}.{kind.extension}"
    return FileResponse(path, headers=headers, media_type=kind.media_type, filename=name, stat_result=found)


def _document(asked: Asked, served: Served, shelf: Shelf) -> dict[str, Any]:
    default = asked.state.catalogue.portal.default_language
    order = None if served.dataset.is_raster else order_of(served, asked.state.catalogue)
    files = [_described(kind, order, served, asked) | _stored(kind, order, served, shelf) for kind in offered(served)]
    path = f"/collections/{served.id}"
    return {
        "id": served.id,
        "title": text_in(served.dataset.title, asked.language, default),
        "batch": served.published.batch,
        "published": served.published.published.isoformat(timespec="seconds"),
        "downloads": files,
        "links": [
            *both(f"{path}/downloads", asked),
            link("collection", asked.href(path), JSON, asked),
            *links(asked),
        ],
    }


def _described(kind: Kind, order: Order | None, served: Served, asked: Asked) -> dict[str, Any]:
    """Return what is said of one form: what it is good for, and its addresses."""
    version = order.version if order else _raster_version(served)
    made = {
        "format": kind.name,
        "title": kind.title,
        "description": MESSAGES.text(f"download.{kind.name}", asked.language),
        "type": kind.media_type,
        "href": address(asked, served, kind),
        "version": version,
        "versioned": address(asked, served, kind, version),
        "crs": _crs(kind, order, served),
    }
    return {name: value for name, value in made.items() if value is not None}


def _stored(kind: Kind, order: Order | None, served: Served, shelf: Shelf) -> dict[str, Any]:
    """Return size and age of the file; nothing if it has not been made."""
    path = shelf.place(order, kind) if order else Path(served.published.artefact or "")
    try:
        found = path.stat()
    except FileNotFoundError:
        return {}
    return {"size": found.st_size, "made": datetime.fromtimestamp(int(found.st_mtime), UTC).isoformat()}


def _crs(kind: Kind, order: Order | None, served: Served) -> str | None:
    if order is not None and not order.has_geometry:
        return None
    return "EPSG:4326" if kind.crs == "degrees" else served.dataset.crs


def address(asked: Asked, served: Served, kind: Kind, version: str | None = None) -> str:
    """Return the lasting address of the newest file of a form, or that of a version, which never changes."""
    name = f"{served.id}-{version}.{kind.extension}" if version else f"{served.id}.{kind.extension}"
    return asked.href(f"/collections/{served.id}/downloads/{name}")


def links(asked: Asked) -> list[dict[str, Any]]:
    """Return the links to a collection's files."""
    served = asked.served
    if served is None:
        return []
    return [
        link("enclosure", address(asked, served, kind), kind.media_type, asked) | {"title": kind.title}
        for kind in offered(served)
    ]
