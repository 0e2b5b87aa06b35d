"""Hosts that the portal's file allows: they stand in the Content Security Policy, and nothing else gets in by them."""

from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import ValidationError

from catalogue import Catalogue, read_catalogue
from catalogue.vocabularies import Portal
from service import layers
from service.headers import policy
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    found, _ = read_catalogue(Path(ROOT) / "collections")
    assert found
    return found


def allowing(portal: Portal, *hosts: str) -> Portal:
    return Portal.model_validate(portal.model_dump() | {"services": hosts})


def test_allowed_hosts_may_be_asked_and_shown_and_nothing_more(catalogue: Catalogue) -> None:
    parts = dict(
        part.strip().split(" ", 1)
        for part in policy(allowing(catalogue.portal, "https://b.example:8443", "https://a.example")).split(";")
    )
    assert parts["connect-src"] == "'self' https://a.example https://b.example:8443"
    assert parts["img-src"] == "'self' data: https://a.example https://b.example:8443"
    assert all("example" not in value for name, value in parts.items() if name not in {"connect-src", "img-src"})


def test_the_map_is_told_the_same_hosts(catalogue: Catalogue) -> None:
    told = replace(catalogue, portal=allowing(catalogue.portal, "https://a.example"))
    assert layers.portal(told, [], "cs")["services"] == ["https://a.example"]


@pytest.mark.parametrize(
    "host",
    [
        "http://a.example",
        "https://a.example/wms",
        "https://a.example; script-src *",
        "*",
        "https://*.example",
        "a.example",
        "https://",
        "https://A.example",
        "https://a.example 'unsafe-inline'",
        "https://user@a.example",
    ],
)
def test_what_is_more_than_a_host_is_refused(catalogue: Catalogue, host: str) -> None:
    with pytest.raises(ValidationError):
        allowing(catalogue.portal, host)
