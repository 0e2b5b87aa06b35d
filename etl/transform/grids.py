"""Grids for PROJ: files by which surveyors' offices make a change of datum exact to centimetres.

Apart from the operations that use them because installing one is an act of a person: the file is checked, and it is
checked that PROJ then uses it, before anyone relies on it.
"""

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from shutil import copyfile

import pyproj
import rasterio
from rasterio.errors import RasterioError

from etl.errors import NotReadable

_NTV2 = b"NUM_OREC"


def add(file: Path, folder: Path) -> Path:
    """Copy a grid into the folder and return its place there, under the name by which PROJ knows it.

    Raises NotReadable if PROJ knows no grid of that name, or the file is not a grid.
    """
    name = _known_name(file.name)
    if name is None:
        raise NotReadable("GRID-UNKNOWN", file=file.name)
    _verify(file)
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{name}.part"
    copyfile(file, part)
    return part.replace(folder / name)


def installed(folder: Path, since: datetime | None = None) -> list[str]:
    """Return the names of the grids in the folder, or of those that came since, in order; none without a folder."""
    files = [file for file in folder.glob("*") if file.is_file() and _known_name(file.name)]
    after = since.timestamp() if since else 0.0
    return sorted(file.name for file in files if file.stat().st_mtime >= after)


def _known_name(name: str) -> str | None:
    """Return the name under which PROJ's operations ask for a grid of this (or an older) name."""
    for folder in pyproj.datadir.get_data_dir().split(":"):
        database = Path(folder) / "proj.db"
        if database.is_file():
            with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
                query = (
                    "SELECT proj_grid_name FROM grid_alternatives"
                    " WHERE proj_grid_name = :name OR old_proj_grid_name = :name OR original_grid_name = :name"
                )
                row = connection.execute(query, {"name": name}).fetchone()
            return str(row[0]) if row else None
    return None


def _verify(file: Path) -> None:
    with file.open("rb") as stream:
        if stream.read(len(_NTV2)) == _NTV2:
            return
    try:
        with rasterio.open(file, driver="GTiff") as grid:
            grid.read(1, window=((0, 1), (0, 1)))
            shifts = grid.tags().get("TYPE", "").endswith(("OFFSET", "SHIFT")) or grid.count > 1
    except RasterioError as error:
        raise NotReadable("GRID-BROKEN", file=file.name, reason=str(error)) from error
    if not shifts:
        raise NotReadable("GRID-BROKEN", file=file.name, reason="TYPE")
