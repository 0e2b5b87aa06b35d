"""What each word of a question may mean: other forms of it, what it is a misspelling of, what it is a part of.

The SQL of `krajina.word`. Asked in steps, each wider than the one before: most questions are answered by the first.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from psycopg2 import sql
from psycopg2.extensions import cursor

from service.search.question import Word, distance, parts, unlike, words

EXACT, BEGINNING, FORM, MISSPELT, INSIDE = 1.0, 0.9, 0.85, 0.75, 0.55
"""How well a word of a name answers a word of the question."""
_PER_TYPO = 0.1
_PER_LETTER = 0.025
"""Against each letter in which a form differs: of two words with one stem, the one more like the question's."""
_MOST = 40
"""Words that one may mean at most."""
_INSIDE_FROM = 5
"""Letters from which a word is looked for inside others: Kirche in Marienkirche."""
_MOST_WIDENED = 3
"""Words of one question that are looked for so."""
_ALIKE = 0.3
"""Share of trigrams from which words are compared letter by letter."""

type Meanings = Mapping[str, float]
"""Words of names, and how well each answers the word of the question."""


@dataclass(frozen=True)
class Understood:
    """A word of the question with its forms, and with what it may be a misspelling of."""

    word: Word
    forms: Meanings
    typos: Meanings


def read(text: str, datasets: Sequence[str], ask: cursor) -> list[Understood]:
    """Return the words of the text, understood by the words of the datasets' names; empty if there are none."""
    given = parts(text)
    ask.execute(
        "SELECT part.n, word.word, krajina.stem(krajina.spelling(word.word)), krajina.word_keys(word.word)"
        " FROM unnest(%s::text[]) WITH ORDINALITY AS part (text, n),"
        " unnest(krajina.words(part.text)) WITH ORDINALITY AS word (word, n) ORDER BY part.n, word.n",
        [given],
    )
    asked = words(ask.fetchall(), given)
    known = _alike(asked, datasets, ask)
    return [_understood(word, known.get(at, [])) for at, word in enumerate(asked)]


def wider(understood: Iterable[Understood], datasets: Sequence[str], ask: cursor) -> list[Understood]:
    """Return the words, those that mean nothing so far with what is alike as a whole, and with words that hold them.

    Only the longest few: whoever asks with many unknown words asks for nothing that is here, and each costs.
    """
    words = list(understood)
    unknown = [each for each in words if not each.forms and not each.typos and len(each.word.text) >= _INSIDE_FROM]
    chosen = sorted(unknown, key=lambda each: -len(each.word.text))[:_MOST_WIDENED]
    return [_widened(each, datasets, ask) if each in chosen else each for each in words]


def _alike(asked: Sequence[Word], datasets: Sequence[str], ask: cursor) -> dict[int, list[tuple[str, str]]]:
    """Return for each word, by number, the words that share a key with it, with their stems."""
    sought = [(at, word) for at, word in enumerate(asked) if not word.is_number and len(word.text) > 1]
    if not sought:
        return {}
    each = sql.SQL(
        "SELECT DISTINCT {}, word, keys[1] FROM krajina.word"
        ' WHERE keys && {}::text[] COLLATE "C" AND dataset = ANY ({}::text[])'
    )
    questions = [each.format(*map(sql.Literal, (at, list(word.keys), list(datasets)))) for at, word in sought]
    ask.execute(sql.SQL(" UNION ALL ").join(questions))
    found: dict[int, list[tuple[str, str]]] = {}
    for at, text, stem in ask.fetchall():
        found.setdefault(at, []).append((text, stem))
    return found


def _understood(word: Word, known: Iterable[tuple[str, str]]) -> Understood:
    forms: dict[str, float] = {}
    typos: dict[str, float] = {}
    for text, stem in known:
        if stem == word.stem:
            forms[text] = FORM - _PER_LETTER * min(unlike(word.text, text), 9)
            continue
        away = min(distance(word.text, text, word.typos), distance(word.stem, stem, word.typos))
        if word.typos and away <= word.typos:
            typos[text] = MISSPELT - _PER_TYPO * (away - 1)
    return Understood(word, _best(forms), _best(typos))


def _widened(each: Understood, datasets: Sequence[str], ask: cursor) -> Understood:
    word = each.word
    if word.is_number:
        return each
    ask.execute(f"SET LOCAL pg_trgm.similarity_threshold = {_ALIKE}")
    ask.execute(
        "SELECT word, bool_or(word LIKE %s) FROM krajina.word WHERE dataset = ANY (%s) AND (word LIKE %s OR word %% %s)"
        " GROUP BY word ORDER BY similarity(word, %s) DESC LIMIT %s",
        [inside := f"%{word.text}%", list(datasets), inside, word.text, word.text, 2 * _MOST],
    )
    typos = {}
    for text, holds in ask.fetchall():
        away = distance(word.text, text, word.typos)
        if word.typos and away <= word.typos:
            typos[text] = MISSPELT - _PER_TYPO * (away - 1)
        elif holds:
            typos[text] = INSIDE
    return Understood(word, each.forms, _best(typos))


def _best(found: Meanings) -> Meanings:
    """Return the best of them, the shorter first where they are equal."""
    order = sorted(found, key=lambda text: (-found[text], len(text), text))
    return {text: found[text] for text in order[:_MOST]}
