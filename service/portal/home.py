"""The first page: one search field, the ways into the portal, the data by theme, what is new."""

from collections import Counter

from starlette.responses import Response

from service.portal import log
from service.portal.texts import HERE, spoken
from service.portal.visit import Visit, templates
from service.website import built

WAYS = ("map", "here", "datasets", "dashboards", "desk", "schools")
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
        scripts=("home",),
        p=say,
        lead=visit.text_in(visit.catalogue.portal.description),
        ways={name: _ADDRESSES[name].format(lang=visit.language) for name in WAYS},
        script=built().asset("home"),
        themes=[(name, visit.text_in(visit.catalogue.themes[name].title), counted[name]) for name in themes],
        newest=newest,
        titles={id_: visit.text_in(each.dataset.title) for id_, each in visit.served.items()},
    )


_ADDRESSES = {
    "map": "/{lang}/map",
    "here": "/{lang}/here",
    "datasets": "/{lang}/datasets",
    "dashboards": "/{lang}/dashboards",
    "desk": "/desk?lang={lang}",
    "schools": "/{lang}/help#schools",
}


def _rank(visit: Visit, theme: str) -> tuple[int, str]:
    return (visit.catalogue.themes[theme].order, theme)
