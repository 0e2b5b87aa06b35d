"""Datasets and dashboards by their titles, keywords and descriptions, in all languages. Pure; there are few."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from catalogue import Catalogue
from catalogue.dashboards import Dashboard
from catalogue.values import Text
from service.folding import folded_words
from service.published import Served
from service.search.question import MOST_WORDS, TYPOS_FROM, distance

MOST = 5
TITLE, KEYWORD, DESCRIPTION = 3.0, 2.0, 1.0
_STEM, _ENDING = 4, 3
"""Letters that two forms of a word share at least, and those of an ending by which they may differ."""


@dataclass(frozen=True)
class Titled:
    """What has a title: a dataset or a dashboard. `texts` are all its texts, in every language, with their weights."""

    id: str
    title: Text
    description: Text
    texts: tuple[tuple[float, str], ...]


def of_datasets(shown: Iterable[Served], catalogue: Catalogue) -> list[Titled]:
    """Return the datasets with their titles, ids, keywords, themes and descriptions."""
    return [_of_dataset(each, catalogue) for each in shown]


def of_dashboards(boards: Iterable[Dashboard]) -> list[Titled]:
    """Return the dashboards with their titles and descriptions."""
    return [
        Titled(each.id, each.title, each.description, tuple(_said(each.title, each.description))) for each in boards
    ]


def by_title(text: str, titled: Iterable[Titled]) -> list[Titled]:
    """Return up to five that hold every word of the text, best first."""
    asked = [word for word in folded_words(text) if len(word) > 1 and not word.isdigit()][:MOST_WORDS]
    if not asked:
        return []
    valued = [(_value(asked, each), each) for each in titled]
    return [each for value, each in sorted(valued, key=lambda pair: -pair[0])[:MOST] if value > 0]


def _of_dataset(served: Served, catalogue: Catalogue) -> Titled:
    dataset = served.dataset
    theme = catalogue.themes.get(dataset.theme)
    words = [word for listed in dataset.keywords.values() for word in listed]
    keywords = [(KEYWORD, word) for word in (*words, *(theme.title.values() if theme else ()))]
    texts = ((TITLE, dataset.id), *_said(dataset.title, dataset.description), *keywords)
    return Titled(dataset.id, dataset.title, dataset.description, texts)


def _said(title: Text, description: Text) -> list[tuple[float, str]]:
    return [(TITLE, text) for text in title.values()] + [(DESCRIPTION, text) for text in description.values()]


def _value(asked: list[str], titled: Titled) -> float:
    """Return how well its texts answer: by the weakest of the words; 0 if one is not there."""
    weakest = float("inf")
    for each in asked:
        best = max((weight * _like(each, word) for word, weight in _words(titled.texts)), default=0.0)
        if not best:
            return 0.0
        weakest = min(weakest, best)
    return weakest


@lru_cache(maxsize=1000)
def _words(texts: tuple[tuple[float, str], ...]) -> tuple[tuple[str, float], ...]:
    """Return each word of the texts once, with its greatest weight; kept, for every question asks for all of them."""
    found: dict[str, float] = {}
    for weight, text in texts:
        for word in folded_words(text):
            found[word] = max(weight, found.get(word, 0.0))
    return tuple(found.items())


def _like(asked: str, word: str) -> float:
    """Return how well a word of a dataset's texts answers one of the question."""
    if asked == word:
        return 1.0
    if word.startswith(asked):
        return 0.9
    if len(asked) < TYPOS_FROM or len(word) < TYPOS_FROM:
        return 0.0
    shared = max(_STEM, max(len(asked), len(word)) - _ENDING)
    if asked[:shared] == word[:shared]:
        return 0.7
    return 0.6 if _may_be_one_apart(asked, word) and distance(asked, word, 1) <= 1 else 0.0


def _may_be_one_apart(one: str, other: str) -> bool:
    """Tell, at next to no cost, whether one edit may lie between them: then nearly half of them is the same."""
    half = min(len(one), len(other)) // 2 - 1
    return abs(len(one) - len(other)) <= 1 and (one[:half] == other[:half] or one[-half:] == other[-half:])
