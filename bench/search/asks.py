"""Questions as people type them, made of names that are there: so it is known what should be found. Pure."""

import unicodedata
from collections.abc import Callable
from random import Random

from bench.search.names import Named

_CASES = {
    "ec": "ci",
    "ek": "ku",
    "ice": "icích",
    "ov": "ově",
    "in": "ině",
    "ín": "íně",
    "ław": "ławiu",
    "owice": "owicach",
}
"""Endings of names, and those they have behind a preposition."""
_LETTERS = "abcdefghijklmnoprstuvyz"


def without_accents(text: str) -> str:
    """Return the text as typed on a keyboard that has no accents."""
    plain = unicodedata.normalize("NFKD", text.replace("ł", "l").replace("ß", "ss"))
    return "".join(each for each in plain if not unicodedata.combining(each))


def misspelt(word: str, random: Random) -> str:
    """Return the word with one letter missing, added, changed, or exchanged for its neighbour; not the first."""
    at = random.randrange(1, len(word) - 1)
    kind = random.randrange(4)
    letter = random.choice(_LETTERS)
    changed = {0: "", 1: letter + word[at], 2: letter, 3: word[at + 1] + word[at]}[kind]
    return word[:at] + changed + word[at + (2 if kind == 3 else 1) :]  # noqa: PLR2004 (kinds of mistakes)


def inflected(word: str) -> str:
    """Return the word as it stands behind a preposition, where its ending is known."""
    for ending, other in _CASES.items():
        if word.endswith(ending):
            return word.removesuffix(ending) + other
    return word


def whole(each: Named, _: Random) -> str:
    """Return the name as it is, with its municipality."""
    return f"{each.name} {each.municipality}"


def plain(each: Named, _: Random) -> str:
    """Return the name as it is, without accents and capitals."""
    return without_accents(each.name).lower()


def typed(each: Named, random: Random) -> str:
    """Return the beginning of the name, as far as somebody has typed."""
    return each.name[: random.randint(2, 6)].strip().ljust(2, "a")


def one_typo(each: Named, random: Random) -> str:
    """Return the name with a mistake in its longest word; numbers are taken to be right."""
    long = max((word for word in each.name.replace(",", "").split() if word.isalpha()), key=len, default="")
    return each.name.replace(long, misspelt(long, random)) if len(long) > 4 else each.name  # noqa: PLR2004


def several(each: Named, random: Random) -> str:
    """Return words of name and municipality, with a mistake in one and an ending in another."""
    town = " ".join(inflected(word) for word in each.municipality.split())
    return f"{one_typo(each, random)} {town}"


def turned(each: Named, _: Random) -> str:
    """Return the municipality first, without accents."""
    return without_accents(f"{each.municipality} {each.name}").lower()


def no_such_number(each: Named, _: Random) -> str:
    """Return the name with a house number that nothing has."""
    return f"{each.name.rstrip('0123456789/ab')}98765 {each.municipality}"


def unknown_words(_: Named, random: Random) -> str:
    """Return a whole sentence of words that are in no name."""
    return " ".join("".join(random.choice("bcdfgxqz") for _ in range(7)) for _ in range(12))


def unknown(_: Named, random: Random) -> str:
    """Return what nothing is called."""
    return "".join(random.choice("bcdfgxqz") for _ in range(9))


UNFOUND = frozenset({"2 to 6 letters typed", "no such house number", "nothing is called so", "twelve unknown words"})
"""Questions of which nobody can say what should be found."""
ASKS: dict[str, Callable[[Named, Random], str]] = {
    "as it is, with municipality": whole,
    "no accents, no capitals": plain,
    "2 to 6 letters typed": typed,
    "one typing error": one_typo,
    "several words, typing error, inflected": several,
    "municipality first, no accents": turned,
    "no such house number": no_such_number,
    "nothing is called so": unknown,
    "twelve unknown words": unknown_words,
}
