"""The page of the search: the same answers for people without a script, and for a link that somebody sends."""

from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from starlette.responses import Response

from service.block import Block
from service.parameters import BadParameterError
from service.portal.visit import Visit, portal_page, templates
from service.search.find import search
from service.search.texts import TEXTS
from service.texts import MESSAGES

_HERE = Path(__file__).parent
MOST = 30
NEAR = 16
"""Zoom at which a point is shown."""


def page(visit: Visit) -> Response:
    """Answer `/{language}/search?q=`; without a question the empty form, a wrong one is told beside it (400)."""
    params = {name: value for name, value in visit.params.items() if name in {"q", "lang"}}
    text = params.get("q", "").strip()
    if not text:
        return _page(visit, text)
    asked = {"q": text, "limit": str(MOST)}
    try:
        found = search(asked, visit.served.values(), visit.catalogue, visit.language, visit.live.database)
    except BadParameterError as wrong:
        reason = MESSAGES.text(f"parameter.{wrong.key}", visit.language, **wrong.values)
        return _page(visit, text, status=400, wrong=reason)
    return _page(visit, text, found=_linked(found, visit))


def _page(
    visit: Visit, text: str, *, status: int = 200, found: dict[str, Any] | None = None, wrong: str | None = None
) -> Response:
    said = partial(_text, visit.language)
    title = said("title-of", q=text) if text else said("title")
    template = templates(_HERE / "templates").get_template("search.html")
    values: dict[str, Any] = {"d": said, "q": text, "most": MOST, "found": found, "wrong": wrong}
    return visit.page(template, title=title, status=status, private=True, scripts=("places",), **values)


def _linked(found: dict[str, Any], visit: Visit) -> dict[str, Any]:
    """Return the answer with the addresses of each thing: on the map, its record, what applies there."""
    for each in found["results"]:
        name = f"{each['collection']}/{quote(each['id'], safe='')}"
        each["map"] = visit.address(f"/map?{urlencode({'feature': name} | _at(each), safe=':/,')}")
        each["here"] = visit.address(f"/here?{urlencode({'feature': name}, safe='/')}")
        each["record"] = f"/ogc/collections/{each['collection']}/items/{quote(each['id'], safe='')}?f=html"
    for place in found["places"]:
        mark = f"{place['lat']:.6f}/{place['lon']:.6f}"
        place["map"] = visit.address(f"/map?at={NEAR}/{mark}&mark={mark}")
        place["here"] = visit.address(f"/here?{urlencode({'lon': place['lon'], 'lat': place['lat']})}")
    for kind in ("datasets", "dashboards"):
        for each in found[kind]:
            each["href"] = visit.address(f"/{kind}/{each['id']}")
    return found


def _at(each: dict[str, Any]) -> dict[str, str]:
    """Return where the map opens: at a point's place; the map finds an area or a line by itself."""
    point, bbox = each["point"], each["bbox"]
    if not point or bbox[0] != bbox[2] or bbox[1] != bbox[3]:
        return {}
    return {"at": f"{NEAR}/{point[1]:.5f}/{point[0]:.5f}"}


def _text(language: str, key: str, **values: Any) -> str:  # noqa: ANN401 (values are what a text shows)
    return TEXTS.text(key, language, **values)


BLOCK = Block("search", routes={"/{language}/search": portal_page(page)})
