"""Polish rules on real files: the faults that their names say and no others; and on every example of ours."""

from pathlib import Path

import pytest

from plans.context import ALONE
from plans.examples.polish import GOOD
from plans.examples.polish_broken import BROKEN, CONTEXT, PASSES
from plans.package import opened
from plans.rules.all import RULES
from plans.standards.polish.read import read
from tests.unit.plans.polish_files import found, handed_in

OURS = [rule for rule in RULES if ".pl-" in rule]
REAL = {
    "OK": [],
    "LUKA": ["topology.gap"],
    "NAKLADANIE": ["topology.overlap"],
    "DUPLIKAT-LOKALNYID": ["attributes.pl-duplicate-id"],
    "BLEDNY-SYMBOL": ["attributes.pl-symbol"],
}
VARIANTS = {
    # The faults of the other files in that test set, made in its good one.
    "DUPLIKAT-OZNACZENIE": ("<app:oznaczenie>1SJ<", "<app:oznaczenie>1SU<", "attributes.pl-duplicate-designation"),
    "BLEDNE-OZNACZENIE": ("<app:oznaczenie>1SP<", "<app:oznaczenie>1BLAD<", "attributes.pl-designation"),
    "SAMOPRZECIECIE-PIERSCIENIA": (
        " 5573857.30631329 7385054",
        " 5573492.36569455 7381971.83746643 5575861.66378577 7381788.28260304 5573857.30631329 7385054",
        "geometry.self-touch",
    ),
    "DWA-MIEJSCA-INTENSYWNOSC": (">0.9<", ">0.95<", "attributes.pl-decimals"),
    "DWA-MIEJSCA-UDZIAL-ZABUDOWY": (
        "maksUdzialPowierzchniZabudowy>30.1<",
        "maksUdzialPowierzchniZabudowy>30.15<",
        "attributes.pl-decimals",
    ),
    "DWA-MIEJSCA-UDZIAL-BIO": ("BiologicznieCzynnej>30.1<", "BiologicznieCzynnej>30.15<", "attributes.pl-decimals"),
    "DWA-MIEJSCA-WYS-ZABUDOWY": ('uom="m">15.5<', 'uom="m">15.55<', "attributes.pl-decimals"),
}


@pytest.fixture(params=[True, False], ids=["with its act", "zones alone"])
def act(request: pytest.FixtureRequest, real_data: Path) -> list[Path]:
    return [next((real_data / "plans-pl/2/pog").iterdir())] if request.param else []


@pytest.mark.parametrize("name", REAL)
def test_real_files_have_the_fault_in_their_name(real_data: Path, tmp_path: Path, act: list[Path], name: str) -> None:
    delivery = handed_in(tmp_path, *act, real_data / f"plans-pl/2/strefy/StrefaPlanistyczna_{name}.gml")
    # A gap that reaches the act's boundary, if only in a point, is told as one at the edge.
    assert [rule.replace("edge-gap", "gap") for rule in found(delivery)["error"]] == REAL[name]


@pytest.mark.parametrize("name", VARIANTS)
def test_faults_made_in_a_real_file(real_data: Path, tmp_path: Path, act: list[Path], name: str) -> None:
    old, new, rule = VARIANTS[name]
    text = (real_data / "plans-pl/2/strefy/StrefaPlanistyczna_OK.gml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / f"StrefaPlanistyczna_{name}.gml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert found(handed_in(tmp_path / "read", *act, path))["error"] == [rule]


@pytest.mark.parametrize(("name", "errors"), [("", []), ("_bledna", ["topology.gap"])])
def test_the_other_real_plan(real_data: Path, tmp_path: Path, name: str, errors: list[str]) -> None:
    folder = real_data / "plans-pl/1"
    files = [next((folder / "pog").iterdir()), folder / f"strefy/StrefaPlanistyczna{name}.gml"]
    assert found(handed_in(tmp_path / "both", *files))["error"] == errors
    assert found(handed_in(tmp_path / "zones", files[1]))["error"] == errors


def test_every_rule_has_its_broken_plan() -> None:
    assert set(OURS) == set(BROKEN)


@pytest.mark.parametrize("rule", OURS)
def test_broken_plans_break_one_rule(tmp_path: Path, rule: str) -> None:
    package = opened([BROKEN[rule](tmp_path / "made")], tmp_path / "read")
    levels = found(read(package), CONTEXT.get(rule, ALONE))
    assert set(levels["error"]) | set(levels["warning"]) <= {rule}
    assert rule in {each for ids in levels.values() for each in ids}


@pytest.mark.parametrize("rule", ["", *PASSES, *CONTEXT])
def test_good_plans_pass(tmp_path: Path, rule: str) -> None:
    levels = found(handed_in(tmp_path, PASSES.get(rule, GOOD)(tmp_path / "made")), CONTEXT.get(rule, ALONE))
    assert (levels["error"], levels["warning"]) == ([], [])
