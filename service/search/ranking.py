"""Which of the names that were found is meant: how well its words answer those of the question. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log10

from service.search.meanings import BEGINNING, EXACT, Understood
from service.search.question import ABOUT

FIRST = 0.15
"""For a name that begins with the question's first word: who names a thing begins at its beginning."""
WHOLE = 0.25
"""For a name of which nothing is left over; less in proportion."""
MUNICIPALITY = 0.12
"""For a municipality: places are named by it."""
PER_DIGIT = 0.015
"""Against each digit of a dataset's number of features: a name among few says more than one among many."""
BESIDE = 0.05
"""Weight of a word that a name need not hold, to that of one that it must."""


@dataclass(frozen=True)
class Hit:
    """A feature that was found: its dataset, its id as text, and the words of its name in order."""

    dataset: str
    id: str
    words: tuple[str, ...]


def score(words: Sequence[str], asked: Sequence[Understood]) -> float:
    """Return how well a name answers the question, about 0 to 1.4; `words` are those of the name in order."""
    total = weight = 0.0
    used: set[int] = set()
    begun = False
    for each in asked:
        share = 1.0 if each.word.needed else BESIDE
        value, at = max(((_answers(word, each), -i) for i, word in enumerate(words)), default=(0.0, 0))
        total, weight = total + share * value, weight + share
        if value:
            used.add(-at)
            begun = begun or at == 0
    left = sum(1 for i, word in enumerate(words) if i not in used and word not in ABOUT)
    covered = len(used) / max(1, len(used) + left)
    return total / max(weight, 1e-9) + WHOLE * covered + (FIRST if begun else 0.0)


def prior(rows: int | None, *, is_municipality: bool) -> float:
    """Return what is added for the dataset that a name is in."""
    return (MUNICIPALITY if is_municipality else 0.0) - PER_DIGIT * log10(max(rows or 1, 1))


def _answers(word: str, each: Understood) -> float:
    """Return how well a word of a name answers one of the question; 0 if not at all."""
    asked = each.word
    if word == asked.text:
        return EXACT
    value = max(each.forms.get(word, 0.0), each.typos.get(word, 0.0))
    if asked.begins and word.startswith(asked.text):
        value = max(value, BEGINNING * (0.75 + 0.25 * len(asked.text) / len(word)))
    return value
