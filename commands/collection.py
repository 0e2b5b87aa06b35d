"""Commands on the dataset files: check them, print their JSON Schema, print the pygeoapi configuration made of them."""

import json
import sys
from pathlib import Path

import click
import yaml

from catalogue import Catalogue, Dataset, read_catalogue
from catalogue.schema import dataset_schema
from commands.language import text
from commands.terminal import say, show_json, show_report
from etl.errors import Exit
from findings import Report
from settings import ROOT, Settings

SHARED_WORDS = ROOT / "collections"
"""Vocabularies, code lists and portal.yml for folders that have none of their own."""

folder_option = click.option(
    "--collections", "folder", type=click.Path(path_type=Path, file_okay=False), help=text("help.collections")
)
json_option = click.option("--json", "as_json", is_flag=True, help=text("help.json"))


def catalogue_of(settings: Settings) -> tuple[Catalogue, Report]:
    """Return the catalogue of the settings' folder; ends the command with the findings if there is none."""
    catalogue, report = read_catalogue(settings.collections, SHARED_WORDS)
    if catalogue is None:
        show_report(report)
        sys.exit(Exit.COLLECTION)
    return catalogue, report


def chosen(catalogue: Catalogue, report: Report, names: tuple[str, ...]) -> list[Dataset]:
    """Return the named datasets; ends the command if one is unknown or its file is not right."""
    wrong = {Path(finding.file or "").stem for finding in report}
    for name in names:
        if name not in catalogue.datasets:
            if name in wrong:
                show_report(Report(each for each in report if Path(each.file or "").stem == name))
                sys.exit(Exit.COLLECTION)
            known = ", ".join(sorted(catalogue.datasets))
            raise click.UsageError(text("no-such-dataset", name=name, known=known))
    return [catalogue.datasets[name] for name in names]


def here(folder: Path | None) -> Settings:
    """Return the settings of the environment, with the folder of the option if there is one."""
    from dataclasses import replace

    settings = Settings.from_environment()
    return replace(settings, collections=folder.absolute()) if folder else settings


@click.command(help=text("help.check"))
@folder_option
@json_option
def check(folder: Path | None, *, as_json: bool) -> None:
    """Check every dataset file."""
    catalogue, report = read_catalogue(here(folder).collections, SHARED_WORDS)
    if as_json:
        show_json(report.to_json())
    else:
        show_report(report)
        say(text("checked", n=len(catalogue.datasets) if catalogue else 0))
    sys.exit(Exit.DONE if report.ok else Exit.COLLECTION)


@click.command(help=text("help.schema"))
def schema() -> None:
    """Print the JSON Schema of dataset files."""
    click.echo(json.dumps(dataset_schema(), indent=2, ensure_ascii=False))


@click.command(help=text("help.config"))
@folder_option
@json_option
def config(folder: Path | None, *, as_json: bool) -> None:
    """Print the pygeoapi configuration."""
    from commands.database import opened
    from service.compose import configuration

    with opened(here(folder)) as settings:
        catalogue, _ = catalogue_of(settings)
        composed = configuration(settings, catalogue)
    if as_json:
        show_json(composed)
    else:
        click.echo(yaml.safe_dump(composed, allow_unicode=True, sort_keys=False))
