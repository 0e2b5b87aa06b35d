"""The GeoPackage of a harmonised plan: one layer for each collection, columns by the names that the collections read.

Apart from the making because columns are the matter of `collections/*.yml`: what is added there is added here. All
layers are always there, if need be without rows, so that any harmonised file can be loaded for any collection.
"""

import json
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import shapely
from pyogrio.raw import write_arrow
from pyproj import CRS
from shapely import Geometry, LineString, MultiLineString, MultiPoint, Point

from geodesy import way
from plans.harmonise.making import parts_of, polygons
from plans.harmonise.model import Harmonised, Item, SpatialPlan
from plans.harmonise.tables import group
from plans.harmonise.zones import zone_of
from plans.model import Standard

type Row = dict[str, Any]

SEPARATOR = "; "
"""Between the codes in a column that holds several."""

_TYPES: Mapping[str, pa.DataType] = {
    **dict.fromkeys(("adopted", "valid_from", "valid_to"), pa.date32()),
    **dict.fromkeys(("area", "unknown_share"), pa.float64()),
    **dict.fromkeys(("partial",), pa.bool_()),
    **dict.fromkeys(("elements", "regulations"), pa.int32()),
}
"""Types of columns that are not text."""

_PLAN = (
    "id", "inspire_id", "title", "state", "municipality", "municipality_name", "municipalities", "standard", "profile",
    "kind", "level", "plan_type", "step", "national_step", "adopted", "valid_from", "valid_to", "partial", "elements",
    "regulations", "unknown_share", "area",
)  # fmt: skip
_ITEM = ("id", "inspire_id", "plan", "plan_title", "municipality", "municipality_name", "state")
_REST = (
    "mapping", "source", "layer", "code", "name", "specific", "nature", "step", "valid_from", "valid_to", "area",
    "attributes",
)  # fmt: skip


@dataclass(frozen=True)
class _Layer:
    """A layer: its name, columns, type of geometry, and how a geometry becomes one of that type (None: it is not)."""

    name: str
    columns: tuple[str, ...]
    geometry: str
    fit: Callable[[Geometry], Geometry | None]


def write(harmonised: Harmonised | Sequence[Harmonised], target: Path) -> Path:
    """Write harmonised plans as a GeoPackage; return its place. A file that is there is replaced.

    Layers: `plans` (MultiPolygon: what the plan covers), `elements` (MultiPolygon), `regulations` (MultiPolygon),
    `lines` (MultiLineString), `points` (MultiPoint). All are in the first plan's CRS; plans in another one are
    transformed. Rows without a geometry that fits their layer are left out. Raises ValueError for no plan at all.
    """
    plans = [harmonised] if isinstance(harmonised, Harmonised) else list(harmonised)
    if not plans:
        raise ValueError("there is no plan to write")
    target.unlink(missing_ok=True)
    crs = plans[0].plan.crs
    for layer in _LAYERS:
        rows = [row for each in plans for row in _fitting(layer, each, _mover(each.plan.crs, crs))]
        _write_layer(layer, rows, crs, target)
    return target


def _fitting(layer: _Layer, harmonised: Harmonised, move: Callable[[Geometry], Geometry]) -> Iterable[Row]:
    for geometry, row in _rows(layer.name, harmonised):
        fitting = layer.fit(geometry) if geometry is not None else None
        if fitting is not None:
            yield {**row(), "geom": move(fitting)}


def _rows(layer: str, harmonised: Harmonised) -> Iterable[tuple[Geometry | None, Callable[[], Row]]]:
    """Yield each row of the layer: its geometry, and a function that gives its columns once it is known to fit."""
    if layer == "plans":
        yield harmonised.plan.extent, partial(_plan, harmonised)
        return
    items, kind = (harmonised.elements, "hilucs") if layer == "elements" else (harmonised.regulations, "regulation")
    for item in items:
        yield item.geometry, partial(_item, item, harmonised.plan, kind)


