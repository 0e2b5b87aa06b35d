"""What all pages of a report share: templates, style, the policy that forbids them everything but themselves.

Apart from the pages because the policy must hold for each: a report shows what strangers wrote, and is opened from a
disk where no server's headers protect the reader.
"""

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.utils import htmlsafe_json_dumps

import look
from plans.report.texts import Words, clean

_HERE = Path(__file__).parent


@cache
def asset(name: str) -> str:
    """Return a text of assets/."""
    return (_HERE / "assets" / name).read_text(encoding="utf-8")


def style() -> str:
    """Return the style that all pages of a report share; they are light: sheets for the file."""
    return look.LIGHT_STYLE + asset("report.css")


def render(template: str, words: Words, *, styles: Sequence[str], scripts: Sequence[str] = (), **values: Any) -> str:  # noqa: ANN401 (values are what a template shows)
    """Return a page, with a policy that lets just these styles and scripts through and no request leave."""
    page = environment().get_template(template)
    return page.render(
        words=words,
        t=words.text,
        clean=clean,
        numbered=numbered,
        says=says,
        styles=styles,
        scripts=scripts,
        policy=policy(styles, scripts),
        **values,
    )


def policy(styles: Sequence[str], scripts: Sequence[str]) -> str:
    """Return the Content Security Policy of a page that holds these styles and scripts."""
    rules = {
        "default-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
        "img-src": ["data:"],
        "style-src": [_hash(style) for style in styles],
        "script-src": [_hash(script) for script in scripts] or ["'none'"],
    }
    return "; ".join(f"{name} {' '.join(values)}" for name, values in rules.items())


def json_in_script(value: object) -> str:
    """Return a value as JSON that can stand in a script of a page: no text in it can end the script."""
    return str(htmlsafe_json_dumps(value, dumps=partial(json.dumps, ensure_ascii=False, separators=(",", ":"))))


def names(summary: Mapping[str, Any]) -> dict[str, Any]:
    """Return how a page calls the package and its plans."""
    titles = [clean(plan["title"]) for plan in summary["plans"] if plan["title"]]
    return {"summary": summary, "name": clean(summary["name"]), "titles": titles}


def says(text: str, name: str) -> bool:
    """Return whether a text names something, as a word of its own."""
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None


def numbered(code: str) -> str:
    """Return the number of a HILUCS code: 5.1 for 5_1_PermanentResidentialUse."""
    return ".".join(part for part in code.split("_") if part.isdigit())


@cache
def environment() -> Environment:
    """Return the templates, compiled once per process; what is missing in them is an error."""
    return Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )


@cache
def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
