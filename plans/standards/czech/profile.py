"""The versions of the Czech standard as objects, read from `profiles.yml` and `codes.csv` beside it.

Apart from reading plans because the same model is asked by the reader, by the rules and by whoever writes a package.
Names of layers and attributes are compared without regard to letter case; official spelling is kept for what is said.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
FREE = "x"
"""First letter, in small, of layers that are the author's own; the standard leaves them alone."""


@dataclass(frozen=True)
class Attribute:
    """An attribute of a layer: official name, type (text, integer, date), and what its values may be.

    `values` empty: anything. `prefixes` are what may stand before the first dot; `legacy` those that only older
    versions know and that are still met. `is_code`: a code of use; `is_municipality`: the municipality's code.
    """

    name: str
    type: str
    is_required: bool
    values: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    legacy: tuple[str, ...] = ()
    is_code: bool = False
    is_municipality: bool = False


@dataclass(frozen=True)
class Layer:
    """A layer of the standard. `role`: boundary | areas | regulation | line. `geometry`: polygon | line."""

    name: str
    role: str
    is_mandatory: bool
    may_overlap: bool
    attributes: tuple[Attribute, ...]

    @property
    def geometry(self) -> str:
        """What kind of geometry the layer's name promises."""
        return "line" if self.name.endswith("_l") else "polygon"

    def attribute(self, name: str) -> Attribute | None:
        """Return the attribute of that name in any letter case."""
        return next((each for each in self.attributes if each.name.lower() == name.lower()), None)


@dataclass(frozen=True)
class Profile:
    """A version of the standard. `base` is the version whose tables it shares; `layers` by name in small letters."""

    name: str
    base: str
    title: str
    layers: Mapping[str, Layer]
    codes: frozenset[str]
    closed_index: Mapping[str, frozenset[str]]
    names: Mapping[str, str] = field(repr=False, default_factory=dict)

    def layer(self, name: str) -> Layer | None:
        """Return the layer of that name in any letter case; None for one that the version does not know."""
        return self.layers.get(name.lower())

    def meaning(self, typ: str, index: str = "") -> str:
        """Return the Czech name of a code of use; "" for one that nobody knows."""
        return self.names.get(f"{typ}.{index}") or self.names.get(typ, "")


def is_free(layer: str) -> bool:
    """Whether the layer is one of the author's own (its name begins with X)."""
    return layer.lower().startswith(FREE)


def profile(name: str) -> Profile:
    """Return the version of that name (JS-2024). Raises KeyError for another name."""
    return profiles()[name]


@cache
def profiles() -> Mapping[str, Profile]:
    """Return all versions by name, from the oldest to the newest."""
    data, codes = _data(), _codes()
    names = {key: name for key, (name, _) in codes.items() if name}
    found = {}
    for name, each in data["profiles"].items():
        base = each["base"]
        known = (_layer(layer, told, base) for layer, told in data["layers"].items() if told.get("base", base) == base)
        found[name] = Profile(
            name,
            base,
            each["title"],
            {layer.name.lower(): layer for layer in known},
            frozenset(key for key, (_, bases) in codes.items() if base in bases and "." not in key),
            {typ: frozenset(told["letters"]) for typ, told in data["closed_index"].items() if base in told["profiles"]},
            names,
        )
    return found


@cache
def layer_names() -> Mapping[str, str]:
    """Return the names of all layers of all versions, in small letters, with their official spelling."""
    return {name.lower(): name for name in _data()["layers"]}


@cache
def legacy_codes() -> frozenset[str]:
    """Return codes of use from before the standard."""
    return frozenset(_data()["legacy_codes"])


def _layer(name: str, told: Mapping[str, Any], base: str) -> Layer:
    attributes = tuple(_attribute(each, more, base) for each, more in told.get("attributes", {}).items())
    return Layer(name, told["role"], told.get("mandatory", False), told.get("overlap", False), attributes)


def _attribute(name: str, told: Mapping[str, Any], base: str) -> Attribute:
    return Attribute(
        name,
        told["type"],
        told["value"] == "required",
        tuple(map(str, told.get("values", ()))),
        tuple(told.get("prefixes", {}).get(base, ())),
        tuple(told.get("legacy", {}).get(base, ())),
        told.get("codes", False),
        told.get("municipality", False),
    )


@cache
def _data() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((HERE / "profiles.yml").read_text(encoding="utf-8"))
    return found


@cache
def _codes() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Return name and base versions of each code (BI) and code with index (LU.h)."""
    with (HERE / "codes.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return {
            f"{row['typ']}.{row['index']}" if row["index"] else row["typ"]: (
                row["name"],
                tuple(row["profiles"].split()),
            )
            for row in rows
        }
