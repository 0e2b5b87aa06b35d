"""The PLU 4.0 GML: against a table of the schema that is written apart, and read back by GDAL."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pyogrio
import pytest
import shapely
from lxml import etree

from plans.harmonise import harmonise, hilucs, plu
from plans.harmonise.tables import supplementary
from plans.model import UNKNOWN_LIFE, Document, Element, Elements, Kind, Plan, Standard
from tests.unit.plans.harmonising import CORNER, czech, german, plan
from tests.unit.plans.plu_structure import GML, PLU, faults

CODES = {"HILUCSValue": set(hilucs()), "SupplementaryRegulationValue": set(supplementary())}


def rich(standard: Standard) -> Plan:
    """Return a plan with areas, regulations as areas, lines and points, dimensions, documents."""
    x, y = CORNER[standard]
    zones: dict[Standard, tuple[str, str, dict[str, Any]]] = {
        Standard.CZECH: ("PlochyRZV_p", "BI", {"Typ": "BI"}),
        Standard.POLISH: ("StrefaPlanistyczna", "SZ", {"maksWysokoscZabudowy": 12.5}),
        Standard.GERMAN: (
            "BP_BaugebietsTeilFlaeche",
            "1400",
            {"besondereArtDerBaulNutzung": "1400", "GRZ": 0.4, "Z": "2"},
        ),
    }
    over = Element("BP_Wegerecht", "w", name="Weg", geometry=shapely.box(x, y, x + 5, y + 5))
    line = Element("BP_BauGrenze", "b", geometry=shapely.LineString([(x, y), (x + 9, y + 9)]))
    point = Element("BP_EinfahrtPunkt", "p", geometry=shapely.Point(x, y))
    return plan(
        standard,
        zones[standard],
        zones[standard],
        regulations=Elements((over,)),
        lines=Elements((line, point)),
        kind=Kind.LOCAL_PLAN if standard is Standard.GERMAN else Kind.ZONING_PLAN,
    )


@pytest.mark.parametrize("standard", list(Standard))
def test_structure_is_that_of_the_schema(standard: Standard, tmp_path: Path) -> None:
    found = rich(standard)
    for n, each in enumerate((found, replace(found, lifecycle=UNKNOWN_LIFE, documents=()))):
        file = plu(harmonise(each), tmp_path / f"{n}.gml")
        assert file is not None
        assert faults(file, CODES) == []


def test_the_validator_finds_what_is_wrong(tmp_path: Path) -> None:
    file = plu(harmonise(rich(Standard.GERMAN)), tmp_path / "plan.gml")
    assert file is not None
    text = file.read_text(encoding="utf-8")
    broken = {
        "HILUCSValue/5_ResidentialUse": "HILUCSValue/5_Residential",
        "<plu:officialTitle>Plan 1</plu:officialTitle>": "",
        'xlink:href="#DE.563889.plan-1.z0"': 'xlink:href="#DE.563889.plan-1.b"',
        "<plu:validFrom>2024-04-01</plu:validFrom>": "<plu:validFrom>1.4.2024</plu:validFrom>",
        "def/crs/EPSG/0/25833": "gml/srs/epsg.xml#25833",
        "<plu:ordinance>": '<plu:ordinance xsi:nil="true">',
    }
    for right, wrong in broken.items():
        assert right in text
        file.write_text(text.replace(right, wrong, 1), encoding="utf-8")
        assert len(faults(file, CODES)) >= 1, wrong


@pytest.mark.parametrize("standard", list(Standard))
def test_gdal_reads_the_same_places(standard: Standard, tmp_path: Path) -> None:
    """The axis order is the authority's: Polish coordinates stand northing first in the file, and GDAL turns them."""
    harmonised = harmonise(rich(standard))
    file = plu(harmonised, tmp_path / "plan.gml")
    assert file is not None
    layers = {str(name) for name, _ in pyogrio.list_layers(file)}
    assert {"SpatialPlan", "ZoningElement", "SupplementaryRegulation", "OfficialDocumentation"} <= layers
    _, table = pyogrio.read_arrow(file, layer="ZoningElement")
    column = next(name for name in table.column_names if "geom" in name.lower())
    read = shapely.union_all(shapely.from_wkb(table.column(column).to_pylist()))
    written = shapely.union_all([item.geometry for item in harmonised.elements])
    assert shapely.area(shapely.symmetric_difference(read, written)) == 0
    first = etree.parse(str(file)).getroot().find(f".//{PLU}ZoningElement//{GML}posList")
    assert first is not None
    assert first.text is not None
    x, y = CORNER[standard]
    pair = tuple(float(number) for number in first.text.split()[:2])
    assert pair == pytest.approx((y, x) if standard is Standard.POLISH else (x, y), abs=200)


def test_dimensions_and_terms_are_told(tmp_path: Path) -> None:
    file = plu([harmonise(rich(standard)) for standard in Standard], tmp_path / "all.gml")
    assert file is not None
    text = file.read_text(encoding="utf-8")
    assert '<plu:indicationReference>maksWysokoscZabudowy</plu:indicationReference><plu:value uom="m">12.5<' in text
    assert (
        "DimensioningIndicationIntegerValue><plu:indicationReference>Z</plu:indicationReference><plu:value>2<" in text
    )
    assert "PlanTypeNameValue#6_Bebauungsplan" in text
    assert 'planTypeName xlink:title="územní plán"' in text
    assert "LandUse/3_10_2_1_Dorfgebiet" in text
    assert faults(file, CODES) == []


def test_any_text_is_written_as_xml(tmp_path: Path) -> None:
    odd = replace(
        rich(Standard.CZECH), title='A & B <"x">\x00\x0b', documents=(Document("d<\x01>", link="http://x/?a=1&b=2"),)
    )
    file = plu(harmonise(odd), tmp_path / "odd.gml")
    assert file is not None
    assert faults(file, CODES) == []
    assert etree.parse(str(file)).getroot().findtext(f".//{PLU}officialTitle") == 'A & B <"x">'


def test_what_cannot_be_a_plan_is_not_written(tmp_path: Path) -> None:
    assert plu(harmonise(replace(czech("BI"), crs=None)), tmp_path / "no.gml") is None
    assert plu(harmonise(german()), tmp_path / "no.gml") is None
    assert not (tmp_path / "no.gml").exists()
