"""The catalogue of rules is whole: texts, sources, and for each rule a plan that breaks just it and one that passes."""

import re
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import unquote

import pytest

from findings import LANGUAGES, Level
from plans.context import Context
from plans.examples import Example, Writer, examples, examples_of, good
from plans.model import Standard
from plans.package import opened
from plans.report import jsonlines
from plans.report.catalogue import render, write
from plans.report.summary import ground_of
from plans.report.texts import PARTS, Words, messages, values_of
from plans.rules.all import RULES
from plans.rules.rule import Backing
from plans.rules.run import Checked, judge
from plans.standards import read
from tests.unit.test_messages import names

LACKING = "¿"
PROFILES = {
    Standard.CZECH: ("JS-pre-2023", "JS-2023", "JS-2024", "JS-2026"),
    Standard.POLISH: ("APP-1.0", "APP-2.0", "APP-3.0"),
    Standard.GERMAN: ("XPlan-4.1", "XPlan-5.4", "XPlan-6.0", "XPlan-6.1"),
}


_KNOWN: dict[tuple[Writer, int], Checked] = {}


def checked(example: Example) -> Checked:
    """Return what the rules say of an example; many examples are the same good plan, which is checked once."""
    key = (example.make, id(example.context))
    if key not in _KNOWN:
        _KNOWN[key] = _run(example.make, example.context)
    return _KNOWN[key]


def _run(make: Writer, context: Context) -> Checked:
    with TemporaryDirectory() as folder:
        (Path(folder) / "made").mkdir()
        path = make(Path(folder) / "made")
        files = sorted(path.iterdir()) if path.is_dir() else [path]
        return judge(read(opened(files, Path(folder) / "unpacked")), context)


def of_level(found: Checked, *levels: Level) -> dict[str, int]:
    """Return how many faults of these levels each rule has."""
    counts: dict[str, int] = defaultdict(int)
    for judged in found.judged:
        for fault in judged.faults:
            if (fault.level or judged.level) in levels:
                counts[judged.rule.id] += 1
    return dict(counts)


def test_no_language_lacks_a_text_of_plans_or_a_value() -> None:
    texts = messages()._texts  # noqa: SLF001 (templates, not filled texts, are compared)
    for language in LANGUAGES:
        assert set(texts[language]) ^ set(texts["en"]) == set(), language
        assert {key for key, text in texts[language].items() if names(text) != names(texts["en"][key])} == set()


def test_every_rule_has_its_four_texts() -> None:
    lacking = [(language, f"{rule}.{part}") for language in LANGUAGES for rule in RULES for part in PARTS]
    assert [(language, key) for language, key in lacking if not messages().find(key, language, **_any(key))] == []


def _any(key: str) -> dict[str, object]:
    return {"n": 2} | {name: "x" for name in names(messages()._texts["en"].get(key, "")) if name != "n"}  # noqa: SLF001


def test_every_rule_has_a_source_that_carries_its_level() -> None:
    assert len(RULES) > 100
    for rule in RULES.values():
        assert rule.sources, rule.id
        for standard, source in rule.sources.items():
            assert len(source.name) > 5, rule.id
            levels = {rule.level_for(profile) for profile in PROFILES[standard]}
            assert source.backing in (Backing.LAW, Backing.TECHNICAL) or Level.ERROR not in levels, rule.id


def test_every_reason_to_skip_has_a_text() -> None:
    reasons = {judged.skipped for example in examples() if not example.rule for judged in checked(example).judged}
    assert {reason for reason in reasons if reason and not messages().find(f"skipped.{reason}", "en")} == set()


def test_every_rule_has_a_plan_that_breaks_it_and_one_that_passes() -> None:
    lacking = {
        rule: {"broken", "good"} - {example.kind for example in examples_of(rule)}
        for rule in RULES
        if {example.kind for example in examples_of(rule)} != {"broken", "good"}
    }
    assert lacking == {}


@pytest.mark.parametrize("example", [each for each in examples() if each.broken], ids=lambda each: each.key)
def test_a_broken_plan_breaks_its_rule_and_has_no_other_error(example: Example) -> None:
    found = checked(example)
    assert example.rule in of_level(found, *Level)
    assert set(of_level(found, Level.ERROR)) <= {example.rule}
    _assert_told(found, example.rule)


def _assert_told(found: Checked, rule: str) -> None:
    """Assert that the texts of the rule's faults lack no value in any language."""
    grounds = [ground_of(subject.plan) for subject in found.subjects]
    lines = jsonlines.lines(found, grounds)
    for line in (line for line in lines.rows if line["rule"] == rule):
        for language in LANGUAGES:
            told = [Words(language).rule(rule, part, values_of(line), LACKING) for part in PARTS]
            assert LACKING not in "".join(told), (language, told)


@pytest.mark.parametrize("standard", Standard)
def test_each_standard_has_a_good_plan_with_nothing_above_a_note(standard: Standard) -> None:
    found = checked(Example("", standard, broken=False, make=good()[standard]))
    assert of_level(found, Level.ERROR, Level.WARNING) == {}
    assert found.subjects


@pytest.mark.parametrize("rule", RULES)
def test_the_passing_plans_of_a_rule_pass_it(rule: str) -> None:
    passing = [example for example in examples_of(rule) if not example.broken]
    states = set()
    for example in passing:
        found = checked(example)
        assert of_level(found, Level.ERROR, Level.WARNING) == {}
        states |= {judged.state for judged in found.judged if judged.rule.id == rule}
    assert "passed" in states


def test_the_catalogue_can_be_written_with_examples_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = examples()[:4]
    monkeypatch.setattr("plans.report.catalogue.examples", lambda: few)
    monkeypatch.setattr("plans.report.catalogue.examples_of", lambda _: ())
    write(tmp_path)
    links = re.findall(r'href="(examples/[^"]+)" download', (tmp_path / "rules.pl.html").read_text(encoding="utf-8"))
    assert links
    assert [link for link in links if not (tmp_path / unquote(link)).exists()] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_page_shows_every_rule_and_links_every_example(language: str) -> None:
    page = render(language, lambda example: f"/examples/{example.key}")
    assert [rule for rule in RULES if f'id="{rule}"' not in page] == []
    assert [example.key for example in examples() if f'href="/examples/{example.key}"' not in page] == []
