"""Made-up names of the Czech, Polish and German kind: municipalities, streets, addresses, parcels, memorials. Pure.

Words are made of parts as real ones are, so that they share beginnings and endings and lie near one another, which is
what makes them hard to tell apart. The same seed makes the same names.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from random import Random

_STEMS = {
    "cs": "Hrad Lib Jabl Smrž Varn Krás Lip Buk Dub Jílov Kamen Mlad Nov Star Břez Chrast Roud Vrch Zdisl Žďár Osek Tep"
    " Rumb Šluk Hejn Raspen Frýd",
    "pl": "Zgorz Lub Bogat Wroc Jelen Boles Szklar Kamien Świerad Piech Mirs Gryf Leś Zawid Pień Sulik Węgl Krzew"
    " Radomierz Dług Rak Żar Łuż Koźl Bród",
    "de": "Görl Zitt Löb Oyb Groß Neu Alt Ostr Herrn Ebers Seif Hirsch Rothen Weiß Bernst Kirsch Schön Reichen Oder"
    " Nieder Ober Mittel Wald Hain Jons Kott",
}
_ENDINGS = {
    "cs": "ec ek ice ov ová ín any iště ná nov ovice sko ůvka etín avka",
    "pl": "elec ań ynia ław ów owice sko no iec awa ówka in",
    "de": "itz au in dorf hennersdorf felde bach walde wasser stein hain berg ritz",
}
_ADDITIONS = {
    "cs": ["", "", "", " nad Nisou", " pod Ještědem", " u Vody", " v Horách"],
    "pl": ["", "", "", " Dolny", " Górny", " Śląski"],
    "de": ["", "", "", " an der Neiße", " am See"],
}
_STREETS = {
    "cs": ["ská", "ní", "ova", "ická", "ní náměstí", "ovická", "ná", "ského"],
    "pl": ["ska", "owa", "na", "iego", "owska", "icka", "ej"],
    "de": ["straße", "weg", "gasse", "platz", "allee", "ring", "er Straße"],
}
KINDS = {tag: (_STEMS[tag].split(), _ENDINGS[tag].split(), _ADDITIONS[tag], _STREETS[tag]) for tag in _STEMS}
SURNAMES = {
    "cs": (
        ["Nov", "Svob", "Dvoř", "Čern", "Proch", "Kuč", "Vesel", "Hor", "Něm", "Pokor"],
        ["ák", "oda", "ý", "áček", "ec"],
    ),
    "pl": (["Kowal", "Wiśniew", "Wójc", "Kamiń", "Lewand", "Zieliń", "Szymań"], ["ski", "czyk", "ik", "iewicz", "ak"]),
    "de": (["Schmid", "Müll", "Schneid", "Fisch", "Web", "Wagn", "Beck", "Hoff"], ["t", "er", "mann", "ler", "ke"]),
}

DIVIDED = 0.6
"""Share of the parcels whose number has two parts."""


@dataclass(frozen=True)
class Named:
    """One feature: what is searched of it."""

    name: str
    municipality: str


def municipalities(kind: str) -> list[str]:
    """Return all municipalities of a kind, each once; some hundreds to two thousand."""
    stems, endings, additions, _ = KINDS[kind]
    made = [f"{stem}{ending}{addition}" for stem, ending in product(stems, endings) for addition in additions]
    return list(dict.fromkeys(made))


def streets(kind: str, random: Random, n: int) -> list[str]:
    """Return n street names, no two the same while the kind has as many."""
    stems, middles, _, endings = KINDS[kind]
    surnames = [a + b for a, b in product(*SURNAMES[kind])]
    every = {f"{stem}{middle.strip().lower()}{ending}" for stem, middle, ending in product(stems, middles, endings)}
    every |= {f"{name}{ending}" for name in surnames for ending in endings}
    return random.sample(sorted(every), min(n, len(every)))


def addresses(random: Random, n: int) -> Iterator[Named]:
    """Yield n addresses: street and number in a municipality; large municipalities have more streets and numbers."""
    tags = list(KINDS)
    towns = {tag: municipalities(tag) for tag in tags}
    roads = {tag: streets(tag, random, 2500) for tag in tags}
    made = 0
    while made < n:
        tag = random.choice(tags)
        town = towns[tag][int(len(towns[tag]) * random.random() ** 2)]
        for number in range(1, min(n - made, random.randint(3, 60)) + 1):
            letter = random.choice(["", "", "", "", "a", "b"])
            yield Named(f"{roads[tag][int(len(roads[tag]) * random.random() ** 1.5)]} {number}{letter}", town)
            made += 1


def parcels(random: Random, n: int) -> Iterator[Named]:
    """Yield n parcels, known by number and municipality."""
    towns = [town for tag in KINDS for town in municipalities(tag)]
    for _ in range(n):
        number = f"{random.randint(1, 4000)}" + (f"/{random.randint(1, 90)}" if random.random() < DIVIDED else "")
        yield Named(random.choice(["st. ", ""]) + number, random.choice(towns))


def memorials(random: Random, n: int) -> Iterator[Named]:
    """Yield n memorials and graves with somebody's name; few names are borne twice, so most words here are rare."""
    words = {"cs": ["Pomník padlým", "Hrob", "Kaple"], "pl": ["Pomnik poległych", "Grób", "Kaplica"]}
    words["de"] = ["Denkmal", "Grab", "Kapelle"]
    for _ in range(n):
        tag = random.choice(list(KINDS))
        person = f"{surname(tag, random)}, {surname(tag, random)}"
        yield Named(f"{random.choice(words[tag])} {person}", random.choice(municipalities(tag)))


def surname(kind: str, random: Random) -> str:
    """Return a surname, one of some hundred thousand."""
    first, last = SURNAMES[kind]
    middle = "".join(random.choice(["bar", "ven", "mar", "los", "tri", "dan", "ko", "li", "sta", "ru"]) for _ in "12")
    return f"{random.choice(first)}{random.choice(['', middle])}{random.choice(middle)}{random.choice(last)}"
