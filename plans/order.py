"""What is ordered from a check, and what comes of it; as data that crosses from one process to the other."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from plans.limits import USUAL, Limits
from plans.model import Standard


@dataclass(frozen=True)
class Order:
    """One check.

    `name` is what the submitter calls the package; never used as a path. `language` is that of the submitter (cs, de,
    pl, en); reports are made in all four. `expected` is what was declared: municipality, standard,
    profile, and in_force (YYYY-MM-DD), which counts where the plan does not say it itself. `standard` makes the check
    read the package as that one, whatever it looks like.
    """

    name: str
    language: str = "en"
    expected: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = USUAL
    standard: Standard | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the order as plain data."""
        return asdict(self)

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> "Order":
        """Return the order of plain data."""
        standard = Standard(plain["standard"]) if plain["standard"] else None
        return cls(plain["name"], plain["language"], plain["expected"], Limits(**plain["limits"]), standard)


@dataclass(frozen=True)
class Outcome:
    """What came of a check.

    `folder` holds the report (`plans.report`). `ok`: nothing forbids publishing. `counts` by level: error, warning,
    note. `repaired`, `harmonised` (GeoPackage) and `plu` (INSPIRE GML) are None where there was nothing to make.
    `killed` names the limit at which the check was stopped: time, memory, written, crash.
    """

    folder: Path
    ok: bool
    counts: Mapping[str, int]
    repaired: Path | None = None
    harmonised: Path | None = None
    plu: Path | None = None
    killed: str | None = None

    def summary(self) -> dict[str, Any]:
        """Return the report's summary."""
        told: dict[str, Any] = json.loads((self.folder / "summary.json").read_text(encoding="utf-8"))
        return told


@dataclass(frozen=True, slots=True)
class Paths:
    """Where what lies in the folder of a check."""

    work: Path

    @property
    def order(self) -> Path:
        """The order, and the names of the files handed in (JSON)."""
        return self.work / "order.json"

    @property
    def handed_in(self) -> Path:
        """The files handed in, called 0, 1 and so on."""
        return self.work / "in"

    @property
    def context(self) -> Path:
        """What is known around the plan (`plans.context_files`)."""
        return self.work / "context"

    @property
    def unpacked(self) -> Path:
        """The package, unpacked."""
        return self.work / "unpacked"

    @property
    def scratch(self) -> Path:
        """Temporary files."""
        return self.work / "tmp"

    @property
    def streamed(self) -> Path:
        """What the process told while it worked (JSON lines)."""
        return self.work / "streamed.jsonl"

    @property
    def killed(self) -> Path:
        """At which limit and in which stage it was stopped (JSON); there only if it was."""
        return self.work / "killed.json"

    @property
    def log(self) -> Path:
        """What the process wrote to its standard error."""
        return self.work / "inside.log"

    @property
    def out(self) -> Path:
        """What is made."""
        return self.work / "out"
