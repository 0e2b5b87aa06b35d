"""Fixtures that every room's tests may use."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pyproj
import pytest

from tests import portal as portals
from tests import postgis
from tests.walls import BEST

os.environ.setdefault("KRAJINA_SANDBOX", BEST)
ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"


@pytest.fixture(autouse=True, scope="module")
def grids_are_forgotten() -> Iterator[None]:
    """Take the folders of grids that a module's tests have installed off PROJ's path, which is the process's."""
    before = pyproj.datadir.get_data_dir()
    yield
    pyproj.datadir.set_data_dir(before)


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Real files of public bodies, beside the checkout in development and CI."""
    assert SHARED.is_dir(), f"{SHARED} is missing: the tests on real files need it"
    return SHARED / "data"


@pytest.fixture(scope="session")
def cluster() -> Iterator[str]:
    """DSN of a running cluster's maintenance database; the template database stands in it."""
    with postgis.cluster() as maintenance:
        postgis.make_template(maintenance)
        yield maintenance


@pytest.fixture
def database(cluster: str) -> Iterator[str]:
    """DSN of a fresh database with PostGIS and all migrations."""
    with postgis.clone(cluster) as dsn:
        yield dsn


@pytest.fixture(scope="session")
def portal(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[portals.Portal]:
    """The demo portal, running: made, loaded and served by the real command.

    One municipality has a published plan, which had been returned once; from then on nothing happens by itself.
    """
    data = tmp_path_factory.mktemp("portal")
    with postgis.clone(cluster) as dsn, portals.running(ROOT, dsn, data, "--plans", "1") as running:
        portals.until_published(running, plans=1)
        yield running


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the golden outputs in tests/golden")
    parser.addoption("--fuzz", type=int, default=0, metavar="N", help="try N damaged plans, from a seed of their own")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with the golden one of that name; with --update-golden, write it."""

    def compare(name: str, text: str) -> None:
        path = ROOT / "tests" / "golden" / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert path.is_file(), f"{path} is missing; write it with --update-golden and read it"
        assert text == path.read_text(encoding="utf-8")

    return compare


ORDER = ("demo", "unit", "integration", "acceptance", "browser")
"""Rooms of tests as they are run: what is quick first, browsers last. But before all the demo region, which writes a
workbook by GDAL: the loader takes all drivers but its own out of the process in which it runs."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Bring the tests into order, whichever were chosen."""
    items.sort(key=lambda item: next((n for n, room in enumerate(ORDER) if f"/{room}/" in str(item.path)), len(ORDER)))
