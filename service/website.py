"""The built web app: exactly the files that its build lists, nothing by path.

No folder is served: the files are read once, and an address that is not among them does not exist.
"""

import json
import mimetypes
from functools import cache
from html import escape
from pathlib import Path

from service.respond import Answer
from settings import ROOT

MANIFEST, PAGE, ICON = "manifest.json", "index.html", "icon.svg"
_LASTING = "assets/"
"""Files below it have their hash in the name."""
_LANGUAGE = b"<!--language-->"
"""Where the page names what it needs in its language, so that it comes together with the program."""


class Website:
    """The files that a folder's manifest lists, by address; empty if nothing has been built there."""

    def __init__(self, folder: Path) -> None:
        manifest = folder / MANIFEST
        said = json.loads(manifest.read_text(encoding="utf-8")) if manifest.is_file() else {}
        listed: list[str] = said.get("files", [])
        self._entries: dict[str, str] = said.get("entries", {})
        self._words: dict[str, str] = said.get("words", {})
        self._files = {name: (folder / name).read_bytes() for name in listed}
        # The pages of the API show the app's icon, whatever hash it has in its name.
        for icon in [name for name in listed if name.startswith(f"{_LASTING}icon-")]:
            self._files[ICON] = self._files[icon]

    def __contains__(self, name: str) -> bool:
        return name in self._files

    def asset(self, name: str) -> str | None:
        """Return the address of the script of `web/src/pages/<name>.ts`; None if there is none or nothing was built."""
        path = self._entries.get(name)
        return f"/{path}" if path else None

    def page(self, language: str, *, without_script: str) -> Answer:
        """Return the app's page, saying in which language it is; a browser without a script is led to an address.

        Raises KeyError if nothing has been built.
        """
        ahead = f'<link rel="preload" as="fetch" crossorigin href="/map/portal?lang={language}">'
        if words := self._words.get(language):
            ahead = f'<link rel="modulepreload" href="/{words}">\n{ahead}'
        ahead += f'\n<link rel="manifest" href="/{language}/app.webmanifest">'
        ahead += f'\n<noscript><meta http-equiv="refresh" content="0; url={escape(without_script)}"></noscript>'
        body = self._files[PAGE].replace(b'<html lang="en">', f'<html lang="{language}">'.encode(), 1)
        body = body.replace(_LANGUAGE, ahead.encode(), 1)
        return Answer(body, "text/html; charset=utf-8", headers={"Content-Language": language})

    def file(self, name: str) -> Answer:
        """Return a file. Raises KeyError if there is none of that name."""
        body = self._files[name]
        media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        if media_type.startswith("text/") or media_type in {"application/json", "image/svg+xml"}:
            media_type += "; charset=utf-8"
        return Answer(body, media_type, lasting=name.startswith(_LASTING))


@cache
def built() -> Website:
    """Return the web app of this checkout as it was when first asked for."""
    return Website(ROOT / "web" / "dist")
