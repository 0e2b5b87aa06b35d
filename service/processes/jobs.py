"""Executing the process, and its jobs: a check of the desk, told in the words of the standard."""

import base64
import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, cast

from starlette.requests import Request
from starlette.responses import Response

from desk.desk import Desk
from desk.errors import NotFound
from desk.model import Check, Handed
from service.asked import Asked, Document
from service.desk.checks import MEDIA, STAGES, begun, known
from service.desk.forms import Sent, clean
from service.desk.view import troubled
from service.desk.visit import visit
from service.jsontext import encode
from service.media import JSON
from service.parameters import BadParameterError, only
from service.parameters import whole as whole_number
from service.problems import NotReadyError
from service.processes.description import INPUTS, OUTPUTS, PROCESS, summary, whole
from service.reception import language, parameters
from service.refusal import RefusalError
from service.respond import Answer, respond
from service.state import Live

_EXCEPTIONS = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0"
_BEGINNINGS = {b"PK\x03\x04": "zip", b"SQLite format 3": "gpkg"}
MOST_LISTED = 10_000
_STATES = {"queued": "accepted", "running": "running", "done": "successful", "failed": "failed"}
MEGABYTES = 48
"""Megabytes of a request to execute: base64 takes a third more than the files, and is held in memory."""
AT_ONCE = 4
"""Such requests that a worker process takes at once."""


class ProcessError(RefusalError):
    """A refusal that has a type of its own in the standard."""

    def __init__(self, status: HTTPStatus, key: str, kind: str) -> None:
        super().__init__(status, key)
        self._kind = kind

    def members(self, _language: str) -> Mapping[str, Any]:
        """Return the type."""
        return {"type": f"{_EXCEPTIONS}/{self._kind}"}


class CheckFailedError(RefusalError):
    """The check could not be made, for a reason that lies with the desk."""

    def __init__(self, check: Check) -> None:
        super().__init__(HTTPStatus.INTERNAL_SERVER_ERROR, "no-check-made")
        self._check = check

    def members(self, language: str) -> Mapping[str, Any]:
        """Return what the desk has written down, in the place of the general sentence."""
        said = troubled(self._check.trouble, language)
        return {"detail": said} if said else {}


def processes(request: Request, live: Live) -> Response:
    """Answer `/processes`; `limit` bounds a list of one, and is there because the standard has it."""
    asked = _asked(request, live, "/processes", "limit")
    whole_number(asked.params, "limit", MOST_LISTED, 1, MOST_LISTED)
    own = {"rel": "self", "href": asked.href("/processes"), "type": JSON}
    return _json(request, asked, {"processes": [summary(asked)], "links": [own]})


def process(request: Request, live: Live) -> Response:
    """Answer `/processes/{process}`."""
    asked = _asked(request, live, f"/processes/{PROCESS}")
    _known(request)
    return _json(request, asked, whole(asked))


def execute(request: Request, live: Live, sent: Sent) -> Response:
    """Answer POST `/processes/{process}/execution`: 201 with the job, whatever the client prefers."""
    _known(request)
    asked = _asked(request, live, f"/processes/{PROCESS}/execution")
    inputs, outputs = _demanded(sent)
    name, plan = _plan(inputs.get("plan"))
    handed = Handed(clean(inputs.get("name") or name), cast("BinaryIO", BytesIO(plan)))
    check = begun(visit(request, live), [handed], clean(inputs.get("municipality", "")))
    number = "~".join([check.id, *outputs])
    headers = {"Location": asked.href(f"/jobs/{number}")}
    if "respond-async" in request.headers.get("prefer", ""):
        headers["Preference-Applied"] = "respond-async"
    return _json(request, asked, _status(asked, check, number), HTTPStatus.CREATED, headers)


def job(request: Request, live: Live) -> Response:
    """Answer `/jobs/{job}`."""
    asked, _, check, _ = _job(request, live)
    return _json(request, asked, _status(asked, check, request.path_params["job"]))


def dismiss(request: Request, live: Live) -> Response:
    """Answer DELETE `/jobs/{job}`: the check and its files are gone; one of a submission stays."""
    asked, desk, check, _ = _job(request, live)
    desk.checks.dismiss(check)
    gone = {"status": "dismissed", "links": []}
    return _json(request, asked, _status(asked, check, request.path_params["job"]) | gone)


def results(request: Request, live: Live) -> Response:
    """Answer `/jobs/{job}/results`: the summary by value, files by reference."""
    asked, desk, check, outputs = _job(request, live)
    if not check.is_over:
        raise ProcessError(HTTPStatus.NOT_FOUND, "no-result", "result-not-ready")
    if check.state == "failed":
        raise CheckFailedError(check)
    made: Document = {}
    for name in outputs:
        found = next((each for each in desk.checks.names(check) if _is(each, OUTPUTS[name], asked.language)), None)
        if name == "summary" and check.summary is not None:
            made[name] = {"mediaType": JSON, "value": check.summary}
        elif found is not None:
            address = f"{desk.settings.public_url}/desk/checks/{check.id}/{found}"
            made[name] = {"href": address, "type": MEDIA[Path(found).suffix].partition(";")[0]}
    return _json(request, asked, made)


