"""What was wanted and what was found: a line each, with pass or fail."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """One figure against its target. `reached` None: nothing to compare with, the figure is told only."""

    what: str
    found: str
    wanted: str = ""
    reached: bool | None = None

    def row(self) -> str:
        """Return the line of a Markdown table."""
        mark = {True: "pass", False: "**fail**", None: ""}[self.reached]
        return f"| {self.what} | {self.found} | {self.wanted} | {mark} |"


HEAD = ["| | found | wanted | |", "|---|---|---|---|"]


def at_least(what: str, value: float, least: float, unit: str = "×") -> Target:
    """Return the line of a figure that must not be below a limit."""
    return Target(what, f"{figure(value)}{unit}", f"≥ {least:g}{unit}", value >= least)


def at_most(what: str, value: float, most: float, unit: str = "×") -> Target:
    """Return the line of a figure that must not be above a limit."""
    return Target(what, f"{figure(value)}{unit}", f"≤ {most:g}{unit}", value <= most)


def figure(value: float) -> str:
    """Return a number with as many digits as mean something."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"  # noqa: PLR2004
