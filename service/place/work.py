"""Answers `/here`: as JSON, or as a page that works without a script and prints well.

Nothing of it is kept by others on the way: which place somebody asks about is their own matter.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from service import fields, search
from service.asked import Asked, Document
from service.folding import folded_words
from service.jsontext import encode
from service.media import JSON
from service.negotiate import format_of
from service.parameters import BadParameterError
from service.place import document, facts
from service.place.question import Of, Point, Question, read
from service.place.texts import TEXTS
from service.portal.visit import Visit, templates
from service.published import Served
from service.reception import audience_of, language, parameters
from service.respond import VARY, Answer, Version, is_known, respond, unmodified
from service.search.question import ABOUT
from service.state import Live
from service.texts import MESSAGES

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class _Asking:
    """One request, and which datasets speak to its asker. `page` is the visit where a page is asked for."""

    request: Request
    live: Live
    asked: Asked
    speaking: list[Served]
    page: Visit | None = None


def here(request: Request, live: Live) -> Response:
    """Answer `/here` as JSON; a browser is led to the page in its language."""
    state, audience = audience_of(request, live)
    params = parameters(request)
    spoken = language(request, state, params)
    chosen = format_of(params, request.headers.get("accept", ""), ("json", "html"))
    asked = Asked(state, audience, "/here", params, spoken, chosen)
    if chosen == "html":
        headers = {"Location": document.address(asked, "html", params), "Vary": VARY, "Cache-Control": "no-cache"}
        return Response(status_code=307, headers=headers)
    speaking = facts.speakers(audience.served.values())
    return _answer(_Asking(request, live, asked, speaking), read(params, audience.served))


def page(visit: Visit) -> Response:
    """Answer `/{language}/here`. A wrong field of the form is told on the page, beside the form, with status 400."""
    asked = Asked(visit.state, visit.audience, "/here", visit.params, visit.language, "html")
    question = _Asking(visit.request, visit.live, asked, facts.speakers(visit.served.values()), visit)
    try:
        return _answer(question, read(visit.params, visit.served))
    except BadParameterError as wrong:
        reason = MESSAGES.text(f"parameter.{wrong.key}", visit.language, **wrong.values)
        return _page(visit, question, {}, status=400, wrong={"field": wrong.name, "reason": reason})


def _answer(asking: _Asking, question: Question) -> Response:
    if question.where is None:
        if asking.page is None:
            raise BadParameterError("lon", "here-missing")
        return _page(asking.page, asking, {})
    if isinstance(question.where, str):
        return _named(asking, question.where, question.day)
    return _placed(asking, question.where, question.day)


def _named(asking: _Asking, text: str, on: date | None) -> Response:
    """Answer a name: by the places that it may mean, at once by the one that it can only mean, or by coordinates."""
    asked = asking.asked
    shown = asked.audience.served.values()
    found = search.search({"q": text}, shown, asked.state.catalogue, asked.language, asking.live.database)
    if found["places"]:
        place = found["places"][0]
        return _placed(asking, Point(place["lon"], place["lat"]), on)
    results: list[Document] = found["results"]
    meant = _meant(text, results) if found["number"] is None else None
    if asking.page is not None and meant is not None:
        address = document.address(asked, "html", document.asking(meant, asked))
        return Response(status_code=303, headers={"Location": address, "Cache-Control": "no-cache"})
    return _say(asking, document.of_name(text, results, found["number"], asked), None)


def _meant(text: str, results: Sequence[Document]) -> Document | None:
    """Return the only result, or the only one that is called just so: number 12, not 120 to 129 too."""
    asked = _said(text)
    meant = [each for each in results if _said(each["label"]) == asked] or results
    return meant[0] if len(meant) == 1 else None


def _said(text: str) -> list[str]:
    return [word for word in folded_words(text) if word not in ABOUT]


def _placed(asking: _Asking, where: Point | Of, on: date | None) -> Response:
    """Answer what holds at a place."""
    asked, live = asking.asked, asking.live
    today = datetime.now().astimezone().date()
    version = _version(asking, today if on is None else None)
    if is_known(asking.request, version):
        return unmodified(version, private=True)
    day = on or today
    found = facts.find(where, asking.speaking, day, live.database)
    return _say(asking, document.of_place(found, asked, day), version)


def _version(asking: _Asking, today: date | None) -> Version:
    """Return on what the answer depends: files, the datasets that speak, what is asked, and today if no day is."""
    asked, request = asking.asked, asking.request
    used = {each.id: each for each in asking.speaking}
    collection = asked.params.get("feature", "").partition("/")[0]
    if collection in asked.audience.served:
        used[collection] = asked.audience.served[collection]
    known = [
        asked.state.files,
        *(f"{id_} {each.published.batch}" for id_, each in sorted(used.items())),
        str(asked.audience.is_internal),
        asked.language,
        asked.format,
        request.scope["query_string"].decode("latin-1"),
        str(today),
    ]
    midnight = [datetime.combine(today, time()).astimezone()] if today else []
    changed = max([asked.state.changed, *midnight, *(each.published.published for each in used.values())])
    return Version(hashlib.sha256("\n".join(known).encode()).hexdigest()[:20], changed)


def _say(asking: _Asking, content: Document, version: Version | None) -> Response:
    if asking.page is not None:
        return _page(asking.page, asking, content, version=version)
    headers = {"Content-Language": asking.asked.language}
    return respond(asking.request, Answer(encode(content).encode(), JSON, headers=headers, private=True), version)


def _page(
    visit: Visit,
    asking: _Asking,
    content: Document,
    *,
    status: int = 200,
    wrong: Mapping[str, str] | None = None,
    version: Version | None = None,
) -> Response:
    said = partial(_text, visit.language)
    shown = {each.id: fields.properties(each.dataset, visit.catalogue, visit.language) for each in asking.speaking}
    return visit.page(
        templates(_HERE / "templates").get_template("here.html"),
        title=content.get("title") or said("title"),
        status=status,
        version=version,
        private=True,
        scripts=("places",),
        h=said,
        here=content,
        wrong=wrong,
        given=visit.params,
        parts=[part for part in facts.PARTS if part in content],
        columns=shown,
        day_of=_day_of,
    )


def _day_of(text: str) -> date:
    return datetime.fromisoformat(text).date()


def _text(language: str, key: str, **values: Any) -> str:  # noqa: ANN401 (values are what a text shows)
    return TEXTS.text(key, language, **values)
