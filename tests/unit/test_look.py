"""One look: every colour that a style sheet names is one of `look/tokens.css`, and all that is read can be read."""

import re
from collections.abc import Mapping
from itertools import product

import pytest

from look import LIGHT, STYLE
from settings import ROOT
from tests.contrast import contrast

SHEETS = sorted([*ROOT.glob("service/**/*.css"), *ROOT.glob("plans/**/*.css"), *ROOT.glob("web/src/**/*.css")])
DARK = {**LIGHT, **dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", STYLE.partition("@media")[2]))}
SET_BY_SCRIPTS = re.compile(r'setProperty\(\s*[`"]--([\w-]+)')


def test_no_style_sheet_names_what_is_defined_nowhere() -> None:
    scripts = "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("web/src/**/*.ts"))
    texts = {path: path.read_text(encoding="utf-8") for path in SHEETS}
    everywhere = STYLE + "".join(texts.values())
    known = {*re.findall(r"--([\w-]+)\s*:", everywhere), *SET_BY_SCRIPTS.findall(scripts)}
    assert len(texts) > 10
    unknown = {path.name: set(re.findall(r"var\(--([\w-]+)", text)) - known for path, text in texts.items()}
    assert {name: names for name, names in unknown.items() if names} == {}


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_every_text_stands_out_from_every_ground(scheme: Mapping[str, str]) -> None:
    pairs = [*product(("ink", "ink-2", "accent", "bad"), ("paper", "sheet", "sheet-2")), ("accent-ink", "accent")]
    pairs += [("warn-ink", "warn"), ("drawn-ink", "drawn-soft"), ("drawn-ink", "drawn-near"), ("ink", "accent-soft")]
    weak = {pair: ratio for pair in pairs if (ratio := contrast(scheme[pair[0]], scheme[pair[1]])) < 4.5}
    assert weak == {}
