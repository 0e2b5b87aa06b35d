"""The desk's texts on the web: complete in every language, and one for everything that a page can have to say."""

import re
from pathlib import Path

import pytest

from desk.states import State
from findings import LANGUAGES
from plans.rules.rule import Stage
from service.desk.checks import STAGES
from service.desk.forms import clean
from service.desk.submissions import ACTIONS
from service.desk.view import TEXTS, _environment
from tests.unit.test_messages import names


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_lacks_a_text_or_a_value(language: str) -> None:
    texts, english = TEXTS._texts[language], TEXTS._texts["en"]  # noqa: SLF001 (templates are compared)
    assert set(texts) == set(english)
    assert {key for key, text in texts.items() if names(text) != names(english[key])} == set()


def test_there_is_a_text_for_every_stage_state_and_action() -> None:
    known = TEXTS.keys("en")
    assert {stage.value for stage in Stage} < set(STAGES)
    wanted = {f"stage.{stage}" for stage in STAGES} | {f"state.{state}" for state in State}
    wanted |= {f"action.{action}" for action in (*ACTIONS, "waive", "unwaive")}
    wanted |= {f"{where}.{verdict}" for where in ("result", "verdict") for verdict in ("ok", "refused", "unreadable")}
    assert wanted <= known


def test_every_text_that_a_template_shows_exists(root: Path) -> None:
    known, folder = TEXTS.keys("en"), root / "service" / "desk" / "templates"
    for path in folder.glob("*.html"):
        _environment().get_template(path.name)
        shown = set(re.findall(r"""\bd\(["']([\w.-]+)["'][,)]""", path.read_text(encoding="utf-8")))
        assert shown <= known, path.name


def test_what_a_form_says_can_be_kept() -> None:
    assert clean("Obec\x00 č. 1 \ud800") == "Obec č. 1 ?"
