"""The portal's own statistics on their way to the public: whole days, no small numbers, the same again is no work."""

from datetime import timedelta
from pathlib import Path

import pytest

from catalogue import Catalogue, read_catalogue
from etl import pipeline
from etl.sources.usage import FEWEST, add_usage, is_empty
from etl.store import connected
from settings import Settings
from tests.integration.etl.places import query


@pytest.fixture
def catalogue(root: Path) -> Catalogue:
    found, _ = read_catalogue(root / "collections")
    assert found is not None
    return found


def test_small_numbers_and_today_are_not_published(database: str, tmp_path: Path, catalogue: Catalogue) -> None:
    settings = Settings(database_url=database, data=tmp_path / "var")
    usage = catalogue.datasets["portal-usage"]
    [(yesterday,)] = query(database, "SELECT current_date - 1")
    assert pipeline.run(usage, catalogue, settings).state == "published"  # nothing has been counted yet
    with connected(database) as connection:
        assert is_empty(connection)
        for requests in range(1, 8):
            add_usage(connection, [(yesterday - timedelta(days=requests), "roads", "map", requests)])
        add_usage(connection, [(yesterday, "roads", "map", 3), (yesterday, "here", "page", 9)])
        add_usage(connection, [(yesterday, "roads", "map", 3), (yesterday + timedelta(days=1), "roads", "map", 50)])
        assert not is_empty(connection)
    outcome = pipeline.run(usage, catalogue, settings)
    assert (outcome.state, outcome.counts.inserted) == ("published", 9)
    rows = query(database, "SELECT day, title, requests, withheld FROM data.portal_usage ORDER BY day DESC, title")
    assert rows[:2] == [(yesterday, "Co zde platí?", 9, False), (yesterday, "Pasport komunikací (smyšlený)", 6, False)]
    assert [(found, few) for _, _, found, few in rows[2:]] == [
        (None if requests < FEWEST else requests, requests < FEWEST) for requests in range(1, 8)
    ]
    assert pipeline.run(usage, catalogue, settings).state == "unchanged"
