"""Creating, replacing, updating and deleting: a request read into an edit, an edit into an answer.

Nothing is read of the body before it is clear that the asker may write: a stranger cannot make the service listen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import cast
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from catalogue import Dataset
from catalogue.edits import Change, Edit, Edited, EditError, Key
from catalogue.layout import id_column
from service.access import Holder, holder_of
from service.asked import Asked
from service.crs import CRS84, Crs, offer
from service.headers import READING
from service.jsontext import encode
from service.media import GEOJSON, JSON
from service.parameters import BadParameterError, feature_id, only
from service.reception import audience_of, language, parameters, served_of
from service.refusal import RefusalError
from service.respond import Answer, respond
from service.state import Live
from service.transactions import feature, refusals
from service.transactions.body import document
from service.transactions.conditions import seen
from service.transactions.editor import Editor

ROLE = "edit"
"""Role of the tokens that open editing."""
MERGE_PATCH = "application/merge-patch+json"
WHOLE, PATCH = (GEOJSON, JSON), (MERGE_PATCH, GEOJSON, JSON)
ALLOWED = {"items": (*READING, "POST"), "item": (*READING, "PUT", "PATCH", "DELETE")}


class Spelled(bytes):
    """The name of a header that is sent as it is spelled; uvicorn makes others small.

    QGIS (3.40) looks for `Location` by its letters, finds no `location`, and takes the feature for not created.
    """

    def lower(self) -> "Spelled":
        """Return the name as it is."""
        return self


@dataclass(frozen=True)
class Permitted:
    """A request of one who may write: what is asked, by whom, who writes."""

    asked: Asked
    holder: Holder
    editor: Editor

    @property
    def dataset(self) -> Dataset:
        """The dataset that is written to."""
        if self.asked.served is None:
            raise LookupError("an edit is asked of a collection")
        return self.asked.served.dataset


def create(request: Request, live: Live) -> Response:
    """Answer POST of a feature: 201 and its address."""
    permitted = _permitted(request, live)
    crs = _content_crs(request, permitted)
    given = feature.whole(document(request, WHOLE), permitted.dataset, crs)
    edited = _made(permitted, live, _edit("create", permitted, crs, given, given.key))
    place = permitted.asked.href(f"{permitted.asked.path}/{quote(str(edited.key), safe='')}")
    response = _answer(request, permitted, edited, HTTPStatus.CREATED)
    response.raw_headers.append((Spelled(b"Location"), place.encode("ascii")))
    return response


def replace(request: Request, live: Live) -> Response:
    """Answer PUT of a feature: what the document does not name is empty, private columns stay."""
    permitted = _permitted(request, live)
    key, crs = _key(request, permitted), _content_crs(request, permitted)
    given = feature.whole(document(request, WHOLE), permitted.dataset, crs)
    _same(key, given)
    edited = _made(permitted, live, _edit("replace", permitted, crs, given, key, _seen(request, permitted)))
    return _answer(request, permitted, edited, HTTPStatus.NO_CONTENT)


def update(request: Request, live: Live) -> Response:
    """Answer PATCH of a feature: what the document names changes, all else stays."""
    permitted = _permitted(request, live)
    key, crs = _key(request, permitted), _content_crs(request, permitted)
    given = feature.part(document(request, PATCH), permitted.dataset, crs)
    _same(key, given)
    edited = _made(permitted, live, _edit("update", permitted, crs, given, key, _seen(request, permitted)))
    return _answer(request, permitted, edited, HTTPStatus.NO_CONTENT)


def delete(request: Request, live: Live) -> Response:
    """Answer DELETE of a feature."""
    permitted = _permitted(request, live)
    edit = _edit("delete", permitted, CRS84, None, _key(request, permitted), _seen(request, permitted))
    return _answer(request, permitted, _made(permitted, live, edit), HTTPStatus.NO_CONTENT)


def options_of_items(request: Request, live: Live) -> Response:
    """Answer OPTIONS of a collection's features: what the asker may do with them."""
    return _options(request, live, "items")


def options_of_item(request: Request, live: Live) -> Response:
    """Answer OPTIONS of one feature."""
    return _options(request, live, "item")


