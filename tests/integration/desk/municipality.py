"""A register of two Czech municipalities that adjoin, their plans, and a desk for them on a real database."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from shutil import copyfile, copytree

import geopandas
import shapely
import yaml

from catalogue import Catalogue, read_catalogue
from commands.publishing import publisher
from desk.desk import Desk
from desk.model import Account, Handed, Role, Submission
from desk.publish import Publisher
from desk.worker import Pulse, work
from etl import pipeline
from plans.examples import czech
from plans.examples.czech_files import CzechSketch, Feature, write, zone
from settings import DeskSettings, Settings
from tests.walls import BEST

ROOT = Path(__file__).parents[3]
HOME, EAST = "999101", "999102"
WIDTH = 800.0
"""Metres by which the plan of the eastern municipality lies further east."""
FED = ("spatial-plans", "zoning-elements", "supplementary-regulations", "supplementary-lines", "supplementary-points")
QUICK = Pulse(beat=0.2, dead=1.5, look=0.3)
PASSWORD = "sedm kilometrů lesem"  # noqa: S105


def collections(folder: Path) -> Path:
    """Make a folder of dataset files: the register, and what is made of published plans."""
    for name in (*FED, "plan-coverage"):
        copyfile(ROOT / "collections" / f"{name}.yml", folder / f"{name}.yml")
    copyfile(ROOT / "collections" / "portal.yml", folder / "portal.yml")
    for name in ("vocabularies", "codelists"):
        copytree(ROOT / "collections" / name, folder / name)
    home = czech.territory()
    east = shapely.difference(shapely.affinity.translate(home, WIDTH), home)
    rows = {"code": [HOME, EAST], "name": ["Domov", "Východ"], "state": ["CZ", "CZ"]}
    geopandas.GeoDataFrame(rows, geometry=[home, east], crs="EPSG:5514").to_file(folder / "m.gpkg", layer="m")
    register = {
        "title": {"cs": "Obce", "en": "Municipalities"},
        "theme": "boundaries",
        "publisher": "region",
        "licence": "cc0-1.0",
        "sources": [{"kind": "geopackage", "path": "m.gpkg", "layer": "m"}],
        "crs": "EPSG:5514",
        "geometry": "MultiPolygon",
        "key": "code",
        "columns": {name: {"required": True, "title": {"cs": name}} for name in rows},
        "map": {"label": "name", "search": ["name"]},
    }
    (folder / "municipalities.yml").write_text(yaml.safe_dump(register, allow_unicode=True), encoding="utf-8")
    return folder


class Office:
    """A desk with a loaded register, and what a test does with it all the time."""

    def __init__(self, dsn: str, folder: Path, **changed: str | int) -> None:
        made = collections(_new(folder / "collections")) if not (folder / "collections").exists() else None
        self.settings = Settings(
            database_url=dsn,
            collections=folder / "collections",
            data=folder / "var",
            desk=replace(DeskSettings(sandbox=BEST), **changed),  # type: ignore[arg-type]
        )
        catalogue, report = read_catalogue(self.settings.collections)
        assert catalogue is not None, list(report.text("en"))
        assert report.ok, list(report.text("en"))
        self.catalogue: Catalogue = catalogue
        self.desk = Desk(self.settings, catalogue)
        if made:
            pipeline.run(catalogue.datasets["municipalities"], catalogue, self.settings)

    def officer(self, municipality: str | None = HOME, email: str | None = None) -> Account:
        """Return a signed-in officer of the municipality, or of the region."""
        role = Role.MUNICIPALITY if municipality else Role.REGION
        address = email or f"{municipality or 'region'}@example.org"
        secret = self.desk.accounts.invite(address, f"Officer {municipality}", role, municipality)
        return self.desk.accounts.accept_invitation(secret, PASSWORD).account

    def work(self, publisher_: Publisher | None = None) -> None:
        """Let a worker do all that waits."""
        work(self.desk, publisher_ or publisher(self.settings), QUICK, wait=False)

    def handed_in(self, account: Account, plan: Path) -> Submission:
        """Hand in a plan, let the worker check it, and return it as it is then."""
        made = self.desk.submissions.submit(account, [Handed(plan.name, plan)], language="cs")
        self.work()
        return self.desk.submissions.get(account, made.id)

    def accepted(self, account: Account, region: Account, plan: Path) -> Submission:
        """Hand in a good plan and accept it."""
        submission = self.handed_in(account, plan)
        self.desk.decisions.accept(region, submission.id)
        return self.desk.submissions.get(account, submission.id)

    def published(self, account: Account, region: Account, plan: Path) -> Submission:
        """Hand in a good plan, accept and publish it."""
        submission = self.accepted(account, region, plan)
        self.desk.decisions.ask_to_publish(region, submission.id)
        self.work()
        return self.desk.submissions.get(account, submission.id)


def good(folder: Path) -> Path:
    """Write a good plan of the home municipality."""
    return czech.GOOD(_new(folder))


def changed(folder: Path) -> Path:
    """Write another good plan of the home municipality: one area has another use."""
    return write(czech.with_layers(PlochyRZV_p=czech.areas(c0r0=zone(czech.cell(0, 0), "AP"))), _new(folder))


def crossing(folder: Path) -> Path:
    """Write a plan of the home municipality with an area whose boundary crosses itself."""
    a, b, c, d = czech.node(0, 0), czech.node(1, 0), czech.node(1, 1), czech.node(0, 1)
    crossed = zone(shapely.Polygon([a, c, b, d]), "LU", "h")
    return write(czech.with_layers(PlochyRZV_p=czech.areas(c0r0=crossed)), _new(folder))


def of_the_east(folder: Path) -> Path:
    """Write the plan of the eastern municipality: that of home, moved."""
    plan = czech.sketch()
    layers = {name: [_moved(each) for each in rows] for name, rows in plan.layers.items()}
    attributes: Mapping[str, int] = {"OBEC_KOD": int(EAST)}
    layers = {
        name: [
            replace(each, attributes={**each.attributes, **attributes}) if "OBEC_KOD" in each.attributes else each
            for each in rows
        ]
        for name, rows in layers.items()
    }
    return write(CzechSketch(EAST, layers, extra=plan.extra), _new(folder))


def _moved(feature: Feature) -> Feature:
    return replace(feature, shape=shapely.affinity.translate(feature.shape, WIDTH)) if feature.shape else feature


def _new(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
