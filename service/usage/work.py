"""Answers the page of statistics: what is counted and what is not, and the dashboard of the published counts."""

from dataclasses import replace
from pathlib import Path

from starlette.responses import Response

from service.dashboards.work import board_of, page
from service.portal.visit import Visit, templates
from service.problems import NotFoundError
from service.usage.texts import TEXTS

DATASET = "portal-usage"
_TEMPLATES = Path(__file__).parent / "templates"
_SAID = ("what", "not", "few", "own")


def statistics(visit: Visit) -> Response:
    """Answer with the page; where the counts are not published, with how they are made alone."""
    said = [TEXTS.text(f"said.{key}", visit.language) for key in _SAID]
    title = TEXTS.text("title", visit.language)
    try:
        board = board_of(visit, DATASET)
    except NotFoundError:
        template = templates(_TEMPLATES).get_template("statistics.html")
        absent = TEXTS.text("absent", visit.language)
        return visit.page(template, title=title, said=said, absent=absent)
    dataset = visit.address(f"/datasets/{DATASET}")
    version = board.version()
    return visit.known(version) or page(
        replace(board, title=title, said=tuple(said), beside=(TEXTS.text("dataset", visit.language), dataset)),
        "dashboard.html",
        version,
    )
