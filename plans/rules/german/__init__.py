"""Rules of XPlanung: what the official validator checks (Konformitätsbedingungen), with the schema's obligations.

What holds for the coverage of every plan (Flächenschluss: gaps, overlaps, corners that are not shared) is in the rules
on topology, for all standards alike.
"""

from plans.rules.german import attributes, files, geometry, structure, territory, uses

__all__ = ["attributes", "files", "geometry", "structure", "territory", "uses"]
