"""The words of a question: which must be found, which may be the beginning of a longer one. Pure.

Words are cut and folded by the database (`krajina.words`), the same as those of names; here stands what people mean by
them when they ask.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

MOST_WORDS = 8
"""Words of a question that are looked at."""
PREFIX_FROM = 4
"""Letters from which a word may be the beginning of a longer one wherever it stands; the last one may be at once."""
TYPOS_FROM = 4
TWO_TYPOS_FROM = 8
"""Letters from which a word may be misspelt, and twice."""

_WHERE = "v ve w we in im na u do od k ke z ze an am bei der die das dem den the of at nad pod pri przy kolo"
_OF_WHAT_KIND = "ul ulice ulici ulicka ulica ulicy cp cislo nr numer nummer no"
ABOUT = frozenset(f"{_WHERE} {_OF_WHAT_KIND}".split())
"""Words that say how others are meant; folded. A name need not hold them."""


@dataclass(frozen=True)
class Word:
    """A word of the question, folded; `stem` and `keys` as the database makes them of words of names too.

    `begins`: it may be the beginning of a longer word. `needed`: a name must hold it.
    """

    text: str
    stem: str
    keys: tuple[str, ...]
    begins: bool = False
    needed: bool = True

    @property
    def is_number(self) -> bool:
        """Whether there is a digit in it: then it is meant as it stands."""
        return any(each.isdigit() for each in self.text)

    @property
    def typos(self) -> int:
        """How many edits it may be away from what is meant."""
        if self.is_number or len(self.text) < TYPOS_FROM:
            return 0
        return 2 if len(self.text) >= TWO_TYPOS_FROM else 1


def parts(text: str) -> list[str]:
    """Return what stands apart in the text."""
    return text.split()


def words(cut: Iterable[tuple[int, str, str, Sequence[str]]], given: Sequence[str]) -> list[Word]:
    """Return the words of a question in order, of rows (number of the part from 1, word, stem, keys).

    Empty when the text has neither letter nor digit. At least one word is needed.
    """
    rows = list(cut)[:MOST_WORDS]
    made = []
    for at, (part, text, stem, keys) in enumerate(rows):
        word = Word(text, stem, tuple(keys))
        last = at == len(rows) - 1
        abbreviated = given[part - 1].endswith(".")
        begins = last or (not word.is_number and (abbreviated or len(text) >= PREFIX_FROM))
        single = len(text) == 1 and not word.is_number
        made.append(replace(word, begins=begins, needed=text not in ABOUT and not single))
    if not any(word.needed for word in made):
        return [replace(word, needed=True) for word in made]
    return made


def distance(one: str, other: str, most: int) -> int:
    """Return how many letters must be added, taken, changed or exchanged with their neighbour; `most` + 1 if more.

    >>> distance("liberec", "lbierec", 2)
    1
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def unlike(one: str, other: str) -> int:
    """Return how many letters of the two are not in both in the same order.

    >>> unlike("hradku", "hradek"), unlike("hradku", "hradec")
    (2, 4)
    """
    row = [0] * (len(other) + 1)
    for a in one:
        diagonal = 0
        for j, b in enumerate(other, 1):
            diagonal, row[j] = row[j], diagonal + 1 if a == b else max(row[j], row[j - 1])
    return len(one) + len(other) - 2 * row[-1]
