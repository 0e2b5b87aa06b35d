"""How a load says where it is."""

from typing import Protocol


class Progress(Protocol):
    """Called at each step of a load with its name, and while rows are read with how many there are so far.

    Steps: `wait` (another load has the lock), fetch, begin, read, check, index, compare, history, rows, swap, ledger,
    commit, done. Not each of them happens in each load.
    """

    def __call__(self, step: str, rows: int = 0, /) -> None:
        """Take the name of the step that begins."""


def quiet(_step: str, _rows: int = 0, /) -> None:
    """Say nothing."""
