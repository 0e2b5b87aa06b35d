"""The message machine: texts by key and language, with plural forms, from YAML files.

One machine for findings, pages and the command line, so that a translator meets one form:
`key: text with {value}`, nested keys joined by a dot, and where a number rules the grammar
`key: {one: …, few: …, many: …, other: …}`, chosen by the value `n` with the plural rules of CLDR (Babel).
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from babel import Locale
from babel.numbers import format_decimal

LANGUAGES = ("cs", "de", "pl", "en")
DATES = {"en": "en_GB"}
"""Whose dates a language writes where that is not said by the language: 21 November 2026, 14:05, as in Europe."""
PLURALS = frozenset({"zero", "one", "two", "few", "many", "other"})


class Messages:
    """Texts of one folder: `<language>.yml` or `<language>/*.yml` for each of LANGUAGES."""

    def __init__(self, folder: Path) -> None:
        self._texts = {language: _read(folder, language) for language in LANGUAGES}

    def text(self, key: str, language: str, /, **values: Any) -> str:  # noqa: ANN401 (values are what a text shows)
        """Return the text of the key in the language, filled with values; numbers in the way of the language.

        A language that is not one of ours gives English. Raises KeyError for a key that does not exist.
        """
        found = self.find(key, language, **values)
        if found is None:
            raise KeyError(f"no message {key!r} in {language}")
        return found

    def find(self, key: str, language: str, /, **values: Any) -> str | None:  # noqa: ANN401
        """Return the text as `text` does, or None if there is no such key."""
        language = language if language in self._texts else "en"
        template = self._texts[language].get(key)
        if template is None:
            return None
        if isinstance(template, Mapping):
            form = str(Locale(language).plural_form(values.get("n", 0)))
            template = template.get(form, template["other"])
        filled: str = template.format_map({name: _shown(value, language) for name, value in values.items()})
        return filled

    def keys(self, language: str) -> set[str]:
        """Return every key of the language."""
        return set(self._texts[language])


def dates_of(language: str) -> str:
    """Return the locale by which dates and times are written in a language."""
    return DATES.get(language, language)


@cache
def messages() -> Messages:
    """Return the texts of findings."""
    return Messages(Path(__file__).parent / "messages")


def _read(folder: Path, language: str) -> dict[str, Any]:
    files = [*sorted(folder.glob(f"{language}.yml")), *sorted((folder / language).glob("*.yml"))]
    texts: dict[str, Any] = {}
    for file in files:
        # safe_load in C, ten times faster: every process that speaks reads thousands of lines
        texts.update(_flat(yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or {}))
    return texts


def _flat(tree: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in tree.items():
        if isinstance(value, Mapping) and not PLURALS.issuperset(value):
            flat |= _flat(value, f"{prefix}{key}.")
        else:
            flat[f"{prefix}{key}"] = value
    return flat


def _shown(value: object, language: str) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return str(format_decimal(value, locale=language))
