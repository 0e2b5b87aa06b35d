"""What is new, as a page and as an Atom feed (RFC 4287): both written from the load log, nothing by hand."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from service.parameters import BadParameterError, only
from service.portal import log
from service.portal.texts import HERE, spoken
from service.portal.visit import Visit, templates
from service.reception import audience_of, guarded, language, parameters
from service.respond import Answer, respond
from service.state import Live

ATOM = "application/atom+xml; charset=utf-8"
ON_A_PAGE, IN_THE_FEED = 50, 40


def page(visit: Visit) -> Response:
    """Answer `/{language}/news`: newest first; `dataset` keeps to one, `before` goes back. Raises BadParameterError."""
    only(visit.params, frozenset({"dataset", "before"}))
    told, before = _datasets(visit.params, visit), _before(visit.params)
    found = log.entries(told, visit.live.database, limit=ON_A_PAGE, before=before)
    version = visit.version(found, of=visit.served.values())
    if (known := visit.known(version)) is not None:
        return known
    say = spoken(visit.language)
    return visit.page(
        templates(HERE / "templates").get_template("news.html"),
        title=say("news.title"),
        version=version,
        p=say,
        days=[(day, list(each)) for day, each in groupby(found, key=lambda entry: entry.day)],
        titles=visit.titles,
        chosen=visit.params.get("dataset"),
        older=found[-1].day.isoformat() if len(found) == ON_A_PAGE else None,
    )


def _feed(request: Request, live: Live) -> Response:
    """Answer `/news.atom` in the language of `lang` or of the asker. Raises BadParameterError."""
    state, audience = audience_of(request, live)
    params = parameters(request)
    only(params, frozenset({"dataset", "lang"}))
    visit = Visit(request, live, state, audience, language(request, state, params), params)
    found = log.entries(_datasets(params, visit), live.database, limit=IN_THE_FEED)
    version = visit.version(found, visit.language, of=visit.served.values())
    if (known := visit.known(version)) is not None:
        return known
    text = (
        templates(HERE / "templates")
        .get_template("news.atom")
        .render(
            p=spoken(visit.language),
            lang=visit.language,
            root=live.settings.public_url,
            portal=visit.text_in(visit.catalogue.portal.title),
            chosen=params.get("dataset"),
            entries=found,
            moment=_moment,
            updated=_moment(found[0].moment if found else version.changed),
            titles=visit.titles,
        )
    )
    said = {"Content-Language": visit.language}
    answer = Answer(text.encode(), ATOM, headers=said, private=audience.is_internal)
    return respond(request, answer, version)


feed = guarded(_feed)


def _datasets(params: Mapping[str, str], visit: Visit) -> list[str]:
    chosen = params.get("dataset")
    if chosen is None:
        return list(visit.served)
    if chosen not in visit.served:
        raise BadParameterError("dataset", "news-dataset")
    return [chosen]


def _before(params: Mapping[str, str]) -> date | None:
    try:
        return date.fromisoformat(params["before"]) if "before" in params else None
    except ValueError as error:
        raise BadParameterError("before", "type-date") from error


def _moment(value: Any) -> str:  # noqa: ANN401 (a datetime, from a template)
    """Return a moment as RFC 3339 has it."""
    moment: datetime = value
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
