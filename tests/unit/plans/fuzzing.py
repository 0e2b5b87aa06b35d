"""Behind the wall: does with each file of the folder `in` what a check does with one, and tells what went wrong.

A script of its own, because it runs where the tests are not: `test_plan_fuzz` puts it into the work folder.
"""

import json
import resource
import shutil
import signal
import sys
import tempfile
import traceback
from pathlib import Path
from time import perf_counter

SECONDS = 30
"""How long one package may take; the real limit is minutes."""
REPORTED = 10
"""Of every so many packages the report is written too: most of the time of a check."""


def main(folder: Path) -> None:
    """Check all packages; tell each by its name before, and what broke down after it."""
    from plans import inside
    from plans.limits import USUAL
    from plans.order import Paths
    from plans.sandbox import confine

    sys.meta_path.insert(0, inside._NotNeeded())  # noqa: SLF001 (the same process)
    confine(USUAL)
    inside._prepare([])  # noqa: SLF001
    paths = Paths(folder)
    tempfile.tempdir = str(paths.scratch)
    for number, path in enumerate(sorted(each for each in paths.handed_in.iterdir() if each.suffix != ".py")):
        tell(begins=path.name)
        signal.alarm(SECONDS)
        began = perf_counter()
        try:
            broken = checked(paths, path, reported=number % REPORTED == 0)
        except Exception:  # noqa: BLE001 (whatever it is, it is told)
            broken = [traceback.format_exc()]
        signal.alarm(0)
        tell(ends=path.name, seconds=round(perf_counter() - began, 2), broken=broken)
        for written in (paths.unpacked, paths.out, paths.scratch):
            for each in written.iterdir():
                shutil.rmtree(each) if each.is_dir() else each.unlink()
    tell(megabytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)


def checked(paths: "object", path: Path, *, reported: bool) -> list[str]:
    """Check one package; return what broke down."""
    from plans import report
    from plans.context import ALONE
    from plans.order import Order, Paths
    from plans.package import opened
    from plans.products import Products
    from plans.rules.run import judge
    from plans.standards import read

    assert isinstance(paths, Paths)
    order = Order(path.name.partition("-")[2])
    package = opened({order.name: path}, paths.unpacked, order.name)
    found = judge(read(package), ALONE)
    products = Products(package, found, order, paths)
    products.attempt("repair", products.repair)
    products.attempt("harmonise", products.harmonise)
    if reported:
        parts = products.repaired, products.harmonised, products.differences
        report.write(paths.out, found, *parts, order, repaired=products.after)
    return products.broken + [each.rule.id for each in found.judged if each.skipped == "broke-down"]


def tell(**what: object) -> None:
    """Tell who waits outside."""
    print(json.dumps(what), flush=True)  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]))