def _plan(harmonised: Harmonised) -> Row:
    plan = harmonised.plan
    return {
        **{name: getattr(plan, name) for name in _PLAN if hasattr(plan, name)},
        "inspire_id": "/".join(plan.inspire),
        "municipality": next(iter(plan.municipalities), None),
        "municipality_name": plan.municipality_name or None,
        "municipalities": SEPARATOR.join(plan.municipalities),
        "partial": plan.is_partial,
        "elements": len(harmonised.elements),
        "regulations": len(harmonised.regulations),
        "unknown_share": round(100 * harmonised.unknown_share, 2),
        "area": round(plan.area, 1),
    }


def _item(item: Item, plan: SpatialPlan, kind: str) -> Row:
    meaning = item.meaning
    return {
        "id": item.id,
        "inspire_id": f"{plan.inspire[0]}/{item.local}",
        "plan": plan.id,
        "plan_title": plan.title,
        "municipality": next(iter(plan.municipalities), None),
        "municipality_name": plan.municipality_name or None,
        "state": plan.state,
        kind: meaning.codes[0],
        f"{kind}_all": SEPARATOR.join(meaning.codes),
        f"{kind}_group": group(meaning.codes[0]),
        "zone": zone_of(item, Standard(plan.standard)) if kind == "hilucs" else None,
        "mapping": meaning.status.value,
        "source": meaning.source or None,
        "layer": item.layer,
        "code": item.term if item.code else None,
        "name": item.name or None,
        "specific": SEPARATOR.join(meaning.specific) or None,
        "nature": item.nature,
        "step": plan.step,
        "valid_from": item.valid_from,
        "valid_to": item.valid_to,
        "area": round(item.area, 1),
        "attributes": _json(item.attributes),
    }


def _json(attributes: Mapping[str, Any]) -> str:
    return json.dumps(attributes, ensure_ascii=False, default=_plain)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else str(value)


def lines_of(geometry: Geometry) -> MultiLineString | None:
    """Return the lines of a geometry as one MultiLineString; None if it has none."""
    parts = [LineString(part) for part in parts_of(geometry) if isinstance(part, LineString)]
    return MultiLineString(parts) if parts else None


def points_of(geometry: Geometry) -> MultiPoint | None:
    """Return the points of a geometry as one MultiPoint; None if it has none."""
    parts = [part for part in parts_of(geometry) if isinstance(part, Point) and not part.is_empty]
    return MultiPoint(parts) if parts else None


def _of(kind: str) -> tuple[str, ...]:
    return (*_ITEM, kind, f"{kind}_all", f"{kind}_group", *_REST)


_WITHOUT_AREA = tuple(name for name in _of("regulation") if name != "area")


_LAYERS = (
    _Layer("plans", _PLAN, "MultiPolygon", polygons),
    _Layer("elements", (*_of("hilucs"), "zone"), "MultiPolygon", polygons),
    _Layer("regulations", _of("regulation"), "MultiPolygon", polygons),
    _Layer("lines", _WITHOUT_AREA, "MultiLineString", lines_of),
    _Layer("points", _WITHOUT_AREA, "MultiPoint", points_of),
)


def _write_layer(layer: _Layer, rows: Sequence[Row], crs: str | None, target: Path) -> None:
    columns = {name: pa.array([row.get(name) for row in rows], _TYPES.get(name, pa.string())) for name in layer.columns}
    table = pa.table({**columns, "geom": pa.array(shapely.to_wkb([row["geom"] for row in rows]), pa.binary())})
    with warnings.catch_warnings(action="ignore"):  # that a plan does not say its CRS is the matter of a rule
        write_arrow(
            table,
            target,
            layer=layer.name,
            driver="GPKG",
            geometry_name="geom",
            geometry_type=layer.geometry,
            crs=crs,
            append=target.exists(),
        )


def _mover(source: str | None, target: str | None) -> Callable[[Geometry], Geometry]:
    """Return a function that brings a geometry from one CRS to the other; from or to an unknown one it does nothing."""
    if source == target or source is None or target is None:
        return lambda geometry: geometry
    found = way(CRS(source), CRS(target))
    return lambda geometry: shapely.transform(geometry, lambda points: found(points)[0])
