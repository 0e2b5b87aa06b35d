"""The Package: the files that were handed in, unpacked under names of ours."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from plans.delivery import Incident


@dataclass(frozen=True)
class Package:
    """What was handed in, ready to be read.

    `name` is what the submitter called it, without folders; never used as a path. `files` maps each path inside the
    package, as its maker wrote it, to the file here (a plain file that is not packed maps its own name). Files of a
    Shapefile lie beside each other with one stem and suffixes in small letters. `incidents` are what was met on the way.
    """

    name: str
    files: Mapping[str, Path]
    incidents: tuple[Incident, ...] = ()
