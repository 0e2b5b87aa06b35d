"""The pygeoapi configuration, composed from the catalogue, the ledger and the hand-written base.

`compose` is pure; `configuration` reads what it needs first. Nobody writes a collection twice: `pygeoapi-config.yml`
has what is the service's as a whole, everything else follows from the dataset files and from what is published. The
result is a plain mapping that stock pygeoapi validates.
"""

from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from typing import Any

import yaml
from pygeoapi.config import validate_config

from catalogue import Catalogue, Dataset
from catalogue.values import Text, text_in
from service import formatter, provider, raster
from service.crs import CRS84_URI, offer
from service.database import Database
from service.ledger import read_published
from service.published import Published, Served, served
from settings import ROOT, Settings

type Config = dict[str, Any]

BASE = ROOT / "pygeoapi-config.yml"


def compose(
    catalogue: Catalogue,
    published: Mapping[str, Published],
    base: Mapping[str, Any],
    url: str,
    *,
    internal: bool = False,
) -> Config:
    """Return the configuration of the published collections; with `internal` of those that need a token too.

    `base` is the hand-written part, `url` the public address of the portal; the API stands at `/ogc` below it.
    """
    portal = catalogue.portal
    config = deepcopy(dict(base))
    config["server"] |= {
        "url": f"{url}/ogc",
        "languages": [portal.default_language, *(each for each in portal.languages if each != portal.default_language)],
    }
    config["metadata"] = _metadata(catalogue, url, config.get("metadata", {}))
    config["resources"] = {
        id_: collection(each, catalogue) for id_, each in served(catalogue, published, internal=internal).items()
    }
    return config


def configuration(settings: Settings, catalogue: Catalogue | None) -> Config:
    """Return the configuration of what is published in the settings' database, for stock pygeoapi.

    Raises ValueError without a catalogue or a database, jsonschema.ValidationError if pygeoapi would not take it, and
    as `Database.read`.
    """
    if catalogue is None or settings.database_url is None:
        raise ValueError("a catalogue and a database are needed")
    database = Database(settings.database_url, size=1)
    try:
        config = compose(catalogue, read_published(database), base_config(), settings.public_url)
    finally:
        database.close()
    validate_config(config)
    return config


@cache
def base_config() -> Config:
    """Return the hand-written part of the configuration."""
    config: Config = yaml.safe_load(BASE.read_text(encoding="utf-8"))
    return config


def collection(served: Served, catalogue: Catalogue) -> Config:
    """Return the configuration of one collection."""
    dataset, portal = served.dataset, catalogue.portal
    title = _texts(dataset.title, catalogue)
    made: Config = {
        "type": "collection",
        "title": title,
        "description": _texts(dataset.description, catalogue) if dataset.description else title,
        "keywords": _keywords(dataset, catalogue),
        "links": [],
        "extents": {"spatial": {"bbox": list(served.published.bbox or portal.view), "crs": CRS84_URI}},
        "limits": {
            "default_items": dataset.paging.default,
            "max_items": dataset.paging.max,
            "on_exceed": "throttle",
        },
    }
    crs = list(offer(dataset))
    if dataset.is_raster:
        return made | {"providers": [raster.definition(served, crs)]}
    return made | {
        "providers": [provider.definition(dataset, crs)],
        "formatters": [{"name": formatter.NAME, "geom": True, "attachment": False}],
    }


def _metadata(catalogue: Catalogue, url: str, base: Mapping[str, Any]) -> Config:
    portal = catalogue.portal
    publisher = catalogue.publishers.get(portal.publisher)
    title = _texts(portal.title, catalogue)
    identification = {
        "title": title,
        "description": _texts(portal.description, catalogue) if portal.description else title,
        "url": url,
    }
    name = _texts(publisher.name, catalogue) if publisher else title
    return {
        **base,
        "identification": {"keywords": [], "terms_of_service": url, **base.get("identification", {}), **identification},
        "license": {"url": url, **base.get("license", {})},
        "provider": {"name": name, "url": (publisher.url if publisher else None) or url},
        "contact": {"name": portal.contact.name, "email": portal.contact.email},
    }


def _texts(text: Text, catalogue: Catalogue) -> dict[str, str]:
    """Return the text in every language of the portal, the default's where one is wanting."""
    portal = catalogue.portal
    return {language: text_in(text, language, portal.default_language) for language in portal.languages}


def _keywords(dataset: Dataset, catalogue: Catalogue) -> dict[str, list[str]]:
    portal = catalogue.portal
    fallback = dataset.keywords.get(portal.default_language, ())
    return {language: list(dataset.keywords.get(language, fallback)) for language in portal.languages}
