"""What pydantic refuses, said as findings: its many kinds of error folded into the few that a clerk can act on.

Apart from reading because this is translation, from a library's words into ours, and changes when the library does.
"""

import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from catalogue.located import Located, nearest
from findings import Finding, Level

KEY = "[key]"
"""How pydantic marks that not the value but the key of a mapping is wrong."""

_CODE = re.compile(r"[A-Z]+(-[A-Z0-9]+)+")
_EXPECTED = {
    "string": "TEXT",
    "int": "WHOLE",
    "float": "NUMBER",
    "bool": "BOOLEAN",
    "dict": "MAPPING",
    "model": "MAPPING",
    "list": "LIST",
    "tuple": "LIST",
}

type Place = tuple[str | int, ...]


def said(
    error: ValidationError, model: type[BaseModel], located: Located, file: str, at: tuple[str, ...] = ()
) -> Iterator[Finding]:
    """Yield what the error says, with the line of each fault; `at` is where the model stands in the file.

    A value under a key that is wrong is not spoken of: the key is the fault.
    """
    found = error.errors(include_url=False)
    wrong_keys = {details["loc"][:-1] for details in found if details["loc"][-1:] == (KEY,)}
    for details in found:
        if details["loc"] not in wrong_keys:
            code, values = _translated(details, model)
            yield Finding(code, Level.ERROR, values, file=file, line=located.line((*at, *details["loc"])))


def _translated(details: ErrorDetails, model: type[BaseModel]) -> tuple[str, dict[str, Any]]:
    """Return the code and the values of one error."""
    kind, context = details["type"], details.get("ctx", {})
    key = str(next((part for part in reversed(details["loc"]) if isinstance(part, str) and part != KEY), ""))
    values: dict[str, Any] = {"key": key, "value": str(details.get("input"))[:80]}
    family = _EXPECTED.get(kind.partition("_")[0])
    if _CODE.fullmatch(kind):
        return kind, values | context
    if details["loc"][-1:] == (KEY,):
        return "YAML-KEY", {"key": key, "choices": _choices(context)}
    if kind == "extra_forbidden":
        return "YAML-UNKNOWN-KEY", {"key": key, "meant": nearest(key, _known_keys(model, details["loc"]))}
    if kind in {"missing", "union_tag_not_found"}:
        return "YAML-MISSING", {"key": key if kind == "missing" else "kind"}
    if kind in {"literal_error", "union_tag_invalid"}:
        return "YAML-CHOICE", values | {"choices": _choices(context), "value": context.get("tag", values["value"])}
    of_type = family and kind.endswith(("_type", "_parsing", "_from_float"))
    return (f"YAML-NOT-{family}", values) if of_type else ("YAML-VALUE", values | {"problem": details["msg"]})


def _choices(context: dict[str, Any]) -> str:
    listed = str(context.get("expected") or context.get("expected_tags"))
    return listed.replace("'", "").replace(" or ", ", ")


def _known_keys(model: type[BaseModel], loc: Place) -> list[str]:
    """Return the keys that the part of the file at `loc` may have."""
    schema = model.model_json_schema(by_alias=True)
    definitions = schema.get("$defs", {})
    if "columns" in loc[:-1] and "dashboard" not in loc and "Column" in definitions:
        return sorted(definitions["Column"]["properties"])
    if "sources" in loc[:-1]:
        kinds = [each for name, each in definitions.items() if name.endswith("Source")]
        return sorted({key for each in kinds for key in each["properties"]})
    known = schema.get("properties", {})
    for part in loc[:-1]:
        for name, definition in definitions.items():
            if str(part).lower() in {name.lower(), name.lower().removesuffix("section")}:
                known = definition.get("properties", {})
    return sorted(known)
