"""Texts as people type them: without case and accents. Pure; the words of names are folded by the database."""

import unicodedata

_LETTERS = str.maketrans({"ł": "l", "ß": "ss", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe"})
"""Letters that are not one with an accent."""


def folded(text: str) -> str:
    """Return a text in small letters and without accents.

    >>> folded("Úřední desky, Łódź")
    'uredni desky, lodz'
    """
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(each for each in plain if not unicodedata.combining(each))


def folded_words(text: str) -> list[str]:
    """Return the words of a text, folded.

    >>> folded_words("Úřední desky, Łódź")
    ['uredni', 'desky', 'lodz']
    """
    return "".join(each if each.isalnum() else " " for each in folded(text)).split()
