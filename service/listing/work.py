"""Answers the list: as a page of its own at the map's address with `view=list`, and as a part of the app's panel.

Both are made of one template. A form that was sent is answered by leading to the address of what it means.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from service import layers, pages
from service.cql2.tree import FilterError
from service.listing import forms, places, said
from service.listing.conditions import Conditions, split
from service.listing.page import Page
from service.listing.questions import ask, ask_others, columns_of
from service.listing.rows import Found, find
from service.listing.state import MapState, query, read, write
from service.listing.table import Table
from service.listing.tables import choose, settled
from service.listing.texts import spoken
from service.portal.visit import Visit, templates
from service.published import Served
from service.respond import Answer, respond
from service.search.find import LONGEST, SHORTEST, search
from service.state import Live
from service.texts import MESSAGES

_TEMPLATES = Path(__file__).parent / "templates"
_STYLE = (pages.TEMPLATES.parent / "assets" / "listing.css").read_bytes()
STYLE_ADDRESS = f"/list-{hashlib.sha256(_STYLE).hexdigest()[:8]}.css"
"""Where the style of the list stands alone: the app loads it with the first list."""
NOTHING = Found((), 0, more=False, others={})


@dataclass(frozen=True)
class _Read:
    """The filter of the open table as it was read; `wrong` says why it could not be."""

    conditions: Conditions
    wrong: str | None = None


def page(visit: Visit) -> Response:
    """Answer with the list as a page."""
    return _answer(visit, "page.html", place="place" in visit.params)


def part(visit: Visit) -> Response:
    """Answer with the list as a part of the app's page."""
    return _answer(visit, "part.html", place=False)


def style(request: Request, _: Live) -> Response:
    """Answer with the style of the list."""
    return respond(request, Answer(_STYLE, "text/css; charset=utf-8", lasting=True))


def _answer(visit: Visit, template: str, *, place: bool) -> Response:
    groups = layers.portal(visit.catalogue, visit.served.values(), visit.language)["groups"]
    state = replace(read(visit.request.scope["query_string"].decode("latin-1")), is_list=True)
    chosen = choose(state, groups)
    state = settled(state, chosen)
    shown = Page(visit, state, chosen, every=visit.params.get("columns") == "all")
    if forms.WHICH in visit.params:
        return _led(visit, _sent(shown), shown)
    version = visit.version(template, of=[visit.served[id_] for id_ in chosen.on])
    if not place and (known := visit.known(version)):
        return known
    if chosen.table is None:
        return _said(shown, template, {"version": version})
    return _of_table(shown, visit.served[chosen.table], template, {} if place else {"version": version})


def _sent(shown: Page) -> MapState:
    """Return the state that the sent form means. Raises BadParameterError."""
    visit, state, table = shown.visit, shown.state, shown.chosen.table
    if visit.params[forms.WHICH] == forms.LAYERS:
        return replace(forms.layers(visit.params, state, shown.chosen), table=None)
    if table is None:
        return state
    return forms.conditions(visit.params, state, table, visit.served[table].dataset.served)


def _led(visit: Visit, state: MapState, shown: Page) -> Response:
    kept = {"columns": "all"} if shown.every else {}
    address = f"{visit.request.url.path}?{query(write(state) | kept)}"
    return Response(status_code=HTTPStatus.SEE_OTHER, headers={"Location": address, "Cache-Control": "no-store"})


def _of_table(shown: Page, served: Served, template: str, told: Mapping[str, Any]) -> Response:
    visit, state = shown.visit, shown.state
    others = [visit.served[id_] for id_ in shown.chosen.tables if id_ != served.id]
    columns = columns_of(served, every=shown.every)
    filter_ = _filter(shown, served)
    asked = None if filter_.wrong else ask(state, served, visit.catalogue, visit.language, columns)
    beside = ask_others(state, others, visit.catalogue, visit.language)
    found = find(asked, beside, visit.language, visit.live.database)
    if asked and not found.rows and state.page > 1:
        last = max(1, -(-(found.matched or 0) // asked.query.limit))
        return _led(visit, replace(state, page=last if found.matched is not None else 1), shown)
    table = Table(shown, served, columns, filter_.conditions)
    values = {"table": table, "found": found, "filter": filter_, "conditions": _conditions(table)}
    status = HTTPStatus.BAD_REQUEST if filter_.wrong else HTTPStatus.OK
    return _said(shown, template, {**told, **values, "status": status})


def _filter(shown: Page, served: Served) -> _Read:
    """Return the filter of the table for the form; one that cannot be understood stands in it as it was written."""
    source, visit = shown.state.where.get(served.id), shown.visit
    if not source:
        return _Read(Conditions())
    try:
        ask(shown.state, served, visit.catalogue, visit.language)
        return _Read(split(source, served.dataset.served))
    except FilterError as error:
        reason = MESSAGES.text(f"parameter.{error.key}", visit.language, **error.located(source))
        return _Read(Conditions(rest=source), reason)


def _conditions(table: Table) -> list[dict[str, str]]:
    """Return what the filter asks in words, each with the address of the list without it."""
    shown, visit = table.page, table.page.visit
    words = said.in_words(table.asked, table.columns, spoken(visit.language), partial(pages.cell, visit.language))
    return [{"words": each, "href": shown.href(_filtered(shown.state, table.served.id, rest))} for each, rest in words]


def _filtered(state: MapState, id_: str, filter_: str) -> MapState:
    others = {other: text for other, text in state.where.items() if other != id_}
    return replace(state, where=others | ({id_: filter_} if filter_ else {}), page=1)


def _places(shown: Page) -> list[dict[str, str]] | None:
    """Return the places of the name that was asked for, each with the list of what is round it; None if none was."""
    visit, text = shown.visit, shown.visit.params.get("place", "").strip()
    if "place" not in visit.params:
        return None
    if len(text) < SHORTEST:
        return []
    found = search({"q": text[:LONGEST]}, visit.served.values(), visit.catalogue, visit.language, visit.live.database)
    named = [(each["label"], each["layer"], each["bbox"]) for each in found["results"] if each["bbox"]]
    typed = [(text, each["crs"], (each["lon"], each["lat"]) * 2) for each in found["places"]]
    return [
        {"name": name, "layer": layer, "href": shown.href(shown.around(tuple(box)))}
        for name, layer, box in named + typed
    ]


def _said(shown: Page, template: str, values: Mapping[str, Any]) -> Response:
    visit, say = shown.visit, spoken(shown.visit.language)
    box = places.extent_of(shown.state)
    layer = shown.chosen.layers.get(shown.chosen.table or "")
    return visit.page(
        templates(_TEMPLATES).get_template(template),
        **{
            "title": say("title-of", layer=layer["title"]) if layer else say("title"),
            "d": say,
            "shown": shown,
            "layer": layer,
            "box": box,
            "km": places.size(box) if box else None,
            "places": _places(shown),
            "list_style": STYLE_ADDRESS,
            "found": NOTHING,
            **values,
        },
    )
