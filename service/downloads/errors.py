"""What can keep a file from being there now, and how the process that makes one ends. Pure."""

from enum import IntEnum
from http import HTTPStatus

from service.refusal import RefusalError


class BeingMadeError(RefusalError):
    """The file is being made; ask again in `seconds`. A browser that shows the problem does so by itself."""

    def __init__(self, seconds: int) -> None:
        headers = {"Retry-After": str(seconds), "Refresh": str(seconds)}
        super().__init__(HTTPStatus.SERVICE_UNAVAILABLE, "being-made", headers=headers, seconds=seconds)


class TooMuchError(RefusalError):
    """What is asked for is more than can be given at once; `key` is the message that says so, with `values`."""

    def __init__(self, key: str, **values: str | int) -> None:
        super().__init__(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, key, headers=None, **values)


class Ended(IntEnum):
    """How the process that makes a file ended, for the one who started it: exit codes as sysexits.h has them."""

    MADE = 0
    NO_DATABASE = 69
    FAULT = 70
    TOO_MUCH = 73
    BATCH_GONE = 75
