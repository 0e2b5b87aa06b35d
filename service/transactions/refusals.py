"""How refused edits are told: problems, and findings in the asker's language with the member that they are about."""

from collections.abc import Callable, Iterable
from functools import partial
from http import HTTPStatus
from typing import Any

from catalogue import edits
from findings import Finding, Report
from findings.messages import messages
from service.database import DatabaseUnavailableError, TableChangedError
from service.parameters import NoSuchFeatureError
from service.problems import RETRY_SECONDS
from service.refusal import RefusalError

_RETRY = {"Retry-After": str(RETRY_SECONDS)}


class FaultyFeatureError(RefusalError):
    """The feature, or its document, is not right; the problem has the findings."""

    def __init__(self, report: Report, status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY) -> None:
        super().__init__(status, "findings")
        self.report = report

    def members(self, language: str) -> dict[str, Any]:
        """Return the findings as a member of the problem."""
        return {"findings": said(self.report, language)}


def said(report: Iterable[Finding], language: str) -> list[dict[str, Any]]:
    """Return findings as JSON-ready data: code, level, sentence, and what of the document they are about (RFC 6901)."""
    return [_said(finding, language) for finding in report]


def _said(finding: Finding, language: str) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "code": finding.code,
        "level": finding.level.value,
        "text": messages().text(f"{finding.code}.text", language, **finding.values),
        "help": messages().find(f"{finding.code}.help", language, **finding.values),
        "pointer": _pointer(finding),
        "point": list(finding.point) if finding.point else None,
    }
    return {name: value for name, value in plain.items() if value is not None}


def _pointer(finding: Finding) -> str | None:
    if "at" in finding.values:
        return str(finding.values["at"])
    if "column" in finding.values:
        return f"/properties/{finding.values['column']}"
    return "/geometry" if finding.code.startswith(("GEOMETRY-", "AREAS-")) else None


_TOLD: dict[type[edits.EditError], Callable[[], Exception]] = {
    edits.AbsentError: NoSuchFeatureError,
    edits.ExistsError: partial(RefusalError, HTTPStatus.CONFLICT, "exists"),
    edits.StaleError: partial(RefusalError, HTTPStatus.PRECONDITION_FAILED, "stale"),
    edits.OutdatedError: partial(TableChangedError, "another layout was published"),
    edits.BusyError: partial(RefusalError, HTTPStatus.SERVICE_UNAVAILABLE, "busy", headers=_RETRY),
    edits.UncertainError: partial(RefusalError, HTTPStatus.SERVICE_UNAVAILABLE, "uncertain"),
    edits.UnavailableError: partial(DatabaseUnavailableError, "the edit could not be made"),
}


def told(error: edits.EditError) -> Exception:
    """Return what an editor's error means to the asker."""
    return FaultyFeatureError(error.report) if isinstance(error, edits.RefusedError) else _TOLD[type(error)]()
