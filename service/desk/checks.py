"""Checks on the web: a plan is uploaded by anybody, the page tells how far the check is, then what it found."""

from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from desk.model import Check, Role
from plans.rules.rule import Stage
from service.desk.forms import Sent
from service.desk.view import document, onward, page, said, troubled
from service.desk.visit import Visit, visit
from service.refusal import RefusalError
from service.state import Live

REPORT_POLICY = (
    "sandbox allow-scripts allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    "script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
"""A report is one file with its script in it; it is shown without any right on this site."""
_MEDIA = {
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
STAGES = len(Stage)
SECONDS = "2"


def start_page(request: Request, live: Live) -> Response:
    """Answer `/desk`."""
    asked = visit(request, live)
    if asked.wants_json:
        return document(request, asked, _service(asked))
    return page(
        request,
        asked,
        "start",
        said(asked, "check.title"),
        municipalities=asked.desk.municipality_names(),
        chosen=asked.account.municipality if asked.account else None,
        megabytes=live.settings.desk.megabytes,
        days=live.settings.desk.days,
    )


def start(request: Request, live: Live, sent: Sent) -> Response:
    """Answer POST `/desk/checks`: the check has begun, and stands at the address that is answered."""
    asked = visit(request, live)
    if not sent.files:
        raise RefusalError(HTTPStatus.UNPROCESSABLE_ENTITY, "upload-none")
    check = asked.desk.checks.start(
        sent.files,
        language=asked.language,
        municipality=sent.fields.get("municipality") or None,
        by=asked.account,
    )
    address = f"/desk/checks/{check.id}"
    if asked.wants_json:
        return document(
            request, asked, described(asked, check), status=HTTPStatus.CREATED, headers={"Location": address}
        )
    return onward(f"{address}?lang={asked.language}")


def show(request: Request, live: Live) -> Response:
    """Answer `/desk/checks/{check}`: how far it is, or what it found."""
    asked = visit(request, live)
    check = asked.desk.checks.get(request.path_params["check"])
    if asked.wants_json:
        return document(request, asked, described(asked, check))
    return result(request, asked, check) if check.state == "done" else _running(request, asked, check)


def file(request: Request, live: Live) -> Response:
    """Answer with a file that the check made."""
    asked = visit(request, live)
    check = asked.desk.checks.get(request.path_params["check"])
    path = asked.desk.checks.file(check, request.path_params["name"])
    headers = {"Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex"}
    if path.suffix == ".html":
        headers |= {"Content-Security-Policy": REPORT_POLICY, "Cross-Origin-Opener-Policy": "unsafe-none"}
        return FileResponse(path, media_type=_MEDIA[".html"], headers=headers)
    name = path.name if path.name in _OFFERED else f"{_stem(check)}-{path.name}"
    return FileResponse(path, media_type=_MEDIA[path.suffix], filename=name, headers=headers)


def result(request: Request, asked: Visit, check: Check) -> Response:
    """Return the page of a check that is done."""
    summary = check.summary or {}
    account = asked.account
    open_to_hand_in = check.submission is None and summary.get("verdict") != "unreadable"
    return page(
        request,
        asked,
        "result",
        f"{said(asked, 'result.title')}: {check.name}",
        check=check,
        base=f"/desk/checks/{check.id}",
        summary=summary,
        counts=summary.get("counts", {}),
        repaired=_repaired(asked, check),
        files=_offered(asked, check),
        until=check.expires,
        may_hand_in=open_to_hand_in and account is not None and account.role is Role.MUNICIPALITY,
        ask_sign_in=open_to_hand_in and account is None,
    )


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


def _running(request: Request, asked: Visit, check: Check) -> Response:
    stage = f"stage.{check.stage}" if check.stage else None
    return page(
        request,
        asked,
        "running",
        f"{said(asked, 'running.title')}: {check.name}",
        headers={} if check.is_over else {"Refresh": SECONDS},
        failed=troubled(check.trouble, asked.language),
        stage=said(asked, stage) if stage else None,
        stages=STAGES,
        done=len(check.stages),
    )


def _repaired(asked: Visit, check: Check) -> dict[str, Any] | None:
    repair = (check.summary or {}).get("repair")
    name = next((each for each in asked.desk.checks.names(check) if each in _REPAIRED), None)
    if not repair or not repair["changes"] or name is None:
        return None
    return {"changes": len(repair["changes"]), "left": (repair.get("left") or {}).get("error", 0), "file": name}


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
