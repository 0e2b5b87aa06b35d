"""Checks on the web: a plan is uploaded by anybody, the page tells how far the check is, then what it found."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from desk.errors import DeskError, Invalid, NotFound
from desk.folders import ID
from desk.model import Check, Handed, Role
from plans.report.texts import Words
from plans.rules.rule import Stage
from service.desk.forms import Sent
from service.desk.view import document, onward, page, said, troubled
from service.desk.visit import Visit, visit
from service.state import Live

REPORT_POLICY = (
    "sandbox allow-scripts allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    "script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
"""A report is one file with its script in it; it is shown without any right on this site."""
MEDIA = {
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".geojson": "application/geo+json",
    ".gml": "application/gml+xml",
    ".gpkg": "application/geopackage+sqlite3",
    ".zip": "application/zip",
}
_OFFERED = {
    "report.jsonl": "jsonl",
    "harmonised.gpkg": "harmonised",
    "plu.gml": "plu",
}
_REPAIRED = ("repaired.zip", "repaired.gml", "repaired.gpkg")
STAGES = ("start", "unpack", "read", *(stage.value for stage in Stage), "repair", "harmonise", "report")
"""Those that `plans.check` tells, in their order."""
SECONDS = "2"
FIRST = 5
"""Kinds of faults that the page itself lists; the report has all of them."""


def start_page(request: Request, live: Live) -> Response:
    """Answer `/desk`."""
    asked = visit(request, live)
    return document(request, asked, _service(asked)) if asked.wants_json else _start(request, asked, live)


def again(request: Request, live: Live) -> Response:
    """Answer `/desk/checks`, where only forms are sent: whoever comes by hand is led to the form."""
    return onward(f"/desk?lang={visit(request, live).language}")


def start(request: Request, live: Live, sent: Sent) -> Response:
    """Answer POST `/desk/checks`: the check has begun, and stands at the address that is answered."""
    asked = visit(request, live)
    try:
        check = begun(asked, sent.files, sent.fields.get("municipality"))
    except DeskError as refused:
        if asked.wants_json:
            raise
        return _start(request, asked, live, refused, sent.fields.get("municipality"))
    address = f"/desk/checks/{check.id}"
    if asked.wants_json:
        return document(
            request, asked, described(asked, check), status=HTTPStatus.CREATED, headers={"Location": address}
        )
    return onward(f"{address}?lang={asked.language}")


def begun(asked: Visit, files: Sequence[Handed], municipality: str | None) -> Check:
    """Return the new check of the files. Raises as `desk.checks.start`, and Invalid for an unknown municipality."""
    code = municipality or None
    if code and asked.desk.register is not None and asked.desk.municipality(code) is None:
        raise Invalid("municipality-unknown", code=code[:40])
    return asked.desk.checks.start(files, language=asked.language, municipality=code, by=asked.account)


def show(request: Request, live: Live) -> Response:
    """Answer `/desk/checks/{check}`: how far it is, or what it found."""
    asked = visit(request, live)
    check = known(asked, request.path_params["check"])
    if asked.wants_json:
        return document(request, asked, described(asked, check))
    return result(request, asked, check) if check.state == "done" else _running(request, asked, check)


def known(asked: Visit, number: str) -> Check:
    """Return the check. Raises NotFound, also for what cannot be the id of one."""
    if not ID.fullmatch(number):
        raise NotFound("no-check")
    return asked.desk.checks.get(number)


def file(request: Request, live: Live) -> Response:
    """Answer with a file that the check made."""
    asked = visit(request, live)
    check = known(asked, request.path_params["check"])
    path = asked.desk.checks.file(check, request.path_params["name"])
    headers = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"}
    if path.suffix == ".html":
        headers |= {"Content-Security-Policy": REPORT_POLICY, "Cross-Origin-Opener-Policy": "unsafe-none"}
        return FileResponse(path, media_type=MEDIA[".html"], headers=headers)
    name = path.name if path.name in _OFFERED else f"{_stem(check)}-{path.name}"
    return FileResponse(path, media_type=MEDIA[path.suffix], filename=name, headers=headers)


def result(request: Request, asked: Visit, check: Check) -> Response:
    """Return the page of a check that is done."""
    summary = check.summary or {}
    account = asked.account
    verdict = verdict_of(check)
    open_to_hand_in = check.submission is None and verdict != "unreadable"
    return page(
        request,
        asked,
        "result",
        f"{said(asked, 'result.title')}: {check.name}",
        check=check,
        base=f"/desk/checks/{check.id}",
        verdict=verdict,
        counts=counts_of(check),
        first=first_things(asked, check),
        kinds=len(summary.get("errors") or summary.get("warnings") or ()),
        repaired=repaired(asked, check),
        files=_offered(asked, check),
        until=check.expires,
        submission=_submission(asked, check),
        may_hand_in=open_to_hand_in and account is not None and account.role is Role.MUNICIPALITY,
        ask_sign_in=open_to_hand_in and account is None,
    )


def verdict_of(check: Check) -> str:
    """Return ok, refused or unreadable."""
    found = str((check.summary or {}).get("verdict"))
    return found if found in {"ok", "refused"} else "unreadable"


def counts_of(check: Check) -> dict[str, int]:
    """Return the number of faults of each level."""
    found = (check.summary or {}).get("counts") or {}
    return {level: found.get(level, 0) for level in ("error", "warning", "note")}


def first_things(asked: Visit, check: Check) -> list[dict[str, Any]]:
    """Return what to mend first, the most frequent first: errors, or, where there are none, warnings."""
    summary, words = check.summary or {}, Words(asked.language)
    found = summary.get("errors") or summary.get("warnings") or {}
    most = sorted(found.items(), key=lambda each: (-each[1], each[0]))[:FIRST]
    return [{"title": words.rule(rule, "title"), "do": words.rule(rule, "do", unknown="…"), "n": n} for rule, n in most]


def repaired(asked: Visit, check: Check) -> dict[str, Any] | None:
    """Return the repaired package with how many areas were mended, and how many errors stay (None: not known)."""
    repair = (check.summary or {}).get("repair")
    name = next((each for each in asked.desk.checks.names(check) if each in _REPAIRED), None)
    if not repair or name is None:
        return None
    return {"changes": repair["changes"], "left": repair["errors"], "href": f"/desk/checks/{check.id}/{name}"}


def described(asked: Visit, check: Check) -> dict[str, Any]:
    """Return a check as a program reads it."""
    base = f"{asked.root}/checks/{check.id}"
    files = asked.desk.checks.names(check) if check.state == "done" else []
    return {
        "id": check.id,
        "name": check.name,
        "state": check.state,
        "stage": check.stage,
        "municipality": check.municipality,
        "submission": check.submission,
        "created": check.created.isoformat(),
        "finished": check.finished.isoformat() if check.finished else None,
        "expires": check.expires.isoformat() if check.expires else None,
        "trouble": troubled(check.trouble, asked.language),
        "summary": check.summary,
        "links": [
            {"rel": "self", "href": base},
            *({"rel": "related", "title": name, "href": f"{base}/{name}"} for name in files),
        ],
    }


def _start(
    request: Request, asked: Visit, live: Live, refused: DeskError | None = None, chosen: str | None = None
) -> Response:
    return page(
        request,
        asked,
        "start",
        said(asked, "check.title"),
        status=refused.status if refused else HTTPStatus.OK,
        said=refused.text(asked.language) if refused else None,
        municipalities=asked.desk.municipality_names(),
        chosen=chosen or (asked.account.municipality if asked.account else None),
        megabytes=live.settings.desk.megabytes,
        days=live.settings.desk.days,
    )


def _running(request: Request, asked: Visit, check: Check) -> Response:
    known_stage = check.stage in STAGES
    return page(
        request,
        asked,
        "running",
        f"{said(asked, 'running.title' if not check.is_over else 'running.over')}: {check.name}",
        headers={} if check.is_over else {"Refresh": SECONDS},
        failed=troubled(check.trouble, asked.language),
        submission=_submission(asked, check),
        stage=said(asked, f"stage.{check.stage}") if known_stage else None,
        stages=len(STAGES),
        done=STAGES.index(check.stage) if check.stage and known_stage else 0,
    )


def _submission(asked: Visit, check: Check) -> str | None:
    """Return the id of the submission of the check, if the visitor may see that."""
    if check.submission is None:
        return None
    try:
        return asked.desk.submissions.get(asked.account, check.submission).id
    except NotFound:
        return None


def _offered(asked: Visit, check: Check) -> list[dict[str, Any]]:
    names = [name for name in asked.desk.checks.names(check) if name in _OFFERED]
    sizes = {name: asked.desk.checks.file(check, name).stat().st_size for name in names}
    return [{"name": name, "key": _OFFERED[name], "size": size} for name, size in sizes.items()]


def _stem(check: Check) -> str:
    return "".join(letter if letter.isalnum() and letter.isascii() else "-" for letter in check.name.partition(".")[0])


def _service(asked: Visit) -> dict[str, Any]:
    base = asked.root
    rels = {"checks": "POST", "submissions": "GET, POST", "rules": "GET"}
    return {"links": [{"rel": rel, "href": f"{base}/{rel}", "methods": methods} for rel, methods in rels.items()]}
