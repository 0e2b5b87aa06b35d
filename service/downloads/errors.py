"""What can keep a file from being there now, and how the process that makes one ends. Pure."""

from enum import IntEnum


class BeingMadeError(Exception):
    """The file is being made; ask again in `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class TooMuchError(Exception):
    """What is asked for is more than can be given at once; `key` is the message that says so, with `values`."""

    def __init__(self, key: str, **values: str | int) -> None:
        super().__init__(key)
        self.key, self.values = key, values


class Ended(IntEnum):
    """How the process that makes a file ended, for the one who started it: exit codes as sysexits.h has them."""

    MADE = 0
    NO_DATABASE = 69
    FAULT = 70
    TOO_MUCH = 73
    BATCH_GONE = 75
