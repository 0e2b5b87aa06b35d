"""The building block of downloads: addresses, links, and what the OpenAPI document says of them."""

import re
from typing import Any

from catalogue.values import text_in
from service.asked import Asked
from service.block import Block
from service.downloads import answers
from service.downloads.kinds import KINDS, offered
from service.links import link
from service.media import HTML, JSON
from service.oas import get
from service.published import Served
from service.reception import guarded

_PATH = "/ogc/collections/{collection}/downloads"
_NAME = rf"^[a-z][a-z0-9-]*\.({'|'.join(re.escape(kind.extension) for kind in KINDS.values())})$"


def _links(asked: Asked) -> list[dict[str, Any]]:
    """Return the links to the list and, in the collection's own document, to each file."""
    if asked.served is None:
        return []
    path = f"/collections/{asked.served.id}"
    lists = [link("related", asked.href(f"{path}/downloads"), JSON, asked, "downloads")]
    if asked.path != path:
        return lists
    pages = [link("related", asked.href(f"{path}/downloads", f="html"), HTML, asked, "downloads")]
    return [*lists, *pages, *answers.links(asked)]


def _paths(served: Served, asked: Asked) -> dict[str, Any]:
    path = f"/collections/{served.id}/downloads"
    title = text_in(served.dataset.title, asked.language, asked.state.catalogue.portal.default_language)
    schema = {"type": "string", "pattern": _NAME}
    name = {"name": "fileName", "in": "path", "required": True, "schema": schema}
    file = get(
        "download", "application/octet-stream", asked, tag=served.id, title=title, parameters=[name], plain=False
    )
    file["get"]["responses"]["200"]["content"] = {
        kind.media_type: {"schema": {"type": "string", "format": "binary"}} for kind in offered(served)
    }
    return {
        path: get("downloads", JSON, asked, tag=served.id, title=title),
        f"{path}/{{fileName}}": file,
    }


BLOCK = Block(
    name="downloads",
    routes={_PATH: guarded(answers.listing), f"{_PATH}/{{name}}": guarded(answers.file)},
    links=_links,
    collection_paths=_paths,
)
