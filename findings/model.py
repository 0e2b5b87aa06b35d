"""The Finding: one thing that is not right, where it is, and how much it matters.

Apart from the report because rules make findings and know nothing of how many there are or how they are shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

type Point = tuple[float, float]
"""A place on the earth: (longitude, latitude) in degrees, CRS84."""


class Level(StrEnum):
    """How much a finding matters, defined by its consequence."""

    ERROR = "error"
    """Nothing is published; what was published before stays."""
    WARNING = "warning"
    """Published, and shown beside the data."""
    NOTE = "note"
    """Worth knowing; changes nothing."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not right.

    `code` names the message (UPPER-KEBAB, never renumbered); `values` fill its text. `file` and `line` (from 1) point
    into a file that a person wrote, `row` names the feature (its key, or its row number in the source), `point` is a
    place to zoom to, (longitude, latitude). Each may be absent.
    """

    code: str
    level: Level
    values: Mapping[str, Any] = field(default_factory=dict)
    dataset: str | None = None
    file: str | None = None
    line: int | None = None
    row: str | None = None
    point: Point | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the finding as JSON-ready data; what is absent is left out."""
        plain = {
            "code": self.code,
            "level": self.level.value,
            "values": dict(self.values),
            "dataset": self.dataset,
            "file": self.file,
            "line": self.line,
            "row": self.row,
            "point": list(self.point) if self.point else None,
        }
        return {name: value for name, value in plain.items() if value not in (None, {})}

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> "Finding":
        """Return the finding that `to_json` described."""
        point = plain.get("point")
        return cls(
            code=plain["code"],
            level=Level(plain["level"]),
            values=plain.get("values", {}),
            dataset=plain.get("dataset"),
            file=plain.get("file"),
            line=plain.get("line"),
            row=plain.get("row"),
            point=(point[0], point[1]) if point else None,
        )
