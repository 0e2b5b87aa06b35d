"""The rules a dataset file must keep together with the rest of the catalogue.

Structure is the model's matter; meaning is judged here. Each rule is one small function that yields faults; a rule that
finds nothing has nothing to say. Lines are looked up by the key that is wrong, in the file as it is.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from catalogue.located import Located, nearest, parse
from catalogue.model import Dataset
from catalogue.sources import CsvSource, GeoTiffSource, TableSource
from catalogue.vocabularies import Catalogue
from findings import Finding, Level, Report

type Fault = tuple[str, tuple[str | int, ...], dict[str, Any]]
type Rule = Callable[[Dataset, Catalogue], Iterator[Fault]]


def judge(catalogue: Catalogue, report: Report) -> Catalogue:
    """Return the catalogue without the datasets that break a rule; what is broken is in the report."""
    sound: dict[str, Dataset] = {}
    for dataset in catalogue.datasets.values():
        faults = [fault for rule in RULES for fault in rule(dataset, catalogue)]
        located = parse(dataset.path.read_text(encoding="utf-8"), dataset.path.name) if faults else Located()
        for code, place, values in faults:
            line = located.line(place)
            report.append(Finding(code, Level.ERROR, values, file=dataset.path.name, line=line))
        if not faults:
            sound[dataset.id] = dataset
    return replace(catalogue, datasets=sound)


def words_exist(dataset: Dataset, catalogue: Catalogue) -> Iterator[Fault]:
    """Theme, publisher, licence, map group and code lists are words of the vocabularies."""
    group = dataset.map.group if dataset.map else None
    asked: list[tuple[tuple[str | int, ...], str | None, list[str]]] = [
        (("theme",), dataset.theme, list(catalogue.themes)),
        (("map", "group"), group, list(catalogue.themes)),
        (("publisher",), dataset.publisher, list(catalogue.publishers)),
        (("licence",), dataset.licence, list(catalogue.licences)),
    ]
    lists = list(catalogue.codelists)
    asked += [(("columns", name, "codelist"), column.codelist, lists) for name, column in dataset.columns.items()]
    for place, word, known in asked:
        if word is not None and word not in known:
            values = {"key": place[-1], "value": word, "known": ", ".join(sorted(known)), "meant": nearest(word, known)}
            yield "WORD-UNKNOWN", place, values


def default_language_is_there(dataset: Dataset, catalogue: Catalogue) -> Iterator[Fault]:
    """The title exists in the portal's default language."""
    language = catalogue.portal.default_language
    if language not in dataset.title:
        yield "TITLE-LANGUAGE", ("title",), {"language": language}


def columns_exist(dataset: Dataset, _: Catalogue) -> Iterator[Fault]:
    """Whatever names a column names one of the dataset's own; what is shown is neither dropped nor private."""
    section = dataset.map
    kept, served = list(dataset.kept), list(dataset.served)
    asked: list[tuple[tuple[str | int, ...], str, list[str]]] = [(("key",), name, kept) for name in dataset.key_columns]
    asked += [(("checks", "unique"), name, kept) for group in dataset.checks.unique for name in group]
    asked += [(("time",), name, served) for name in dataset.time_columns or ()]
    if section:
        asked += [(("map", "popup"), name, served) for name in section.popup]
        asked += [(("map", "search"), name, served) for name in section.search]
        asked += [(("map", "label"), section.label, served)] if section.label else []
        asked += [(("map", "style", "by"), section.style.by, served)] if section.style.by else []
    if dataset.here:
        linked = dataset.here.link.columns if dataset.here.link else ()
        asked += [(("here", "columns"), name, served) for name in dataset.here.columns]
        asked += [(("here", "holds"), name, served) for name in dataset.here.holds]
        asked += [(("here", "link"), name, served) for name in linked]
    for place, name, known in asked:
        if name not in known:
            values = {"key": place[-1], "value": name, "known": ", ".join(known), "meant": nearest(name, known)}
            yield ("COLUMN-NOT-SHOWN" if name in dataset.columns else "COLUMN-UNKNOWN"), place, values


def key_can_be_key(dataset: Dataset, _: Catalogue) -> Iterator[Fault]:
    """Key columns are required: a row without its key could not be found again; and what identifies is served."""
    for name in dataset.key_columns:
        column = dataset.kept.get(name)
        if column is None:
            continue
        if not column.required:
            yield "KEY-NOT-REQUIRED", ("columns", name), {"value": name}
        if column.private or column.type not in {"text", "integer", "code"}:
            yield "KEY-UNFIT", ("columns", name), {"value": name}


