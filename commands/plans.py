"""Commands on zoning plans: check one as the desk does, and write the catalogue of the rules."""

import shutil
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import track

from commands.language import language, text, texts
from commands.terminal import say, show_json, speaker
from etl.errors import Exit
from findings import LANGUAGES
from plans.model import Standard
from settings import Settings

if TYPE_CHECKING:
    from plans.examples import Example
    from plans.order import Outcome
    from plans.report.texts import Words

SHOWN = 3
"""How many faults of one rule are shown; all are counted, and all are in the report."""
_LACKING = 3
"""Exit code: the machine lacks something."""
_COLOURS = {"error": "red", "warning": "yellow", "note": "blue"}

type Line = Mapping[str, Any]


@click.group(help=text("help.plan"))
def plan() -> None:
    """Gather the commands on plans."""


def _plain(_: click.Context, __: click.Parameter, files: Sequence[Path]) -> Sequence[Path]:
    """Return the files; refuse pipes and devices, which may have no end."""
    for path in files:
        if not path.is_file() and not path.is_dir():
            raise click.BadParameter(text("plan-no-file", place=str(path)))
    return files


@plan.command(help=text("help.plan-check"))
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path), callback=_plain)
@click.option("--language", "wanted", type=click.Choice(LANGUAGES), help=text("help.plan-language"))
@click.option("--standard", type=click.Choice([each.value for each in Standard]), help=text("help.plan-standard"))
@click.option("--profile", metavar="VERSION", help=text("help.plan-profile"))
@click.option("--municipality", metavar="CODE", help=text("help.plan-municipality"))
@click.option("--in-force", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help=text("help.plan-in-force"))
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help=text("help.plan-out"))
@click.option("--json", "as_json", is_flag=True, help=text("help.json"))
def check(
    files: Sequence[Path],
    wanted: str | None,
    standard: str | None,
    profile: str | None,
    municipality: str | None,
    in_force: datetime | None,
    out: Path | None,
    *,
    as_json: bool,
) -> None:
    """Check one plan, and leave its report in a folder."""
    from plans.order import Order

    day = in_force.date().isoformat() if in_force else None
    told = {"municipality": municipality, "profile": profile, "in_force": day}
    order = Order(
        files[0].name,
        wanted or language(),
        {name: said for name, said in told.items() if said},
        standard=Standard(standard) if standard else None,
    )
    out = (out or Path(f"{files[0].stem}-check")).absolute()
    with TemporaryDirectory(prefix="krajina-check-") as work:
        outcome = _checked(dict(_named(files)), Path(work), order)
        _bring(outcome.folder, out)
    if as_json:
        show_json({"folder": str(out), "ok": outcome.ok, "killed": outcome.killed, "summary": _summary(out)})
    else:
        _show(out, order.language, outcome)
    sys.exit(Exit.DONE if outcome.ok else Exit.REFUSED)


@plan.command(help=text("help.plan-rules"))
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=Path("rules"), help=text("help.plan-rules-out")
)
def rules(out: Path) -> None:
    """Write the catalogue of the rules, with a good and a broken example of each."""
    from plans.examples import examples
    from plans.report.catalogue import render

    made: dict[object, str] = {}
    for example in track(examples(), console=speaker()):
        if example.make not in made:  # a good plan is an example of many rules
            made[example.make] = _written(example, out)
    for each in LANGUAGES:
        page = render(each, lambda example: made[example.make])
        (out / f"rules.{each}.html").write_text(page, encoding="utf-8")
    say(text("plan-rules-written", place=str((out / f"rules.{language()}.html").absolute())))


def _written(example: "Example", out: Path) -> str:
    """Write an example below the folder and return its address there; several files become one zip."""
    folder = out / "examples" / example.key
    folder.mkdir(parents=True, exist_ok=True)
    path = example.make(folder)
    if path.is_dir():
        path = Path(shutil.make_archive(str(path), "zip", path))
    return path.relative_to(out).as_posix()


