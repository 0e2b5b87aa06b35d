"""A request that is refused for a reason of its own: apart from the problems, which whoever refuses need not know."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any


class RefusalError(Exception):
    """A request is refused for a reason that has its status and the message `problem.<key>`, with `values`."""

    def __init__(
        self, status: HTTPStatus, key: str, *, headers: Mapping[str, str] | None = None, **values: str | int
    ) -> None:
        super().__init__(key)
        self.status, self.key, self.headers, self.values = status, key, headers, values

    def members(self, _language: str) -> Mapping[str, Any]:
        """Return further members of the problem, in the language."""
        return {}
