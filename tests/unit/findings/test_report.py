"""Reports: counted in full, kept up to a cap, and short enough to be read."""

from findings import LANGUAGES, Finding, Level, Report
from findings.report import KEPT_PER_CODE, SHOWN_PER_CODE

LOST = "GEOMETRY-DEGREES"


def report_of(n: int) -> Report:
    values = {"x": "16.2", "y": "50.1", "crs": "EPSG:5514"}
    report = Report(Finding(LOST, Level.WARNING, values, file="stops.csv", row=str(row)) for row in range(n))
    report.append(
        Finding("YAML-UNKNOWN-KEY", Level.ERROR, {"key": "tehme", "meant": "theme"}, file="stops.yml", line=2)
    )
    return report


def test_everything_is_counted_and_a_hundred_are_kept() -> None:
    report = report_of(250)
    assert report.counts[LOST] == 250
    assert sum(finding.code == LOST for finding in report) == KEPT_PER_CODE
    assert (len(report), report.errors, report.ok) == (251, 1, False)


def test_a_person_reads_a_few_of_each_kind_and_how_many_more() -> None:
    for language in LANGUAGES:
        lines = list(report_of(250).text(language))
        assert sum(LOST in line and "stops.csv" in line for line in lines) == SHOWN_PER_CODE
        assert sum("→" in line for line in lines) <= 2
        assert str(250 - SHOWN_PER_CODE) in lines[-1]
        assert any("theme" in line and "stops.yml:2" in line for line in lines)


def test_a_report_survives_the_ledger() -> None:
    report = report_of(5)
    again = Report.from_json(report.to_json())
    assert list(again) == list(report)
    assert again.counts == report.counts


def test_an_empty_report_is_ok_and_says_nothing() -> None:
    assert Report().ok
    assert list(Report().text("cs")) == []
