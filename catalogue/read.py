"""Reading `collections/`: YAML and CSV files to a Catalogue, with every fault as a finding that names file and line.

Apart from the model so that the model can be used without a file (a definition from the ledger), and from the rules so
that each file is first judged on its own.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from catalogue.dashboard_rules import with_dashboards
from catalogue.dashboards import Dashboard
from catalogue.located import Located, parse
from catalogue.model import Dataset
from catalogue.refusals import said
from catalogue.rules import judge
from catalogue.values import ID_LENGTH
from catalogue.vocabularies import Catalogue, CodeList, Licence, Portal, Publisher, Theme
from findings import Finding, Level, Report

DATASET_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
NOT_DATASETS = frozenset({"portal"})


def read_catalogue(folder: Path, shared: Path | None = None) -> tuple[Catalogue | None, Report]:
    """Return the catalogue of a folder of dataset files, and what is wrong with it.

    `portal.yml`, `vocabularies/` and `codelists/` are taken from the folder and, what it does not have, from `shared`.
    Datasets with errors are left out of the catalogue; the catalogue is None when the portal itself cannot be read.
    Never raises for what a file says; OSError only when a file cannot be read at all.
    """
    report = Report()
    if not folder.is_dir():
        report.append(Finding("CATALOGUE-NO-FOLDER", Level.ERROR, {"folder": str(folder)}))
        return None, report
    places = [place for place in (shared, folder) if place is not None]
    portal = _portal(places, report)
    datasets = dict(_datasets(folder, report))
    if portal is None:
        return None, report
    catalogue = Catalogue(
        portal=portal,
        datasets=datasets,
        themes=_vocabulary(places, "themes", Theme, report),
        publishers=_vocabulary(places, "publishers", Publisher, report),
        licences=_vocabulary(places, "licences", Licence, report),
        codelists=_codelists(places, report),
    )
    return with_dashboards(judge(catalogue, report), dict(_dashboards(folder, report)), report), report


def read_dataset(path: Path, report: Report) -> Dataset | None:
    """Return the dataset of one file, or None with the reasons in the report."""
    if not DATASET_ID.fullmatch(path.stem) or len(path.stem) > ID_LENGTH:
        report.append(Finding("DATASET-ID", Level.ERROR, {"id": path.stem, "n": ID_LENGTH}, file=path.name))
        return None
    located = _parse(path, report)
    if located is None:
        return None
    for given in ("id", "path"):
        if given in located.data:
            values = {"key": given, "meant": ""}
            report.append(Finding("YAML-UNKNOWN-KEY", Level.ERROR, values, file=path.name, line=located.line((given,))))
    found = {**located.data, "id": path.stem, "path": path.absolute()}
    return _validated(Dataset, found, located, path, report)


def _datasets(folder: Path, report: Report) -> Iterator[tuple[str, Dataset]]:
    for path in sorted(folder.glob("*.y*ml")):
        if path.stem in NOT_DATASETS:
            continue
        dataset = read_dataset(path, report)
        if dataset is not None:
            yield dataset.id, dataset


def _dashboards(folder: Path, report: Report) -> Iterator[tuple[str, Dashboard]]:
    for path in sorted((folder / "dashboards").glob("*.yml")):
        if not DATASET_ID.fullmatch(path.stem) or len(path.stem) > ID_LENGTH:
            report.append(Finding("DATASET-ID", Level.ERROR, {"id": path.stem, "n": ID_LENGTH}, file=path.name))
            continue
        located = _parse(path, report)
        if located is None:
            continue
        found = {**located.data, "id": path.stem, "path": path.absolute()}
        board = _validated(Dashboard, found, located, path, report)
        if board is not None:
            yield board.id, board


def _portal(places: list[Path], report: Report) -> Portal | None:
    for place in reversed(places):
        path = place / "portal.yml"
        if path.is_file():
            located = _parse(path, report)
            return _validated(Portal, located.data, located, path, report) if located else None
    report.append(Finding("CATALOGUE-NO-PORTAL", Level.ERROR, {"folder": str(places[-1])}))
    return None


def _vocabulary[Entry: BaseModel](
    places: list[Path], name: str, model: type[Entry], report: Report
) -> dict[str, Entry]:
    entries: dict[str, Entry] = {}
    for place in places:
        path = place / "vocabularies" / f"{name}.yml"
        located = _parse(path, report) if path.is_file() else None
        for key, value in (located.data if located else {}).items():
            below = Located(located.data, located.lines, []) if located else Located()
            entry = _validated(model, value, below, path, report, at=(key,))
            if entry is not None:
                entries[key] = entry
    return entries


def _codelists(places: list[Path], report: Report) -> dict[str, CodeList]:
    lists: dict[str, CodeList] = {}
    for path in (path for place in places for path in sorted((place / "codelists").glob("*.csv"))):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        entries = [_code(row) for row in rows]
        located = Located({}, {("entries", index): index + 2 for index in range(len(rows))})
        found = _validated(CodeList, {"name": path.stem, "entries": entries}, located, path, report)
        if found is not None:
            lists[path.stem] = found
            _codes_once(found, path, report)
    return lists


def _code(row: Mapping[str, str | None]) -> dict[str, Any]:
    """Return a row of a code list file (code, cs, de, pl, en, colour) in the form of the model."""
    label = {language: row[language] for language in ("cs", "de", "pl", "en") if row.get(language)}
    return {"code": row.get("code"), "label": label, "colour": row.get("colour") or None}


def _codes_once(codelist: CodeList, path: Path, report: Report) -> None:
    seen: set[str] = set()
    for line, entry in enumerate(codelist.entries, 2):
        if entry.code in seen:
            report.append(Finding("CODELIST-TWICE", Level.ERROR, {"value": entry.code}, file=path.name, line=line))
        seen.add(entry.code)


def _parse(path: Path, report: Report) -> Located | None:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        report.append(Finding("FILE-NOT-UTF8", Level.ERROR, {"byte": str(error.start)}, file=path.name))
        return None
    located = parse(text, path.name)
    report.extend(located.findings)
    if not isinstance(located.data, dict):
        if not located.findings:
            report.append(Finding("YAML-EMPTY", Level.ERROR, file=path.name, line=1))
        return None
    return located


def _validated[Model: BaseModel](
    model: type[Model], data: object, located: Located, path: Path, report: Report, at: tuple[str, ...] = ()
) -> Model | None:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        report.extend(said(error, model, located, path.name, at))
        return None
