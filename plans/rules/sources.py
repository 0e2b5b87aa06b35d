"""What stands behind the rules on geometry, topology and neighbours, in each standard.

For the Czech standard the annexes could not be had: what its areas must do is known from practitioners, and from the
announcement of the state's check. Validity and readability are technical. Poland has the ministry's plugin, Germany the
conditions of XPlanung as its official validator checks them. No standard looks at neighbours: what is measured there is
told by us.
"""

from plans.model import Standard
from plans.rules.rule import Backing, Source

_PLUGIN = "Wtyczka APP 2 (Ministerstwo Rozwoju i Technologii), wersja 2.1.3: {}"
_CONDITION = "XPlanung, Konformitätsbedingung {}"

OURS = Source(Backing.OWN, "Krajina")
GML = Source(Backing.TECHNICAL, "ISO 19136 (GML)")
FEATURES = Source(Backing.TECHNICAL, "ISO 19125-1 (OGC Simple Features)")


def _of(czech: Source, plugin: str, condition: str) -> dict[Standard, Source]:
    return {
        Standard.CZECH: czech,
        Standard.POLISH: Source(Backing.LAW, _PLUGIN.format(plugin)),
        Standard.GERMAN: Source(Backing.LAW, _CONDITION.format(condition)),
    }


def _practice(rule: str) -> Source:
    return Source(
        Backing.PRACTICE, f"js_up_2023, validátor jednotného standardu ÚP (T. Zvardoň, 2023), {rule}; praxe, ne předpis"
    )


VALID = _of(FEATURES, "poprawność geometrii", "2.2.2.1: Geometrisch korrekte Flächen")
MISSING = _of(
    Source(Backing.TECHNICAL, "Bez geometrie nelze objekt nakreslit ani zveřejnit"),
    "obiekty bez geometrii",
    "2.2.2.1: Geometrisch korrekte Flächen",
)
OVERLAP = _of(_practice("pravidlo o překryvech"), "nakładające się fragmenty geometrii", "2.2.1.1: Flächenschluss")
GAP = _of(_practice("pravidlo o mezerách"), "dziury w strefach planistycznych", "2.2.1.1: Flächenschluss")
EDGE = _of(
    _practice("plochy pokrývají řešené území"), "geometrie dziur w strefach w zakresie POG", "2.2.1.1: Flächenschluss"
)
OUTSIDE = _of(
    _practice("prvky leží v řešeném území"),
    "geometrie wychodzące poza POG",
    "2.2.3.1: Objekte im Innern des Geltungsbereichs",
)
CORNERS = Source(Backing.LAW, _CONDITION.format("2.2.1.1: Flächenschluss, identische Stützpunkte"))
FLAT = Source(Backing.LAW, _CONDITION.format("2.1.3.1: zweidimensionale Geometrien, ein Standard-CRS"))
