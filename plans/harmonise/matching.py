"""What a national element means in the common terms, by the tables; one function for each standard and kind.

Apart from the rows because it is the whole of the judgement in harmonising, and alone knows national codes.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from itertools import product
from typing import Any

from plans.harmonise import tables
from plans.harmonise.model import UNKNOWN_USE, Meaning
from plans.model import Element, Standard

OTHER_REGULATION = "10_OtherSupplementaryRegulation"
UNKNOWN = Meaning((UNKNOWN_USE,))
OTHER = Meaning((OTHER_REGULATION,))
ZONE_URI = "https://www.gov.pl/static/zagospodarowanieprzestrzenne/codelist/RodzajStrefyPlanistycznejKod/"
PROFILE_URI = "https://www.gov.pl/static/zagospodarowanieprzestrzenne/ontology/KPT#KPT-MPZP-"
LAND_USE_URI = "https://registry.gdi-de.org/codelist/de.xleitstelle.inspire_plu/LandUse/"

type Matcher = Callable[[Element], Meaning]
type ByClass = Mapping[str, Mapping[tuple[str, ...], Mapping[tuple[str, ...], Meaning]]]
"""Class → attributes asked together → their values → meaning. Classes in small letters, attributes too."""


def use_of(standard: Standard) -> Matcher:
    """Return the function that says which land use an area of the standard is; 6_6 of status `none` if no row does."""
    return {Standard.CZECH: _czech_use, Standard.POLISH: _polish_use, Standard.GERMAN: _german_use}[standard]


def regulation_of(standard: Standard) -> Matcher:
    """Return the function that says which supplementary regulation an element of the standard is; 10 if no row does."""
    return {
        Standard.CZECH: _czech_regulation,
        Standard.POLISH: _polish_regulation,
        Standard.GERMAN: _german_regulation,
    }[standard]


def texts(attributes: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Return the values of an attribute as texts, whatever the case of its name; parts of a complex one with it."""
    wanted = name.lower()
    return tuple(
        text
        for key, value in attributes.items()
        if key.lower().partition(".")[0] == wanted
        for each in (value if isinstance(value, tuple | list) else (value,))
        if each is not None and (text := str(each).strip())
    )


def _czech_use(element: Element) -> Meaning:
    if element.layer.lower().startswith("koridory"):
        return _czech_uses().get((_prefix(element), ""), UNKNOWN)
    typ, _, index = element.code.partition(".")
    typ = "".join(texts(element.attributes, "Typ")) or typ
    index = ("".join(texts(element.attributes, "Index")) or index).strip().lower()
    return _czech_pair(typ.strip().upper(), index)


@cache
def _czech_pair(typ: str, index: str) -> Meaning:
    """Return what type and index mean: their row, or those of the index's letters one by one, or the type's alone."""
    known = _czech_uses()
    whole = known.get((typ, index))
    letters = [known[typ, letter] for letter in index if (typ, letter) in known]
    plain = known.get((typ, ""), UNKNOWN)
    term = f"{typ}.{index}" if index else typ
    if whole is None and letters and len(letters) == len(index):
        codes = tuple(dict.fromkeys(code for each in letters for code in each.codes))
        return Meaning(codes, (term,), plain.status, plain.source)
    found = whole or plain
    return Meaning(found.codes, (term,) if term else (), found.status, found.source)


@cache
def _czech_uses() -> Mapping[tuple[str, str], Meaning]:
    return {(row["typ"], row["index"]): meaning for row, meaning in tables.uses("uses-czech")}


def _czech_regulation(element: Element) -> Meaning:
    layer = element.layer.lower().removesuffix("_p").removesuffix("_l")
    known = _czech_regulations()
    prefix = "".join(texts(element.attributes, "Typ")) if layer == "uses" else _prefix(element)
    return known.get((layer, prefix.upper())) or known.get((layer, ""), OTHER)


@cache
def _czech_regulations() -> Mapping[tuple[str, str], Meaning]:
    return {(row["layer"].lower(), row["prefix"]): meaning for row, meaning in tables.regulations("regulations-czech")}


