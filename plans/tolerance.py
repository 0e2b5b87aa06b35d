"""Tolerances in metres and square metres, for each standard, with where they come from. Reports show them."""

from dataclasses import dataclass

from plans.model import Standard

FARTHEST = 1e9
"""A coordinate from here on (m, or degrees) is no place: systems with the zone in the easting reach 60 million."""


@dataclass(frozen=True, slots=True)
class Tolerances:
    """What is still taken for the same.

    `vertex`: two corners within it (m) are meant to be one. `width`: a gap or overlap everywhere narrower (m) is noise.
    `noise`: one with less area (m²) is numerical noise. `sliver`: one with less area (m²) is a sliver. `boundary`: an
    area may stand out of the plan's boundary by it (m). `register`: the plan's boundary may lie off the register's by
    it (m). `slender`: a piece with more perimeter² / area is a sliver. `snap`: repair moves lines by no more (m).
    """

    vertex: float
    width: float
    noise: float
    sliver: float
    boundary: float
    register: float
    slender: float | None = None
    snap: float = 0.5


TOLERANCES = {
    # No official figure was found; the classes are our proposal and are shown as such.
    Standard.CZECH: Tolerances(vertex=0.01, width=0.01, noise=0.01, sliver=1.0, boundary=0.01, register=1.0),
    # The ministry's plugin: slivers under 1 m² or with length² / area over 10 000 are ignored; zones inside by 1 cm.
    Standard.POLISH: Tolerances(
        vertex=0.01, width=0.01, noise=0.01, sliver=1.0, boundary=0.01, register=1.0, slender=10_000.0
    ),
    # XPlanung, Flächenschluss: 2 mm; Geltungsbereich: 1 mm. It forgives no slivers: what is wider is an error.
    Standard.GERMAN: Tolerances(vertex=0.002, width=0.002, noise=0.001, sliver=0.0, boundary=0.001, register=1.0),
}
