"""Submissions on the web: handing in, the list, one submission with its history, the decisions of the officers."""

from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from desk.errors import DeskError, Invalid, NotFound
from desk.events import DESK
from desk.folders import ID
from desk.model import Account, Check, Event, Role, Submission
from desk.states import State
from plans.report.texts import Words
from service.desk.checks import counts_of, known, repaired, verdict_of
from service.desk.forms import Sent
from service.desk.places import places
from service.desk.view import document, onward, page, said, sign_in_first, troubled
from service.desk.visit import Visit, visit
from service.refusal import RefusalError
from service.state import Live

ACTIONS = ("accept", "publish", "return", "withdraw", "unpublish", "retry")
"""In the order in which the page offers them; waivers have forms of their own."""
SOON = timedelta(minutes=3)
"""So long a page renews itself while the desk is at work. Then there may be something to decide, and to type."""
_OPEN = frozenset({State.RECEIVED, State.CHECKED, State.ACCEPTED})


def listed(request: Request, live: Live) -> Response:
    """Answer `/desk/submissions`: what is published, or of the account's municipality, or all for the region."""
    asked = visit(request, live)
    account, desk = asked.account, asked.desk.submissions
    is_region = account is not None and account.role is Role.REGION
    rows = desk.published() if account is None else desk.all(account) if is_region else desk.mine(account)
    if asked.wants_json:
        return document(request, asked, {"submissions": [described(asked, each) for each in rows]})
    return page(
        request,
        asked,
        "submissions",
        said(asked, "submissions.title" if account else "submissions.public"),
        is_region=is_region,
        queue=_rows(asked, desk.queue(account)) if account and is_region else [],
        rows=_rows(asked, rows),
    )


def hand_in(request: Request, live: Live, sent: Sent) -> Response:
    """Answer POST `/desk/submissions`: the files of a check, or files that come with the request, are handed in."""
    asked = visit(request, live)
    number = sent.fields.get("check", "")
    if asked.account is None and not asked.wants_json:
        return sign_in_first(asked, f"/desk/checks/{number}" if ID.fullmatch(number) else "/desk/submissions")
    account = asked.signed_in()
    if not sent.files and not number:
        raise RefusalError(HTTPStatus.UNPROCESSABLE_ENTITY, "upload-none")
    check, since = None if sent.files else known(asked, number), _day(sent.fields.get("in_force", ""))
    made = _same(asked, account, check, since) if check else None
    if made is None:
        what = check.id if check else sent.files
        made = asked.desk.submissions.submit(account, what, language=asked.language, in_force=since)
    address = f"/desk/submissions/{made.id}"
    if asked.wants_json:
        return document(
            request, asked, described(asked, made), status=HTTPStatus.CREATED, headers={"Location": address}
        )
    return onward(f"{address}?lang={asked.language}")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid("no-day", text=text[:40]) from None


def _same(asked: Visit, account: Account, check: Check, since: date | None) -> Submission | None:
    """Return the open submission of the very files and day, if there is one: a button may be pressed twice."""
    files = [each["sha256"] for each in check.files]
    for each in asked.desk.submissions.mine(account):
        if each.state in _OPEN:
            its = asked.desk.checks.get(each.check)
            if its.in_force == since and [one["sha256"] for one in its.files] == files:
                return each
    return None


def show(request: Request, live: Live) -> Response:
    """Answer `/desk/submissions/{submission}`."""
    asked = visit(request, live)
    try:
        submission = asked.desk.submissions.get(asked.account, _number(request))
    except NotFound:
        if asked.account is not None or asked.wants_json:
            raise
        return sign_in_first(asked, request.url.path)
    return _shown(request, asked, submission)


def decide(request: Request, live: Live, sent: Sent) -> Response:
    """Answer POST `/desk/submissions/{submission}`: one of the officers' decisions, with its reason."""
    asked = visit(request, live)
    number = _number(request)
    if asked.account is None and not asked.wants_json:
        return sign_in_first(asked, request.url.path)
    account = asked.signed_in()
    try:
        _decided(asked, account, number, sent)
    except DeskError as refused:
        if asked.wants_json or isinstance(refused, NotFound):
            raise
        submission = asked.desk.submissions.get(account, number)
        return _shown(request, asked, submission, refused, sent.fields.get("reason", ""))
    if asked.wants_json:
        return _shown(request, asked, asked.desk.submissions.get(account, number))
    return onward(f"/desk/submissions/{number}?lang={asked.language}")


def _decided(asked: Visit, account: Account, number: str, sent: Sent) -> None:
    """Carry out the decision. Raises DeskError, and RefusalError (422) for one that does not exist."""
    reason, rule = sent.fields.get("reason", "").strip(), sent.fields.get("rule", "")
    desk = asked.desk.decisions
    decisions = {
        "accept": lambda: desk.accept(account, number, reason),
        "return": lambda: desk.return_(account, number, reason),
        "withdraw": lambda: desk.withdraw(account, number, reason),
        "publish": lambda: desk.ask_to_publish(account, number),
        "unpublish": lambda: desk.ask_to_unpublish(account, number, reason),
        "retry": lambda: desk.retry(account, number),
        "waive": lambda: desk.waive(account, number, rule, reason),
        "unwaive": lambda: desk.unwaive(account, number, rule),
    }
    action = sent.fields.get("action", "")
    if action not in decisions:
        raise RefusalError(HTTPStatus.UNPROCESSABLE_ENTITY, "no-action", choices=", ".join(decisions))
    decisions[action]()


