"""What follows from dataset files, as it stands in the repository: a change of it is seen in the diff."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from catalogue import Catalogue, layout, read_catalogue
from catalogue.schema import dashboard_schema, dataset_schema
from service.compose import base_config, compose
from service.published import Published, served
from settings import Settings

type Golden = Callable[[str, str], None]
PUBLISHED = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def region(root: Path) -> Catalogue:
    catalogue, report = read_catalogue(root / "collections")
    assert report.ok
    assert catalogue is not None
    return catalogue


def test_the_schema_for_editors_is_the_models(golden: Golden) -> None:
    text = json.dumps(dataset_schema(), indent=2, ensure_ascii=False) + "\n"
    golden("../../collections/dataset.schema.json", text)
    text = json.dumps(dashboard_schema(), indent=2, ensure_ascii=False) + "\n"
    golden("../../collections/dashboards/dashboard.schema.json", text)


def test_tables(region: Catalogue, golden: Golden) -> None:
    tables = {
        layout.table_name(each.id): layout.columns(each) for each in region.datasets.values() if not each.is_raster
    }
    golden("tables.yml", yaml.safe_dump(tables, sort_keys=False, allow_unicode=True))


def test_the_pygeoapi_configuration(region: Catalogue, golden: Golden) -> None:
    bbox = (14.5, 50.7, 15.3, 51.1)
    published = {
        each.id: Published(each, batch, 100, bbox, PUBLISHED, "/rasters/1.tif" if each.is_raster else None)
        for batch, each in enumerate(region.datasets.values(), 1)
    }
    assert set(served(region, published, internal=True)) == set(region.datasets)
    config = compose(region, published, base_config(), Settings().public_url)
    golden("pygeoapi-config.yml", yaml.safe_dump(config, sort_keys=False, allow_unicode=True))
