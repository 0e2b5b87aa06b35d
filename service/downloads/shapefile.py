"""The writer of Shapefiles: one zip of all parts, and a README that says what the form could not hold.

A Shapefile has names of ten letters, texts of 254 bytes and no times, so this is for programs that read nothing else.
"""

import zipfile
from functools import partial
from pathlib import Path

import pyarrow as pa
from pyogrio.errors import DataSourceError

from service.downloads.errors import TooMuchError
from service.downloads.order import Order
from service.downloads.snapshot import Snapshot
from service.downloads.statements import rows
from service.downloads.tables import recast
from service.downloads.tables import write as write_table
from service.texts import MESSAGES

NAME_LENGTH, TEXT_BYTES = 10, 254
README = "README.txt"
LIMIT = "2GB"
OPTIONS = {"2GB_LIMIT": "YES", "SPATIAL_INDEX": "YES"}


def write(order: Order, state: Snapshot, target: Path) -> None:
    """Write the zip. Raises TooMuchError when a part would grow beyond 2 GB."""
    names = short_names([field.name for field in order.fields])
    shape = target.with_name(f"{order.table}.shp")
    with state.arrow(rows(order)) as found:
        try:
            held = recast(found, partial(_held, names=names))
            write_table(held, order, shape, "ESRI Shapefile", encoding="UTF-8", layer_options=OPTIONS)
        except DataSourceError as error:
            if LIMIT in str(error):
                raise TooMuchError("form-too-small") from error
            raise
    parts = sorted(shape.parent.glob(f"{order.table}.*"))
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
        for part in parts:
            if part != target:
                packed.write(part, part.name)
                part.unlink()
        packed.writestr(README, _readme(order, names))


def short_names(names: list[str]) -> dict[str, str]:
    """Return names of at most ten letters, each once whichever the case, by the long ones; the order is kept.

    >>> short_names(["name", "inhabitants_2021", "inhabitants_2022"])
    {'name': 'name', 'inhabitants_2021': 'inhabitant', 'inhabitants_2022': 'inhabita_2'}
    """
    taken: set[str] = set()
    short: dict[str, str] = {}
    for name in names:
        made, number = name[:NAME_LENGTH], 1
        while made in taken:
            number += 1
            made = f"{name[: NAME_LENGTH - len(str(number)) - 1]}_{number}"
        taken.add(made)
        short[name] = made
    return short


def _held(field: pa.Field, names: dict[str, str]) -> pa.Field:
    """Return a column as a Shapefile holds it: under its short name, times, which it has not, as texts of ISO 8601."""
    kind = pa.string() if pa.types.is_timestamp(field.type) else field.type
    return pa.field(names.get(field.name, field.name), kind)


def _readme(order: Order, names: dict[str, str]) -> str:
    """Return the README in the portal's language: what the data are, and what each short name means."""
    lines = [order.title, "=" * len(order.title), ""]
    lines += [f"{name}: {text}" for name, text in order.about().items() if name != "title"]
    lines += ["", MESSAGES.text("download.shapefile-limits", order.language), ""]
    wide = max(map(len, names), default=0)
    for field in order.fields:
        title = field.title + (f" [{field.unit}]" if field.unit else "")
        lines.append(f"{names[field.name]:<{NAME_LENGTH}}  {field.name:<{wide}}  {title}".rstrip())
    return "\n".join(lines) + "\n"
