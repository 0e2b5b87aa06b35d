"""The launcher's texts: the same in every language, in the person's language."""

import json
import re
import string
from pathlib import Path

import pytest

from machine import say


def texts(language: str) -> dict[str, str]:
    found: dict[str, str] = json.loads((say.MESSAGES / f"{language}.json").read_text(encoding="utf-8"))
    return found


def values(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("language", say.LANGUAGES)
def test_no_language_lacks_a_text_or_a_value(language: str) -> None:
    english = {key: values(template) for key, template in texts("en").items()}
    assert {key: values(template) for key, template in texts(language).items()} == english


def test_every_text_is_said_and_every_key_exists(root: Path) -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (root / "machine").glob("*.py"))
    said = set(re.findall(r"""(?:text|step|MachineError)\(\s*["']([a-z-]+)["']""", code))
    said |= set(re.findall(r'"(stopped|not-running)"', code))
    assert said == set(texts("en"))


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "cs_CZ.UTF-8"}, "cs"),
        ({"LANG": "cs_CZ.UTF-8", "KRAJINA_LANGUAGE": "pl"}, "pl"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "hu_HU.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_the_person_is_spoken_to_in_their_language(environment: dict[str, str], language: str) -> None:
    assert say.language(environment) == language


def test_a_step_tells_its_time_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    with say.step("fetch", name="uv", version="1.0"):
        pass
    out, err = capsys.readouterr()
    assert out == ""
    assert re.fullmatch(r"• .*uv 1\.0 …\n  .* 0\.0 s\n", err)
