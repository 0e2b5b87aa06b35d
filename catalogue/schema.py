"""The JSON Schemas of dataset files and of dashboards, for editors that complete and underline while a clerk writes.

Apart from the model because an editor sees the file, and the file has no `id` and no `path`.
"""

from typing import Any

from catalogue.dashboards import Dashboard
from catalogue.model import Dataset

NOT_IN_FILES = ("id", "path")


def dataset_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a dataset file.

    Values that a person writes with a unit (`20 %`, `1 m²`) are text in the file though they are numbers in the model.
    """
    schema = Dataset.model_json_schema(by_alias=True)
    for name in NOT_IN_FILES:
        schema["properties"].pop(name)
        schema["required"].remove(name)
    checks = schema["$defs"]["Checks"]["properties"]
    checks["max_change"] = {"type": ["string", "number"], "examples": ["20 %"]}
    checks["overlaps"] = {"type": "string", "examples": ["1 m²"]}
    schema["$defs"]["HereSection"]["properties"]["within"] = {"type": "string", "examples": ["25 m"]}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Krajina dataset", **schema}


def dashboard_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a file in `dashboards/`."""
    schema = Dashboard.model_json_schema(by_alias=True)
    for name in NOT_IN_FILES:
        schema["properties"].pop(name)
        schema["required"].remove(name)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Krajina dashboard", **schema}
