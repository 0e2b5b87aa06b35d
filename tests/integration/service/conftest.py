"""The service on a fresh database, with a few collections in different CRSs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desk.model import Account
from service.mistakes.pace import Pace
from settings import Settings
from tests import postgis
from tests.integration.desk.municipality import HOME
from tests.integration.service import region
from tests.integration.service.running import Client, running
from tests.integration.service.town import Town
from tests.portal import free_port

CRSS = {
    "sjtsk": "EPSG:5514",
    "poland": "EPSG:2180",
    "zone-5": "EPSG:2176",
    "utm": "EPSG:25833",
    "europe": "EPSG:3035",
    "degrees": "EPSG:4326",
}


@pytest.fixture(autouse=True, scope="session")
def patient() -> Iterator[None]:
    """Wait as long as it takes for files that are made beside: who is told to come again is set by tests of that."""
    with pytest.MonkeyPatch.context() as patched:
        for room in ("downloads.answers", "datasets.snapshots"):
            patched.setattr(f"service.{room}.PATIENCE", 45.0)
        yield


@pytest.fixture
def settings(database: str, tmp_path: Path) -> Settings:
    """Settings of a service on the fresh database and an empty folder."""
    return _settings(database, tmp_path)


@pytest.fixture
def areas(settings: Settings) -> Settings:
    """The collection `areas` in S-JTSK, 120 features."""
    return _with_areas(settings)


@pytest.fixture(scope="module")
def home(desk: Town) -> Account:
    """Return an officer of the municipality HOME, at the desk of the test's module."""
    return desk.office.officer(HOME)


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every test report as many mistakes as a sender may in an hour."""
    monkeypatch.setattr("service.mistakes.pages._PACE", Pace())


@pytest.fixture(scope="module")
def client(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A client of the service with the collection `areas`; for tests that change nothing."""
    with postgis.clone(cluster) as dsn:
        settings = _with_areas(_settings(dsn, tmp_path_factory.mktemp("service")))
        with running(settings) as started:
            yield started


@pytest.fixture(scope="module")
def crs_client(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A client of a service with one collection in each CRS: `sjtsk`, `poland`, `utm`, `degrees`."""
    with postgis.clone(cluster) as dsn:
        settings = _settings(dsn, tmp_path_factory.mktemp("service"))
        for name, crs in CRSS.items():
            region.write(settings.collections, name, crs=crs)
        for name in CRSS:
            _publish(settings, name, 250)
        with running(settings) as started:
            yield started


def _settings(dsn: str, folder: Path) -> Settings:
    port = free_port()
    return Settings(
        database_url=dsn,
        collections=folder / "collections",
        data=folder / "var",
        port=port,
        public_url=f"http://127.0.0.1:{port}",
    )


def _with_areas(settings: Settings) -> Settings:
    region.write(settings.collections, "areas")
    _publish(settings, "areas", 120)
    return settings


def _publish(settings: Settings, name: str, count: int) -> None:
    dataset = region.dataset(settings.collections, name)
    region.publish(settings.database_url or "", dataset, region.areas(dataset.crs, count))
