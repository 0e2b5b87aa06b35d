"""Background maps: what the map is told of them, and the tiles of those that lie in a file of ours (PMTiles).

The file is read here and not by ranges in the browser: so a tile is an address like any other, which caches and the
offline map can keep, and the app needs no program for archives.
"""

import gzip
import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from pmtiles.reader import MmapSource, Reader
from pmtiles.tile import Compression, TileType
from starlette.requests import Request
from starlette.responses import Response

from catalogue import Catalogue
from catalogue.backgrounds import DEEPEST, ArchiveBackground, Background, RasterBackground, WmsBackground
from catalogue.values import text_in
from service.block import Block
from service.parameters import BadParameterError
from service.problems import NotFoundError
from service.published import Served
from service.reception import audience_of, guarded
from service.respond import Answer, Version, respond
from service.state import Live

type Document = dict[str, Any]

FOLDER = "backgrounds"
_PICTURES = {
    TileType.PNG: "image/png",
    TileType.JPEG: "image/jpeg",
    TileType.WEBP: "image/webp",
    TileType.AVIF: "image/avif",
}


def documents(catalogue: Catalogue, shown: Mapping[str, Served], language: str) -> list[Document]:
    """Return the backgrounds for the web map, in their order, without rasters that the asker may not see."""
    offered = catalogue.portal.backgrounds.items()
    return [
        _document(id_, each, catalogue, language) | {"bbox": _bbox(each, shown)}
        for id_, each in offered
        if not isinstance(each, RasterBackground) or (each.dataset in shown and shown[each.dataset].dataset.is_raster)
    ]


def _document(id_: str, background: Background, catalogue: Catalogue, language: str) -> Document:
    default = catalogue.portal.default_language
    is_wms = isinstance(background, WmsBackground)
    return {
        "id": id_,
        "title": text_in(background.title, language, default) or id_,
        "kind": "wms" if is_wms else "tiles",
        "url": _url(id_, background),
        "layers": background.layers if isinstance(background, WmsBackground) else None,
        "version": background.version if isinstance(background, WmsBackground) else None,
        "attribution": text_in(background.attribution, language, default),
        "max_zoom": background.max_zoom,
        "visible": background.visible,
    }


def _bbox(background: Background, shown: Mapping[str, Served]) -> list[float] | None:
    """Return where there is anything of it; None where nobody knows."""
    bbox = shown[background.dataset].published.bbox if isinstance(background, RasterBackground) else None
    return list(bbox) if bbox else None


def _url(id_: str, background: Background) -> str:
    if isinstance(background, RasterBackground):
        return f"/ogc/collections/{background.dataset}/map/tiles/WebMercatorQuad/{{z}}/{{y}}/{{x}}"
    if isinstance(background, ArchiveBackground):
        return f"/backgrounds/{id_}/{{z}}/{{x}}/{{y}}"
    return background.url


def tile(request: Request, live: Live) -> Response:
    """Answer `/backgrounds/{background}/{level}/{col}/{row}`; 204 where the file has nothing.

    Raises NotFoundError for a background that does not lie in a file, or whose file is not there or has no pictures;
    BadParameterError for a place that is no whole number.
    """
    state, _ = audience_of(request, live)
    background = state.catalogue.portal.backgrounds.get(request.path_params["background"])
    file = live.settings.data / FOLDER / background.file if isinstance(background, ArchiveBackground) else None
    if file is None or not file.is_file():
        raise NotFoundError("page")
    archive = _opened(file, file.stat().st_mtime_ns)
    level, col, row = (_whole(request, name) for name in ("level", "col", "row"))
    if archive.media_type is None or level > DEEPEST or max(col, row) >= 2**level:
        raise NotFoundError("tile")
    body = archive.get(level, col, row)
    if body is None:
        return Response(status_code=204)
    return respond(request, Answer(body, archive.media_type), Version(archive.tag(level, col, row), archive.changed))


def _whole(request: Request, name: str) -> int:
    text = request.path_params[name]
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(2**DEEPEST))):
        raise BadParameterError(name, "type-integer")
    return int(text)


class Archive:
    """A PMTiles file, opened. `media_type` is None when it holds something else than pictures."""

    def __init__(self, file: Path, modified: int) -> None:
        with file.open("rb") as opened:
            self._reader = Reader(MmapSource(opened))  # type: ignore[no-untyped-call]
        header = self._reader.header()  # type: ignore[no-untyped-call]
        self._packed = header["tile_compression"] == Compression.GZIP
        self._name = f"{file.name} {modified}"
        self.media_type = _PICTURES.get(header["tile_type"])
        self.changed = datetime.fromtimestamp(modified / 1e9, UTC)

    def get(self, level: int, col: int, row: int) -> bytes | None:
        """Return a picture; None where there is none."""
        body: bytes | None = self._reader.get(level, col, row)  # type: ignore[no-untyped-call]
        return gzip.decompress(body) if body and self._packed else body

    def tag(self, level: int, col: int, row: int) -> str:
        """Return what changes with the picture."""
        return hashlib.sha256(f"{self._name} {level} {col} {row}".encode()).hexdigest()[:20]


@lru_cache(maxsize=8)
def _opened(file: Path, modified: int) -> Archive:
    """Return the file, opened; one that is written anew meanwhile is opened again."""
    return Archive(file, modified)


BLOCK = Block("backgrounds", routes={"/backgrounds/{background}/{level}/{col}/{row}": guarded(tile)})
