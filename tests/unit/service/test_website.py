"""The built app as it is served: what its manifest lists, and the page with what its language needs."""

import json
from pathlib import Path

import pytest

from service.website import Website

PAGE = '<!doctype html>\n<html lang="en">\n<head>\n<!--language-->\n</head>\n<body></body>\n</html>\n'


@pytest.fixture
def website(tmp_path: Path) -> Website:
    (tmp_path / "assets").mkdir()
    files = {"index.html": PAGE, "assets/cs-1.js": "words", "assets/home-2.js": "home", "assets/icon-3.svg": "<svg/>"}
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "secret.txt").write_text("not listed", encoding="utf-8")
    manifest = {"files": list(files), "words": {"cs": "assets/cs-1.js"}, "entries": {"home": "assets/home-2.js"}}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return Website(tmp_path)


def test_the_page_names_what_its_language_needs(website: Website) -> None:
    page = website.page("cs", without_script='/cs/map?where.a=b"&view=list').body.decode()
    assert '<html lang="cs">' in page
    assert '<link rel="modulepreload" href="/assets/cs-1.js">' in page
    assert 'href="/map/portal?lang=cs"' in page
    assert "url=/cs/map?where.a=b&quot;&amp;view=list" in page
    assert "<!--language-->" not in page
    assert "cs-1" not in website.page("de", without_script="/de/map?view=list").body.decode()


def test_only_what_the_manifest_lists_is_there(website: Website) -> None:
    assert website.file("assets/home-2.js").lasting
    assert not website.file("index.html").lasting
    assert "icon.svg" in website
    assert "secret.txt" not in website
    assert "../secret.txt" not in website


def test_a_page_is_told_the_address_of_its_script(website: Website, tmp_path: Path) -> None:
    assert website.asset("home") == "/assets/home-2.js"
    assert website.asset("other") is None
    assert Website(tmp_path / "not-built").asset("home") is None
