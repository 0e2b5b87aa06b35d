"""The process of a check: `python -m plans.inside FOLDER [GRIDS]`, inside the wall of `plans.sandbox`.

With `--alone` before the folder there is no wall, and it closes itself in as far as it can.

It finds the order and the files in the folder (`plans.order.Paths`), does everything from unpacking to the report, and
tells on standard output what it is at. If the folder says that an earlier process was stopped, it only writes the
report of what that one had told.
"""

import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from errno import EFBIG
from importlib.abc import MetaPathFinder
from pathlib import Path
from time import perf_counter

from plans.limits import USUAL
from plans.order import Order, Paths
from plans.sandbox import close, confine, tell


class _NotNeeded(MetaPathFinder):
    """Says that pandas is not here: pyogrio and pyarrow load it where it is, for nothing: a second and 50 MB."""

    def find_spec(self, fullname: str, path: object, target: object = None) -> None:  # noqa: ARG002 (Python's names)
        if fullname in {"geopandas", "pandas"}:
            raise ModuleNotFoundError(fullname)


def main(arguments: Sequence[str]) -> int:
    """Do the check of the folder; 0 when it is done, whatever it found, 1 when it had to stop."""
    alone = arguments[0] == "--alone"
    folder, *grids = map(Path, arguments[1:] if alone else arguments)
    if alone:
        close(folder, grids)
    paths = Paths(folder)
    order = json.loads(paths.order.read_text(encoding="utf-8"))
    ordered = Order.from_json(order["order"])
    killed = paths.killed.exists()
    confine(USUAL if killed else ordered.limits)
    tell(stage="start")
    tempfile.tempdir = str(paths.scratch)
    try:
        _prepare(grids)
        if killed:
            _report_killed(paths, ordered)
        else:
            _check(paths, ordered, order["files"])
    except MemoryError:
        tell(exceeded="memory")
        return 1
    except OSError as error:
        if error.errno != EFBIG:
            raise
        tell(exceeded="written")
        return 1
    return 0


def _prepare(grids: Sequence[Path]) -> None:
    from pyproj import datadir
    from pyproj.network import set_network_enabled  # type: ignore[attr-defined]

    from plans.drivers import tame

    tame()
    set_network_enabled(active=False)
    for folder in grids:
        datadir.append_data_dir(str(folder))


@dataclass
class _Clock:
    """Says which stage has begun, and how long each took (seconds)."""

    seconds: dict[str, float] = field(default_factory=dict)
    _stage: str = ""
    _since: float = 0.0

    def __call__(self, stage: str) -> None:
        now = perf_counter()
        if self._stage:
            self.seconds[self._stage] = now - self._since
        self._stage, self._since = str(stage), now
        tell(stage=str(stage))


def _check(paths: Paths, order: Order, files: Sequence[str]) -> None:
    from plans import context_files, report, stream
    from plans.package import opened
    from plans.products import Products
    from plans.rules.run import broken_down, judge
    from plans.standards import completed, read

    clock = _Clock()
    clock("unpack")
    package = opened({name: paths.handed_in / str(n) for n, name in enumerate(files)}, paths.unpacked, order.name)
    package = replace(package, profile=order.expected.get("profile"))
    clock("read")
    context = context_files.read(paths.context)
    delivery = completed(read(package, order.standard), order.expected.get("in_force"), context.territory)
    tell(delivery=stream.of_delivery(delivery))
    checked = judge(delivery, context, clock, lambda judged: tell(judged=stream.of_judged(judged)))
    products = Products(package, checked, order, paths)
    for stage, step in (("repair", products.repair), ("harmonise", products.harmonise)):
        clock(stage)
        products.attempt(stage, step)
    clock("report")
    report.write(
        paths.out,
        replace(checked, judged=(*checked.judged, *broken_down(products.broken))),
        products.repaired,
        products.harmonised,
        products.differences,
        order,
        repaired=products.after,
        seconds=clock.seconds,
    )


def _report_killed(paths: Paths, order: Order) -> None:
    from plans import report, stream

    told = [json.loads(line) for line in paths.streamed.read_text(encoding="utf-8").splitlines()]
    delivery = next((line["delivery"] for line in told if "delivery" in line), None)
    judged = [line["judged"] for line in told if "judged" in line]
    killed = json.loads(paths.killed.read_text(encoding="utf-8"))
    report.write(paths.out, stream.to_checked(delivery, judged, killed), None, (), (), order)


if __name__ == "__main__":
    sys.meta_path.insert(0, _NotNeeded())
    sys.exit(main(sys.argv[1:]))
