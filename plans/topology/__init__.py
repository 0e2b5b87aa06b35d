"""Topology: how polygons lie beside each other. Measured here; what it means is said in `plans.rules`.

Coverages are examined as a whole (GEOS's coverage functions), and only what does not match is looked at pair by pair.
Everything is in the units of the CRS, metres for all that the three standards allow; x first.
"""
