"""Do the servers give the same answers? Looked at before anything is timed: a fast wrong answer is worth nothing."""

import http.client
import json
import urllib.error
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.serve.asks import Ask
from bench.serve.server import Server, fetch

SAMPLE = 12
"""Requests of a workload whose answers are compared."""
DIGITS = 7


@dataclass
class Verdict:
    """How a server's answers to a workload compare with the floor's.

    `same`: the same features in the same order with the same coordinates and attributes; `count`: as many features,
    but others or in another order; `budget`: a tile of fewer features than
    raw SQL's; `less`: fewer, more, or another page; `error`. `counts`: whether numberMatched was given.
    """

    kind: str = "same"
    counts: bool = False
    notes: list[str] = field(default_factory=list)

    def lower(self, kind: str, note: str) -> None:
        order = ("same", "count", "budget", "less", "error")
        self.kind = max(self.kind, kind, key=order.index)
        if len(self.notes) < 2:  # noqa: PLR2004 (two examples are enough)
            self.notes.append(note)

    @property
    def usable(self) -> bool:
        """Whether the time of such an answer may be compared."""
        return self.kind in {"same", "count", "budget"}


def compared(server: Server, reference: Server, asked: Sequence[Ask], truth: dict[Ask, Any]) -> Verdict | None:
    """Compare the first answers with those of the reference, which are kept in `truth`; None if it cannot be asked."""
    verdict = Verdict()
    for ask in asked[:SAMPLE]:
        path = server.path(ask)
        if path is None:
            return None
        if ask not in truth:
            truth[ask] = fetch(reference.address + (reference.path(ask) or ""))
        try:
            body = fetch(server.address + path)
        except (OSError, http.client.HTTPException) as error:
            verdict.lower("error", f"{path[:300]}: {_said(error)}")
            continue
        if ask.tile:
            _tiles(verdict, body, truth[ask])
        else:
            _features(verdict, body, truth[ask], ask)
    return verdict


def features_in_tile(tile: bytes) -> int:
    """Return how many features a Mapbox vector tile has in its fullest layer; labels may stand in one of their own."""
    return max((sum(1 for _ in _fields(layer, 2)) for layer in _fields(tile, 3)), default=0)


def _tiles(verdict: Verdict, body: bytes, true: bytes) -> None:
    """Compare numbers of features. Servers differ in how far beyond the edge they take them; some have a budget."""
    mine, theirs = features_in_tile(body), features_in_tile(true)
    note = f"{mine} features, {len(body) // 1024} KB, where raw SQL has {theirs}, {len(true) // 1024} KB"
    if mine < theirs - max(4, 0.01 * theirs):
        verdict.lower("budget", note)
    elif mine != theirs:
        verdict.lower("count", note)


def _features(verdict: Verdict, body: bytes, true: bytes, ask: Ask) -> None:
    """Compare a page, or a single feature, with the true one."""
    mine, theirs = json.loads(body), json.loads(true)
    matched = mine.get("numberMatched")
    verdict.counts = verdict.counts or matched is not None
    if matched is not None and "numberMatched" in theirs and matched != theirs["numberMatched"]:
        verdict.lower("count", f"numberMatched {matched}, not {theirs['numberMatched']}")
    ours, right = (each.get("features", [each]) for each in (mine, theirs))
    if len(ours) != len(right):
        verdict.lower("less", f"{len(ours)} features, not {len(right)}")
        return
    mine_ids, true_ids = [_id(each) for each in ours], [_id(each) for each in right]
    if ask.offset and set(mine_ids).isdisjoint(true_ids):
        verdict.lower("less", f"begins with feature {mine_ids[0]}, not {true_ids[0]}")
    elif mine_ids != true_ids:
        verdict.lower("count", f"ids begin {mine_ids[:3]}, not {true_ids[:3]}")
    else:
        differing = [_id(one) for one, other in zip(ours, right, strict=True) if not _alike(one, other)]
        if differing:
            verdict.lower("count", f"other content in {len(differing)} features, first {differing[0]}")


def _id(feature: Mapping[str, Any]) -> str:
    """Return the id as text; some servers put the layer before it."""
    return str(feature["id"]).rpartition(".")[2]


def _alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell whether two features have the same coordinates, to seven decimals, and the same texts and numbers."""
    shared = ("code", "name", "category", "area")
    mine, theirs = one["properties"], other["properties"]
    if any(mine.get(name) != theirs[name] for name in shared if name != "area"):
        return False
    if abs(float(mine["area"]) - float(theirs["area"])) > 0.005:  # noqa: PLR2004 (half of what is stored)
        return False
    return list(_numbers(one["geometry"]["coordinates"])) == list(_numbers(other["geometry"]["coordinates"]))


def _numbers(nested: object) -> Iterable[float]:
    if isinstance(nested, list):
        for each in nested:
            yield from _numbers(each)
    elif isinstance(nested, int | float):
        yield round(nested, DIGITS)


def _said(error: Exception) -> str:
    if isinstance(error, urllib.error.HTTPError):
        return f"{error.code} {error.read(200).decode('utf-8', 'replace')}"
    return str(error)


def _fields(message: bytes, wanted: int) -> Iterable[bytes]:
    """Yield the length-delimited fields of a number in a protobuf message; others are skipped."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        match key & 7:
            case 0:
                _, at = _varint(message, at)
            case 1:
                at += 8
            case 2:
                length, at = _varint(message, at)
                if key >> 3 == wanted:
                    yield message[at : at + length]
                at += length
            case _:
                at += 4


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:  # noqa: PLR2004 (the last byte of a number)
            return value, at