def _is(name: str, file: str, spoken: str) -> bool:
    return name == file.format(language=spoken) or (file.endswith(".*") and name.startswith(file[:-1]))


def _asked(request: Request, live: Live, path: str, *known: str) -> Asked:
    """Return what is asked. A token here is the desk's and opens no collection: everybody sees the same."""
    if live.state is None:
        raise NotReadyError
    params = parameters(request)
    only(params, frozenset({"f", "lang", *known}))
    if params.get("f", "json") != "json":
        raise BadParameterError("f", "choice", choices="json")
    return Asked(live.state, live.state.public, path, params, language(request, live.state, params), "json")


def _known(request: Request) -> None:
    if request.path_params["process"] != PROCESS:
        raise ProcessError(HTTPStatus.NOT_FOUND, "no-process", "no-such-process")


def _job(request: Request, live: Live) -> tuple[Asked, Desk, Check, Sequence[str]]:
    """Return the check of the job, and the outputs that were asked for: the job's id says which, if not all."""
    job = request.path_params["job"]
    number, *outputs = job.split("~")
    asked = _asked(request, live, f"/jobs/{job}")
    at = visit(request, live)
    no_job = ProcessError(HTTPStatus.NOT_FOUND, "no-job", "no-such-job")
    if not OUTPUTS.keys() >= set(outputs):
        raise no_job
    try:
        return asked, at.desk, known(at, number), outputs or list(OUTPUTS)
    except NotFound:
        raise no_job from None


def _status(asked: Asked, check: Check, job: str) -> Document:
    moments = {"created": check.created, "started": check.started, "finished": check.finished}
    own = asked.href(f"/jobs/{job}")
    links = [{"rel": "self", "href": own, "type": JSON}]
    if check.is_over:
        rel = "http://www.opengis.net/def/rel/ogc/1.0/results"
        links.append({"rel": rel, "href": f"{own}/results", "type": JSON})
    said: Document = {
        "processID": PROCESS,
        "type": "process",
        "jobID": job,
        "status": _STATES[check.state],
        "progress": _percent(check),
        **{name: moment.isoformat() for name, moment in moments.items() if moment},
        "links": links,
    }
    trouble = troubled(check.trouble, asked.language)
    return said | ({"message": trouble} if trouble else {})


def _percent(check: Check) -> int:
    if check.is_over:
        return 100
    return 100 * STAGES.index(check.stage) // len(STAGES) if check.stage in STAGES else 0


def _demanded(sent: Sent) -> tuple[dict[str, Any], list[str]]:
    """Return the inputs of the request, and the names of the outputs that it asks for: none for all."""
    try:
        body = json.load(cast("BinaryIO", sent.files[0].content)) if sent.files else None
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict) or not isinstance(body.get("inputs"), dict):
        raise _wrong("inputs", "body")
    if body.get("response", "document") != "document":
        raise _wrong("response", "response")
    inputs, outputs = body["inputs"], body.get("outputs", {})
    if not isinstance(outputs, dict):
        raise _wrong("outputs", "body")
    for name in [*(inputs.keys() - set(INPUTS)), *(outputs.keys() - OUTPUTS.keys())]:
        raise _wrong(clean(name)[:60], "unknown")
    for name in ("name", "municipality"):
        if not isinstance(inputs.get(name, ""), str):
            raise _wrong(name, "text")
    return inputs, [name for name in OUTPUTS if name in outputs]


def _plan(given: object) -> tuple[str, bytes]:
    """Return how the file is called where nobody says it, and its content."""
    value = given.get("value") if isinstance(given, dict) else given
    if isinstance(given, dict) and "href" in given:
        raise _wrong("plan", "href")
    if not isinstance(value, str) or not value:
        raise _wrong("plan", "plan")
    try:
        content = base64.b64decode(value, validate=True)
    except ValueError:  # also for letters that are not ASCII
        raise _wrong("plan", "base64") from None
    ending = next((ending for start, ending in _BEGINNINGS.items() if content.startswith(start)), "gml")
    return f"plan.{ending}", content


def _wrong(name: str, reason: str) -> RefusalError:
    return RefusalError(HTTPStatus.BAD_REQUEST, f"input.{reason}", name=name)


def _json(
    request: Request,
    asked: Asked,
    content: Document,
    status: HTTPStatus = HTTPStatus.OK,
    headers: Mapping[str, str] | None = None,
) -> Response:
    said = {"Content-Language": asked.language, **(headers or {})}
    return respond(request, Answer(encode(content).encode(), JSON, status, said, private=True))
