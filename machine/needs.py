"""Which command needs what of the machine: one table.

Apart so that a new command states its needs in one line and nothing else is touched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Flag, auto


class Need(Flag):
    """What can be prepared. Each step looks first whether it is already there."""

    ENVIRONMENT = auto()  # Python and the locked packages
    DATABASE = auto()  # PostgreSQL with PostGIS on this machine
    WEB = auto()  # the built web app
    SANDBOX = auto()  # bubblewrap, behind which files of strangers are read
    TESTS = auto()  # the packages of tests, a browser, other people's GIS programs, a web server


DATA = Need.ENVIRONMENT | Need.DATABASE
EVERYTHING = DATA | Need.WEB | Need.SANDBOX | Need.TESTS

# Commands that are not named need the environment alone: check, schema, grids, --help …
NEEDS = {
    "demo": DATA | Need.WEB | Need.SANDBOX,
    "serve": DATA | Need.WEB | Need.SANDBOX,
    "worker": DATA,
    "load": DATA,
    "config": DATA,
    "status": DATA,
    "history": DATA,
    "rollback": DATA,
    "token": DATA,
    "plan": Need.ENVIRONMENT | Need.SANDBOX,
    "desk": DATA | Need.SANDBOX,
    "test": EVERYTHING,
    "all": EVERYTHING,
}


def needs_of(arguments: Sequence[str], environment: Mapping[str, str]) -> Need:
    """Return what the command line needs: its first word says it, unless only help is asked for.

    With KRAJINA_DATABASE_URL no server is needed here, but for the tests' own; with KRAJINA_SANDBOX=limits no
    bubblewrap.
    """
    if not arguments or {"-h", "--help"} & set(arguments):
        return Need.ENVIRONMENT
    needs = NEEDS.get(arguments[0], Need.ENVIRONMENT)
    if environment.get("KRAJINA_DATABASE_URL") and Need.TESTS not in needs:
        needs &= ~Need.DATABASE
    if environment.get("KRAJINA_SANDBOX") == "limits":
        needs &= ~Need.SANDBOX
    return needs
