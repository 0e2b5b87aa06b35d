"""Answers the pages of dashboards: the list of them, each of them, and each part as PNG and as CSV."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.responses import Response

from catalogue.dashboards import AnyPart, BarsPart, Dashboard, GapsPart, MapPart, TimelinePart, datasets_of
from service.dashboards import choosing, drawing, mapped, picture
from service.dashboards.address import Address, read
from service.dashboards.reading import Reading, shown
from service.dashboards.sheets import csv_of
from service.dashboards.telling import Teller
from service.dashboards.texts import TEXTS
from service.dashboards.told import Told
from service.dashboards.words import Words
from service.headers import policy
from service.portal.visit import Visit, templates
from service.problems import NotFoundError
from service.published import Served
from service.respond import Answer, Version, respond

_TEMPLATES = Path(__file__).parent / "templates"
_HALF = (BarsPart, TimelinePart, GapsPart)
"""Kinds of parts of which two stand side by side where there is room."""
_CSV = "text/csv; charset=utf-8; header=present"


@dataclass(frozen=True)
class Board:
    """A dashboard as one visitor asks for it: the parts that may be shown, and how they are read and told."""

    visit: Visit
    board: Dashboard
    parts: Sequence[AnyPart]
    reading: Reading
    words: Words
    title: str | None = None
    """What stands above it in place of the dashboard's own title and description, with what is said there."""
    said: tuple[str, ...] = ()
    beside: tuple[str, str] | None = None
    """A link below what is said: text and address."""

    @property
    def address(self) -> Address:
        """What is asked."""
        return self.reading.address

    @property
    def used(self) -> list[Served]:
        """The datasets of the parts."""
        ids = dict.fromkeys(id_ for part in self.parts for id_ in datasets_of(part))
        return [self.visit.served[id_] for id_ in ids]

    @property
    def under(self) -> list[Served]:
        """The municipalities that its maps lie on, if it has maps."""
        ground = self.reading.ground
        return [ground] if ground and any(isinstance(part, MapPart) for part in self.parts) else []

    def version(self) -> Version:
        """Return the version of what is answered; anniversaries depend on the year too."""
        return self.visit.version(self.reading.year, of={each.id: each for each in (*self.used, *self.under)}.values())

    def told(self, parts: Sequence[AnyPart]) -> list[Told]:
        """Return what parts say."""
        answers = self.reading.answers(parts)
        teller = Teller(self.words, self.reading)
        return [teller.told(part, answers[part.id]) for part in parts]


def listed(visit: Visit) -> Response:
    """Answer with the list of dashboards."""
    boards = [board for board in visit.catalogue.dashboards.values() if shown(board.parts, visit.served)]
    version = visit.version("list", of=visit.served.values())
    return visit.known(version) or visit.page(
        templates(_TEMPLATES).get_template("dashboards.html"),
        title=TEXTS.text("title", visit.language),
        version=version,
        d=partial(_text, visit.language),
        boards=boards,
        text_in=visit.text_in,
    )


def dashboard(visit: Visit) -> Response:
    """Answer with a dashboard; with what the form of choices asks for by leading to its address."""
    made = board_of(visit)
    if choosing.asked(visit.params):
        known = {id_: each.dataset for id_, each in visit.served.items()}
        target = choosing.narrowed(made.board, visit.params, made.address, known).to()
        return Response(status_code=303, headers={"Location": target, "Cache-Control": "no-cache"})
    version = made.version()
    return visit.known(version) or page(made, "embedded.html" if made.address.embedded else "dashboard.html", version)


