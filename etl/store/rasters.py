"""Rasters: one file a batch, beside the database; the ledger says which of them is published.

A file is complete and on the disk before the ledger names it, so the database never points at half a raster.
"""

import os
from pathlib import Path

from catalogue.layout import table_name
from catalogue.model import Dataset
from etl.store.connect import Connection
from etl.store.tables import fetch

KEPT = 5
"""Earlier rasters that stay, to go back to."""


def path(data: Path, dataset: Dataset, batch: int) -> Path:
    """Return where the raster of a batch stands."""
    return data / "rasters" / table_name(dataset.id) / f"{batch}.tif"


def unfinished(data: Path, dataset: Dataset, batch: int) -> Path:
    """Return where the raster of a batch is to be written; its folder is made."""
    place = path(data, dataset, batch).with_suffix(".part.tif")
    place.parent.mkdir(parents=True, exist_ok=True)
    return place


def keep(written: Path, final: Path) -> None:
    """Give a finished file its name, and return when both are on the disk."""
    _to_disk(written)
    written.rename(final)
    _to_disk(final.parent)


def prune(connection: Connection, data: Path, dataset: Dataset) -> None:
    """Delete files that no one can go back to: of killed and refused batches, and all but the last KEPT."""
    found = fetch(
        connection,
        "SELECT artefact FROM krajina.batch WHERE dataset = %s AND state = 'published' AND artefact IS NOT NULL"
        " GROUP BY artefact ORDER BY max(id) DESC LIMIT %s",
        dataset.id,
        KEPT + 1,
    )
    kept = {str(artefact) for (artefact,) in found}
    for file in path(data, dataset, 0).parent.glob("*.tif"):
        if str(file) not in kept:
            file.unlink(missing_ok=True)


def _to_disk(place: Path) -> None:
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
