"""JSON as it is sent: compact, all letters as they are, never NaN. Pure."""

import json


def encode(document: object) -> str:
    """Return the document as compact JSON with all letters as they are. Raises ValueError for NaN."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
