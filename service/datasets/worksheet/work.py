"""Answers the worksheet of a dataset: tasks on one sheet, solutions on the next, ready to be printed."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import shapely
from psycopg2 import sql
from psycopg2.extensions import cursor
from shapely.geometry.base import BaseGeometry
from starlette.responses import Response

from catalogue import Dataset
from catalogue.layout import DATA, id_column, lon_lat_column, table_name
from service import fields
from service.datasets import frozen, moments, sketch
from service.datasets.citation import citation
from service.datasets.frame import page_of, served_of
from service.datasets.frames import Frame, around
from service.datasets.frozen import BeforeFirstError, Frozen
from service.datasets.sketch import Shape, Sketch
from service.datasets.spoken import length
from service.datasets.texts import TEXTS
from service.datasets.worksheet import columns, maps, sample, signs, tables, wholes
from service.datasets.worksheet.sample import Feature
from service.datasets.worksheet.task import Speaker, Task
from service.datasets.worksheet.wholes import Shares
from service.features import lock
from service.parameters import BadParameterError, only, whole
from service.portal.visit import Visit
from service.problems import NotFoundError
from service.published import Served, ground_of

VARIANTS = 4
WIDTH, HIGHEST, LOWEST = 640, 460, 300
"""Pixels of the map."""
SHEETS = ("both", "tasks", "solutions")


@dataclass(frozen=True)
class Sheet:
    """What a worksheet is made of: the features, the columns of their table, their map (None: they have no place)."""

    group: list[Feature]
    every: list[Feature]
    names: list[str]
    map: Sketch | None
    shapes: dict[int, Shape]
    areas: dict[int, BaseGeometry]
    shares: Shares | None


def page(visit: Visit) -> Response:
    """Answer `/{language}/datasets/{dataset}/worksheet`.

    `as-of` makes it of a snapshot, `variant` (1 to VARIANTS) of other features, `sheet` keeps to tasks or solutions.
    Raises BadParameterError, NotFoundError.
    """
    served = served_of(visit)
    only(visit.params, frozenset({"as-of", "variant", "sheet"}))
    if served.dataset.is_raster:
        raise NotFoundError("page")
    variant = whole(visit.params, "variant", 1, 1, VARIANTS)
    which = visit.params.get("sheet", SHEETS[0])
    if which not in SHEETS:
        raise BadParameterError("sheet", "choice", choices=", ".join(SHEETS))
    past = _past(visit, served)
    used = past.served if past else served
    version = visit.version(past.order.version if past else "", of=[served])
    if (known := visit.known(version)) is not None:
        return known
    rows = past.rows if past else sql.Identifier(DATA, table_name(served.id))
    sheet = visit.live.database.read(lambda ask: _made(visit, used, rows, variant, ask))
    say = Speaker(visit.language)
    return page_of(
        visit,
        "worksheet",
        used,
        version=version,
        title=f"{TEXTS.text('worksheet.title', visit.language)}: {visit.text_in(used.dataset.title)}",
        sheet=sheet,
        which=which,
        variant=variant,
        variants=range(1, VARIANTS + 1),
        as_of=visit.params.get("as-of"),
        citation=_citation(visit, used),
        length=partial(length, visit.language),
        **_tasks(visit, used.dataset, sheet, say),
    )


def _past(visit: Visit, served: Served) -> Frozen | None:
    if "as-of" not in visit.params:
        return None
    try:
        return frozen.find(served, moments.read(visit.params["as-of"]), visit.catalogue, visit.live.database)
    except ValueError as error:
        raise BadParameterError("as-of", "snapshot-moment") from error
    except BeforeFirstError as error:
        raise NotFoundError("page") from error


def _citation(visit: Visit, used: Served) -> str:
    below = f"/snapshots/{visit.params['as-of']}" if "as-of" in visit.params else ""
    address = visit.address(f"/datasets/{used.id}{below}")
    return citation(visit, used.dataset, used.published.published, used.published.batch, address)


def _made(visit: Visit, used: Served, rows: sql.Composable, variant: int, ask: cursor) -> Sheet:
    """Return the sheet of the rows, all of one snapshot of the database."""
    dataset, ground = used.dataset, ground_of(visit.served)
    ground = None if ground is None or ground.id == dataset.id else ground
    ask.execute(lock([dataset, *([ground.dataset] if ground else [])]))
    by = dataset.map.style.by if dataset.map else None
    every = sample.pool(dataset, rows, ask)
    group = sample.chosen(every, by, variant)
    names = columns.shown(dataset, group, every)
    found = wholes.shares(dataset, rows, visit.catalogue, visit.language, ask)
    box = sample.extent(group)
    if box is None:
        return Sheet(group, every, names, None, {}, {}, found)
    frame = around(box, WIDTH, HIGHEST, lowest=LOWEST, room=0.1)
    shapes, areas = _shapes(group, dataset, rows, frame, ask)
    under = sketch.ground_in(frame, ground, ask) if ground else ()
    return Sheet(group, every, names, Sketch(frame, sketch.kind_of(dataset), under, ()), shapes, areas, found)


def _shapes(
    group: list[Feature], dataset: Dataset, rows: sql.Composable, frame: Frame, ask: cursor
) -> tuple[dict[int, Shape], dict[int, BaseGeometry]]:
    """Return the shapes of the features by their numbers; of areas also the geometries, in pixels."""
    shape, own = sql.Identifier(lon_lat_column(dataset) or ""), sql.Identifier(id_column(dataset))
    kind = sketch.kind_of(dataset)
    question = sql.SQL("SELECT {own}, ST_AsBinary({shape}), {placed}, NULL FROM {rows} WHERE {own} = ANY (%s)").format(
        own=own, shape=shape, placed=sketch.placed(frame, shape), rows=rows
    )
    ask.execute(question, ([each.id for each in group],))
    found, areas = {}, {}
    numbers = {each.id: each.number for each in group}
    for key, binary, *placed in ask.fetchall():
        drawn = sketch.shapes([tuple(placed)], kind)
        if drawn:
            found[numbers[key]] = drawn[0]
        if drawn and kind == "polygon":
            areas[numbers[key]] = shapely.transform(shapely.from_wkb(bytes(binary)), partial(_in_pixels, frame))
    return found, areas


def _in_pixels(frame: Frame, degrees: Any) -> Any:  # noqa: ANN401 (n × 2 numbers)
    west, _, _, north = frame.box
    return (degrees - (west, north)) * (frame.per_longitude, -frame.per_latitude)


def _tasks(visit: Visit, dataset: Dataset, sheet: Sheet, say: Speaker) -> dict[str, Any]:
    """Return tasks and legend, by the part of the sheet in which they stand."""
    by = dataset.map.style.by if dataset.map else None
    column = dataset.served.get(by or "")
    labels = (fields.labels(column, visit.catalogue, visit.language) if column else None) or {}
    titles = {name: fields.title(name, each, visit.catalogue, visit.language) for name, each in dataset.served.items()}
    of_map: list[Task] = []
    if sheet.map and sheet.group:
        of_map = maps.tasks(sheet.group, by, labels, sketch.kind_of(dataset) == "point", say)
        of_map += maps.neighbours(sheet.areas, say)
    of_table = tables.tasks(sheet.group, sheet.every, sheet.names, dataset, titles, say) if sheet.group else []
    of_whole = list(wholes.tasks(sheet.shares, titles[sheet.shares.column], say)) if sheet.shares else []
    found = signs.kinds(sheet.group, by, labels, say.text("no-kind")) if sheet.group else []
    return {
        "of_map": of_map,
        "of_table": of_table,
        "of_whole": of_whole,
        "chart": wholes.chart(sheet.shares) if sheet.shares else [],
        "kinds": found,
        "kind_of": {each.number: _kind(found, each.values.get(by or "")) for each in sheet.group},
        "by": by,
        "has_decimals": any(dataset.served[name].type == "decimal" for name in sheet.names),
        "places": _places(sheet),
    }


def _kind(found: list[signs.Kind], code: str | None) -> signs.Kind:
    return next((each for each in found if each.code == code), found[0])


def _places(sheet: Sheet) -> dict[int, tuple[int, int]]:
    """Return for each point how many metres east and north of the map's lower left corner it lies, in tens."""
    if sheet.map is None:
        return {}
    frame = sheet.map.frame
    scale = frame.metres_per_pixel
    return {
        number: (_tens(each.x * scale), _tens((frame.height - each.y) * scale)) for number, each in sheet.shapes.items()
    }


def _tens(metres: float) -> int:
    return 10 * round(metres / 10)
