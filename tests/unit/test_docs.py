"""Documentation that cannot rot: what exists is documented, and what is documented exists."""

import re
from pathlib import Path

import click
import pytest

from catalogue import read_catalogue
from catalogue.schema import dataset_schema
from commands.cli import MODULES, krajina
from settings import Settings

LINK = re.compile(r"\]\((?!https?://)([^)#]+)(?:#[^)]*)?\)")


@pytest.fixture(scope="module")
def readme(root: Path) -> str:
    return (root / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", sorted(MODULES))
def test_every_command_is_in_the_readme_and_has_help(readme: str, command: str) -> None:
    assert f"`./krajina {command}`" in readme
    found = krajina.get_command(click.Context(krajina), command)
    assert found is not None
    assert found.help


def test_every_setting_is_in_the_readme(readme: str) -> None:
    known = set(Settings(database_url="x").to_environment())
    documented = set(re.findall(r"`(KRAJINA_[A-Z_]+)`", readme))
    assert documented == known


def test_links_lead_somewhere(root: Path) -> None:
    documents = [*root.glob("*.md"), *root.glob("docs/**/*.md"), *root.glob("*/README.md")]
    broken = {
        f"{document.relative_to(root)} → {target}"
        for document in documents
        for target in LINK.findall(document.read_text(encoding="utf-8"))
        if not (document.parent / target).exists()
    }
    assert broken == set()


def test_decisions_are_one_screen_and_numbered_once(root: Path) -> None:
    records = sorted((root / "docs" / "adr").glob("[0-9]*.md"))
    numbers = [record.name[:4] for record in records]
    assert len(numbers) == len(set(numbers)) >= 5
    assert {record.name for record in records if len(record.read_text(encoding="utf-8").splitlines()) > 70} == set()


def test_the_dataset_of_the_readme_is_one(readme: str, root: Path, tmp_path: Path) -> None:
    [example] = re.findall(r"```yaml\n(.*?)```", readme, re.DOTALL)
    lines = [line.removeprefix("   ") for line in example.splitlines()]
    (tmp_path / "street-lights.yml").write_text("\n".join(lines), encoding="utf-8")
    catalogue, report = read_catalogue(tmp_path, root / "collections")
    assert not list(report.text("en"))
    assert catalogue is not None
    assert list(catalogue.datasets) == ["street-lights"]


def test_every_key_of_a_dataset_file_is_in_the_guide(root: Path) -> None:
    guide = (root / "docs" / "guides" / "add-a-dataset.md").read_text(encoding="utf-8")
    schema = dataset_schema()
    keys = set(schema["properties"]).union(
        *(part["properties"] for part in schema["$defs"].values() if "properties" in part)
    )
    assert {key for key in keys if f"`{key}`" not in guide and f"{key}:" not in guide} == set()
