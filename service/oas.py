"""Pieces of which OpenAPI documents are made: operations, parameters, references. Pure."""

from service.asked import Asked, Document
from service.media import HTML, PNG
from service.texts import MESSAGES

REFUSALS = {"400": "BadRequest", "404": "NotFound", "406": "NotAcceptable", "503": "Unavailable"}


def get(
    name: str,
    media_type: str,
    asked: Asked,
    *,
    tag: str = "portal",
    title: str = "",
    parameters: list[Document] | None = None,
    schema: str = "Document",
    plain: bool = True,
) -> Document:
    """Return the GET operation of a path; `plain` has the HTML page beside it."""
    content: Document = {media_type: {"schema": _schema_of(schema, media_type)}}
    if plain:
        content[HTML] = {"schema": {"type": "string"}}
    summary = MESSAGES.text(f"operation.{name}", asked.language)
    return {
        "get": {
            "summary": f"{title}: {summary}" if title else summary,
            "operationId": f"{name}-{tag}",
            "tags": [tag],
            "parameters": [
                *(parameters or []),
                *(reference(each) for each in (("f", "lang") if plain else ("lang",))),
            ],
            "responses": {"200": {"description": summary, "content": content}}
            | {status: {"$ref": f"#/components/responses/{response}"} for status, response in REFUSALS.items()},
        }
    }


def _schema_of(name: str, media_type: str) -> Document:
    if media_type == PNG:
        return {"type": "string", "format": "binary"}
    return {"$ref": f"#/components/schemas/{name}"}


def reference(name: str) -> Document:
    """Return the reference to a shared parameter."""
    return {"$ref": f"#/components/parameters/{name}"}


def parameter(name: str, schema: Document, description: str | None = None) -> Document:
    """Return the description of a query parameter."""
    made: Document = {"name": name, "in": "query", "required": False, "style": "form", "explode": False}
    return made | {"schema": schema} | ({"description": description} if description else {})