def _named(files: Sequence[Path]) -> Iterator[tuple[str, Path]]:
    """Yield the files with the names that the package has them by; those of a folder with their paths in it."""
    for path in files:
        if path.is_dir():
            inside = (each for each in sorted(path.rglob("*")) if each.is_file() and not each.is_symlink())
            yield from ((f"{path.name}/{each.relative_to(path)}", each) for each in inside)
        else:
            yield path.name, path


def _checked(files: Mapping[str, Path], work: Path, order: Any) -> "Outcome":  # noqa: ANN401 (imported when needed)
    """Check the files behind the wall that the settings ask for, and say each stage on the way."""
    from plans.check import CheckFailed, NoSandbox, Sandbox
    from plans.check import check as checked

    settings = Settings.from_environment()
    sandbox = Sandbox(settings.desk.sandbox, settings.data / "grids")
    with speaker().status("") as status:
        try:
            return checked(files, work, order, progress=lambda stage: status.update(_stage(stage)), sandbox=sandbox)
        except NoSandbox as refused:
            say(text(f"no-sandbox.{refused.reason}", detail=refused.detail))
            sys.exit(_LACKING)
        except CheckFailed as failed:
            say(text("plan-failed", detail=str(failed)))
            sys.exit(Exit.BUG)


def _stage(stage: str) -> str:
    from plans.report.texts import Words

    return escape(Words(language()).name("stage", stage))


def _bring(made: Path, out: Path) -> None:
    """Bring what was made to where it is wanted, in place of what an earlier check left there."""
    if (out / "summary.json").exists():
        shutil.rmtree(out)
    shutil.copytree(made, out, dirs_exist_ok=True)


def _summary(folder: Path) -> dict[str, Any]:
    import json

    told: dict[str, Any] = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    return told


def _show(folder: Path, wanted: str, outcome: "Outcome") -> None:
    """Show the faults, the worst first, and where everything is."""
    from plans.report import jsonlines
    from plans.report.texts import Words

    words, console = Words(wanted), Console(highlight=False, soft_wrap=True)
    found = list(jsonlines.read(folder / "report.jsonl"))
    for _, lines in groupby(found, key=lambda line: (line["level"], line["rule"])):
        _show_rule(console, words, list(lines))
    counts = {level: Counter(line["level"] for line in found)[level] for level in _COLOURS}
    verdict = texts().text("plan-ok" if outcome.ok else "plan-refused", wanted, **counts)
    console.print(escape(verdict), style="bold green" if outcome.ok else "bold red")
    made = {"report": folder / f"report.{wanted}.html", "repaired": outcome.repaired, "harmonised": outcome.harmonised}
    for what, path in made.items():
        if path is not None:
            console.print(escape(texts().text(f"plan-{what}", wanted, place=str(folder / path.name))))


def _show_rule(console: Console, words: "Words", lines: Sequence[Line]) -> None:
    first = words.told(lines[0])
    level, rule = lines[0]["level"], lines[0]["rule"]
    head = f"{words.name('level', level)}  {first.title} ({len(lines)})  {rule}"
    console.print(escape(head), style=_COLOURS[level])
    for line in lines[:SHOWN]:
        place = " ".join(_place(line))
        console.print(escape(f"    {words.told(line).what}{f'  [{place}]' if place else ''}"))
    if len(lines) > SHOWN:
        more = texts().text("plan-more", words.language, n=len(lines) - SHOWN)
        console.print(escape(f"    {more}"), style="dim")
    console.print(escape(f"    → {first.do}"), style="dim")


def _place(line: Line) -> Iterator[str]:
    """Yield where a fault is: file, line, row, layer and object, as far as they are known."""
    if line["file"]:
        yield ":".join(str(part) for part in (line["file"], line["line"] or line["row"]) if part)
    yield from (str(line[name]) for name in ("layer", "object") if line[name])
