"""Geodesy: coordinate reference systems and the operations between them. Pure.

On the ground floor because the loader and the service must choose the same operation: else a page, a tile and a
download of one feature would disagree, by up to metres where S-JTSK is concerned.
"""

from geodesy.grid import Pairs
from geodesy.operations import (
    Box,
    Lineage,
    NoWayError,
    Step,
    Way,
    area_of,
    bounds_in,
    identify,
    same,
    way,
)

__all__ = ["Box", "Lineage", "NoWayError", "Pairs", "Step", "Way", "area_of", "bounds_in", "identify", "same", "way"]
