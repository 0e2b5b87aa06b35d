"""What the API says of transactions: routes, conformance, and the operations of collections that allow them."""

from collections.abc import Mapping

from service.asked import Asked, Document
from service.block import Block, Methods
from service.crs import CRS84_URI, offer
from service.media import GEOJSON, PROBLEM
from service.oas import reference
from service.published import Served
from service.reception import guarded
from service.texts import MESSAGES
from service.transactions import work

PART4 = "http://www.opengis.net/spec/ogcapi-features-4/1.0"
CONFORMANCE = (
    f"{PART4}/conf/create-replace-delete",
    f"{PART4}/conf/update",
    f"{PART4}/conf/features",
    f"{PART4}/conf/optimistic-locking-etags",
    f"{PART4}/req/optimistic-locking-etags",  # the draft's own table has it so
)
_REFUSALS = (400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 428, 503)
_ITEMS: Methods = {"POST": guarded(work.create), "OPTIONS": guarded(work.options_of_items)}
_ITEM: Methods = {
    "PUT": guarded(work.replace),
    "PATCH": guarded(work.update),
    "DELETE": guarded(work.delete),
    "OPTIONS": guarded(work.options_of_item),
}


def _paths(served: Served, asked: Asked) -> Document:
    """Return the operations that write, of a collection that may be edited; none of others."""
    if not served.dataset.editable:
        return {}
    path = f"/collections/{served.id}/items"
    feature = {"name": "featureId", "in": "path", "required": True, "schema": {"type": "string"}}
    crs = _header("Content-Crs", {"type": "string", "default": CRS84_URI, "enum": list(offer(served.dataset))})
    match = _header("If-Match", {"type": "string"}, required=served.dataset.editable == "if-match")
    return {
        f"{path}": {"post": _operation("create", 201, served, asked, [crs], (GEOJSON,))},
        f"{path}/{{featureId}}": {
            "put": _operation("replace", 204, served, asked, [feature, crs, match], (GEOJSON,)),
            "patch": _operation("update", 204, served, asked, [feature, crs, match], (work.MERGE_PATCH, GEOJSON)),
            "delete": _operation("delete", 204, served, asked, [feature, match]),
        },
    }


def _operation(
    name: str, status: int, served: Served, asked: Asked, parameters: list[Document], media_types: tuple[str, ...] = ()
) -> Document:
    summary = MESSAGES.text(f"operation.{name}", asked.language)
    schema: Mapping[str, Document] = {
        GEOJSON: {"schema": {"$ref": "#/components/schemas/Feature"}},
        work.MERGE_PATCH: {"schema": {"type": "object"}},
    }
    refused: Document = {"content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    body = {"requestBody": {"required": True, "content": {each: schema[each] for each in media_types}}}
    return {
        "summary": summary,
        "operationId": f"{name}-{served.id}",
        "tags": [served.id],
        "parameters": [*parameters, reference("lang")],
        "responses": {str(status): {"description": summary}}
        | {
            str(each): {"description": MESSAGES.text(f"status.{each}", asked.language), **refused} for each in _REFUSALS
        },
    } | (body if media_types else {})


def _header(name: str, schema: Document, *, required: bool = False) -> Document:
    return {"name": name, "in": "header", "required": required, "schema": schema}


BLOCK = Block(
    "transactions",
    routes={
        "/ogc/collections/{collection}/items": _ITEMS,
        "/ogc/collections/{collection}/items/{feature:path}": _ITEM,
    },
    conformance=CONFORMANCE,
    collection_paths=_paths,
)
