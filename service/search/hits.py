"""The SQL of names: features whose names hold the words of a question, found by the index of each dataset's table.

A name is looked for in steps: names that begin with the first word as it is, those that begin with a form of it or go
on from it, those that hold it anywhere. A step whose words are in too many names to look at them all gives the
shortest of the first thousand.
"""

from collections.abc import Iterable, Sequence
from itertools import combinations

from psycopg2 import sql
from psycopg2.extensions import cursor

from catalogue import Dataset
from catalogue.layout import DATA, id_column, name_expression, search_columns, search_expression, table_name
from service.search.meanings import Understood
from service.search.ranking import Hit

LOOKED_AT = 1000
"""Names of a dataset that one step looks at."""
KINDS_OF_STREETS = frozenset({"namesti", "nam", "strasse", "str", "platz", "weg", "gasse", "plac", "aleja", "trida"})
"""Words that half of all addresses have."""


def steps(asked: Sequence[Understood], *, typos: bool = False) -> list[str]:
    """Return the questions to the index, each wider than the one before, as text of a tsquery.

    With typos, words are taken for what they may be misspellings of too. A number is the beginning of a longer one only
    in the last: so many numbers begin alike that it costs more than all the rest.
    """
    needed = _letters_first(each for each in asked if each.word.needed)
    first, others = needed[0], needed[1:]
    whole = [_lexemes(each, typos=typos, longer=not each.word.is_number) for each in others]
    every = " & ".join(_lexemes(each, typos=typos) for each in needed)
    narrowed = " & ".join([every, *(_lexemes(each) for each in asked if each.word.narrows)])
    if typos:
        return [every]
    as_it_is = " & ".join([_lexeme(f"^{first.word.text}"), *whole])
    wider = [as_it_is, every] if others else [as_it_is, _lexemes(first, mark="^"), every]  # few names hold several
    return list(dict.fromkeys([narrowed, *wider] if narrowed != every else wider))


def street(asked: Sequence[Understood]) -> str:
    """Return the question for names that hold all words of one, but not its numbers."""
    return _all([each for each in asked if each.word.needed and not each.word.is_number])


def fewer(asked: Sequence[Understood]) -> list[str]:
    """Return the questions for names that hold not all that was asked, each asking for less than the one before.

    Without further numbers, without any number, without any one word, with any one word. Words that there are mean
    themselves here: so much is found by few words that errors are looked for only in those that there are not.
    """
    needed = [each for each in asked if each.word.needed]
    letters = [each for each in needed if each.word.is_telling]
    letters = [each for each in letters if each.word.text not in KINDS_OF_STREETS] or letters
    number = next((each for each in needed if each.word.is_number), None)
    telling = [each for each in needed if each in letters or each is number]
    terms = [_all(some) for some in (telling, letters) if 0 < len(some) < len(needed)]
    for n in (len(telling) - 1, 1) if len(telling) > 1 else ():
        some_of = [some for some in combinations(telling, n) if any(each in letters for each in some)]
        if some_of:
            terms.append(" | ".join(f"({_all(some)})" for some in some_of))
    return list(dict.fromkeys(terms))


def _letters_first(needed: Iterable[Understood]) -> list[Understood]:
    """Return the words in order, numbers behind all others: most names begin with a word."""
    return sorted(needed, key=lambda each: each.word.is_number)


def _all(some: Sequence[Understood]) -> str:
    is_new = [not each.forms and not each.word.is_number for each in some]
    return " & ".join(_lexemes(each, typos=new, longer=new) for each, new in zip(some, is_new, strict=True))


def find(datasets: Iterable[Dataset], step: str, limit: int, ask: cursor, *, near: int | None = None) -> list[Hit]:
    """Return up to `limit` features of each dataset whose names answer the step, the shortest names first.

    With `near` those come first whose first number, or that behind a slash (123/5), is nearest to it.
    """
    ask.execute(sql.SQL(" UNION ALL ").join(_part(dataset, step, limit, near) for dataset in datasets))
    return [Hit(dataset, id_, tuple(words), called) for dataset, id_, words, called in ask.fetchall()]


def _part(dataset: Dataset, step: str, limit: int, near: int | None) -> sql.Composable:
    name = sql.SQL(_plain(name_expression(dataset)))
    return sql.SQL(
        "(SELECT {dataset}::text, id, krajina.words(name), cardinality(krajina.words(called)) FROM ("
        "SELECT to_json({id}) #>> '{{}}' AS id, {name} AS name, coalesce({called}::text, '') AS called"
        " FROM {table} WHERE {words} @@ {step}::tsquery"
        " LIMIT {most}"
        ") AS found ORDER BY {away}length(name), name LIMIT {limit})"
    ).format(
        dataset=sql.Literal(dataset.id),
        id=sql.Identifier(id_column(dataset)),
        name=name,
        called=sql.Identifier(search_columns(dataset)[0]),
        table=sql.Identifier(DATA, table_name(dataset.id)),
        words=sql.SQL(_plain(search_expression(dataset))),
        step=sql.Literal(step),
        most=sql.Literal(LOOKED_AT),
        away=sql.SQL("") if near is None else _away(near),
        limit=sql.Literal(limit),
    )


def _away(near: int) -> sql.Composable:
    """Return the SQL of how far the house numbers of a name are from one; longer numbers are none."""
    return sql.SQL(
        "least(abs(substring(called FROM '(?:^|\\D)(\\d{{1,6}})(?!\\d)')::int - {near}),"
        " abs(substring(called FROM '/(\\d{{1,6}})(?!\\d)')::int - {near})), "
    ).format(near=sql.Literal(near))


def _plain(text: str) -> str:
    """Return SQL text with its braces kept from `format`."""
    return text.replace("{", "{{").replace("}", "}}")


def _lexemes(each: Understood, *, typos: bool = False, longer: bool = True, mark: str = "") -> str:
    """Return the words that will do for one of the question; `longer`: so will those that it begins, if it may."""
    text, begins = each.word.text, longer and each.word.begins
    known = {**each.forms, **(each.typos if typos else {})}
    others = [_lexeme(mark + one) for one in known if not (one.startswith(text) if begins else one == text)]
    if each.word.is_number and text[:-1].isdigit() and text[-1].isalpha():  # a name may have its letter apart
        others.append(f"({_lexeme(text[:-1])} & {_lexeme(text[-1])})")
    return f"({' | '.join([_lexeme(mark + text) + (':*' if begins else ''), *others])})"


def _lexeme(text: str) -> str:
    """Return a word as a tsquery has it; words are letters and digits, so what is escaped is for safety alone."""
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
