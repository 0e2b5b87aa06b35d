"""Submissions on the web: handing in, the list, one submission with its history, the decisions of the officers."""

from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from desk.model import Role, Submission
from plans.report.texts import Words
from service.desk.forms import Sent
from service.desk.view import document, onward, page, said, troubled
from service.desk.visit import Visit, visit
from service.refusal import RefusalError
from service.state import Live

ACTIONS = ("accept", "publish", "return", "withdraw", "unpublish", "retry")
"""In the order in which the page offers them; waivers have a form of their own."""


def listed(request: Request, live: Live) -> Response:
    """Answer `/desk/submissions`: those of the account's municipality, or of all for the region."""
    asked = visit(request, live)
    account = asked.signed_in()
    mine = asked.desk.submissions.mine(account)
    queue = asked.desk.submissions.queue(account) if account.role is Role.REGION else []
    if asked.wants_json:
        return document(request, asked, {"submissions": [described(asked, each) for each in mine]})
    return page(
        request,
        asked,
        "submissions",
        said(asked, "submissions.title"),
        is_region=account.role is Role.REGION,
        queue=_rows(asked, queue),
        rows=_rows(asked, mine),
    )


def hand_in(request: Request, live: Live, sent: Sent) -> Response:
    """Answer POST `/desk/submissions`: the files of a check, or files that come with the request, are handed in."""
    asked = visit(request, live)
    account = asked.signed_in()
    what = sent.files or sent.fields.get("check")
    if not what:
        raise RefusalError(HTTPStatus.UNPROCESSABLE_ENTITY, "upload-none")
    made = asked.desk.submissions.submit(account, what, language=asked.language)
    address = f"/desk/submissions/{made.id}"
    if asked.wants_json:
        return document(
            request, asked, described(asked, made), status=HTTPStatus.CREATED, headers={"Location": address}
        )
    return onward(f"{address}?lang={asked.language}")


def show(request: Request, live: Live) -> Response:
    """Answer `/desk/submissions/{submission}`."""
    asked = visit(request, live)
    return _shown(request, asked, asked.desk.submissions.get(asked.signed_in(), request.path_params["submission"]))


def decide(request: Request, live: Live, sent: Sent) -> Response:
    """Answer POST `/desk/submissions/{submission}`: one of the officers' decisions, with its reason."""
    asked = visit(request, live)
    account, number = asked.signed_in(), request.path_params["submission"]
    action, reason = sent.fields.get("action", ""), sent.fields.get("reason", "").strip()
    desk = asked.desk.decisions
    decisions = {
        "accept": lambda: desk.accept(account, number, reason),
        "return": lambda: desk.return_(account, number, reason),
        "withdraw": lambda: desk.withdraw(account, number, reason),
        "publish": lambda: desk.ask_to_publish(account, number),
        "unpublish": lambda: desk.ask_to_unpublish(account, number, reason),
        "retry": lambda: desk.retry(account, number),
        "waive": lambda: desk.waive(account, number, sent.fields.get("rule", ""), reason),
        "unwaive": lambda: desk.unwaive(account, number, sent.fields.get("rule", "")),
    }
    if action not in decisions:
        raise RefusalError(HTTPStatus.UNPROCESSABLE_ENTITY, "no-action", choices=", ".join(decisions))
    decisions[action]()
    if asked.wants_json:
        return _shown(request, asked, asked.desk.submissions.get(account, number))
    return onward(f"/desk/submissions/{number}?lang={asked.language}")


def described(asked: Visit, each: Submission) -> dict[str, Any]:
    """Return a submission as a program reads it."""
    plain = asdict(each) | {"created": each.created.isoformat(), "trouble": _trouble(asked, each)}
    plain["published"] = each.published.isoformat() if each.published else None
    base = asked.root
    plain["links"] = [
        {"rel": "self", "href": f"{base}/submissions/{each.id}"},
        {"rel": "related", "href": f"{base}/checks/{each.check}"},
    ]
    return plain


def _shown(request: Request, asked: Visit, submission: Submission) -> Response:
    account, desk = asked.signed_in(), asked.desk.submissions
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
    waiting = submission.task is not None or submission.state == "received"
    return page(
        request,
        asked,
        "submission",
        _heading(asked, submission),
        headers={"Refresh": "3"} if waiting else {},
        submission=submission,
        municipality=_name(asked, submission.municipality),
        trouble=_trouble(asked, submission),
        check_href=f"/desk/checks/{submission.check}",
        actions=[action for action in ACTIONS if action in possible],
        waivable=_waivable(asked, submission) if "waive" in possible else [],
        waivers=[{"waiver": each, "title": Words(asked.language).rule(each.rule, "title")} for each in waivers],
        events=events,
        versions=desk.versions(account, submission),
        published=_places(asked, submission),
    )


def _waivable(asked: Visit, submission: Submission) -> list[dict[str, str]]:
    """Return the rules with errors that have not been waived."""
    waived = {each.rule for each in asked.desk.submissions.waivers(asked.signed_in(), submission.id)}
    rules = (asked.desk.checks.get(submission.check).summary or {}).get("rules", [])
    wrong = [each["id"] for each in rules if each["counts"].get("error") and each["id"] not in waived]
    return [{"id": rule, "title": Words(asked.language).rule(rule, "title")} for rule in wrong]


def _places(asked: Visit, submission: Submission) -> list[dict[str, str]]:
    """Return where a published plan can be seen."""
    items = f"/ogc/collections/zoning-elements/items?municipality_code={submission.municipality}&lang={asked.language}"
    return [{"key": "map", "href": f"/{asked.language}/"}, {"key": "api", "href": items}]


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
    return [
        {"each": each, "municipality": _name(asked, each.municipality), "since": each.created} for each in submissions
    ]
