"""The change feed as a document: read strictly, told with the way to the next page."""

from typing import cast

from starlette.requests import Request
from starlette.responses import Response

from catalogue import Dataset
from catalogue.edits import Key
from service.asked import Asked, Document
from service.changes import feed
from service.changes.feed import Change, Feed, Question
from service.jsontext import encode
from service.links import link
from service.media import JSON
from service.negotiate import format_of
from service.parameters import BadParameterError, NoSuchFeatureError, crs_asked, feature_id, only, whole
from service.reception import audience_of, language, parameters, served_of, version_of
from service.respond import Answer, is_known, respond, unmodified
from service.state import Live

PARAMETERS = frozenset({"f", "lang", "since", "limit", "after", "until", "crs"})
_BIGINT = 10**18


def changes(request: Request, live: Live) -> Response:
    """Answer what has changed in a collection since a batch or a time."""
    asked = _asked(request, live)
    if asked.served is None:
        raise LookupError("changes are those of a collection")
    question = _question(asked, asked.served.dataset)
    version = version_of(request, asked)
    private = asked.audience.is_internal
    if is_known(request, version):
        return unmodified(version, private=private)
    dataset = asked.served.dataset
    told = live.database.read(lambda ask: feed.read(question, dataset, ask))
    headers = {"Content-Language": asked.language, "Content-Crs": f"<{question.crs.uri}>"}
    body = encode(_document(told, asked)).encode()
    return respond(request, Answer(body, JSON, headers=headers, private=private), version)


def _asked(request: Request, live: Live) -> Asked:
    state, audience = audience_of(request, live)
    params = parameters(request)
    spoken = language(request, state, params)
    served = served_of(request, audience, "table")
    format_ = format_of(params, request.headers.get("accept", ""), ("json",))
    return Asked(state, audience, f"/collections/{served.id}/changes", params, spoken, format_, served)


def _question(asked: Asked, dataset: Dataset) -> Question:
    params = asked.params
    only(params, PARAMETERS)
    if "since" not in params:
        raise BadParameterError("since", "since-missing")
    return Question(
        since=params["since"],
        limit=min(whole(params, "limit", dataset.paging.default, 1, _BIGINT), dataset.paging.max),
        after=_after(params.get("after"), dataset),
        until=whole(params, "until", 0, 1, _BIGINT) if "until" in params else None,
        crs=crs_asked(params, "crs", dataset),
    )


def _after(text: str | None, dataset: Dataset) -> Key | None:
    try:
        return None if text is None else cast("Key", feature_id(text, dataset))
    except NoSuchFeatureError as error:
        raise BadParameterError("after", "after") from error


def _document(told: Feed, asked: Asked) -> Document:
    links = [link("self", asked.again(), JSON, asked, "json")]
    if told.more:
        rest = asked.again(since=told.since, until=told.batch, after=told.changes[-1].key)
        links.append(link("next", rest, JSON, asked))
    links.append(link("collection", asked.href(asked.path.removesuffix("/changes")), JSON, asked))
    return {
        "since": told.since,
        "batch": told.batch,
        "timeStamp": told.time.isoformat(),
        "numberReturned": len(told.changes),
        "changes": [_change(each) for each in told.changes],
        "links": links,
    }


def _change(change: Change) -> Document:
    return {
        "id": change.key,
        "change": change.kind,
        "batch": change.batch,
        "time": change.time.isoformat(),
        "feature": change.feature,
    }
