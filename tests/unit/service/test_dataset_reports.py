"""What pages of datasets say of loads: in groups for clerks, without what is not public; edits in one line."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from catalogue import Dataset
from findings import LANGUAGES, Finding, Level, Report
from service.datasets import judged
from service.datasets.batches import Batch, Ledger
from service.datasets.listing import has
from service.datasets.spoken import percent, period
from service.folding import folded

NOON = datetime(2026, 5, 10, 12, tzinfo=UTC)
DATASET = Dataset.model_validate(
    {
        "id": "lamps",
        "path": "lamps.yml",
        "title": {"en": "Lamps"},
        "theme": "planning",
        "publisher": "region",
        "licence": "cc0-1.0",
        "updated": "P10D",
        "sources": [{"kind": "geojson", "path": "lamps.geojson"}],
        "geometry": "Point",
        "columns": {"power": {"type": "integer"}, "owner": {"private": True}},
    }
)


def finding(code: str, level: Level = Level.WARNING, **values: Any) -> Finding:
    return Finding(code, level, values, "lamps", "deep/folder/lamps.geojson", row="7", point=(15.0, 50.7))


def batch(number: int, **changed: Any) -> Batch:
    none: dict[str, Any] = dict.fromkeys(
        ("rows_read", "inserted", "updated", "deleted", "unchanged", "operation", "accuracy", "report", "source")
    )
    made = Batch(number, "published", "difference", NOON, NOON, **none)
    return replace(made, **changed)


def test_findings_are_told_in_groups_and_what_is_not_public_is_not() -> None:
    report = Report(
        [
            finding("VALUE-CAST", column="power", value="much", type="integer"),
            finding("VALUE-CAST", column="owner", value="Jan Novak", type="text"),
            finding("ROW-SKIPPED", row="1;Jan Novak;x"),
            finding("GEOMETRY-ZERO", x="0", y="0"),
        ]
    )
    [emptied] = judged.groups(Report(list(report)[:2]), DATASET, "en")
    [other] = judged.groups(Report([finding("KEY-ABSENT", columns="a", n=1)]), DATASET, "en")
    assert (emptied.key, emptied.n, other.key) == ("emptied", 2, "other")
    assert "much" in emptied.told[0].sentence
    assert emptied.told[1].sentence == ""
    found = {each.key: each for each in judged.groups(Report(list(report)[2:]), DATASET, "de")}
    assert list(found) == ["placeless", "skipped"]
    assert found["skipped"].told[0].sentence == ""
    assert found["placeless"].told[0].file == "lamps.geojson"
    shown = repr([judged.groups(report, DATASET, language) for language in LANGUAGES])
    assert "Novak" not in shown
    assert "deep" not in shown


def test_a_group_counts_all_and_tells_some() -> None:
    report = Report([finding("GEOMETRY-REPAIRED", reason="x", percent=1.0) for _ in range(130)])
    [group] = judged.groups(report, DATASET, "cs")
    assert (group.n, len(group.told)) == (130, judged.SHOWN)


def test_a_refusal_tells_no_values_of_rows() -> None:
    report = Report(
        [
            finding("BATCH-TOO-FEW", Level.ERROR, n=3, limit=100),
            finding("BATCH-VALUES-LOST", Level.ERROR, column="owner", n=9, rows=10, limit=1),
            finding("VALUE-REQUIRED", Level.ERROR, column="power"),
            finding("EDIT-UNDONE", Level.ERROR, batch="4", who="Jan Novak"),
        ]
    )
    told = judged.refusal(batch(3, state="refused", report=report.to_json()), DATASET, "en")
    assert "100" in " ".join(told.sentences)
    assert told.faults == {"BATCH-VALUES-LOST": 1, "VALUE-REQUIRED": 1, "EDIT-UNDONE": 1}
    assert "owner" not in repr(told)
    assert "Novak" not in repr(told)


def test_late_is_who_looked_longer_ago_than_promised() -> None:
    for days, is_late in ((1, False), (10, False), (10.9, False), (11.1, True), (40, True)):
        looked = batch(1, started=NOON - timedelta(days=days))
        assert judged.freshness(DATASET, looked, NOON).is_late is is_late, days
    careless = DATASET.model_copy(update={"updated": "irregular"})
    assert judged.freshness(careless, batch(1, started=NOON - timedelta(days=4000)), NOON).due is None


def test_edits_of_a_day_share_a_line_and_findings_are_those_of_the_last_load() -> None:
    edited = [
        batch(number, road="edit", updated=1, finished=NOON - timedelta(days=day))
        for number, day in ((9, 0), (8, 0), (6, 1), (5, 1))
    ]
    load = batch(7, rows_read=10, finished=NOON - timedelta(hours=5))
    first = batch(1, road="first", rows_read=10, inserted=10, finished=NOON - timedelta(days=3))
    looked = batch(10, state="unchanged", road=None)
    ledger = Ledger((looked, *edited[:2], load, *edited[2:], batch(4, state="failed"), first))
    assert [(each.batch.id, each.n, each.updated) for each in ledger.entries] == [
        (9, 2, 2),
        (7, 1, 0),
        (6, 2, 2),
        (1, 1, 0),
    ]
    assert ledger.edits == 2
    assert (ledger.looked, ledger.read, ledger.refused) == (looked, load, None)
    refused = batch(11, state="refused")
    assert Ledger((refused, *ledger.batches)).refused == refused
    assert Ledger(()).read is None


def test_shares_and_periods_in_words() -> None:
    assert percent("en", 0.0) == "0%"
    assert percent("pl", 0.1234) == "12,3%"
    assert percent("cs", 0.1234) == "12,3\u00a0%"
    assert percent("de", 1 / 500_000) == "<\u00a00,1\u00a0%"
    assert [period(language, "P6M") for language in LANGUAGES] == [
        "každých 6 měsíců",
        "alle 6 Monate",
        "co 6 miesięcy",
        "every 6 months",
    ]
    assert period("en", "P1Y") == "every year"
    assert period("en", "PT12H") == "every 12 hours"
    for language in LANGUAGES:
        assert period(language, "irregular")


def test_datasets_are_found_without_accents_and_in_other_endings() -> None:
    text = folded("Veřejné osvětlení, Straßenbeleuchtung, słup, Łódź")
    for asked in ("verejne", "OSVĚTLENÍM", "strassenbeleuchtung", "slup", "lodz", "osvetleni sloup"[:9]):
        assert has(text, folded(asked).split()), asked
    assert not has(text, folded("hřiště").split())
    assert has(text, [])
