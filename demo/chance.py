"""Chance with a fixed seed: one stream of random numbers for each matter.

Apart so that a change in one part of the region (more benches) does not shift what the others draw.
"""

import zlib
from collections.abc import Mapping

import numpy as np

Chance = np.random.Generator


def stream(seed: int, matter: str) -> Chance:
    """Return the random numbers of one matter; the same for the same seed, on every machine."""
    return np.random.default_rng([seed, zlib.crc32(matter.encode())])


def pick[T](rng: Chance, choices: Mapping[T, float]) -> T:
    """Return one of the keys; the values are their weights, not all of them 0."""
    place = rng.random() * sum(choices.values())
    for choice, weight in choices.items():
        place -= weight
        if place < 0:
            return choice
    return choice
