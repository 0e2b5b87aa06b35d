"""The mapping tables, read once: `tables/*.csv`, each row with its status and its source.

Apart from the mapping so that who disagrees with a row edits a file and no program. Targets are held to the code lists
when a table is read: a code that does not exist never reaches a plan.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from plans.harmonise.model import Meaning, Status

FOLDER = Path(__file__).parent / "tables"

type Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Land:
    """One of the 98 codes of HILUCS: its parent ("" at the top), level from 1, labels by language, two colours.

    `inspire` is the default colour of the INSPIRE guidelines, or that of the nearest code above which has one; `colour`
    is ours, in which the six groups can be told apart.
    """

    code: str
    parent: str
    level: int
    labels: Mapping[str, str]
    inspire: str
    colour: str


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a table, by the names of its columns; every cell a text, "" where it is empty."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def hilucs() -> Mapping[str, Land]:
    """Return the 98 codes of HILUCS in their order (INSPIRE HILUCSValue)."""
    return {
        row["code"]: Land(
            row["code"],
            row["parent"],
            int(row["level"]),
            {language: row[language] for language in ("cs", "de", "pl", "en")},
            row["inspire"],
            row["colour"],
        )
        for row in rows("hilucs")
    }


@cache
def supplementary() -> frozenset[str]:
    """Return the 157 recommended codes of INSPIRE SupplementaryRegulationValue."""
    return frozenset(row["code"] for row in rows("supplementary-regulations"))


def group(code: str) -> str:
    """Return the code's ancestor at the top of its list: "5_ResidentialUse" for "5_1_PermanentResidentialUse".

    For HILUCS and for supplementary regulations alike. Raises KeyError for a code that is in neither list.
    """
    return _groups()[code]


@cache
def _groups() -> Mapping[str, str]:
    codes = [*hilucs(), *sorted(supplementary())]
    tops: dict[bool, dict[str, str]] = {False: {}, True: {}}
    for code in codes:
        number, _, rest = code.partition("_")
        if not rest[:1].isdigit():
            tops[code in hilucs()][number] = code
    return {code: tops[code in hilucs()][code.partition("_")[0]] for code in codes}


def uses(name: str) -> list[tuple[Row, Meaning]]:
    """Return the rows of a table of land uses with what each means. Raises ValueError for a code not in HILUCS."""
    return [(row, _meaning(row, "hilucs", frozenset(hilucs()), name)) for row in rows(name)]


def regulations(name: str) -> list[tuple[Row, Meaning]]:
    """Return the rows of a table of regulations with what each means. Raises ValueError for a code not in the list."""
    found = [(row, _meaning(row, "regulation", supplementary(), name)) for row in rows(name)]
    return [(row, replace(meaning, name=row.get("name", ""))) for row, meaning in found]


def _meaning(row: Row, column: str, known: frozenset[str], table: str) -> Meaning:
    codes = tuple(row[column].split(";"))
    if not known.issuperset(codes):
        raise ValueError(f"{table}.csv: {row[column]} is not in the code list")
    specific = tuple(filter(None, row.get("specific", "").split(";")))
    return Meaning(codes, specific, Status(row["status"]), row["source"])
