"""OGC API Processes, Part 1, by its abstract tests (OGC 18-062r2, annex A: core, dismiss, json, oas30) and a client.

Requirements are named as there, without `/req`.
"""

import base64
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from owslib.ogcapi.processes import Processes

from tests import postgis
from tests.integration.desk.municipality import HOME, crossing, good
from tests.integration.service.town import AS_JSON, Town, town

EXECUTION = "/ogc/processes/validate-plan/execution"
EXCEPTIONS = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0"
REL = "http://www.opengis.net/def/rel/ogc/1.0"


@pytest.fixture(scope="module")
def desk(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with postgis.clone(cluster) as dsn, town(dsn, tmp_path_factory.mktemp("town")) as made:
        yield made


def inputs_of(plan: Path, **more: str) -> dict[str, Any]:
    value = base64.b64encode(plan.read_bytes()).decode()
    return {"plan": {"value": value, "mediaType": "application/zip"}, "name": plan.name, **more}


def executed(desk: Town, plan: Path, **more: str) -> requests.Response:
    answer = desk.client.post(EXECUTION, json={"inputs": inputs_of(plan, **more)})
    assert answer.status_code == 201, answer.text
    return answer


def test_the_landing_page_leads_to_processes_that_the_description_has(desk: Town) -> None:
    """core/landingpage-success, core/process-list-success, core/process-description-success, oas30/definition."""
    landing = desk.client.get("/ogc", headers=AS_JSON).json()
    links = {each["rel"]: each["href"] for each in landing["links"]}
    assert {f"{REL}/processes", "service-desc", "conformance"} <= links.keys()
    classes = desk.client.get("/ogc/conformance", headers=AS_JSON).json()["conformsTo"]
    part = "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf"
    assert {f"{part}/{name}" for name in ("core", "ogc-process-description", "json", "dismiss", "oas30")} <= set(
        classes
    )
    listed = desk.client.get(links[f"{REL}/processes"], headers=AS_JSON).json()
    (one,) = listed["processes"]
    assert {"id", "version", "title", "jobControlOptions", "outputTransmission", "links"} <= one.keys()
    whole = desk.client.get(next(each["href"] for each in one["links"] if each["rel"] == "self")).json()
    assert one.items() <= whole.items()
    assert all("schema" in each for each in (*whole["inputs"].values(), *whole["outputs"].values()))
    described = desk.client.get("/ogc/openapi?f=json").json()
    paths = described["paths"]
    assert {(path, method) for path in paths if "process" in path or "job" in path for method in paths[path]} == {
        ("/processes", "get"),
        ("/processes/validate-plan", "get"),
        ("/processes/validate-plan/execution", "post"),
        ("/jobs/{job}", "get"),
        ("/jobs/{job}", "delete"),
        ("/jobs/{job}/results", "get"),
    }
    assert "Location" in paths["/processes/validate-plan/execution"]["post"]["responses"]["201"]["headers"]


@pytest.mark.parametrize(
    ("query", "status"), [("limit=1", 200), ("limit=0", 400), ("limit=x", 400), ("f=html", 400), ("a=1", 400)]
)
def test_the_list_takes_a_limit(desk: Town, query: str, status: int) -> None:
    """core/pl-limit-definition, core/pl-limit-response; core/query parameters that are not known."""
    answer = desk.client.get(f"/ogc/processes?{query}")
    assert answer.status_code == status


def test_what_does_not_exist_has_the_type_of_the_standard(desk: Town) -> None:
    """core/process-exception-no-such-process, core/job-exception-no-such-job, core/job-results-exception."""
    for method, address, kind in (
        ("GET", "/ogc/processes/none", "no-such-process"),
        ("POST", "/ogc/processes/none/execution", "no-such-process"),
        *(
            (method, f"/ogc/jobs/{job}{rest}", "no-such-job")
            for job in ("A" * 22, "x%00", "..")
            for method, rest in (("GET", ""), ("GET", "/results"), ("DELETE", ""))
            if job != ".."
        ),
    ):
        answer = desk.client.request(method, address)
        assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json"), address
        assert answer.json()["type"] == f"{EXCEPTIONS}/{kind}"


def test_inputs_are_judged(desk: Town, tmp_path: Path) -> None:
    """core/process-execute-inputs: what is wrong is named, and no job is made."""
    right = inputs_of(good(tmp_path))
    wrong_ones: tuple[Any, ...] = (
        None,
        [],
        {},
        {"inputs": []},
        {"inputs": {}},
        {"inputs": {"plan": ""}},
        {"inputs": {"plan": {"value": "not base64!"}}},
        {"inputs": {"plan": {"value": "ěšč"}}},
        {"inputs": {"plan": {"href": "http://127.0.0.1/plan.zip"}}},
        {"inputs": {**right, "name": 1}},
        {"inputs": {**right, "nonsense": "x"}},
        {"inputs": right, "response": "raw"},
        {"inputs": right, "outputs": {"nonsense": {}}},
        {"inputs": right, "outputs": ["summary"]},
    )
    for body in wrong_ones:
        answer = desk.client.post(EXECUTION, json=body)
        assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json"), body
    for body in ({"inputs": {**right, "municipality": "\ud800\x00"}}, {"inputs": {**right, "plan": {"value": "===="}}}):
        assert desk.client.post(EXECUTION, json=body).status_code in {400, 422}
    deep = b'{"inputs":' + b"[" * 100_000
    assert desk.client.post(EXECUTION, data=deep, headers={"Content-Type": "application/json"}).status_code == 400
    wrong = desk.client.get(EXECUTION)
    assert (wrong.status_code, wrong.headers["Allow"]) == (405, "OPTIONS, POST")


def test_a_job_from_its_beginning_to_its_results(desk: Town, tmp_path: Path) -> None:
    """core/job-creation-success-async, core/job-success, core/job-results-async-document, json/definition."""
    answer = desk.client.post(
        f"{EXECUTION}?lang=de", json={"inputs": inputs_of(crossing(tmp_path))}, headers={"Prefer": "respond-async"}
    )
    assert (answer.status_code, answer.headers["Preference-Applied"]) == (201, "respond-async")
    job = answer.headers["Location"].partition("?")[0]
    assert {
        "processID": "validate-plan",
        "type": "process",
        "status": "accepted",
        "progress": 0,
    }.items() <= answer.json().items()
    assert job.endswith(answer.json()["jobID"])
    early = desk.client.get(f"{job}/results")
    assert (early.status_code, early.json()["type"]) == (404, f"{EXCEPTIONS}/result-not-ready")
    desk.office.work()
    status = desk.client.get(job).json()
    assert (status["status"], status["progress"]) == ("successful", 100)
    assert {"created", "started", "finished"} <= status.keys()
    (results,) = [each["href"] for each in status["links"] if each["rel"] == f"{REL}/results"]
    made = desk.client.get(f"{results}?lang=pl").json()
    assert made["summary"]["mediaType"] == "application/json"
    assert made["summary"]["value"]["verdict"] == "refused"
    assert {"faults", "report", "verdict"} <= made.keys()
    for name, each in made.items():
        if name != "summary":
            file = desk.client.get(each["href"])
            assert file.status_code == 200, name
            assert file.headers["Content-Type"].partition(";")[0] == each["type"]
    assert made["report"]["href"].endswith("/report.pl.html")


def test_only_the_outputs_that_are_asked_for_are_given(desk: Town, tmp_path: Path) -> None:
    """core/process-execute-outputs."""
    wanted: dict[str, Any] = {"report": {}, "summary": {}}
    job = desk.client.post(EXECUTION, json={"inputs": inputs_of(good(tmp_path)), "outputs": wanted}).headers["Location"]
    desk.office.work()
    status = desk.client.get(job).json()
    assert job.partition("?")[0].endswith(status["jobID"])
    (results,) = [each["href"] for each in status["links"] if each["rel"] == f"{REL}/results"]
    assert desk.client.get(results).json().keys() == wanted.keys()
    assert desk.client.get(job.replace("~report", "~nonsense")).json()["type"] == f"{EXCEPTIONS}/no-such-job"
    assert desk.client.delete(job).status_code == 200


def test_a_job_that_failed_has_no_results_but_a_reason(desk: Town, tmp_path: Path) -> None:
    """core/job-results-failed."""
    job = executed(desk, good(tmp_path)).json()["jobID"]
    with desk.office.desk.database.transaction() as connection, connection.cursor() as cursor:
        cursor.execute(
            "UPDATE desk.\"check\" SET state = 'failed', trouble = %s, finished = now() WHERE id = %s",
            ['{"key": "no-sandbox", "values": {}}', job],
        )
    status = desk.client.get(f"/ogc/jobs/{job}").json()
    assert (status["status"], "message" in status) == ("failed", True)
    refused = desk.client.get(f"/ogc/jobs/{job}/results?lang=en")
    assert (refused.status_code, refused.headers["Content-Type"]) == (500, "application/problem+json")
    assert "Checks cannot be made" in refused.json()["detail"]


def test_a_job_is_dismissed_unless_it_was_handed_in(desk: Town, tmp_path: Path) -> None:
    """dismiss/job-dismiss-op, dismiss/job-dismiss-success."""
    job = executed(desk, good(tmp_path)).json()["jobID"]
    gone = desk.client.delete(f"/ogc/jobs/{job}")
    assert (gone.status_code, gone.json()["status"], gone.json()["jobID"]) == (200, "dismissed", job)
    assert desk.client.get(f"/ogc/jobs/{job}").status_code == 404
    assert not (desk.office.desk.folder / job).exists()
    submission = desk.office.handed_in(desk.office.officer(HOME), good(tmp_path / "b"))
    assert desk.client.delete(f"/ogc/jobs/{submission.check}").status_code == 403


def test_a_client_of_others_checks_a_plan(desk: Town, tmp_path: Path) -> None:
    """OWSLib, which QGIS' and pygeoapi's people use."""
    client = Processes(f"{desk.client.address}/ogc/")
    assert [each["id"] for each in client.processes()] == ["validate-plan"]
    assert re.match(r"\d+\.\d+\.\d+$", client.process("validate-plan")["version"])
    job = client.execute("validate-plan", inputs_of(good(tmp_path), municipality=HOME), async_=True)
    assert job["status"] == "accepted"
    desk.office.work()
    results = client._request(path=f"jobs/{job['jobID']}/results")  # noqa: SLF001 (it has no call for results)
    assert results["summary"]["value"]["verdict"] == "ok"
    assert results["summary"]["value"]["plans"][0]["municipalities"] == [HOME]
    assert requests.get(results["harmonised"]["href"], timeout=60).content[:6] == b"SQLite"
