"""The built web app: exactly the files that its build lists, nothing by path.

No folder is served: the files are read once, and an address that is not among them does not exist.
"""

import json
import mimetypes
from pathlib import Path

from service.respond import Answer

MANIFEST, PAGE, ICON = "manifest.json", "index.html", "icon.svg"
_LASTING = "assets/"
"""Files below it have their hash in the name."""


class Website:
    """The files that a folder's manifest lists, by address; empty if nothing has been built there."""

    def __init__(self, folder: Path) -> None:
        manifest = folder / MANIFEST
        listed = json.loads(manifest.read_text(encoding="utf-8"))["files"] if manifest.is_file() else []
        self._files = {name: (folder / name).read_bytes() for name in listed}
        # The pages of the API show the app's icon, whatever hash it has in its name.
        for icon in [name for name in listed if name.startswith(f"{_LASTING}icon-")]:
            self._files[ICON] = self._files[icon]

    def __contains__(self, name: str) -> bool:
        return name in self._files

    def page(self, language: str) -> Answer:
        """Return the app's page, saying in which language it is. Raises KeyError if nothing has been built."""
        body = self._files[PAGE].replace(b'<html lang="en">', f'<html lang="{language}">'.encode(), 1)
        return Answer(body, "text/html; charset=utf-8", headers={"Content-Language": language})

    def file(self, name: str) -> Answer:
        """Return a file. Raises KeyError if there is none of that name."""
        body = self._files[name]
        media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        if media_type.startswith("text/") or media_type in {"application/json", "image/svg+xml"}:
            media_type += "; charset=utf-8"
        return Answer(body, media_type, lasting=name.startswith(_LASTING))
