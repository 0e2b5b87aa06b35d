"""A check as a folder in and a folder out, made in a process of its own.

This side of the wall touches no content: it lays files, order and context into the work folder, starts `plans.inside`
behind the wall, and passes on what it is at. A process that dies is a finding: what it had told until then becomes the
report, by another such process.
"""

import json
import logging
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from plans import context_files
from plans.context import ALONE, Context
from plans.limits import USUAL
from plans.order import Order, Outcome, Paths
from plans.process import Progress, end_of, run
from plans.sandbox import NoSandbox, Sandbox

__all__ = ["CheckFailed", "NoSandbox", "Order", "Outcome", "Sandbox", "check"]

LOG = logging.getLogger(__name__)


class CheckFailed(Exception):  # noqa: N818 (a fault of ours, not an input's)
    """Not even the report of what went wrong could be written: a fault of ours. The message is the end of the log."""


def check(
    files: Sequence[Path] | Mapping[str, Path],
    work: Path,
    order: Order,
    context: Context = ALONE,
    progress: Progress = lambda _: None,
    sandbox: Sandbox = Sandbox(),  # noqa: B008 (it is frozen)
) -> Outcome:
    """Check the files in the folder `work`, which is made and belongs to the check; return what came of it.

    A mapping of files says what the submitter calls each; of a sequence, one alone is called as the order is.
    `progress` is told each stage as it begins: start, unpack, read, those of `plans.rules.rule.Stage`, repair,
    harmonise, report.
    Raises NoSandbox, CheckFailed, and OSError for files that cannot be read.
    """
    paths = Paths(work.absolute())
    _lay(paths, _named(files, order), order, replace(context, expected={**context.expected, **order.expected}))
    killed = run(paths, order.limits, sandbox, progress)
    if killed:
        paths.killed.write_text(json.dumps(asdict(killed)), encoding="utf-8")
        for folder in (paths.out, paths.unpacked):
            shutil.rmtree(folder)
            folder.mkdir()
        if run(paths, USUAL, sandbox, lambda _: None, keep=False):
            raise CheckFailed(end_of(paths.log))
    if log := end_of(paths.log):
        LOG.warning("the check of %r said: %s", order.name, log)
    _tidy(paths)
    return _outcome(paths.out, killed.limit if killed else None)


def _named(files: Sequence[Path] | Mapping[str, Path], order: Order) -> dict[str, Path]:
    if isinstance(files, Mapping):
        return dict(files)
    return {order.name: files[0]} if len(files) == 1 else {path.name: path for path in files}


def _lay(paths: Paths, files: Mapping[str, Path], order: Order, context: Context) -> None:
    """Lay into the work folder what the process needs."""
    for folder in (paths.handed_in, paths.scratch, paths.unpacked, paths.out):
        folder.mkdir(parents=True, exist_ok=True)
    for number, path in enumerate(files.values()):
        shutil.copyfile(path, paths.handed_in / str(number))
    told = {"order": order.to_json(), "files": list(files)}
    paths.order.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    context_files.write(context, paths.context)


def _tidy(paths: Paths) -> None:
    """Leave what was made, and nothing else; least of all what is not a file of its own."""
    for made in paths.out.iterdir():
        if made.is_symlink() or not made.is_file():
            shutil.rmtree(made) if made.is_dir() and not made.is_symlink() else made.unlink()
    for folder in (paths.handed_in, paths.scratch, paths.unpacked, paths.context):
        shutil.rmtree(folder)
    for file in (paths.order, paths.streamed, paths.killed):
        file.unlink(missing_ok=True)


def _outcome(out: Path, killed: str | None) -> Outcome:
    summary = out / "summary.json"
    if not summary.exists():
        raise CheckFailed("no report")
    told = json.loads(summary.read_text(encoding="utf-8"))
    harmonised, plu = out / "harmonised.gpkg", out / "plu.gml"
    return Outcome(
        folder=out,
        ok=told["verdict"] == "ok",
        counts=told["counts"],
        repaired=next(iter(sorted(out.glob("repaired.*"))), None),
        harmonised=harmonised if harmonised.exists() else None,
        plu=plu if plu.exists() else None,
        killed=killed,
    )
