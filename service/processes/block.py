"""What the API says of its processes: routes, conformance, links, OpenAPI paths."""

from service.asked import Asked, Document
from service.block import Block
from service.links import link
from service.media import JSON
from service.oas import get, parameter
from service.processes import jobs
from service.processes.description import PROCESS
from service.reception import guarded
from service.texts import MESSAGES

_PART1 = "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf"
_RESULT = "http://www.opengis.net/def/rel/ogc/1.0/processes"


def _landing(asked: Asked) -> list[Document]:
    return [link(_RESULT, asked.href("/processes"), JSON, asked, "processes")]


def _paths(asked: Asked) -> Document:
    number: Document = {"name": "job", "in": "path", "required": True, "schema": {"type": "string"}}
    one = get("job", JSON, asked, parameters=[number], plain=False)
    dismissed = get("dismiss", JSON, asked, parameters=[number], plain=False)["get"]
    most = parameter(
        "limit", {"type": "integer", "minimum": 1, "maximum": jobs.MOST_LISTED, "default": jobs.MOST_LISTED}
    )
    return {
        "/processes": get("processes", JSON, asked, parameters=[most], plain=False),
        f"/processes/{PROCESS}": get("process", JSON, asked, plain=False),
        f"/processes/{PROCESS}/execution": {"post": _execution(asked)},
        "/jobs/{job}": one | {"delete": dismissed},
        "/jobs/{job}/results": get("results", JSON, asked, parameters=[number], plain=False),
    }


def _execution(asked: Asked) -> Document:
    operation: Document = get("execute", JSON, asked, plain=False)["get"]
    answers = operation["responses"]
    schema: Document = {
        "type": "object",
        "required": ["inputs"],
        "properties": {
            "inputs": {"type": "object", "required": ["plan"]},
            "response": {"type": "string", "enum": ["document"], "default": "document"},
        },
    }
    return operation | {
        "requestBody": {"required": True, "content": {JSON: {"schema": schema}}},
        "responses": {
            "201": answers["200"]
            | {
                "description": MESSAGES.text("operation.job", asked.language),
                "headers": {"Location": {"schema": {"type": "string", "format": "uri"}}},
            },
            **{status: each for status, each in answers.items() if status != "200"},
        },
    }


BLOCK = Block(
    "processes",
    routes={
        "/ogc/processes": guarded(jobs.processes),
        "/ogc/processes/{process}": guarded(jobs.process),
        "/ogc/jobs/{job}": {"GET": guarded(jobs.job), "DELETE": guarded(jobs.dismiss)},
        "/ogc/jobs/{job}/results": guarded(jobs.results),
    },
    conformance=tuple(f"{_PART1}/{name}" for name in ("core", "ogc-process-description", "json", "dismiss", "oas30")),
    landing=_landing,
    paths=_paths,
)
