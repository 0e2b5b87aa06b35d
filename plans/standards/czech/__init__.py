"""The Czech unified standard of zoning plans (jednotný standard územního plánu): read, and written corrected.

Versions, layers, attributes and codes are data (`profiles.yml`, `codes.csv`); everything else here is about the forms
in which offices hand them in.
"""

from plans.standards.czech.read import read, recognises

__all__ = ["read", "recognises"]
