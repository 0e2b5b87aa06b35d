"""What the API says of changes: the feed's route, its link and its description."""

from catalogue.values import text_in
from service.asked import Asked, Document
from service.block import Block
from service.changes.answers import changes
from service.links import link
from service.media import JSON
from service.oas import get, parameter, reference
from service.published import Served
from service.reception import guarded
from service.texts import MESSAGES


def _links(asked: Asked) -> list[Document]:
    if asked.served is None or asked.served.dataset.is_raster:
        return []
    here_on = asked.href(f"/collections/{asked.served.id}/changes", since=asked.served.published.batch)
    return [link("related", here_on, JSON, asked, "changes")]


def _paths(served: Served, asked: Asked) -> Document:
    dataset = served.dataset
    if dataset.is_raster:
        return {}
    since = parameter("since", {"type": "string"}, MESSAGES.text("describe.since", asked.language)) | {"required": True}
    numbers: Document = {"type": "integer", "minimum": 1}
    limit = numbers | {"maximum": dataset.paging.max, "default": dataset.paging.default}
    own = [since, parameter("limit", limit), parameter("until", numbers), *map(reference, ("after", "crs"))]
    title = text_in(dataset.title, asked.language, asked.state.catalogue.portal.default_language)
    path = f"/collections/{served.id}/changes"
    return {path: get("changes", JSON, asked, tag=served.id, title=title, parameters=own, plain=False)}


BLOCK = Block(
    "changes",
    routes={"/ogc/collections/{collection}/changes": guarded(changes)},
    links=_links,
    collection_paths=_paths,
)
