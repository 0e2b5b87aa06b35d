"""Which of the names that were found is meant: how well its words answer those of the question. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log10

from service.search.meanings import BEGINNING, EXACT, Understood
from service.search.question import ABOUT, Word, house, joined

FIRST = 0.15
"""For a name that begins with the question's first word: who names a thing begins at its beginning."""
WHOLE = 0.25
"""For a name of which nothing is left over; less in proportion."""
MUNICIPALITY = 0.12
"""For a municipality: places are named by it."""
PER_DIGIT = 0.015
"""Against each digit of a dataset's number of features: a name among few says more than one among many."""
BESIDE, NARROWING = 0.05, 0.2
"""Weight of a word that a name need not hold, and of one that narrows, to that of one that it must."""
NEAR, HALVED_AT = 0.7, 10
"""For another number in the same street, and how far away it answers half as well."""


@dataclass(frozen=True)
class Hit:
    """A feature that was found: its dataset, its id as text, and the words by which it is searched, in order.

    The first `called` of them are what it is called.
    """

    dataset: str
    id: str
    words: tuple[str, ...]
    called: int = 0


def score(hit: Hit, asked: Sequence[Understood]) -> float:
    """Return how well a feature's name answers the question, about 0 to 1.4."""
    words = joined(hit.words)
    houses = _houses(joined(hit.words[: hit.called]), asked)
    total = weight = 0.0
    used: set[int] = set()
    begun = False
    for each in asked:
        share = 1.0 if each.word.needed else NARROWING if each.word.narrows else BESIDE
        values = ((_answers(word, each, is_house=i in houses), -i) for i, word in enumerate(words))
        value, at = max(values, default=(0.0, 0))
        total, weight = total + share * value, weight + share
        if value:
            used.add(-at)
            begun = begun or at == 0
    left = {word for i, word in enumerate(words) if i not in used and word not in ABOUT}
    left -= {words[i] for i in used}
    covered = len(used) / max(1, len(used) + len(left))
    return total / max(weight, 1e-9) + WHOLE * covered + (FIRST if begun else 0.0)


def house_number(asked: Sequence[Understood]) -> Word | None:
    """Return the number beside words that a question asks for, the last of several; None if it asks for none."""
    if not any(each.word.is_telling for each in asked):
        return None
    return next((each.word for each in reversed(asked) if each.word.needed and house(each.word.text) is not None), None)


def holds(hit: Hit, number: Word) -> bool:
    """Tell whether a name has the very number."""
    return number.text in joined(hit.words)


def _houses(words: Sequence[str], asked: Sequence[Understood]) -> range:
    """Return where the house number stands in what something is called: its first numbers that are not asked for."""
    known = {each.word.text for each in asked}
    numbers = [i for i, word in enumerate(words) if house(word) is not None and word not in known]
    if not numbers:
        return range(0)
    end = next(i for i in range(numbers[0] + 1, len(words) + 1) if i not in numbers)
    return range(numbers[0], end)


def prior(rows: int | None, *, is_municipality: bool) -> float:
    """Return what is added for the dataset that a name is in."""
    return (MUNICIPALITY if is_municipality else 0.0) - PER_DIGIT * log10(max(rows or 1, 1))


def _answers(word: str, each: Understood, *, is_house: bool) -> float:
    """Return how well a word of a name answers one of the question; 0 if not at all."""
    asked = each.word
    if word == asked.text:
        return EXACT
    if asked.is_number:
        return _near(word, asked, is_house=is_house)
    value = max(each.forms.get(word, 0.0), each.typos.get(word, 0.0))
    if asked.begins and word.startswith(asked.text):
        value = max(value, BEGINNING * (0.75 + 0.25 * len(asked.text) / len(word)))
    return value


def _near(word: str, asked: Word, *, is_house: bool) -> float:
    """Return how well another number answers: the longer one whose beginning was typed, or that of a house near by."""
    begun = NEAR * len(asked.text) / len(word) if asked.begins and word.startswith(asked.text) else 0.0
    mine, theirs = house(asked.text), house(word)
    if not is_house or mine is None or theirs is None:
        return begun
    return max(begun, NEAR / (1 + abs(mine - theirs) / HALVED_AT))
