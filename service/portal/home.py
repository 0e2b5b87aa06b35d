"""The first page: one search field, the ways into the portal, the data by theme, what is new."""

from collections import Counter

from starlette.responses import Response

from service.portal import log
from service.portal.texts import HERE, spoken
from service.portal.visit import Visit, templates

WAYS = ("map", "here", "datasets", "dashboards", "desk")
"""Pages of the portal's navigation that the home page explains; the way for schools goes into the help."""
NEWEST = 6


def page(visit: Visit) -> Response:
    """Answer `/{language}/`."""
    newest = log.entries(visit.served, visit.live.database, limit=NEWEST)
    version = visit.version(newest, of=visit.served.values())
    if (known := visit.known(version)) is not None:
        return known
    say = spoken(visit.language)
    counted = Counter(each.dataset.theme for each in visit.served.values())
    themes = sorted((name for name in visit.catalogue.themes if name in counted), key=lambda name: _rank(visit, name))
    return visit.page(
        templates(HERE / "templates").get_template("home.html"),
        title="",
        version=version,
        scripts=("home", "places"),
        p=say,
        lead=visit.text_in(visit.catalogue.portal.description),
        ways=WAYS,
        themes=[(name, visit.text_in(visit.catalogue.themes[name].title), counted[name]) for name in themes],
        newest=newest,
        titles=visit.titles,
    )


def _rank(visit: Visit, theme: str) -> tuple[int, str]:
    return (visit.catalogue.themes[theme].order, theme)
