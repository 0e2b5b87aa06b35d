"""What the pages of one dataset have in common: the dataset that the address names, its titles, the way between them.

Apart so that each page is only about its own matter.
"""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from starlette.responses import Response

from findings import Point
from service import fields
from service.datasets.pictures import pictures
from service.datasets.spoken import on_map, percent, period
from service.datasets.texts import TEXTS
from service.portal.visit import Visit, templates
from service.problems import NotFoundError
from service.published import Served
from service.respond import Version

FOLDER = Path(__file__).parent / "templates"
PARTS = ("quality", "history", "snapshots", "worksheet")
"""Pages below that of a dataset."""
_PART_OF = {"snapshot": "snapshots", "no-snapshot": "snapshots"}
"""To which part a template belongs that is not called as its part."""


def served_of(visit: Visit) -> Served:
    """Return the dataset that the address names. Raises NotFoundError, also for one that the visitor may not see."""
    served = visit.served.get(visit.request.path_params["dataset"])
    if served is None:
        raise NotFoundError("collection")
    return served


def parts_of(served: Served) -> tuple[str, ...]:
    """Return the parts that the dataset has: of a raster no rows are known, so it has no worksheet."""
    return tuple(part for part in PARTS if not (served.dataset.is_raster and part == "worksheet"))


def page_of(
    visit: Visit,
    name: str,
    served: Served | None = None,
    *,
    version: Version | None = None,
    title: str | None = None,
    private: bool = False,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **values: Any,  # noqa: ANN401 (what the template shows)
) -> Response:
    """Return the page of the template `name`; of a dataset with what all its pages show."""
    known: dict[str, Any] = {
        "d": partial(_text, visit.language),
        "part": _PART_OF.get(name, name),
        "text_in": visit.text_in,
        "percent": partial(percent, visit.language),
    }
    called = TEXTS.text("title", visit.language)
    if served is not None:
        called = visit.text_in(served.dataset.title)
        known |= _of_dataset(visit, served) | {"dataset_title": called}
    return visit.page(
        templates(FOLDER).get_template(f"{name}.html"),
        title=title or called,
        version=version,
        private=private,
        status=status,
        headers=headers,
        **(known | values),
    )


def _of_dataset(visit: Visit, served: Served) -> dict[str, Any]:
    """Return what all pages of a dataset show."""
    return {
        "served": served,
        "dataset": served.dataset,
        "parts": parts_of(served),
        "own": visit.address(f"/datasets/{served.id}"),
        "columns": columns_of(visit, served),
        "period": period(visit.language, served.dataset.updated),
        "on_map": partial(_on_map, visit.language, served.id),
        "pictures": pictures(),
    }


def columns_of(visit: Visit, served: Served) -> dict[str, dict[str, Any]]:
    """Return title, type, unit and code labels of the columns that may be shown, by name."""
    found = fields.properties(served.dataset, visit.catalogue, visit.language)
    return {name: each for name, each in found.items() if name != "geometry"}


def _on_map(language: str, dataset: str, point: Point) -> str:
    return on_map(language, dataset, *point)


def _text(language: str, key: str, **values: Any) -> str:  # noqa: ANN401 (values are what a text shows)
    return TEXTS.text(key, language, **values)
