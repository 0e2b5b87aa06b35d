"""The guide for adding a dataset says what happens: its files are loaded, its messages are the real ones."""

import re
from pathlib import Path

import geopandas
import pytest
import shapely
from pydantic import BaseModel

from catalogue import Catalogue, model, read_catalogue, sources
from catalogue.read import read_dataset
from etl import pipeline
from etl.store.load import Outcome
from findings import Report
from settings import Settings

KINDS = (
    sources.CsvSource,
    sources.XlsxSource,
    sources.ShapefileSource,
    sources.GeoJsonSource,
    sources.GeoPackageSource,
    sources.GmlSource,
    sources.KmlSource,
    sources.FileGdbSource,
    sources.GeoTiffSource,
    sources.DeskSource,
    sources.UsageSource,
)
TABLES: dict[str, tuple[type[BaseModel], ...]] = {
    "The dataset": (model.Dataset,),
    "A source": KINDS,
    "A column": (model.Column,),
    "Checks": (model.Checks,),
    "The layer on the map": (model.MapSection,),
    "An image": (model.RasterSection,),
}


@pytest.fixture(scope="module")
def guide(root: Path) -> str:
    return (root / "docs" / "guides" / "add-a-dataset.md").read_text(encoding="utf-8")


@pytest.fixture
def folder(guide: str, tmp_path: Path) -> Path:
    """The guide's two dataset files, and the deliveries that it speaks of."""
    collections, delivery = tmp_path / "collections", tmp_path / "delivery"
    collections.mkdir()
    delivery.mkdir()
    for name, text in zip(("playgrounds", "protection-zones"), blocks(guide, "yaml"), strict=True):
        (collections / f"{name}.yml").write_text(text, encoding="utf-8")
    (delivery / "hriste.csv").write_text(blocks(guide, "csv")[0], encoding="cp1250")
    zones = geopandas.GeoDataFrame(
        {"KOD": ["OP-1", "OP-2"], "NAZEV": ["Pásmo vodojemu", "Pásmo studny Žďárek"], "VYMERA": [40000.0, 5000.0]},
        geometry=[
            shapely.box(-687300, -974300, -687100, -974100),
            shapely.Polygon([(-686600, -974600), (-686500, -974500), (-686500, -974600), (-686600, -974500)]),
        ],
        crs="EPSG:5514",
    )
    zones.to_file(delivery / "pasma.shp", encoding="cp1250")
    for suffix in (".prj", ".cpg"):
        (delivery / "pasma.shp").with_suffix(suffix).unlink()
    return collections


def blocks(guide: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", guide, re.DOTALL)


def said(guide: str, command: str) -> list[list[str]]:
    """What the guide shows after each call of a command."""
    shown = [block.splitlines() for block in blocks(guide, "console")]
    return [lines for first, *lines in shown if first == f"$ {command}"]


def dry_run(folder: Path, name: str, database: str, root: Path) -> Outcome:
    catalogue = sound(folder, root)
    settings = Settings(database_url=database, data=folder.parent / "var")
    return pipeline.run(catalogue.datasets[name], catalogue, settings, dry_run=True)


def sound(folder: Path, root: Path) -> Catalogue:
    catalogue, report = read_catalogue(folder, root / "collections")
    assert report.ok, list(report.text("en"))
    assert catalogue is not None
    return catalogue


def change(path: Path, old: str, new: str, encoding: str = "utf-8") -> None:
    text = path.read_text(encoding=encoding)
    assert old in text
    path.write_text(text.replace(old, new), encoding=encoding)


def test_files_are_sound(folder: Path, root: Path) -> None:
    assert set(sound(folder, root).datasets) == {"playgrounds", "protection-zones"}


def test_slip_is_told_with_its_line(guide: str, folder: Path) -> None:
    path, report = folder / "playgrounds.yml", Report()
    change(path, "private: true", "privat: true")
    assert read_dataset(path, report) is None
    assert list(report.text("en")) == said(guide, "./krajina check")[0]


def test_delivery_is_refused_and_then_taken(guide: str, folder: Path, database: str, root: Path) -> None:
    refused, taken = said(guide, "./krajina load playgrounds --dry-run")
    outcome = dry_run(folder, "playgrounds", database, root)
    assert outcome.state == "refused"
    assert list(outcome.report.text("en")) == refused[1:]
    change(folder.parent / "delivery" / "hriste.csv", "H-002;Plácek", "H-003;Plácek", "cp1250")
    outcome = dry_run(folder, "playgrounds", database, root)
    assert outcome.state == "published"
    assert f"{outcome.counts.inserted} new" in taken[0]
    assert list(outcome.report.text("en")) == taken[1:]


def test_shapefile_without_prj_is_taken(guide: str, folder: Path, database: str, root: Path) -> None:
    [shown] = said(guide, "./krajina load protection-zones --dry-run")
    outcome = dry_run(folder, "protection-zones", database, root)
    assert outcome.state == "published"
    assert list(outcome.report.text("en")) == shown[1:]


@pytest.mark.parametrize("section", TABLES)
def test_every_key_is_explained(guide: str, section: str) -> None:
    table = guide.split(f"### {section}\n")[1].split("\n###", maxsplit=1)[0]
    explained = [
        key for row in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE) for key in re.findall(r"`(\w+)`", row)
    ]
    known = {field.alias or name for kind in TABLES[section] for name, field in kind.model_fields.items()}
    assert sorted(explained) == sorted(known - {"id"} - ({"path"} if section == "The dataset" else set()))
