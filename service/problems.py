"""What goes wrong, said as problem+json (RFC 9457) in the asker's language, without a word about our inside."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any

from desk.errors import DeskError
from service.access import UnknownTokenError
from service.admission import BusyError
from service.database import DatabaseUnavailableError, NoResultError, TableChangedError, TooSlowError
from service.negotiate import NotAcceptableError
from service.parameters import BadParameterError, NoSuchFeatureError
from service.refusal import RefusalError
from service.texts import MESSAGES

RETRY_SECONDS, SLOW_SECONDS = 5, 60
"""When to come again: after a moment, and after one in which somebody else has asked for less."""


class NotFoundError(Exception):
    """There is nothing at this address; `what` is `collection`, `feature` or `page`."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class NotReadyError(Exception):
    """The service has not read its catalogue or ledger yet."""


@dataclass(frozen=True)
class Problem:
    """A refusal or failure: status, a title and a sentence for people, the parameter at fault, headers to send."""

    status: int
    title: str
    detail: str
    parameter: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, Any] = field(default_factory=dict)
    """What the problem has beyond those of RFC 9457."""

    def document(self) -> dict[str, Any]:
        """Return the problem as RFC 9457 has it."""
        said: dict[str, Any] = {"type": "about:blank", "title": self.title, "status": self.status}
        said |= {"detail": self.detail, **self.members}
        return said | ({"parameter": self.parameter} if self.parameter else {})


_TRY_AGAIN: Mapping[type[Exception], tuple[str, int]] = {
    BusyError: ("crowded", RETRY_SECONDS),
    TooSlowError: ("slow", SLOW_SECONDS),
    DatabaseUnavailableError: ("unavailable", RETRY_SECONDS),
    TableChangedError: ("unavailable", RETRY_SECONDS),
    NotReadyError: ("unavailable", RETRY_SECONDS),
}
"""What passes by itself: the message of each, and the seconds after which to come again."""


def problem_of(error: Exception, language: str) -> Problem | None:
    """Return what is to be said of an exception; None for one that is a fault of the program."""
    if isinstance(error, BadParameterError | NoResultError):
        return _bad(error, language)
    if isinstance(error, NotAcceptableError):
        return _not_acceptable(error, language)
    if isinstance(error, RefusalError):
        return _refusal(error, language)
    if isinstance(error, NoSuchFeatureError | NotFoundError):
        return not_found(getattr(error, "what", "feature"), language)
    if isinstance(error, UnknownTokenError | DeskError):
        return _of_the_desk(error, language) if isinstance(error, DeskError) else _unknown_token(language)
    found = next((each for kind, each in _TRY_AGAIN.items() if isinstance(error, kind)), None)
    return _unavailable(*found, language) if found else None


def _of_the_desk(error: DeskError, language: str) -> Problem:
    seconds = error.values.get("seconds")
    headers = {"Retry-After": str(seconds)} if seconds else {}
    if error.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return _problem(HTTPStatus(error.status), error.text(language), language, headers=headers)


def _unknown_token(language: str) -> Problem:
    detail = MESSAGES.text("problem.token", language)
    return _problem(HTTPStatus.UNAUTHORIZED, detail, language, headers={"WWW-Authenticate": "Bearer"})


def _bad(error: BadParameterError | NoResultError, language: str) -> Problem:
    wrong = error if isinstance(error, BadParameterError) else BadParameterError("filter", "filter-reckoning")
    reason = MESSAGES.text(f"parameter.{wrong.key}", language, **wrong.values)
    detail = MESSAGES.text("problem.parameter", language, name=wrong.name, reason=reason)
    return _problem(HTTPStatus.BAD_REQUEST, detail, language, parameter=wrong.name)


def _not_acceptable(error: NotAcceptableError, language: str) -> Problem:
    detail = MESSAGES.text("problem.not-acceptable", language, choices=", ".join(error.offered))
    return _problem(HTTPStatus.NOT_ACCEPTABLE, detail, language)


def _refusal(error: RefusalError, language: str) -> Problem:
    detail = MESSAGES.text(f"problem.{error.key}", language, **error.values)
    made = _problem(error.status, detail, language, headers=error.headers)
    return replace(made, members=error.members(language))


def not_found(what: str, language: str) -> Problem:
    """Return the problem of an address where nothing is."""
    return _problem(HTTPStatus.NOT_FOUND, MESSAGES.text(f"problem.no-{what}", language), language)


def fault(language: str) -> Problem:
    """Return the problem of a fault of the program: it is in the log, not in the answer."""
    return _problem(HTTPStatus.INTERNAL_SERVER_ERROR, MESSAGES.text("problem.fault", language), language)


def no_method(language: str, allowed: str = "GET, HEAD, OPTIONS") -> Problem:
    """Return the problem of a method that is not for this address; `allowed` are those that are."""
    detail = MESSAGES.text("problem.method", language, methods=allowed)
    return _problem(HTTPStatus.METHOD_NOT_ALLOWED, detail, language, headers={"Allow": allowed})


def _unavailable(key: str, seconds: int, language: str) -> Problem:
    detail = MESSAGES.text(f"problem.{key}", language, seconds=seconds)
    return _problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, language, headers={"Retry-After": str(seconds)})


def _problem(
    status: HTTPStatus,
    detail: str,
    language: str,
    parameter: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Problem:
    title = MESSAGES.text(f"status.{status.value}", language)
    return Problem(status.value, title, detail, parameter, headers or {})
