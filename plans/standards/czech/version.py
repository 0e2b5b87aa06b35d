"""Which version of the standard a package was made by, told from what is in it.

Apart from reading because it is a guess, and a guess gives its evidence. A plan is never judged by a version newer than
the one that its maker declared; where nothing is declared, the newest one that something in the data proves, and where
nothing proves anything the oldest standard one, which asks for least. 2024 and 2026 cannot be told apart from data.
"""

from collections.abc import Iterable, Iterator, Sequence

from plans.standards.czech.layer import RawLayer
from plans.standards.czech.profile import legacy_codes, profile, profiles

OLD, NEW, LEGACY = "JS-2023", "JS-2024", "JS-pre-2023"
SHOWN = 5
"""How many pieces of evidence are told."""
_LEGACY_SHARE = 0.1
"""From this share of areas with codes from before the standard on, a plan is taken for one of then."""


def recognised(layers: Sequence[RawLayer], declared: str | None) -> tuple[str, tuple[str, ...]]:
    """Return the version and the evidence for it ("PlochyZmen_p ID T.01"); no evidence where it was declared."""
    if declared is not None and declared in profiles():
        return declared, ()
    new, old, legacy = list(_only_in(layers, NEW, OLD)), list(_only_in(layers, OLD, NEW)), list(_before(layers))
    if new and len(new) >= len(old):
        return NEW, tuple(new[:SHOWN])
    if legacy and not old:
        return LEGACY, tuple(legacy[:SHOWN])
    return OLD, tuple(old[:SHOWN])


def _only_in(layers: Sequence[RawLayer], one: str, other: str) -> Iterator[str]:
    """Yield what is in the package and known to the one version but not to the other."""
    known, strange = profile(one), profile(other)
    for layer in layers:
        here, there = known.layer(layer.name), strange.layer(layer.name)
        if here is not None and there is None:
            yield layer.name
        if here is None or there is None:
            continue
        for attribute, its in ((each, there.attribute(each.name)) for each in here.attributes):
            values = values_of(layer, attribute.name)
            if attribute.is_code:
                yield from _telling(layer, attribute.name, values, known.codes - strange.codes)
            elif its is not None:
                # What the newer version still lets pass is no evidence for the older one, and the other way round.
                telling = set(attribute.prefixes) - {*its.prefixes, *its.legacy}
                heads = {str(value).partition(".")[0]: value for value in values}
                yield from (f"{layer.name} {attribute.name} {heads[head]}" for head in sorted(telling & heads.keys()))


def _telling(layer: RawLayer, attribute: str, values: Iterable[object], telling: Iterable[str]) -> Iterator[str]:
    yield from (f"{layer.name} {attribute} {value}" for value in sorted({*telling} & {str(each) for each in values}))


def _before(layers: Sequence[RawLayer]) -> Iterator[str]:
    for layer in layers:
        if layer.name == "PlochyRZV_p":
            codes = [str(value) for value in values_of(layer, "Typ")]
            met = [code for code in codes if code in legacy_codes()]
            if len(met) > _LEGACY_SHARE * len(codes):
                yield from _telling(layer, "Typ", met, legacy_codes())


def values_of(layer: RawLayer, attribute: str) -> list[object]:
    """Return the values of an attribute, in any letter case, without empty ones."""
    for name, values in layer.columns.items():
        if name.lower() == attribute.lower():
            return [value for value in values if value is not None]
    return []
