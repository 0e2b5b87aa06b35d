"""The accessibility statement, made from the record of the last check by the tests and from what we know to be missing.

The record `accessibility.yml` is written by the tests in a real browser (`--update-golden`) and held by them: pages and
states that were tried, with which tool, on which day. So the statement cannot claim what was not looked at.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

import yaml
from starlette.responses import Response

from service.portal.texts import HERE, spoken
from service.portal.visit import Visit, templates

RECORD = HERE / "accessibility.yml"
GAPS = ("map-drawing", "print", "reports", "translations", "attributes")
"""What is known not to be accessible yet, by the names of the texts."""


def page(visit: Visit) -> Response:
    """Answer `/{language}/accessibility`."""
    version = visit.version(record())
    if (known := visit.known(version)) is not None:
        return known
    say = spoken(visit.language)
    return visit.page(
        templates(HERE / "templates").get_template("accessibility.html"),
        title=say("accessibility.title"),
        version=version,
        p=say,
        record=record(),
        gaps=GAPS,
        portal=visit.catalogue.portal,
        publisher=_publisher(visit),
    )


@cache
def record() -> Mapping[str, Any]:
    """Return the record: `checked` (date), `tool`, `standard`, `browser`, `states` (names of what was tried)."""
    found: dict[str, Any] = yaml.safe_load(RECORD.read_text(encoding="utf-8"))
    if not isinstance(found["checked"], date):
        raise TypeError("accessibility.yml: checked is no date")
    return found


def _publisher(visit: Visit) -> str:
    known = visit.catalogue.publishers.get(visit.catalogue.portal.publisher or "")
    return visit.text_in(known.name) if known else visit.text_in(visit.catalogue.portal.title)
