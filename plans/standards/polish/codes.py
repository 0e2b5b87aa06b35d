"""Code lists of the Polish standard: the 13 zones with their profiles, the 49 classes of use, types and states of acts.

Zones and profiles: regulation on the draft of a municipality's general plan (Dz.U. 2023 poz. 2758) as amended on
22 November 2024; classes, types of acts and Polish names of INSPIRE codes as in the ministry's plugin APP 2.1.3.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent
CODE_LISTS = "www.gov.pl/static/zagospodarowanieprzestrzenne/codelist"
CLASS_STEM = "www.gov.pl/static/zagospodarowanieprzestrzenne/ontology/KPT#KPT-MPZP-"
INSPIRE_LISTS = "inspire.ec.europa.eu/codelist"

ALLOTMENTS = "ZD"
"""Terrain of allotment gardens: of the additional profile until 22 November 2024, of the primary one since."""
BUILT = ("SW", "SJ", "SZ", "SU", "SH", "SP", "SR")
"""Zones that must say how intensely and how high one may build (art. 13e of the act)."""
NO_GREEN = ("SG", "SO", "SK")
"""Zones that need no share of biologically active ground."""
REGULATIONS = {
    "ObszarUzupelnieniaZabudowy": ("OUZ", "obszar uzupełnienia zabudowy"),
    "ObszarZabudowySrodmiejskiej": ("OZS", "obszar zabudowy śródmiejskiej"),
    "ObszarStandardowDostepnosciInfrastrukturySpolecznej": (
        "OSD",
        "obszar standardów dostępności infrastruktury społecznej",
    ),
}
"""Types of regulations: symbol and name."""


@dataclass(frozen=True, slots=True)
class Zone:
    """One of the 13 zones. `code` is that of the list RodzajStrefyPlanistycznejKod; profiles are classes of use."""

    symbol: str
    code: str
    name: str
    primary: frozenset[str]
    additional: frozenset[str]


@dataclass(frozen=True, slots=True)
class PlanType:
    """A type of act; `dataset` is the kind of data set it stands in ("" if not settled), `level` its INSPIRE level."""

    code: str
    name: str
    dataset: str
    level: str


def rows(name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of one of the tables beside this module."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


ZONES = {
    row["symbol"]: Zone(
        row["symbol"], row["code"], row["name"], frozenset(row["primary"].split()), frozenset(row["additional"].split())
    )
    for row in rows("zones.csv")
}
"""Zones by symbol."""
ZONES_BY_CODE = {zone.code: zone for zone in ZONES.values()}
CLASSES = {row["class"]: row["name"] for row in rows("classes.csv")}
"""Names of the classes of use (KPT) by their short code."""
PLAN_TYPES = {row["code"]: PlanType(**row) for row in rows("plan_types.csv")}
INSPIRE: dict[str, dict[str, str]] = {}
"""Polish names by list and code."""
for _row in rows("codes_of_inspire.csv"):
    INSPIRE.setdefault(_row["list"], {})[_row["code"]] = _row["name"]


@lru_cache(maxsize=4096)
def bare(href: str) -> str:
    """Return a code's or object's address without http:// or https://, which producers mix up."""
    text = href.strip()
    start, found, rest = text.partition("://")
    return rest if found and start.lower() in ("http", "https") else text


@lru_cache(maxsize=1024)
def code_of(href: str) -> str:
    """Return the code at the end of an address: what stands behind the last / or #; of a class of use without stem."""
    return href.strip().rpartition("#")[2].rpartition("/")[2].removeprefix("KPT-MPZP-")
