"""Packages of the Czech standard in the forms in which offices hand them in: the same plan comes out of all of them."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from plans.delivery import Delivery
from plans.examples.czech import CODE, areas, cell, cells, sketch, territory, with_layers
from plans.examples.czech_files import CzechSketch, Feature, Value, files_of, pack, write, zone
from plans.model import Kind
from plans.package import opened
from plans.standards.czech import read, recognises
from plans.standards.czech.profile import profiles


def delivered(path: Path, folder: Path, declared: str | None = None) -> Delivery:
    package = replace(opened([path], folder / "unpacked"), profile=declared)
    assert recognises(package)
    return read(package)


def met(delivery: Delivery) -> set[str]:
    return {incident.rule for incident in delivery.incidents}


def test_the_good_plan(tmp_path: Path) -> None:
    delivery = delivered(write(sketch(), tmp_path), tmp_path, "JS-2024")
    (plan,) = delivery.plans
    assert (plan.id, plan.kind, plan.profile, plan.crs) == (f"DUP_{CODE}", Kind.ZONING_PLAN, "JS-2024", "EPSG:5514")
    assert (plan.municipalities, delivery.code, plan.is_partial) == ((CODE,), CODE, False)
    assert (len(plan.areas), len(plan.regulations), len(plan.lines)) == (16, 14, 1)
    assert plan.boundary is not None
    assert shapely.equals(plan.boundary.geometry, territory())
    forest = plan.areas[0]
    assert (forest.layer, forest.code, forest.name) == ("PlochyRZV_p", "LU", "lesní všeobecné (hospodářské)")
    assert forest.attributes == {"CasH": 1, "Typ": "LU", "Index": "h"}
    assert (forest.place.file, forest.place.row) == (f"DUP_{CODE}/Data/PlochyRZV_p.shp", 1)
    assert {element.code for element in plan.regulations} >= {"Z", "T", "K", "VU", "US", "CNZ", "LBC", "DS"}
    assert [document.title for document in plan.documents] == ["Text_UP.txt"]
    assert delivery.incidents == ()


@pytest.mark.parametrize("letters", [str.lower, str.upper])
def test_letter_case_of_files_does_not_matter(tmp_path: Path, letters: object) -> None:
    assert callable(letters)
    files = {letters(path): content for path, content in files_of(sketch()).items()}
    (plan,) = delivered(pack(files, tmp_path / f"dup_{CODE}.zip"), tmp_path).plans
    assert (len(plan.areas), len(plan.regulations), plan.areas[0].layer) == (16, 14, "PlochyRZV_p")


def test_a_flat_zip_of_any_name_is_known_by_its_layers(tmp_path: Path) -> None:
    files = {path.rpartition("/")[2]: content for path, content in files_of(sketch()).items()}
    delivery = delivered(pack(files, tmp_path / "plan.zip"), tmp_path)
    assert delivery.plans[0].municipalities == (CODE,)
    assert met(delivery) == {"structure.cz-folders", "structure.cz-profile"}


def test_changes_of_plans_and_plans_in_one_package_stand_apart(tmp_path: Path) -> None:
    change = replace(with_layers(PlochyRZV_p=areas()[:1]), change="3")
    files = files_of(sketch()) | files_of(change)
    delivery = delivered(pack(files, tmp_path / f"DUP_{CODE}.zip"), tmp_path)
    assert [(plan.id, plan.kind, plan.is_partial) for plan in delivery.plans] == [
        (f"DUP_{CODE}", Kind.ZONING_PLAN, False),
        (f"DUP_{CODE}_Z3", Kind.CHANGE, True),
    ]
    assert len(delivery.plans[1].areas) == 2


def test_a_geopackage_gives_the_same_plan(tmp_path: Path) -> None:
    path = as_geopackage(sketch(), tmp_path)
    (plan,) = delivered(path, tmp_path).plans
    (usual,) = delivered(write(sketch(), tmp_path), tmp_path / "usual").plans
    assert [each.code for each in plan.areas] == [each.code for each in usual.areas]
    assert shapely.equals(plan.areas.shapes, usual.areas.shapes).all()
    assert dict(plan.areas[0].attributes) == dict(usual.areas[0].attributes)
    dated = {each.attributes["Datum"] for each in plan.regulations if each.layer == "PlochyPodm_p"}
    assert dated == {each.attributes["Datum"] for each in usual.regulations if each.layer == "PlochyPodm_p"}


def as_geopackage(plan: CzechSketch, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{plan.name}.gpkg"
    for number, (layer, rows) in enumerate(plan.layers.items()):
        names = list(dict.fromkeys(name for row in rows for name in row.attributes))
        pyogrio.raw.write(
            path,
            np.array([shapely.to_wkb(row.shape) for row in rows], dtype=object),
            [_column([row.attributes.get(name) for row in rows]) for name in names],
            names,
            layer=layer,
            geometry_type="LineString" if layer.endswith("_l") else "Polygon",
            crs="EPSG:5514",
            driver="GPKG",
            append=number > 0,
        )
    return path


def _column(values: list[Value]) -> np.ndarray[tuple[int], np.dtype[np.generic]]:
    if all(isinstance(value, int) for value in values):
        return np.array(values, dtype=np.int32)
    if any(hasattr(value, "year") for value in values):
        return np.array(values, dtype="datetime64[D]")
    return np.array(values, dtype=object)


OLD = with_layers(
    PlochyRZV_p=areas(c3r0=zone(cell(3, 0), "AP", "t")),
    PlochyZmen_p=[Feature(cell(2, 1), {"ID": "P.01"})],
)
OLD = replace(OLD, layers={name: rows for name, rows in OLD.layers.items() if name != "ZastavitelneUzemi_p"})
LEGACY = {f"c{column}r{row}": zone(cell(column, row), "SK") for column, row in ((0, 0), (1, 0), (3, 0), (1, 1))}
SILENT = replace(OLD, layers={**OLD.layers, "PlochyZmen_p": [Feature(cell(1, 2), {"ID": "Z.01"})]})
SILENT = replace(SILENT, layers={**SILENT.layers, "PlochyRZV_p": areas(c3r0=zone(cell(3, 0), "AP"))})


@pytest.mark.parametrize(
    ("plan", "profile", "evidence"),
    [
        (sketch(), "JS-2024", "ZastavitelneUzemi_p, PlochyRZV_p Typ AL, PlochyZmen_p ID T.01"),
        (OLD, "JS-2023", "PlochyZmen_p ID P.01"),
        (SILENT, "JS-2023", "–"),
        (
            replace(SILENT, layers={**SILENT.layers, "PlochyRZV_p": areas(**LEGACY)}),
            "JS-pre-2023",
            "PlochyRZV_p Typ SK",
        ),
    ],
)
def test_the_version_is_told_from_the_content(tmp_path: Path, plan: CzechSketch, profile: str, evidence: str) -> None:
    delivery = delivered(write(plan, tmp_path), tmp_path)
    (said,) = (each for each in delivery.incidents if each.rule == "structure.cz-profile")
    assert (delivery.plans[0].profile, dict(said.values)) == (profile, {"profile": profile, "evidence": evidence})


@pytest.mark.parametrize("declared", profiles())
def test_the_version_declared_is_the_one(tmp_path: Path, declared: str) -> None:
    delivery = delivered(write(sketch(), tmp_path), tmp_path, declared)
    assert (delivery.profile, met(delivery)) == (declared, set())


def turned(plan: CzechSketch, turn: object) -> CzechSketch:
    def row_of(row: Feature) -> Feature:
        assert callable(turn)
        return replace(row, shape=shapely.transform(row.shape, turn))

    return replace(plan, layers={name: [row_of(row) for row in rows] for name, rows in plan.layers.items()})


@pytest.mark.parametrize(
    ("turn", "rule"),
    [
        (lambda xy: xy[:, ::-1], "geometry.cz-swapped-axes"),
        (lambda xy: -xy, "geometry.cz-signs"),
        (lambda xy: -xy[:, ::-1], "geometry.cz-signs"),
    ],
)
def test_krovak_in_another_dress_is_turned_and_told(tmp_path: Path, turn: object, rule: str) -> None:
    delivery = delivered(write(turned(sketch(), turn), tmp_path), tmp_path, "JS-2024")
    (plan,) = delivery.plans
    assert plan.boundary is not None
    assert shapely.equals(plan.boundary.geometry, territory())
    assert (met(delivery), plan.crs) == ({rule}, "EPSG:5514")


def test_one_layer_in_another_system_is_brought_to_the_others(tmp_path: Path) -> None:
    good = sketch()
    way = pytest.importorskip("pyproj").Transformer.from_crs("EPSG:5514", "EPSG:4326", always_xy=True)
    (row,) = good.layers["KoridoryN_p"]
    degrees = shapely.transform(row.shape, lambda xy: np.column_stack(way.transform(xy[:, 0], xy[:, 1])))
    plan = with_layers(KoridoryN_p=[replace(row, shape=degrees)])
    delivery = delivered(write(plan, tmp_path), tmp_path, "JS-2024")
    (said,) = delivery.incidents
    assert (said.rule, said.values["crs"], said.layer) == ("structure.cz-crs", "EPSG:4326", "KoridoryN_p")
    (corridor,) = (each for each in delivery.plans[0].regulations if each.layer == "KoridoryN_p")
    assert shapely.distance(shapely.centroid(corridor.geometry), shapely.centroid(cell(2, 0))) < 2


def test_rows_of_the_territory_are_united_and_what_they_say_is_kept(tmp_path: Path) -> None:
    south, north = (cells(*((column, row) for column in range(4) for row in rows)) for rows in ((0, 1), (2, 3)))
    rows = [Feature(south, {"OBEC_KOD": 999101}), Feature(north, {"OBEC_KOD": 999102})]
    (plan,) = delivered(write(with_layers(ReseneUzemi_p=rows), tmp_path), tmp_path).plans
    assert plan.boundary is not None
    assert shapely.area(shapely.symmetric_difference(plan.boundary.geometry, territory())) < 1e-3
    assert plan.boundary.attributes["OBEC_KOD"] == (999101, 999102)


FILES: Mapping[str, bytes] = files_of(sketch())
PATHS = sorted(FILES)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(PATHS), st.integers(0, 5000), st.binary(max_size=9)), max_size=6),
    st.lists(st.sampled_from(PATHS), max_size=4),
)
def test_damaged_packages_are_read_as_far_as_they_go(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[str, int, bytes]], lost: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    files = {path: content for path, content in FILES.items() if path not in lost}
    for path, place, junk in changes:
        if path in files:
            content = files[path]
            start = place % (len(content) + 1)
            files[path] = content[:start] + junk + content[start + len(junk) :]
    delivery = read(opened([pack(files, folder / f"DUP_{CODE}.zip")], folder / "unpacked"))
    for plan in delivery.plans:
        assert all(element.geometry is None or not shapely.is_empty(element.geometry) for element in plan.everything())


def test_the_same_sketch_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = write(sketch(), tmp_path / "a"), write(sketch(), tmp_path / "b")
    assert first.read_bytes() == second.read_bytes()
    names = zipfile.ZipFile(io.BytesIO(first.read_bytes())).namelist()
    assert f"DUP_{CODE}/Data/PlochyRZV_p.dbf" in names


def test_stray_parts_are_no_layers_but_a_layer_that_lost_its_shapes_is(tmp_path: Path) -> None:
    files = {path.rpartition("/")[2]: content for path, content in files_of(sketch()).items()}
    files |= {"hlavni_vykres.prj": b"PROJCS[]", "seznam.dbf": b"", "hlavni_vykres.cpg": b"UTF-8"}
    del files["USES_p.shp"]
    delivery = delivered(pack(files, tmp_path / f"DUP_{CODE}.zip"), tmp_path, "JS-2024")
    missing = [each.values for each in delivery.incidents if each.rule == "structure.cz-missing-file"]
    assert missing == [{"missing": "USES_p.shp"}]


def test_a_package_named_by_another_municipality_than_its_folder_is_told(tmp_path: Path) -> None:
    delivery = delivered(pack(files_of(sketch()), tmp_path / "DUP_999102.zip"), tmp_path, "JS-2024")
    assert met(delivery) == {"structure.cz-folders"}
    assert delivery.plans[0].municipalities == (CODE,)
