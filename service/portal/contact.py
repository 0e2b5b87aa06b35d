"""Whom to ask: the office that runs the portal, and for each dataset the one that answers for it."""

from starlette.responses import Response

from service.portal.texts import HERE, spoken
from service.portal.visit import Visit, templates


def page(visit: Visit) -> Response:
    """Answer `/{language}/contact`."""
    version = visit.version(of=visit.served.values())
    if (known := visit.known(version)) is not None:
        return known
    say = spoken(visit.language)
    shown = list(visit.served.values())
    owners = {
        publisher: [each for each in shown if each.dataset.publisher == publisher]
        for publisher in dict.fromkeys(each.dataset.publisher for each in shown)
    }
    return visit.page(
        templates(HERE / "templates").get_template("contact.html"),
        title=say("contact.title"),
        version=version,
        p=say,
        portal=visit.catalogue.portal,
        owners=[(_office(visit, name), listed) for name, listed in owners.items()],
        titles=visit.titles,
    )


def _office(visit: Visit, name: str) -> dict[str, object]:
    """Return how a publisher is called in the visitor's language, and whom to ask there."""
    publisher = visit.catalogue.publishers[name]
    return {"name": visit.text_in(publisher.name), "contact": publisher.contact}