def _options(request: Request, live: Live, what: str) -> Response:
    """Return the methods; those of writing only to one who may write, for clients offer editing by this."""
    _, audience = audience_of(request, live)
    served = served_of(request, audience, "table")
    holder = holder_of(request.headers.get("authorization"), live.database)
    writes = bool(served.dataset.editable and holder and holder.role == ROLE and _editor(request))
    headers = {"Allow": ", ".join(ALLOWED[what] if writes else READING)}
    if writes and what == "item":
        headers["Accept-Patch"] = ", ".join(PATCH)
    return Response(status_code=HTTPStatus.NO_CONTENT, headers=headers)


def _permitted(request: Request, live: Live) -> Permitted:
    """Return the request as one that may write. Raises what refuses it."""
    state, audience = audience_of(request, live)
    params = parameters(request)
    spoken = language(request, state, params)
    served = served_of(request, audience, "table")
    editor = _editor(request)
    if not served.dataset.editable or editor is None:
        methods = ", ".join(READING)
        raise RefusalError(HTTPStatus.METHOD_NOT_ALLOWED, "method", headers={"Allow": methods}, methods=methods)
    holder = holder_of(request.headers.get("authorization"), live.database)
    if holder is None:
        raise RefusalError(HTTPStatus.UNAUTHORIZED, "no-token", headers={"WWW-Authenticate": "Bearer"})
    if holder.role != ROLE:
        raise RefusalError(HTTPStatus.FORBIDDEN, "not-editor")
    only(params, frozenset({"lang"}))
    path = f"/collections/{served.id}/items"
    return Permitted(Asked(state, audience, path, params, spoken, "json", served), holder, editor)


def _editor(request: Request) -> Editor | None:
    return cast("Editor | None", getattr(request.app.state, "editor", None))


def _key(request: Request, permitted: Permitted) -> Key:
    return cast("Key", feature_id(request.path_params["feature"], permitted.dataset))


def _same(key: Key, given: feature.Given) -> None:
    if given.key is not None and given.key != key:
        raise RefusalError(HTTPStatus.CONFLICT, "other-id")


def _content_crs(request: Request, permitted: Permitted) -> Crs:
    """Return the CRS of the body. Raises BadParameterError for one that the collection does not offer."""
    said = request.headers.get("content-crs")
    if said is None:
        return CRS84
    offered = offer(permitted.dataset)
    uri = said.strip().removeprefix("<").removesuffix(">")
    if uri not in offered:
        raise BadParameterError("Content-Crs", "crs", offered=", ".join(offered))
    return offered[uri]


def _seen(request: Request, permitted: Permitted) -> frozenset[int] | None:
    given = request.headers.get("if-match")
    if given is None and permitted.dataset.editable == "if-match":
        raise RefusalError(HTTPStatus.PRECONDITION_REQUIRED, "precondition")
    return seen(given)


def _edit(
    change: Change,
    permitted: Permitted,
    crs: Crs,
    given: feature.Given | None,
    key: Key | None,
    seen_batches: frozenset[int] | None = None,
) -> Edit:
    own = id_column(permitted.dataset)
    named: Mapping[str, object] = given.values if given else {}
    return Edit(
        change,
        permitted.dataset,
        permitted.asked.state.catalogue.codelists,
        permitted.holder.label,
        key,
        {**named, own: key} if change == "create" and key is not None else {k: v for k, v in named.items() if k != own},
        given.geometry if given else None,
        moves=bool(given and given.moves),
        crs=f"EPSG:{crs.code}",
        seen=seen_batches,
    )


def _made(permitted: Permitted, live: Live, edit: Edit) -> Edited:
    """Return what became of the edit; the next request to this worker sees it."""
    try:
        edited = permitted.editor(edit)
    except EditError as error:
        raise refusals.told(error) from error
    live.refresh()
    return edited


def _answer(request: Request, permitted: Permitted, edited: Edited, status: HTTPStatus) -> Response:
    """Return the answer: empty, or with what is worth knowing.

    No ETag: what is kept is not the very text that was sent (RFC 9110, 9.3.4).
    """
    sent = {"Content-Language": permitted.asked.language}
    if not len(edited.report):
        return Response(status_code=status, headers=sent)
    body = encode({"id": edited.key, "findings": refusals.said(edited.report, permitted.asked.language)}).encode()
    code = HTTPStatus.OK if status == HTTPStatus.NO_CONTENT else status
    return respond(request, Answer(body, JSON, code, sent, private=True))
