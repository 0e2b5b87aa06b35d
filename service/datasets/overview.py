"""The page of a dataset, and the map on it."""

import json
from functools import partial
from typing import Any

from starlette.responses import Response

from service import features, layers
from service.dashboards.work import boards_of
from service.datasets import batches, sketch
from service.datasets.citation import author, citation, licence
from service.datasets.examples import examples
from service.datasets.frame import FOLDER, page_of, served_of
from service.datasets.frames import around
from service.datasets.history import news_of
from service.datasets.quality import of as quality_of
from service.datasets.spoken import length
from service.downloads.kinds import offered
from service.parameters import ItemsQuery, only
from service.portal.visit import Visit, templates
from service.problems import NotFoundError
from service.published import Served, ground_of
from service.respond import Answer, respond

ROWS = 8
"""Features in the table of the first ones."""
WIDTH, HIGHEST = 720, 540
"""Pixels of the map."""
SVG = "image/svg+xml; charset=utf-8"


def page(visit: Visit) -> Response:
    """Answer `/{language}/datasets/{dataset}`."""
    served = served_of(visit)
    only(visit.params, frozenset())
    dataset, own = served.dataset, visit.address(f"/datasets/{served.id}")
    ledger = batches.read(served.id, visit.live.database)
    quality = quality_of(visit, served, ledger)
    root = f"{visit.live.settings.public_url}/ogc"
    publisher = visit.catalogue.publishers.get(dataset.publisher)
    cited = citation(visit, dataset, served.published.published, served.published.batch, own)
    return page_of(
        visit,
        "overview",
        served,
        private=True,
        quality=quality,
        news=news_of(visit, served, ledger),
        rows=_first(visit, served),
        examples=examples(served, root, quality.figures),
        root=root,
        kinds=offered(served),
        author=author(visit, dataset),
        contact=dataset.contact or (publisher.contact if publisher else None),
        licence=licence(visit, dataset),
        citation=cited,
        layer=layers.layer(served, visit.catalogue, visit.language) if dataset.map else None,
        keywords=_keywords(visit, served),
        boards=boards_of(visit, served.id),
        is_drawn=dataset.has_geometry and served.published.bbox is not None,
        is_counted=served.published.rows > sketch.FEATURES,
    )


def drawn(visit: Visit) -> Response:
    """Answer `/{language}/datasets/{dataset}/map.svg`: the features on the municipalities. Raises NotFoundError."""
    served = served_of(visit)
    only(visit.params, frozenset())
    box = served.published.bbox
    if not served.dataset.has_geometry or box is None:
        raise NotFoundError("page")
    ground = ground_of(visit.served)
    version = visit.version(of=[served, *([ground] if ground else [])])
    if (known := visit.known(version)) is not None:
        return known
    frame = around(box, WIDTH, HIGHEST)
    found = visit.live.database.read(lambda ask: sketch.draw(served.dataset, served.published.rows, frame, ground, ask))
    text = (
        templates(FOLDER)
        .get_template("map.svg")
        .render(
            sketch=found,
            frame=frame,
            style=_style(served),
            colour_of=_colours(visit, served),
            cell_size=sketch.CELL,
            length=partial(length, visit.language),
        )
    )
    return respond(visit.request, Answer(text.encode(), SVG, private=visit.audience.is_internal), version)


def _style(served: Served) -> dict[str, Any]:
    style = served.dataset.map.style if served.dataset.map else None
    if style is None:
        return {"radius": 3, "width": 1, "fill": 0.4}
    return {"radius": min(style.radius, 4), "width": style.width, "fill": style.fill}


def _colours(visit: Visit, served: Served) -> Any:  # noqa: ANN401 (a function of a code)
    """Return what gives a code its colour in the legend; of a layer of one colour always that."""
    section = served.dataset.map
    plain = section.style.color if section else "#2b6cb0"
    legend = layers.layer(served, visit.catalogue, visit.language)["legend"] if section else []
    known = {each["code"]: each["color"] for each in legend}
    return lambda code: known.get(code, plain)


def _first(visit: Visit, served: Served) -> list[dict[str, Any]]:
    """Return the first features."""
    if served.dataset.is_raster:
        return []
    query = ItemsQuery(limit=ROWS, geometry=False)
    question = features.page(query, served.dataset, features.filters(query, served.dataset, None, None))
    rows = visit.live.database.rows(features.lock([served.dataset]) + question)
    return [json.loads(text) for _, text in features.texts(rows[:ROWS], query.crs)]


def _keywords(visit: Visit, served: Served) -> tuple[str, ...]:
    words = {str(language): found for language, found in served.dataset.keywords.items()}
    return words.get(visit.language) or words.get(visit.catalogue.portal.default_language) or ()
