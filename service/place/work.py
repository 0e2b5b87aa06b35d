"""Answers `/here`: as JSON, or as a page that works without a script and prints well.

Nothing of it is kept by others on the way: which place somebody asks about is their own matter.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from starlette.requests import Request
from starlette.responses import Response

from service import fields, pages, search
from service.asked import Asked, Document
from service.jsontext import encode
from service.media import HTML, JSON
from service.negotiate import format_of
from service.parameters import BadParameterError
from service.place import document, facts
from service.place.question import Question, is_municipality, read
from service.place.texts import TEXTS
from service.published import Served
from service.reception import audience_of, language, parameters
from service.respond import Answer, Version, is_known, respond, unmodified
from service.state import Live
from service.texts import MESSAGES

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class _Visit:
    """One request for the page, and which datasets speak to its asker."""

    request: Request
    live: Live
    asked: Asked
    speaking: list[Served]

    @property
    def own(self) -> str:
        """The address of the page, without query."""
        return f"{self.live.settings.public_url}/here"


def here(request: Request, live: Live) -> Response:
    """Answer `/here`. A wrong field of the form is told on the page, beside the form, with status 400."""
    state, audience = audience_of(request, live)
    params = parameters(request)
    spoken = language(request, state, params)
    chosen = format_of(params, request.headers.get("accept", ""), ("json", "html"))
    asked = Asked(state, audience, "/here", params, spoken, chosen)
    visit = _Visit(request, live, asked, facts.speakers(audience.served.values()))
    try:
        return _answer(visit, read(params, audience.served))
    except BadParameterError as wrong:
        if chosen == "json":
            raise
        reason = MESSAGES.text(f"parameter.{wrong.key}", spoken, **wrong.values)
        return _page(visit, {}, status=400, wrong={"field": wrong.name, "reason": reason})


def _answer(visit: _Visit, question: Question) -> Response:
    asked, live = visit.asked, visit.live
    if question.where is None:
        if asked.format == "json":
            raise BadParameterError("lon", "here-missing")
        return _page(visit, {})
    if isinstance(question.where, str):
        return _say(visit, document.of_name(question.where, _results(visit, question.where), asked, visit.own), None)
    today = datetime.now().astimezone().date()
    version = _version(visit, today if question.day is None else None)
    if is_known(visit.request, version):
        return unmodified(version, private=True)
    day = question.day or today
    found = facts.find(question.where, visit.speaking, day, live.database)
    return _say(visit, document.of_place(found, asked, day, visit.own), version)


def _results(visit: _Visit, text: str) -> list[Document]:
    """Return the features of that name, as the search has them; municipalities first, for so places are named."""
    asked = visit.asked
    shown = asked.audience.served
    found = search.search({"q": text}, shown.values(), asked.state.catalogue, asked.language, visit.live.database)
    results: list[Document] = found["results"]
    return sorted(results, key=lambda each: not is_municipality(shown[each["collection"]]))


def _version(visit: _Visit, today: date | None) -> Version:
    """Return on what the answer depends: files, the datasets that speak, what is asked, and today if no day is."""
    asked, request = visit.asked, visit.request
    used = {each.id: each for each in visit.speaking}
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


def _say(visit: _Visit, content: Document, version: Version | None) -> Response:
    if visit.asked.format == "html":
        return _page(visit, content, version=version)
    headers = {"Content-Language": visit.asked.language}
    return respond(visit.request, Answer(encode(content).encode(), JSON, headers=headers, private=True), version)


def _page(
    visit: _Visit,
    content: Document,
    *,
    status: int = 200,
    wrong: Mapping[str, str] | None = None,
    version: Version | None = None,
) -> Response:
    asked, catalogue = visit.asked, visit.asked.state.catalogue
    spoken = asked.language
    text = (
        _environment()
        .get_template("here.html")
        .render(
            **pages.common(catalogue, spoken),
            h=partial(_text, spoken),
            page="here",
            here=content,
            wrong=wrong,
            given=asked.params,
            parts=[part for part in facts.PARTS if part in content],
            columns=_columns(visit),
            notice=content.get("notice"),
            day_of=_day_of,
            languages={tag: _in_language(visit.request, tag) for tag in catalogue.portal.languages},
        )
    )
    said: Mapping[str, str] = {"Content-Language": spoken}
    answer = Answer(text.encode(), f"{HTML}; charset=utf-8", status, said, private=True)
    return respond(visit.request, answer, version)


def _columns(visit: _Visit) -> dict[str, dict[str, Any]]:
    """Return how each column of the datasets that speak is shown."""
    catalogue, spoken = visit.asked.state.catalogue, visit.asked.language
    return {each.id: fields.properties(each.dataset, catalogue, spoken) for each in visit.speaking}


def _in_language(request: Request, tag: str) -> str:
    return str(request.url.include_query_params(lang=tag).replace(scheme="", netloc=""))


def _day_of(text: str) -> date:
    return datetime.fromisoformat(text).date()


def _text(language: str, key: str, **values: Any) -> str:  # noqa: ANN401 (values are what a text shows)
    return TEXTS.text(key, language, **values)


@cache
def _environment() -> Environment:
    """Return the templates, compiled once per process; those of the portal's pages give the frame."""
    return Environment(
        loader=FileSystemLoader([_HERE / "templates", pages.TEMPLATES]),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
