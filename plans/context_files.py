"""A Context as files, to be handed into the process of a check: `context.json`, and geometries in `*.wkb` beside it.

Apart from the Context because only that hand-over writes it. No pickle: what is read runs nothing.
"""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Geometry

from plans.context import Context, Neighbour, Territory, Zones

FILE = "context.json"


def write(context: Context, folder: Path) -> None:
    """Write the context into the folder, which is made if it is not there. `read` gives back the same."""
    folder.mkdir(parents=True, exist_ok=True)
    in_force = context.in_force
    told = {
        "territory": _territory(context.territory, folder, "territory") if context.territory else None,
        "neighbours": [_neighbour(each, folder, f"neighbour-{n}") for n, each in enumerate(context.neighbours)],
        "in_force": _neighbour(in_force, folder, "in-force") if in_force else None,
        "expected": dict(context.expected),
    }
    (folder / FILE).write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


def read(folder: Path) -> Context:
    """Return the context that `write` put into the folder. Raises OSError, ValueError, KeyError for anything else."""
    told = json.loads((folder / FILE).read_text(encoding="utf-8"))
    return Context(
        _territory_of(told["territory"], folder) if told["territory"] else None,
        tuple(_neighbour_of(each, folder) for each in told["neighbours"]),
        _neighbour_of(told["in_force"], folder) if told["in_force"] else None,
        told["expected"],
    )


def _territory(territory: Territory, folder: Path, name: str) -> dict[str, Any]:
    boundary = np.array([territory.boundary], dtype=object)
    about = {"code": territory.code, "name": territory.name, "state": territory.state, "crs": territory.crs}
    return {**about, "boundary": _put(boundary, folder / f"{name}.wkb")}


def _territory_of(told: dict[str, Any], folder: Path) -> Territory:
    boundary: Geometry = _got(told["boundary"], folder)[0]
    return Territory(told["code"], told["name"], told["state"], told["crs"], boundary)


def _neighbour(neighbour: Neighbour, folder: Path, name: str) -> dict[str, Any]:
    zones = neighbour.zones
    return {
        "territory": _territory(neighbour.territory, folder, name),
        "plan": neighbour.plan,
        "version": neighbour.version,
        "zones": {
            "crs": zones.crs,
            "ids": zones.ids,
            "codes": zones.codes,
            "hilucs": zones.hilucs,
            "shapes": _put(zones.shapes, folder / f"{name}-zones.wkb"),
            "accuracy": zones.accuracy,
        },
    }


def _neighbour_of(told: dict[str, Any], folder: Path) -> Neighbour:
    about = told["zones"]
    ids, codes, hilucs = (tuple(about[name]) for name in ("ids", "codes", "hilucs"))
    zones = Zones(about["crs"], ids, codes, hilucs, _got(about["shapes"], folder), about["accuracy"])
    return Neighbour(_territory_of(told["territory"], folder), told["plan"], told["version"], zones)


def _put(shapes: NDArray[np.object_], file: Path) -> dict[str, Any]:
    """Write geometries one after the other; return the file's name and the length of each, in bytes."""
    pieces = [shapely.to_wkb(shape) for shape in shapes]
    file.write_bytes(b"".join(pieces))
    return {"file": file.name, "lengths": [len(piece) for piece in pieces]}


def _got(told: dict[str, Any], folder: Path) -> NDArray[np.object_]:
    content = (folder / told["file"]).read_bytes()
    ends = np.cumsum([0, *told["lengths"]])
    pieces = [content[start:end] for start, end in pairwise(ends)]
    return np.asarray(shapely.from_wkb(np.array(pieces, dtype=object)))