def _prefix(element: Element) -> str:
    """Return what stands before the first dot of the element's identifier: VPD of VPD.3."""
    return ("".join(texts(element.attributes, "ID")) or element.id).partition(".")[0].strip().upper()


def _polish_use(element: Element) -> Meaning:
    name = next(iter(texts(element.attributes, "nazwa")), "").rpartition("/")[2]
    profile = tuple(text.rpartition("KPT-MPZP-")[2] for text in texts(element.attributes, "profilPodstawowy"))
    return _polish_zone(element.code, name, profile)


@cache
def _polish_zone(symbol: str, name: str, profile: tuple[str, ...]) -> Meaning:
    """Return what a zone means, by its symbol or else its name; if neither is known, by the uses of its profile."""
    zones = _polish_zones()
    classes = [(each, _polish_profiles()[each]) for each in profile if each in _polish_profiles()]
    terms = tuple(PROFILE_URI + each for each, _ in classes)
    found = zones.get(symbol) or zones.get(name)
    if found is not None:
        return Meaning(found.codes, found.specific + terms, found.status, found.source)
    if not classes:
        return UNKNOWN
    codes = tuple(dict.fromkeys(code for _, each in classes for code in each.codes))
    return Meaning(codes, terms, classes[0][1].status, classes[0][1].source)


@cache
def _polish_zones() -> Mapping[str, Meaning]:
    """Return the zones both by symbol and by the code of their name."""
    found: dict[str, Meaning] = {}
    for row, meaning in tables.uses("uses-polish"):
        zone = Meaning(meaning.codes, (ZONE_URI + row["tail"],), meaning.status, meaning.source)
        found |= {row["zone"]: zone, row["tail"]: zone}
    return found


@cache
def _polish_profiles() -> Mapping[str, Meaning]:
    return {row["profile"]: meaning for row, meaning in tables.uses("profiles-polish")}


def _polish_regulation(element: Element) -> Meaning:
    return _polish_regulations().get(element.layer, OTHER)


@cache
def _polish_regulations() -> Mapping[str, Meaning]:
    return {row["layer"]: meaning for row, meaning in tables.regulations("regulations-polish")}


def _german_use(element: Element) -> Meaning:
    return _german(element, _german_uses()) or UNKNOWN


def _german_regulation(element: Element) -> Meaning:
    return _german(element, _german_regulations()) or OTHER


def _german(element: Element, known: ByClass) -> Meaning | None:
    """Return what the element's attributes mean, the most telling first, or else its class; None for another class."""
    asked = known.get(element.layer.lower())
    if asked is None:
        return None
    for names, meanings in asked.items():
        values = product(*(texts(element.attributes, name) for name in names))
        found = [meanings[each] for each in values if each in meanings]
        if found:
            return _together(found)
    return asked.get((), {}).get(())


def _together(found: list[Meaning]) -> Meaning:
    """Return several meanings as one, in their order; what anybody proposed makes the whole a proposal."""
    if len(found) == 1:
        return found[0]
    return Meaning(
        tuple(dict.fromkeys(code for each in found for code in each.codes)),
        tuple(dict.fromkeys(term for each in found for term in each.specific)),
        next((each.status for each in found if each.status is not found[0].status), found[0].status),
        found[0].source,
    )


@cache
def _german_uses() -> ByClass:
    return _by_class(tables.uses("uses-german"))


@cache
def _german_regulations() -> ByClass:
    return _by_class(tables.regulations("regulations-german"))


def _by_class(rows: Iterable[tuple[tables.Row, Meaning]]) -> ByClass:
    """Return the rows by class and attributes in the order of the table; of one class the order is that of weight."""
    found: dict[str, dict[tuple[str, ...], dict[tuple[str, ...], Meaning]]] = {}
    for row, meaning in rows:
        names, values = tuple(_split(row["attribute"])), tuple(_split(row["code"]))
        terms = tuple(LAND_USE_URI + term for term in meaning.specific)
        told = Meaning(meaning.codes, terms, meaning.status, meaning.source)
        found.setdefault(row["class"].lower(), {}).setdefault(names, {})[values] = told
    return found


def _split(text: str) -> Iterator[str]:
    return (part for part in text.split("+") if part)
