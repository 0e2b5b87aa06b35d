"""What can stop a load, as exceptions; and the exit code of each family.

Apart from findings: a finding says that data is not right and is collected, an error here says that work cannot go on
and is raised. Each error carries a finding, so that it reads in the user's language like everything else we say.

    EtlError                      70  not foreseen: a fault of ours
    ├── CollectionError           10  the dataset file cannot be worked with
    ├── SourceError               20  the data cannot be had or read
    │   ├── NotFetched                it did not arrive whole: network, status, size, forbidden address
    │   └── NotReadable               it arrived, but is broken, or not what the dataset file says it is
    └── StoreError                30  the database cannot take it
        ├── Unreachable               no connection, or lost
        └── Busy                      another load of the same dataset does not end

Exit codes that are not errors: 0 done, 1 refused by findings, 2 wrong use of the command line.
"""

from enum import IntEnum
from typing import Any

from findings import Finding, Level
from findings.report import line_of


class Exit(IntEnum):
    """What a command returns to the shell."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    COLLECTION = 10
    SOURCE = 20
    STORE = 30
    BUG = 70


class EtlError(Exception):
    """Work cannot go on; `finding` says why. The text of the exception is the English one, for logs."""

    exit = Exit.BUG

    def __init__(self, code: str, **values: Any) -> None:  # noqa: ANN401 (values are what a text shows)
        """Take the code of a message and its values; `file` and `dataset` name the place, not a value."""
        place = {name: values.get(name) for name in ("dataset", "file")}
        shown = {name: value for name, value in values.items() if name not in place}
        self.finding = Finding(code, Level.ERROR, shown, **place)
        super().__init__(code)

    def __str__(self) -> str:
        return line_of(self.finding, "en")


class CollectionError(EtlError):
    """The dataset file cannot be worked with."""

    exit = Exit.COLLECTION


class SourceError(EtlError):
    """The data cannot be had or read."""

    exit = Exit.SOURCE


class NotFetched(SourceError):  # noqa: N818 (its family says that it is an error)
    """The file did not arrive whole."""


class NotReadable(SourceError):  # noqa: N818
    """The file is broken, or is not what the dataset file says it is."""


class StoreError(EtlError):
    """The database cannot take the data."""

    exit = Exit.STORE


class Unreachable(StoreError):  # noqa: N818
    """There is no connection to the database, or it was lost."""


class Busy(StoreError):  # noqa: N818
    """Another load of the same dataset does not end."""
