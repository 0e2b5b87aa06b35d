"""Every text exists in every language, says the same things, and every code that is used has one."""

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from findings import LANGUAGES, Finding, Level, Messages, Report
from tests.unit.test_architecture import sources

ROOT = Path(__file__).parents[2]
ROOMS = sorted(
    str(folder.parent.relative_to(ROOT))
    for room in ("findings", "commands", "service", "desk", "plans", "etl")
    for folder in ROOT.glob(f"{room}/**/messages")
)
FOREIGN_MARKS = {"cs": "”«»", "de": "”«»", "pl": "“«»", "en": "„«»"}
"""Marks of quotation that a language does not have: „cs“, „de“, „pl”, “en”."""
CODE = re.compile(r"[A-Z]+(-[A-Z0-9]+)+")


def names(template: Any) -> set[str]:
    """Return the names of the values that a text shows, in any of its plural forms."""
    forms = template.values() if isinstance(template, dict) else [template]
    return {name for form in forms for _, name, _, _ in string.Formatter().parse(str(form)) if name}


@pytest.mark.parametrize("room", ROOMS)
def test_no_language_lacks_a_text_or_a_value(root: Path, room: str) -> None:
    texts = Messages(root / room / "messages")._texts  # noqa: SLF001 (templates, not filled texts, are compared)
    assert texts["en"]
    for language in LANGUAGES:
        assert set(texts[language]) == set(texts["en"]), language
        differing = {key for key, text in texts[language].items() if names(text) != names(texts["en"][key])}
        assert differing == set(), language


@pytest.mark.parametrize("room", ROOMS)
def test_a_text_is_a_text_with_the_marks_of_its_language(root: Path, room: str) -> None:
    texts = Messages(root / room / "messages")._texts  # noqa: SLF001 (templates, not filled texts, are looked at)
    for language, foreign in FOREIGN_MARKS.items():
        for key, text in texts[language].items():
            for form in text.values() if isinstance(text, dict) else [text]:
                assert isinstance(form, str), (language, key)  # YAML takes an unquoted yes for true
                assert not set(form) & set(foreign), (language, key, form)


def used_codes(path: Path) -> Iterator[str]:
    """Yield the codes of findings that stand in a module: constants of that form, wherever they stand."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
            yield node.value


def test_every_code_that_is_used_has_a_text(root: Path) -> None:
    known = {key.removesuffix(".text") for key in Messages(root / "findings" / "messages").keys("en")}
    modules = [path for path in sources(root, ".py") if path.relative_to(root).parts[0] in {"catalogue", "etl"}]
    used = {code for path in modules for code in used_codes(path)}
    assert len(used) > 40
    assert {code for code in used if code not in known and not code.startswith(NOT_FINDINGS)} == set()


NOT_FINDINGS = ("EPSG", "UTF-", "ISO-", "CP-", "WGS-", "ETRS", "S-JTSK", "RFC-", "CRS-84")


def test_numbers_and_plurals_follow_the_language() -> None:
    told = {language: Report.from_json(_many()).text(language) for language in LANGUAGES}
    last = {language: list(lines)[-1] for language, lines in told.items()}
    assert "1\xa0200" in last["cs"]
    assert "1.200" in last["de"]
    assert "1,200" in last["en"]


def _many() -> dict[str, Any]:
    report = Report()
    report.append(Finding("YAML-UNKNOWN-KEY", Level.ERROR, {"key": "a"}, file="x.yml", line=2))
    report.count("YAML-UNKNOWN-KEY", Level.ERROR, 1200)
    return report.to_json()
