"""Edits: what the service and the loader say to each other about the change of one feature. Pure.

On the ground floor because neither may import the other: the service reads a request into an `Edit`, whoever was given
to it as its editor makes the change, and what can stand in the way is one of the exceptions here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from catalogue.model import Dataset
from catalogue.vocabularies import CodeList
from findings import Report

type Key = str | int
Change = Literal["create", "replace", "update", "delete"]


@dataclass(frozen=True)
class Edit:
    """One feature to be created, replaced, updated or deleted, as it was asked.

    `dataset` has the structure of the table and the rules that the dataset file has now. `key` is the feature's id;
    None for a new one that is to be given one. `values` are JSON values by column; columns that are not named stay as
    they are (in a new feature: empty). `geometry` is WKB, x = easting or longitude, in `crs` (`EPSG:5514`), None for no
    geometry; it counts only if `moves`. `seen` are batches of which one must have written the feature; None: any.
    """

    change: Change
    dataset: Dataset
    codelists: Mapping[str, CodeList]
    who: str
    key: Key | None = None
    values: Mapping[str, Any] | None = None
    geometry: bytes | None = None
    moves: bool = False
    crs: str = "EPSG:4326"
    seen: frozenset[int] | None = None


@dataclass(frozen=True)
class Edited:
    """What became of an edit: the feature's id, the batch that it is now, what is worth knowing about it."""

    key: Key
    batch: int
    report: Report


class EditError(Exception):
    """An edit was not made; nothing has changed, unless the kind of error says that it is not known."""


class AbsentError(EditError):
    """There is no feature with this id."""


class ExistsError(EditError):
    """There is a feature with this id already."""


class StaleError(EditError):
    """The feature was changed by someone else since it was read."""


class RefusedError(EditError):
    """The feature is not as the dataset wants it; `report` says why."""

    def __init__(self, report: Report) -> None:
        super().__init__(", ".join(report.counts))
        self.report = report


class BusyError(EditError):
    """The dataset is being loaded, or others edit it: try again later."""


class OutdatedError(EditError):
    """The table is not as the edit takes it to be: another layout was published a moment ago."""


class UnavailableError(EditError):
    """The database cannot be reached, or cannot take it."""


class UncertainError(EditError):
    """The connection broke while the edit was being committed: it may have been made, or not."""
