"""What is served follows from files and ledger: merged, composed, described, and valid for those who check it."""

import inspect
import json

import jsonschema
import pygeoapi.api
import pygeoapi.openapi
import pytest
from pygeoapi import util
from pygeoapi.api import API, APIRequest, collection, itemtypes, maps
from pygeoapi.config import validate_config
from pygeoapi.formatter.base import BaseFormatter
from pygeoapi.plugin import load_plugin

from catalogue import Dataset
from catalogue.layout import id_column
from service import engine, openapi
from service.asked import Asked
from service.compose import base_config, compose
from service.published import Published, as_served, served
from service.state import Audience, State
from tests.unit.service.samples import COLUMNS, catalogue, dataset, published


def _both(now: Dataset, loaded: Dataset | None = None) -> tuple[Dataset, dict[str, Published]]:
    return now, {now.id: published(loaded or now)}


def test_structure_is_the_ledgers_and_presentation_the_files() -> None:
    loaded = dataset(columns={**COLUMNS, "gone": {}}, crs="EPSG:2180")
    columns = {**COLUMNS, "new": {}, "size": {"type": "text", "unit": "m2", "title": {"cs": "Velikost"}}}
    now = dataset(title={"cs": "Jinak"}, columns=columns, crs="EPSG:5514", key=["code", "name"])
    merged = as_served(now, loaded)
    assert merged.title == {"cs": "Jinak"}
    assert (merged.crs, id_column(merged)) == ("EPSG:2180", "code")
    assert list(merged.served) == ["code", "name", "use", "size", "open"]
    size = merged.served["size"]
    assert (size.type, size.unit, size.title) == ("decimal", "ha", {"cs": "Velikost"})


def test_a_column_private_now_is_out_of_everything() -> None:
    now = dataset(columns={**COLUMNS, "name": {"private": True}, "use": {"drop": True}})
    merged = as_served(now, dataset())
    assert list(merged.served) == ["code", "size", "open"]
    assert merged.map is not None
    assert (merged.map.label, merged.map.popup, merged.map.search, merged.map.style.by) == (None, ("size",), (), None)


def test_only_what_is_published_and_has_a_file_is_served() -> None:
    secret = dataset(id="secret", access="internal")
    known = catalogue(dataset(), secret, dataset(id="later"))
    ledger = {name: published(dataset(id=name)) for name in ("areas", "secret", "forgotten")}
    assert list(served(known, ledger, internal=False)) == ["areas"]
    assert list(served(known, ledger, internal=True)) == ["areas", "secret"]


def test_configuration_is_valid_for_pygeoapi_and_leaves_the_base_alone() -> None:
    now, ledger = _both(dataset())
    raster = dataset(id="height", geometry="raster", key=None, columns={}, raster={"palette": "hillshade"}, map=None)
    ledger["height"] = published(raster, artefact="/somewhere/height.tif", rows=0)
    before = json.dumps(base_config())
    config = compose(catalogue(now, raster), ledger, base_config(), "https://maps.example")
    assert validate_config(config)
    assert json.dumps(base_config()) == before
    assert config["server"]["url"] == "https://maps.example/ogc"
    assert config["resources"]["areas"]["providers"][0]["crs"][0].endswith("CRS84")
    assert config["resources"]["areas"]["title"]["de"] == "Plochy"


@pytest.mark.parametrize("language", ["cs", "de", "pl", "en"])
def test_openapi_document_is_valid(language: str) -> None:
    now, ledger = _both(dataset())
    known = catalogue(now)
    config = compose(known, ledger, base_config(), "https://maps.example")
    audience = Audience(engine.api(config), served(known, ledger, internal=False), {}, is_internal=False)
    state = State(known, audience, audience, "1", "1", ledger["areas"].published)
    document = openapi.document(Asked(state, audience, "/openapi", {}, language, "json"))
    schema = json.loads((util.SCHEMASDIR / "openapi" / "openapi-3.0.x.json").read_text(encoding="utf-8"))
    jsonschema.validate(document, schema)
    assert json.dumps(document).count("http://") == json.dumps(document).count("http://www.opengis.net/def/crs/")


def _signature(function: object) -> list[str]:
    return list(inspect.signature(function).parameters)  # type: ignore[arg-type]


def test_the_inside_of_pygeoapi_is_as_we_rely_on_it() -> None:
    """Signatures and names behind our hooks: a new pygeoapi that changes one is met here and not in service."""
    assert pygeoapi.__version__.startswith("0.24.")
    assert _signature(util.to_json) == ["dict_", "pretty"]
    assert _signature(util.render_j2_template) == ["config", "tpl_config", "template", "data", "locale_"]
    assert _signature(API.__init__) == ["self", "config", "openapi", "asyncapi"]
    assert _signature(APIRequest.__init__) == ["self", "request", "supported_locales"]
    assert _signature(APIRequest._get_params) == ["request"]  # noqa: SLF001 (this is the pin)
    assert _signature(load_plugin) == ["plugin_type", "plugin_def"]
    assert _signature(BaseFormatter.write) == ["self", "options", "data"]
    assert _signature(collection.gen_collection) == ["api", "request", "dataset", "locale_"]
    for function in (
        itemtypes.get_collection_items,
        itemtypes.get_collection_queryables,
        pygeoapi.api.get_collection_schema,
    ):
        assert _signature(function) == ["api", "request", "dataset"]
    assert _signature(itemtypes.get_collection_item) == ["api", "request", "dataset", "identifier"]
    assert _signature(maps.get_collection_map) == ["api", "request", "dataset", "style"]
    for function in (pygeoapi.api.landing_page, pygeoapi.api.conformance, pygeoapi.api.describe_collections):
        assert _signature(function)[:2] == (["args", "kwargs"] if function.__name__ == "inner" else ["api", "request"])


def test_documents_come_back_as_documents() -> None:
    engine.install()
    for module in (pygeoapi.api, itemtypes, maps):
        assert module.to_json({"a": "<"}, False) == {"a": "<"}
    for module in (pygeoapi.api, itemtypes):
        page = module.render_j2_template({}, {}, "x.html", {"a": 1}, None)
        assert page == engine.Page("x.html", {"a": 1})
