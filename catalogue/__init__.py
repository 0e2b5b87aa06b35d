"""The catalogue: `collections/` read into frozen datasets, and the rules a dataset file must keep.

Everything the portal does follows from here. The room is pure: it reads small text files and touches no database, no
network and no geodata.
"""

from catalogue.model import Column, Dataset
from catalogue.read import read_catalogue
from catalogue.vocabularies import Catalogue, Code, CodeList, Licence, Portal, Publisher, Theme

__all__ = [
    "Catalogue",
    "Code",
    "CodeList",
    "Column",
    "Dataset",
    "Licence",
    "Portal",
    "Publisher",
    "Theme",
    "read_catalogue",
]
