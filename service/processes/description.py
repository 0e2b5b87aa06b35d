"""What the process `validate-plan` takes and gives, as OGC API Processes has it (OGC 18-062r2, 7.8 to 7.10). Pure."""

from service.asked import Asked, Document
from service.media import JSON
from service.texts import MESSAGES

PROCESS = "validate-plan"
VERSION = "1.0.0"
PLAN_TYPES = ("application/zip", "application/gml+xml", "application/xml", "application/geopackage+sqlite3")
INPUTS = ("plan", "name", "municipality")
OUTPUTS = {
    "summary": "summary.json",
    "faults": "report.jsonl",
    "report": "report.{language}.html",
    "verdict": "verdict.{language}.html",
    "repaired": "repaired.*",
    "harmonised": "harmonised.gpkg",
    "plu": "plu.gml",
}
"""Name, and file of the check. What a check did not make is left out of its results."""


def summary(asked: Asked) -> Document:
    """Return the short description, as it stands in the list."""
    return {
        "id": PROCESS,
        "version": VERSION,
        "title": _text(asked, "title"),
        "description": _text(asked, "description"),
        "jobControlOptions": ["async-execute", "dismiss"],
        "outputTransmission": ["value", "reference"],
        "links": [
            {"rel": "self", "href": asked.href(f"/processes/{PROCESS}"), "type": JSON},
            {
                "rel": "http://www.opengis.net/def/rel/ogc/1.0/execute",
                "href": asked.href(f"/processes/{PROCESS}/execution"),
                "type": JSON,
            },
        ],
    }


def whole(asked: Asked) -> Document:
    """Return the whole description."""
    files: Document = {"type": "string", "contentEncoding": "base64"}
    plan: Document = {"oneOf": [files | {"contentMediaType": each} for each in PLAN_TYPES]}
    text: Document = {"type": "string"}
    outputs = {
        name: {"title": _text(asked, f"output.{name}"), "schema": {"type": "object" if name == "summary" else "string"}}
        for name in OUTPUTS
    }
    inputs = {
        "plan": {"title": _text(asked, "input.plan"), "schema": plan, "minOccurs": 1, "maxOccurs": 1},
        "name": {"title": _text(asked, "input.name"), "schema": text, "minOccurs": 0},
        "municipality": {"title": _text(asked, "input.municipality"), "schema": text, "minOccurs": 0},
    }
    return summary(asked) | {"inputs": inputs, "outputs": outputs}


def _text(asked: Asked, key: str) -> str:
    return MESSAGES.text(f"process.{key}", asked.language)