def described(asked: Visit, each: Submission) -> dict[str, Any]:
    """Return a submission as a program reads it. Who handed it in is told to officers only."""
    plain = asdict(each) | {"created": each.created.isoformat(), "trouble": _trouble(asked, each)}
    plain["published"] = each.published.isoformat() if each.published else None
    if asked.account is None:
        plain["who"] = ""
    base = asked.root
    plain["links"] = [
        {"rel": "self", "href": f"{base}/submissions/{each.id}"},
        {"rel": "related", "href": f"{base}/checks/{each.check}"},
    ]
    return plain


def _shown(
    request: Request, asked: Visit, submission: Submission, refused: DeskError | None = None, reason: str = ""
) -> Response:
    account, desk = asked.account, asked.desk.submissions
    events, waivers = desk.events(account, submission.id), desk.waivers(account, submission.id)
    possible = desk.possible(account, submission)
    if asked.wants_json:
        happened = [{**asdict(each), "at": each.at.isoformat()} for each in events]
        accepted = [{**asdict(each), "at": each.at.isoformat()} for each in waivers]
        return document(
            request,
            asked,
            {**described(asked, submission), "events": happened, "waivers": accepted, "possible": sorted(possible)},
        )
    check = asked.desk.checks.get(submission.check)
    faults = _faults(asked, check, {each.rule: each for each in waivers})
    is_soon = _at_work(submission) and datetime.now(UTC) - events[-1].at < SOON
    left = sum(1 for each in faults if each["waiver"] is None)
    return page(
        request,
        asked,
        "submission",
        _heading(asked, submission),
        status=refused.status if refused else HTTPStatus.OK,
        headers={"Refresh": "3"} if is_soon and not refused else {},
        said=refused.text(asked.language) if refused else None,
        reason=reason,
        submission=submission,
        municipality=_name(asked, submission.municipality),
        trouble=_trouble(asked, submission),
        is_soon=is_soon,
        actions=[each for each in ACTIONS if each in possible and not is_soon and not (each == "accept" and left)],
        left=left if "accept" in possible else 0,
        faults=faults,
        may_waive="waive" in possible,
        check=_found(asked, check) if check.state == "done" else None,
        why_returned=_why(events) if submission.state is State.RETURNED else None,
        is_own=account is not None and account.municipality == submission.municipality,
        events=events,
        system=DESK,
        versions=desk.versions(account, submission),
        published=places(asked, submission) if submission.state is State.PUBLISHED else [],
    )


def _at_work(submission: Submission) -> bool:
    return submission.task is not None or submission.state is State.RECEIVED


def _found(asked: Visit, check: Check) -> dict[str, Any]:
    """Return what the page says of the check: verdict, counts, repaired copy, what changes against what is in force."""
    return {
        "href": f"/desk/checks/{check.id}",
        "verdict": verdict_of(check),
        "counts": counts_of(check),
        "repaired": repaired(asked, check),
        "difference": (check.summary or {}).get("difference") or [],
        "documents": _documents(check),
    }


def _documents(check: Check) -> list[dict[str, Any]] | None:
    """Return the documents that belong to the plans: title, and link or None for what is among the files handed in.

    None where the check did not look for them, as those of earlier versions.
    """
    plans = (check.summary or {}).get("plans") or []
    known = [plan["documents"] for plan in plans if "documents" in plan]
    return [each for documents in known for each in documents] if known else None


def _faults(asked: Visit, check: Check, waivers: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the rules with errors: name, how many, and the waiver if there is one."""
    words, errors = Words(asked.language), (check.summary or {}).get("errors") or {}
    return [
        {"rule": rule, "title": words.rule(rule, "title"), "n": n, "waiver": waivers.get(rule)}
        for rule, n in errors.items()
    ]


def _why(events: list[Event]) -> str | None:
    return next((each.reason for each in reversed(events) if each.becomes is State.RETURNED), None)


def _number(request: Request) -> str:
    """Return the id in the address. Raises NotFound for what cannot be one."""
    number = str(request.path_params["submission"])
    if not ID.fullmatch(number):
        raise NotFound("no-submission")
    return number


def _trouble(asked: Visit, submission: Submission) -> str | None:
    return troubled(submission.trouble, asked.language)


def _name(asked: Visit, code: str) -> str:
    """Return the municipality's name with its code."""
    found = asked.desk.municipality(code)
    return f"{found.name} ({code})" if found else code


def _heading(asked: Visit, submission: Submission) -> str:
    if submission.version is None:
        return submission.title
    return said(asked, "submission.title", plan=submission.title, version=submission.version)


def _rows(asked: Visit, submissions: list[Submission]) -> list[dict[str, Any]]:
    names = dict(asked.desk.municipality_names()) if submissions else {}
    return [
        {"each": each, "municipality": f"{names.get(each.municipality, '')} ({each.municipality})".strip()}
        for each in submissions
    ]
