"""pygeoapi as an engine that answers with documents, and the only place where its inside is touched.

pygeoapi writes JSON with `<` as `&lt;` and builds a template environment for each page. Both go through two functions
that its modules look up by name when they are called; `install` puts ours there: the document comes back as a document,
the page as its template's name and data, and `service.execute` corrects and writes them. Everything else is pygeoapi's
official hooks. Tests pin the signatures that are relied upon.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pygeoapi.api
from pygeoapi.api import API, APIRequest, itemtypes, maps

LOG = logging.getLogger(__name__)

type Result = tuple[dict[str, str], int, Any]
type Function = Callable[..., Result]


@dataclass(frozen=True)
class Page:
    """A page that pygeoapi would render: the template's name and its data."""

    template: str
    data: dict[str, Any]


@dataclass(frozen=True)
class _Request:
    """The part of a web request that pygeoapi reads; its own reading of headers is not used."""

    query_params: Mapping[str, str]
    scope: Mapping[str, str]
    headers: Mapping[str, str] = field(default_factory=dict)


@cache
def install() -> None:
    """Have pygeoapi's functions return documents and pages instead of texts; our own shell calls it, once."""
    for module in (pygeoapi.api, itemtypes, maps):
        module.to_json = _document
    for module in (pygeoapi.api, itemtypes):
        module.render_j2_template = _page
    logging.getLogger("pygeoapi").setLevel(logging.CRITICAL)  # it logs each 404 as an error; problems are ours to log


def api(config: dict[str, Any]) -> API:
    """Return a pygeoapi API object over a composed configuration."""
    return API(config, openapi={})


def call(function: Function, engine: API, path: str, params: Mapping[str, str], *arguments: str) -> Result:
    """Return headers, status and document of one of pygeoapi's API functions. Exceptions of ours pass through."""
    request = APIRequest(_Request(params, {"path": path}), engine.locales)
    return function(engine, request, *arguments)


def _document(document: Any, pretty: bool = False) -> Any:  # noqa: ANN401, ARG001 (pygeoapi's signature)
    return document


def _page(_config: Any, _templates: Any, template: str, data: dict[str, Any], _locale: Any = None) -> Page:  # noqa: ANN401
    return Page(template, data)