def codes_have_lists(dataset: Dataset, _: Catalogue) -> Iterator[Fault]:
    """A column of type code has a code list, and only such a column; colouring is by such a column."""
    for name, column in dataset.kept.items():
        if (column.type == "code") != (column.codelist is not None):
            yield "CODE-WITHOUT-LIST", ("columns", name), {"value": name}
        if column.source_unit and not column.unit:
            yield "UNIT-MISSING", ("columns", name, "source_unit"), {"value": name}
        if column.count and column.type != "integer":
            yield "COUNT-UNFIT", ("columns", name, "count"), {"value": name}
    by = dataset.map.style.by if dataset.map else None
    if by and by in dataset.kept and dataset.kept[by].type != "code":
        yield "STYLE-BY", ("map", "style", "by"), {"value": by}


def geometry_fits_sources(dataset: Dataset, _: Catalogue) -> Iterator[Fault]:
    """A raster comes from GeoTIFF and nothing else does; a table of cells says where its geometry stands."""
    for index, source in enumerate(dataset.sources):
        if isinstance(source, GeoTiffSource) != dataset.is_raster:
            yield "SOURCE-RASTER", ("sources", index, "kind"), {"kind": source.kind}
        if isinstance(source, TableSource) and (source.geometry is None) == dataset.has_geometry:
            yield "SOURCE-GEOMETRY", ("sources", index), {"kind": source.kind}
    if dataset.is_raster and (dataset.columns or len(dataset.sources) != 1):
        yield "RASTER-SHAPE", ("geometry",), {}
    if not dataset.is_raster and not dataset.kept:
        yield "YAML-MISSING", ("columns",), {"key": "columns"}


def crs_is_known(dataset: Dataset, _: Catalogue) -> Iterator[Fault]:
    """The EPSG register knows each CRS, and it is one of places on a map, not of heights or of the earth's centre."""
    places: list[tuple[tuple[str | int, ...], str | None]] = [(("crs",), dataset.crs)]
    places += [(("sources", index, "crs"), source.crs) for index, source in enumerate(dataset.sources)]
    for place, crs in places:
        if crs is not None and not _mappable(crs):
            yield "CRS-UNKNOWN", place, {"value": crs}


def zoom_is_range(dataset: Dataset, _: Catalogue) -> Iterator[Fault]:
    """Ranges go from less to more."""
    if dataset.map and dataset.map.zoom[0] > dataset.map.zoom[1]:
        yield "RANGE-TURNED", ("map", "zoom"), {"key": "zoom"}
    if dataset.paging.default > dataset.paging.max:
        yield "RANGE-TURNED", ("paging",), {"key": "paging"}


def header_names(dataset: Dataset, _: Catalogue) -> Iterator[Fault]:
    """Columns of a file without header are called by their number."""
    for source in dataset.sources:
        if isinstance(source, CsvSource) and not source.header:
            for name, column in dataset.columns.items():
                if not column.source_name(name).isdecimal():
                    yield "COLUMN-NUMBER", ("columns", name), {"value": name}


def time_is_dated(dataset: Dataset, _: Catalogue) -> Iterator[Fault]:
    """When a feature holds, columns of dates say."""
    for name in dict.fromkeys(dataset.time_columns or ()):
        if name in dataset.kept and dataset.kept[name].type not in {"date", "datetime"}:
            yield "TIME-UNFIT", ("time",), {"value": name}


def edits_find_their_feature(dataset: Dataset, _: Catalogue) -> Iterator[Fault]:
    """What is edited one by one is a table whose features are known by one column, and whose columns can be filled."""
    if not dataset.editable:
        return
    if dataset.is_raster or len(dataset.key_columns) != 1:
        yield "EDITABLE-KEY", ("editable",), {}
    for name, column in dataset.kept.items():
        if column.private and column.required:
            yield "EDITABLE-PRIVATE", ("columns", name), {"value": name}


def places_can_be_met(dataset: Dataset, _: Catalogue) -> Iterator[Fault]:
    """What says something of a place has areas in which it lies, or says how near points and lines have to be."""
    if dataset.here and not dataset.has_geometry:
        yield "HERE-GEOMETRY", ("here",), {}
    elif dataset.here and "Polygon" not in dataset.geometry and dataset.here.within == 0:
        yield "HERE-DISTANCE", ("here",), {}


RULES: tuple[Rule, ...] = (
    words_exist,
    default_language_is_there,
    columns_exist,
    key_can_be_key,
    codes_have_lists,
    geometry_fits_sources,
    crs_is_known,
    zoom_is_range,
    header_names,
    time_is_dated,
    edits_find_their_feature,
    places_can_be_met,
)


def _mappable(crs: str) -> bool:
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        found = CRS.from_user_input(crs)
    except CRSError:
        return False
    return (found.is_projected or found.is_geographic) and len(found.axis_info) == 2  # noqa: PLR2004 (x and y)
