"""Help: how to do on this portal what people come for, in the order in which they ask."""

from starlette.responses import Response

from service.portal.texts import HERE, spoken
from service.portal.visit import Visit, templates

SECTIONS = {
    "place": ("address", "point", "print"),
    "map": ("layers", "card", "tools", "share", "keyboard"),
    "list": ("open", "sort", "without-script"),
    "data": ("download", "qgis", "licence", "fresh"),
    "schools": ("worksheet", "snapshot", "picture"),
    "offline": ("install", "keep"),
    "wrong": ("mistake", "fault"),
}
"""The sections and their questions; the texts have the same names."""


def page(visit: Visit) -> Response:
    """Answer `/{language}/help`."""
    version = visit.version()
    if (known := visit.known(version)) is not None:
        return known
    say = spoken(visit.language)
    return visit.page(
        templates(HERE / "templates").get_template("help.html"),
        title=say("help.title"),
        version=version,
        p=say,
        sections=SECTIONS,
        root=visit.live.settings.public_url,
    )
