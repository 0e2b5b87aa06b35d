"""The HTML pages of the API in four languages: own templates, own style, nothing from another host.

The templates show the very documents that are answered as JSON, so a page cannot say something else.
"""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from jinja2 import Environment, FileSystemLoader

import look
from catalogue import Catalogue
from catalogue.values import text_in
from findings import dates_of
from service import fields
from service.asked import Asked
from service.notices import made_up_notice
from service.problems import Problem
from service.texts import MESSAGES

_HERE = Path(__file__).parent
TEMPLATES = _HERE / "templates"
_STYLES = sorted((_HERE / "assets").glob("*.css"), key=lambda path: (path.name != "pages.css", path.name))
STYLE = look.STYLE.encode() + b"".join(path.read_bytes() for path in _STYLES)
"""The colours, what all pages share, then the styles of the rooms, one file each."""
STYLE_NAME = f"pages-{hashlib.sha256(STYLE).hexdigest()[:8]}.css"
"""The style's name holds its hash, so it may be kept for ever."""
_NAVIGATION = {
    "map": "/{lang}/map",
    "here": "/{lang}/here",
    "datasets": "/{lang}/datasets",
    "dashboards": "/{lang}/dashboards",
    "news": "/{lang}/news",
    "desk": "/desk?lang={lang}",
    "help": "/{lang}/help",
}
"""Where the head of every page leads, by the name of the page and of its text."""
_FOOT = {
    "contact": "/{lang}/contact",
    "mistakes": "/{lang}/mistakes",
    "accessibility": "/{lang}/accessibility",
    "statistics": "/{lang}/statistics",
    "api": "/ogc?f=html&lang={lang}",
}
_MEGABYTE = 1_000_000
_TEMPLATES = {"queryables": "schema"}


def render(name: str, document: dict[str, Any], asked: Asked, **more: Any) -> bytes:  # noqa: ANN401 (what it shows)
    """Return the page of a document; `more` is what its template shows beside."""
    catalogue = asked.state.catalogue
    made_up = [asked.served] if asked.served else list(asked.audience.served.values())
    titled, selected = columns(asked), getattr(asked.query, "select", None)
    label = any(each.dataset.made_up for each in made_up)
    return _render(
        _TEMPLATES.get(name, name),
        catalogue,
        asked.language,
        page=name,
        document=document,
        asked=asked,
        served=asked.served,
        notice=made_up_notice(asked.state.catalogue.portal, asked.language) if label else None,
        languages={language: asked.again(lang=language) for language in catalogue.portal.languages},
        columns=titled,
        shown={name: each for name, each in titled.items() if selected is None or name in selected},
        title=text_in(asked.served.dataset.title, asked.language, catalogue.portal.default_language)
        if asked.served
        else None,
        **more,
    )


def problem(
    said: Problem,
    catalogue: Catalogue,
    language: str,
    languages: dict[str, str],
    posted: Mapping[str, str] | None = None,
) -> bytes:
    """Return the page of a problem; `languages` is where the same address is in each of them.

    `posted` is what a form sent that did not arrive, to be sent again from here; empty where only the browser has it,
    None where nothing was sent.
    """
    shown = {"document": said, "languages": {} if posted is not None else languages, "posted": posted}
    return _render("problem", catalogue, language, page="problem", notice=None, **shown)


def _render(template: str, catalogue: Catalogue, language: str, **values: Any) -> bytes:  # noqa: ANN401
    page = _environment().get_template(f"{template}.html")
    return page.render(**common(catalogue, language), **values).encode()


def common(catalogue: Catalogue, language: str) -> dict[str, Any]:
    """Return what every page knows: texts, numbers and dates in the language, the portal's title, the style."""
    return {
        "t": partial(_text, language),
        "lang": language,
        "number": partial(_number, language),
        "day": partial(_day, language),
        "cell": partial(cell, language),
        "size": partial(_size, language),
        "portal_title": text_in(catalogue.portal.title, language, catalogue.portal.default_language),
        "style": f"/pages/{STYLE_NAME}",
        "navigation": {name: path.format(lang=language) for name, path in _NAVIGATION.items()},
        "foot": {name: path.format(lang=language) for name, path in _FOOT.items()},
    }


def columns(asked: Asked) -> dict[str, dict[str, Any]]:
    """Return title, unit and code labels of the collection's columns."""
    if asked.served is None:
        return {}
    found = fields.properties(asked.served.dataset, asked.state.catalogue, asked.language)
    return {name: each for name, each in found.items() if name != "geometry"}


def _text(language: str, key: str, **values: Any) -> str:  # noqa: ANN401 (values are what a text shows)
    return MESSAGES.text(key, language, **values)


def _number(language: str, value: float) -> str:
    return str(format_decimal(value, locale=language))


def _day(language: str, value: Any) -> str:  # noqa: ANN401 (date or datetime)
    return str(format_date(value, format="long", locale=dates_of(language)))


def _size(language: str, octets: int) -> str:
    """Return the size of a file in kB or MB, with the decimal sign of the language."""
    unit, each = ("MB", _MEGABYTE) if octets >= _MEGABYTE else ("kB", 1000)
    return f"{format_decimal(octets / each, format='#,##0.#', locale=language)}\u00a0{unit}"


def cell(language: str, value: Any, column: dict[str, Any]) -> str:  # noqa: ANN401 (a property's value)
    """Return a property as a person writes it: decimals, dates, yes and no as the language has them, integers plain.

    Whole numbers without a unit may be codes and years, which get no separator, unless the dataset says that they
    count.
    """
    if isinstance(value, bool):
        return _text(language, "page.yes" if value else "page.no")
    if isinstance(value, int) and (column.get("x-ogc-unit") or column.get("x-count")):
        return _number(language, value)
    if isinstance(value, float):
        return str(format_decimal(value, locale=language, decimal_quantization=False))
    if isinstance(value, str) and column.get("format") == "date":
        return str(format_date(date.fromisoformat(value), format="medium", locale=dates_of(language)))
    if isinstance(value, str) and column.get("format") == "date-time":
        return f"{format_datetime(datetime.fromisoformat(value), format='medium', locale=dates_of(language))} UTC"
    return str(value)


@cache
def _environment() -> Environment:
    """Return the templates, compiled once per process."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
