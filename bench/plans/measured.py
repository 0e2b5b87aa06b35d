"""One full check in this process, by stage; and the same areas overlaid pair by pair, as one would without coverages.

    python -m bench.plans.measured check|pairs FOLDER

The folder holds the package, and the context as `plans.context_files` has it. Prints figures as JSON.
"""

import json
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import numpy as np
import shapely
from shapely import STRtree

from plans import context_files, report
from plans.order import Order, Paths
from plans.package import opened
from plans.products import Products
from plans.rules.run import judge
from plans.standards import read


class Clock:
    """How long each stage took, in seconds; a stage lasts until the next begins."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._stage, self._since = "", perf_counter()

    def __call__(self, stage: str) -> None:
        """Begin a stage."""
        now = perf_counter()
        if self._stage:
            self.seconds[self._stage] = round(now - self._since, 3)
        self._stage, self._since = str(stage), now


def check(folder: Path) -> dict[str, object]:
    """Check the package as the desk does, from unpacking to the report; return figures."""
    (path,) = folder.glob("*.zip")
    with tempfile.TemporaryDirectory() as work:
        paths = Paths(Path(work))
        for each in (paths.out, paths.scratch):
            each.mkdir(parents=True, exist_ok=True)
        clock, order = Clock(), Order(path.name)
        clock("unpack")
        package = opened({path.name: path}, paths.unpacked, order.name)
        clock("read")
        delivery = read(package)
        checked = judge(delivery, context_files.read(folder), clock)
        products = Products(package, checked, order, paths)
        clock("repair")
        products.repair()
        clock("harmonise")
        products.harmonise()
        clock("report")
        made = (products.repaired, products.harmonised, products.differences)
        report.write(paths.out, checked, *made, order, repaired=products.after, seconds=clock.seconds)
        clock("done")
    told = sum(len(each.faults) for each in checked.judged)
    return {"seconds": clock.seconds, "memory": _peak(), "faults": told}


def pairs(folder: Path) -> dict[str, object]:
    """Find overlaps and gaps by overlaying every two areas that meet, and the union of all; return figures."""
    (path,) = folder.glob("*.zip")
    with tempfile.TemporaryDirectory() as work:
        (plan,) = read(opened({path.name: path}, Path(work), path.name)).plans
    shapes, since = plan.areas.shapes, perf_counter()
    i, j = STRtree(shapes).query(shapes, predicate="intersects")
    common = shapely.intersection(shapes[i[i < j]], shapes[j[i < j]])
    overlapping = int((shapely.area(common) > 0).sum())
    whole = plan.boundary.geometry if plan.boundary else None
    gaps = shapely.get_num_geometries(shapely.difference(whole, shapely.union_all(shapes)))
    seconds = {"topology": round(perf_counter() - since, 3)}
    return {"seconds": seconds, "memory": _peak(), "faults": overlapping + int(np.sum(gaps))}


def _peak() -> int:
    """Return the peak memory of this process in MB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


if __name__ == "__main__":
    print(json.dumps({"check": check, "pairs": pairs}[sys.argv[1]](Path(sys.argv[2]))))