def part_file(visit: Visit) -> Response:
    """Answer with one part as a picture or as a table."""
    name, _, ending = visit.request.path_params["file"].rpartition(".")
    made = board_of(visit)
    part = next((each for each in made.parts if each.id == name), None)
    if part is None or ending not in {"png", "csv"}:
        raise NotFoundError("page")
    version = made.version()
    known = visit.known(version)
    if known:
        return known
    [told] = made.told([part])
    if ending == "png" and not told.is_picture:
        raise NotFoundError("page")
    file = f"{made.board.id}-{part.id}-{visit.language}.{ending}"
    headers = {"Content-Disposition": f'inline; filename="{file}"', "Content-Language": visit.language}
    body = _png(made, told) if ending == "png" else csv_of(told)
    media_type = "image/png" if ending == "png" else _CSV
    answer = Answer(body, media_type, headers=headers, private=visit.audience.is_internal)
    return respond(visit.request, answer, version)


def _png(made: Board, told: Told) -> bytes:
    portal = made.visit.text_in(made.visit.catalogue.portal.title)
    site = urlsplit(made.visit.live.settings.public_url)
    own = f"{site.netloc}{site.path.rstrip('/')}{made.visit.address(f'/dashboards/{made.board.id}')}"
    return picture.png(told, made.words, portal, own)


def board_of(visit: Visit, id_: str | None = None) -> Board:
    """Return the dashboard that the address names, or the one with this id.

    Raises NotFoundError, also for a dashboard of which the visitor may see nothing; BadParameterError.
    """
    id_ = id_ or visit.request.path_params["board"]
    board = visit.catalogue.dashboards.get(id_)
    parts = shown(board.parts, visit.served) if board else []
    if board is None or not parts:
        raise NotFoundError("page")
    words = Words(visit.catalogue, visit.language)
    address = read(visit.params, visit.address(f"/dashboards/{id_}"), visit.language, board.datasets)
    year = datetime.now().astimezone().year
    return Board(visit, board, parts, Reading(visit.live, visit.served, address, year), words)


def boards_of(visit: Visit, dataset: str) -> list[Dashboard]:
    """Return the dashboards of which the visitor may see a part over the dataset."""
    return [
        board
        for board in visit.catalogue.dashboards.values()
        if any(dataset in datasets_of(part) for part in shown(board.parts, visit.served))
    ]


def page(made: Board, template: str, version: Version | None) -> Response:
    """Return the page of a dashboard, or of one part of it where only that is asked for."""
    visit, address = made.visit, made.address
    parts = [part for part in made.parts if address.part in {None, part.id}] or list(made.parts)
    timed = any(each.dataset.time_columns for each in made.used)
    framed = {"Content-Security-Policy": policy(visit.catalogue.portal, framed=True)} if address.embedded else {}
    given: dict[str, Any] = {
        "d": partial(_text, visit.language),
        "board": made.board,
        "address": address,
        "told": made.told(parts),
        "alone": _alone(parts),
        "choices": [] if address.embedded else choosing.offered(made.board, made.reading, made.words),
        "filters": choosing.filters(made.board, made.reading, made.words),
        "timed": timed,
        "on_map": address.on_the_map([each.dataset for each in made.used]),
        "site": visit.live.settings.public_url.rstrip("/"),
        "chart": drawing.on_a_page,
        "plan": mapped.on_a_page,
        "swatch": mapped.swatch,
        "text_in": visit.text_in,
        "said": made.said,
        "beside": made.beside,
    }
    return visit.page(
        templates(_TEMPLATES).get_template(template),
        title=made.title or visit.text_in(made.board.title),
        version=version,
        headers=framed,
        scripts=() if address.embedded else ("dashboards",),
        **given,
    )


def _alone(parts: Sequence[AnyPart]) -> frozenset[str]:
    """Return the parts of half the width beside which none would stand, so that they get the whole."""
    alone, waiting = set(), ""
    for part in parts:
        if isinstance(part, _HALF):
            waiting = "" if waiting else part.id
        else:
            alone.add(waiting)
            waiting = ""
    return frozenset({*alone, waiting} - {""})


def _text(language: str, key: str, **values: object) -> str:
    return TEXTS.text(key, language, **values)
