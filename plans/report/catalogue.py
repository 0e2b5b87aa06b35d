"""The catalogue of rules: every rule with its texts, its source, and example plans that break it or pass it.

Apart from reports because it belongs to no plan. It is made from the register of rules itself, so that it cannot leave
out a rule or say of one what is not so.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from findings import LANGUAGES, Level
from plans.examples import Example, examples, examples_of
from plans.report import page
from plans.report.jsonlines import STAGES
from plans.report.texts import PARTS, Told, Words
from plans.rules.all import RULES
from plans.rules.rule import Backing, Rule, Source

ANYTHING = "…"
"""Stands in a rule's text for what the text says of a certain fault."""
_SEVERAL = 2

type Way = tuple[str, str, str]
"""A link to another page: text, its language, address."""
type Link = Callable[[Example], str]
"""Returns the address from which an example can be had (relative or absolute)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A rule in the catalogue: its texts with dots for what varies, its sources by standard, its examples."""

    rule: Rule
    told: Told
    sources: Mapping[str, Source]
    examples: tuple[Example, ...]


def render(language: str, link: Link, ways: Sequence[Way] = ()) -> str:
    """Return the catalogue as a page of its own in a language (cs, de, pl, en), with `ways` that lead on from it."""
    words = Words(language)
    entries = [entry(rule, words) for rule in RULES.values()]
    return page.render(
        "catalogue.html",
        words,
        styles=[page.style()],
        stages={stage: [each for each in entries if each.rule.stage is stage] for stage in STAGES},
        good=[example for example in examples() if not example.rule],
        link=link,
        ways=ways,
        levels=tuple(Level),
        backings=tuple(Backing),
    )


def write(folder: Path) -> None:
    """Write the catalogue in four languages (rules.<lang>.html) and beside it all examples into the folder.

    Each example lies under examples/<key>/ and has the name under which it would be handed in.
    """
    made = {example.key: _made(example, folder / "examples" / example.key) for example in examples()}
    for language in LANGUAGES:
        html = render(language, lambda example: quote(made[example.key].relative_to(folder).as_posix()))
        (folder / f"rules.{language}.html").write_text(html, encoding="utf-8")


def _made(example: Example, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return example.make(folder)


def entry(rule: Rule, words: Words) -> Entry:
    """Return what the catalogue says of a rule."""
    told = Told(*(words.rule(rule.id, part, {"n": _SEVERAL}, ANYTHING) for part in PARTS))
    return Entry(rule, told, _together(rule), examples_of(rule.id))


def _together(rule: Rule) -> Mapping[str, Source]:
    """Return the sources by the standards for which they are: one line for a source that several share."""
    found: dict[Source, list[str]] = {}
    for standard, source in rule.sources.items():
        found.setdefault(source, []).append(standard.value)
    return {" ".join(standards): source for source, standards in found.items()}
