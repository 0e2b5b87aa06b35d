"""What the desk takes from a summary that a process wrote which has read files of strangers."""

import json
from pathlib import Path
from typing import Any

import pytest

from desk.folders import plain_name
from desk.gist import MOST_ROWS, NoReportError, gist, plan_key
from desk.register import same_municipality


def gist_of(folder: Path, told: Any) -> dict[str, Any]:
    (folder / "summary.json").write_text(json.dumps(told), encoding="utf-8")
    return gist(folder / "summary.json")


def test_what_is_needed_is_taken(tmp_path: Path) -> None:
    rules = [{"id": "a.b", "counts": {"error": 2}}, {"id": "c.d", "counts": {"warning": 1}}]
    plan = {"kind": "zoning-plan", "id": "x", "title": "Plán", "municipalities": ["563889"], "partial": False}
    told = {"standard": "cz", "profile": "JS-2024", "verdict": "refused", "counts": {"error": 2}, "rules": rules}
    found = gist_of(tmp_path, {**told, "plans": [plan]})
    assert (found["standard"], found["errors"]) == ("cz", {"a.b": 2})
    assert found["counts"] == {"error": 2, "warning": 0, "note": 0}
    assert plan_key(found) == "zoning-plan"
    assert found["plans"][0]["municipalities"] == ["563889"]


def test_a_document_leads_to_the_web_or_nowhere(tmp_path: Path) -> None:
    links = ["https://obec.example/plan.pdf", "javascript:alert(1)", "file:///etc/passwd", "a.pdf", None, "https://x y"]
    documents = [{"title": f"T{n}", "link": link} for n, link in enumerate([*links, "https://x/" + "y" * 5000])]
    [plan] = gist_of(tmp_path, {"plans": [{"documents": documents}]})["plans"]
    assert [each["title"] for each in plan["documents"]] == [f"T{n}" for n in range(len(documents))]
    assert [each["link"] for each in plan["documents"] if each["link"]] == links[:1]


@pytest.mark.parametrize("kind", ["local-plan", "change"])
def test_other_plans_go_by_kind_and_id(tmp_path: Path, kind: str) -> None:
    assert plan_key(gist_of(tmp_path, {"plans": [{"kind": kind, "id": "x", "title": "t"}]})) == f"{kind}:x"
    assert plan_key(gist_of(tmp_path, {"plans": [{"kind": kind, "title": "t"}]})) == f"{kind}:t"


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"plans": 5, "rules": "x", "counts": [1]},
        {"plans": [5, None, []], "rules": [None, {"counts": 5}]},
        {"counts": {"error": -1, "warning": True, "note": "5"}, "standard": ["cz"]},
        {"plans": [{"title": "a\x00\x1b" * 200, "municipalities": [{}] * 1000}] * 1000},
    ],
)
def test_whatever_stands_there_is_borne(tmp_path: Path, told: Any) -> None:
    found = gist_of(tmp_path, told)
    assert found["errors"] == {}
    assert found["counts"]["error"] == 0
    assert len(json.dumps(found)) < 100_000
    assert "\\u0000" not in json.dumps(found)


@pytest.mark.parametrize("content", [b"", b"[", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_summary_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "summary.json").write_bytes(content)
    with pytest.raises(NoReportError):
        gist(tmp_path / "summary.json")
    with pytest.raises(NoReportError):
        gist(tmp_path / "absent.json")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("022304_3", "0223043", True),
        ("022304", "0223043", True),
        ("14626110", "14626110", True),
        ("563889", "563890", False),
        ("5", "563889", False),
        ("", "", False),
    ],
)
def test_codes_are_compared_by_their_digits(one: str, other: str, *, same: bool) -> None:
    assert same_municipality(one, other) is same


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        ("C:\\Plány\\DUP.zip", "DUP.zip"),
        ("../../etc/passwd", "passwd"),
        ("..", "plan"),
        ("a\x00b\n.zip", "ab.zip"),
        ("", "plan"),
        ("x" * 500, "x" * 200),
    ],
)
def test_names_of_files_are_made_plain(given: str, plain: str) -> None:
    assert plain_name(given) == plain


def test_repair_and_difference_are_taken_by_name_and_type(tmp_path: Path) -> None:
    row = {"change": "changed", "before": "BV", "after": "SV", "areas": 2, "area": 1250.5, "more": "x"}
    told = {
        "rules": [{"id": "a.b", "counts": {"warning": 3}}],
        "repair": {"changes": [{}, {}], "after": {"error": 1}},
        "difference": [{"in_force": "Plán", "rows": [row] * 100}, "nonsense"],
    }
    found = gist_of(tmp_path, told)
    assert (found["warnings"], found["repair"]) == ({"a.b": 3}, {"changes": 2, "errors": 1})
    assert len(found["difference"][0]["rows"]) == MOST_ROWS
    assert found["difference"][0]["rows"][0] == {key: row[key] for key in row if key != "more"}
    assert found["difference"][1] == {"in_force": "", "rows": []}
    for repair, is_said in ((None, None), ({"changes": []}, None), ({"changes": [1]}, {"changes": 1, "errors": None})):
        assert gist_of(tmp_path, {"repair": repair})["repair"] == is_said
    odd = gist_of(tmp_path, {"difference": [{"rows": [{"area": 1e300, "areas": -1, "change": 7}]}]})
    assert odd["difference"][0]["rows"] == [{"change": "", "before": "", "after": "", "areas": 0, "area": 0.0}]
