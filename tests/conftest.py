"""Fixtures that every room's tests may use."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import postgis

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"


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
