"""Every limit of a check, in one place: what may be handed in, and what a check may use.

Each has a rule of its own (`plans.rules.files`) that says it when it is exceeded, with the figure that stands here. The
figures are ours; the largest real package known (a plan with scanned drawings) has 130 MB.
"""

from dataclasses import dataclass

MEGABYTE = 1024**2

ENTRIES = 1000
"""Members of an archive, folders among them; or files that are handed in at once."""
UNPACKED = 200 * MEGABYTE
"""Bytes to which a package may swell, counted as they come out."""
RATIO = 100
"""How many times its packed size a package may swell to; text of geometries reaches about 30."""
ALWAYS = 16 * MEGABYTE
"""Swelling up to this many bytes is never refused: small archives of monotonous text have high ratios."""
NAME = 240
"""Characters of a path inside the package."""
XML_DEPTH = 100
"""Elements inside one another; real plans reach 20."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the process of a check may use.

    `wall` and `cpu` seconds, `memory` bytes of address space, `written` bytes of any one file it writes, `files` that
    are open at once.
    """

    wall: int = 300
    cpu: int = 240
    memory: int = 3 * 1024 * MEGABYTE
    written: int = 512 * MEGABYTE
    files: int = 256


USUAL = Limits()
TOLD = 64 * MEGABYTE
"""Bytes of what a check tells while it works that are kept, for the report of one that is stopped."""
