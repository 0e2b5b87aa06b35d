"""The gist of a report: what the desk decides by, taken from summary.json.

That file was written by a process that has read files of strangers: what is taken from it is taken by name, in the type
and length that is expected, and nothing else.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

MOST_BYTES = 64 << 20
MOST_PLANS = 50
MOST_ROWS = 40
MOST_DOCUMENTS = 40
_EARTH = 1e15
"""Square metres that no plan has."""
_LEVELS = ("error", "warning", "note")
_WEB = re.compile(r"https?://[^\s/]+\S*", re.IGNORECASE)
_LONGEST_LINK = 1000


class NoReportError(Exception):
    """The check has left no summary that can be read."""


def gist(path: Path) -> dict[str, Any]:
    """Return {standard, profile, verdict, counts: {level: n}, errors: {rule: n}, warnings: {rule: n}, plans: […], …}.

    `errors` are the rules with faults that forbid publishing. `repair` is {changes: n, errors: those left after it,
    None if that is not known}; None where nothing was proposed. `difference` is what changes against plans in force:
    [{in_force, rows: [{change, before, after, areas, area (m²)}]}], the first MOST_ROWS of each. Raises NoReportError.
    """
    try:
        if path.is_symlink() or path.stat().st_size > MOST_BYTES:
            raise NoReportError(str(path))
        told = _map(json.loads(path.read_bytes()))
    except (OSError, ValueError, RecursionError) as error:
        raise NoReportError(str(path)) from error
    counts = _map(told.get("counts"))
    return {
        "standard": _text(told.get("standard"), 2) or None,
        "profile": _text(told.get("profile"), 40),
        "verdict": _text(told.get("verdict"), 20),
        "counts": {level: _number(counts.get(level)) for level in _LEVELS},
        "errors": _rules(told, "error"),
        "warnings": _rules(told, "warning"),
        "repair": _repair(told.get("repair")),
        "difference": [_difference(each) for each in _list(told.get("difference"))[:MOST_PLANS]],
        "plans": [_plan(each) for each in _list(told.get("plans"))[:MOST_PLANS]],
    }


def plan_key(found: Mapping[str, Any]) -> str | None:
    """Return which plan of its municipality it is: there is one zoning plan, others go by kind and id; None: no plan.

    Of several plans in one package the first one names it.
    """
    if not found["plans"]:
        return None
    first = found["plans"][0]
    return "zoning-plan" if first["kind"] == "zoning-plan" else f"{first['kind']}:{first['id'] or first['title']}"


def _rules(told: Mapping[str, Any], level: str) -> dict[str, int]:
    """Return the rules with faults of the level, and how many each has."""
    counted = {
        _text(rule.get("id"), 100): _number(_map(rule.get("counts")).get(level))
        for rule in map(_map, _list(told.get("rules")))
    }
    return {rule: n for rule, n in counted.items() if n}


def _repair(found: object) -> dict[str, int | None] | None:
    repair = _map(found)
    changes = _list(repair.get("changes"))
    after = repair.get("after")
    errors = _number(after.get("error")) if isinstance(after, dict) else None
    return {"changes": len(changes), "errors": errors} if changes else None


def _difference(found: object) -> dict[str, Any]:
    told = _map(found)
    rows = [
        {name: _text(row.get(name), 100) for name in ("change", "before", "after")}
        | {"areas": _number(row.get("areas")), "area": _area(row.get("area"))}
        for row in map(_map, _list(told.get("rows"))[:MOST_ROWS])
    ]
    return {"in_force": _text(told.get("in_force"), 300), "rows": rows}


def _plan(found: object) -> dict[str, Any]:
    plan = _map(found)
    lifecycle, counts = _map(plan.get("lifecycle")), _map(plan.get("counts"))
    return {
        **{name: _text(plan.get(name), 300) for name in ("kind", "id", "title", "profile", "crs")},
        "municipalities": [_text(code, 40) for code in _list(plan.get("municipalities"))[:MOST_PLANS]],
        "partial": plan.get("partial") is True,
        "step": _text(lifecycle.get("step"), 40),
        "valid_from": _text(lifecycle.get("valid_from"), 40),
        "areas": _number(counts.get("areas")),
        "documents": [_document(each) for each in _list(plan.get("documents"))[:MOST_DOCUMENTS]],
    }


def _document(found: object) -> dict[str, str | None]:
    """Return title and link of a document; the link is None where it leads to nothing that a browser should open."""
    document = _map(found)
    link = _text(document.get("link"), _LONGEST_LINK + 1)
    is_web = _WEB.fullmatch(link) is not None and len(link) <= _LONGEST_LINK
    return {"title": _text(document.get("title"), 300), "link": link if is_web else None}


def _map(found: object) -> Mapping[str, Any]:
    return found if isinstance(found, dict) else {}


def _list(found: object) -> list[Any]:
    return found if isinstance(found, list) else []


def _text(found: object, most: int) -> str:
    return "".join(letter for letter in found if letter.isprintable())[:most] if isinstance(found, str) else ""


def _number(found: object) -> int:
    return found if isinstance(found, int) and not isinstance(found, bool) and 0 <= found < 1 << 31 else 0


def _area(found: object) -> float:
    return float(found) if isinstance(found, int | float) and 0 <= found < _EARTH else 0.0
