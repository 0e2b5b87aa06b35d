"""Background maps of the portal: maps of somebody else's making that lie below all layers.

Apart from the words that datasets share because a background is no dataset: it is shown and never served, loaded or
searched. Only the hosts that are named here are ever asked by a visitor's browser.
"""

import re
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from catalogue.values import Frozen, Line, Text, refuse

DEEPEST = 22


def _address(text: str) -> str:
    """Refuse what a page of the portal could not ask for: a host without https, or a character that ends a policy."""
    found = urlsplit(text)
    is_own = text.startswith("/") and not text.startswith("//")
    is_safe = found.scheme == "https" and re.fullmatch(r"[a-z0-9.-]+(:[0-9]+)?", found.netloc)
    if not (is_own or is_safe):
        raise refuse("VALUE-BACKGROUND-URL", value=text)
    return text


def _template(text: str) -> str:
    if not all(part in text for part in ("{z}", "{x}", "{y}")):
        raise refuse("VALUE-BACKGROUND-TILES", value=text)
    return _address(text)


def _id(text: str) -> str:
    if text == "none" or not text.replace("-", "").isalnum() or not text.isascii() or text != text.lower():
        raise refuse("VALUE-BACKGROUND-ID", value=text)
    return text


class _Background(Frozen):
    """What every background has. The first `visible` one is shown when the map opens; without one, none is."""

    title: Text
    attribution: Text = {}
    """Whose map it is; it stands in the map's line of sources."""
    max_zoom: Annotated[int, Field(ge=1, le=DEEPEST)] = 19
    """The deepest zoom that there is; beyond it the last pictures are enlarged."""
    visible: bool = False


class TilesBackground(_Background):
    """Pictures by the address of a tile in Web Mercator, with {z}, {x} and {y} in it: of XYZ or of WMTS."""

    kind: Literal["tiles"]
    url: Annotated[Line, AfterValidator(_template)]


class WmsBackground(_Background):
    """A WMS 1.3.0 or 1.1.1 that answers in EPSG:3857."""

    kind: Literal["wms"]
    url: Annotated[Line, AfterValidator(_address)]
    layers: Line
    version: Literal["1.3.0", "1.1.1"] = "1.3.0"


class RasterBackground(_Background):
    """A raster dataset of the portal itself."""

    kind: Literal["raster"]
    dataset: Line


class ArchiveBackground(_Background):
    """Pictures in a PMTiles file in the folder `backgrounds` of the portal's data: a map without any other host."""

    kind: Literal["pmtiles"]
    file: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*\.pmtiles$")]


Background = Annotated[
    TilesBackground | WmsBackground | RasterBackground | ArchiveBackground, Field(discriminator="kind")
]
BackgroundId = Annotated[str, AfterValidator(_id)]


def host_of(background: Background) -> str | None:
    """Return the host that a visitor's browser asks for it, with the scheme; None where that is the portal itself."""
    if not isinstance(background, TilesBackground | WmsBackground) or background.url.startswith("/"):
        return None
    found = urlsplit(background.url)
    return f"https://{found.netloc}"
