"""The Delivery: what was found in the files that were handed in, before any rule has judged it.

Apart from the Plan because much can be wrong with a package before there is a plan in it: members nobody knows, layers
without fields, lines that are not numbers. Readers write down what they met; rules say what it means.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shapely import Geometry

from plans.model import NOWHERE, Place, Plan, Standard


@dataclass(frozen=True, slots=True)
class Member:
    """One file of the package: path inside it, size in bytes, and what it was taken for.

    `role`: plan | drawing | document | worldfile | signature | unread
    """

    path: str
    size: int
    role: str = "unread"


@dataclass(frozen=True)
class Table:
    """A layer as the file has it: its name, fields and their types (text, integer, decimal, date, boolean), rows.

    `geometry` is the declared type of geometry, "" for none. `crs` is what the file says ("EPSG:5514"), None if it does
    not. `encoding` is that of its texts, and whether it had to be guessed.
    """

    name: str
    file: str
    fields: Mapping[str, str]
    rows: int
    geometry: str = ""
    crs: str | None = None
    encoding: str | None = None
    encoding_guessed: bool = False


@dataclass(frozen=True, slots=True)
class Incident:
    """Something a reader met that is a matter for a rule: the rule's id, what fills its text, and where it was."""

    rule: str
    values: Mapping[str, Any] = field(default_factory=dict)
    object: str | None = None
    layer: str | None = None
    place: Place = NOWHERE
    where: Geometry | None = None


@dataclass(frozen=True)
class Delivery:
    """What was handed in. `standard` None: nothing that is known here. `plans` may be empty, or several."""

    standard: Standard | None = None
    profile: str = ""
    plans: tuple[Plan, ...] = ()
    members: tuple[Member, ...] = ()
    tables: tuple[Table, ...] = ()
    incidents: tuple[Incident, ...] = ()
    code: str | None = None
    """Municipality code that the package's own name says (DUP_563889.zip)."""
