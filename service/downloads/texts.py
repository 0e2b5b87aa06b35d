"""Writers of texts: PostgreSQL writes each line, nothing is touched here. Measured at the speed of COPY itself."""

from pathlib import Path
from typing import Any

from service.downloads.order import Order
from service.downloads.snapshot import Snapshot
from service.downloads.statements import features, lines
from service.jsontext import encode

BOM = b"\xef\xbb\xbf"
"""Without it Excel reads UTF-8 as the code page of the country."""


def geojson(order: Order, state: Snapshot, target: Path) -> None:
    """Write a FeatureCollection of RFC 7946: longitude and latitude in WGS 84, features by id.

    Each feature comes after a comma; the first one's is blanked at the end, for no line tells that it is the first.
    """
    document: dict[str, Any] = {"type": "FeatureCollection", "name": order.dataset, **order.about()}
    head = f'{encode(document)[:-1]},"features":[\n'.encode()
    with target.open("wb") as file:
        file.write(head)
        found = state.copy(features(order), file)
        file.write(b"]}\n")
        if found:
            file.seek(len(head))
            file.write(b" ")


def csv(order: Order, state: Snapshot, target: Path) -> None:
    """Write CSV with commas between and points in numbers: for programs."""
    _csv(order, state, target, ",")


def csv_semicolon(order: Order, state: Snapshot, target: Path) -> None:
    """Write CSV with semicolons between and commas in numbers: what a Czech, German or Polish Excel opens right."""
    _csv(order, state, target, ";")


def _csv(order: Order, state: Snapshot, target: Path, delimiter: str) -> None:
    with target.open("wb") as file:
        file.write(BOM)
        state.copy(lines(order, delimiter, comma=delimiter == ";"), file)
