"""A desk for each test, on a database of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.desk.municipality import Office


@pytest.fixture
def office(database: str, tmp_path: Path) -> Iterator[Office]:
    """A desk with the register of two municipalities."""
    made = Office(database, tmp_path)
    yield made
    made.desk.close()
