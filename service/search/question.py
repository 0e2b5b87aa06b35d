"""The words of a question: which must be found, which may be the beginning of a longer one. Pure.

Words are cut and folded by the database (`krajina.words`), the same as those of names; here stands what people mean by
them when they ask.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

MOST_WORDS = 8
"""Words of a question that are looked at."""
PREFIX_FROM = 4
"""Letters from which a word may be the beginning of a longer one wherever it stands; the last one may be at once."""
TYPOS_FROM, TWO_TYPOS_FROM = 4, 8
"""Letters from which a word may be misspelt, and twice."""
TELLING = 3
"""Letters from which a word tells something where not all can be found."""

_WHERE = "v ve w we in im na u do od k ke z ze an am bei der die das dem den the of at nad pod pri przy kolo"
_OF_WHAT_KIND = "ul ulice ulici ulicka ulica ulicy cp cislo nr numer nummer no"
ABOUT = frozenset(f"{_WHERE} {_OF_WHAT_KIND}".split())
"""Words that say how others are meant; folded. A name need not hold them."""
_LETTERS = frozenset("abcdefgh")
"""What may stand behind a house number: 7 a."""
_HOUSE = re.compile(r"(\d{1,6})[a-z]?")
_POSTCODE = re.compile(r"(\d{2}-\d{3}|\d{5}|\d{3} \d{2})(?=$|[\s,;.])")


@dataclass(frozen=True)
class Word:
    """A word of the question, folded; `stem` and `keys` as the database makes them of words of names too.

    `begins`: it may be the beginning of a longer word. `needed`: a name must hold it. `narrows`: a name that holds it
    is rather meant, as with a postcode beside a street.
    """

    text: str
    stem: str
    keys: tuple[str, ...]
    begins: bool = False
    needed: bool = True
    narrows: bool = False

    @property
    def is_number(self) -> bool:
        """Whether there is a digit in it: then it is meant as it stands."""
        return any(each.isdigit() for each in self.text)

    @property
    def is_telling(self) -> bool:
        """Whether a name may be found by it alone."""
        return not self.is_number and len(self.text) >= TELLING

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

    Empty when the text has neither letter nor digit. At least one word is needed. A house number is one word with its
    letter; a postcode is not needed beside anything else, for many names do not hold it.
    """
    rows = list(cut)[:MOST_WORDS]
    made = [_word(row, given, last=at == len(rows) - 1) for at, row in enumerate(rows)]
    codes = _postcodes(given)
    made = [
        replace(word, needed=False, narrows=True) if part in codes else word
        for (part, *_), word in zip(rows, made, strict=True)
    ]
    if not any(word.needed for word in made):
        return [replace(word, needed=True) for word in made]
    return _with_letters(made)


def joined(folded: Sequence[str]) -> list[str]:
    """Return the words of a name with each number and the letter behind it as one.

    >>> joined(["skolni", "7", "a", "liberec"])
    ['skolni', '7a', 'liberec']
    """
    found: list[str] = []
    for word in folded:
        if word in _LETTERS and found and found[-1].isdigit():
            found[-1] += word
        else:
            found.append(word)
    return found


def house(text: str) -> int | None:
    """Return the number of a house number, without its letter; None for what is none.

    >>> house("7a"), house("skolni"), house("0012345678")
    (7, None, None)
    """
    found = _HOUSE.fullmatch(text)
    return int(found[1]) if found else None


def _word(row: tuple[int, str, str, Sequence[str]], given: Sequence[str], *, last: bool) -> Word:
    part, text, stem, keys = row
    word = Word(text, stem, tuple(keys))
    abbreviated = given[part - 1].endswith(".")
    begins = last or (not word.is_number and (abbreviated or len(text) >= PREFIX_FROM))
    single = len(text) == 1 and not word.is_number
    return replace(word, begins=begins, needed=text not in ABOUT and not single)


def _postcodes(given: Sequence[str]) -> set[int]:
    """Return the numbers, from 1, of the parts that are a postcode: 465 01, 59-901; 02411 where a house has another."""
    text = " ".join(given)
    numbers = sum(any(each.isdigit() for each in part) for part in given)
    found: set[int] = set()
    for match in _POSTCODE.finditer(text):
        first = text.count(" ", 0, match.start())
        whole = match.start() == 0 or text[match.start() - 1] == " "
        if whole and (numbers > 1 or not match[0].isdigit()):
            found |= set(range(first + 1, first + 2 + match[0].count(" ")))
    return found


def _with_letters(made: Sequence[Word]) -> list[Word]:
    """Return the words with each number and the letter behind it as one."""
    found: list[Word] = []
    for word in made:
        before = found[-1] if found else None
        if before and before.needed and before.text.isdigit() and word.text in _LETTERS:
            found[-1] = replace(before, text=before.text + word.text, begins=False)
        else:
            found.append(word)
    return found


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
