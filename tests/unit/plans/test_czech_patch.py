"""The corrected package: what was wrong is right, and all other bytes are those that were handed in."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import shapely

from plans.examples.czech import sketch, with_layers
from plans.examples.czech_broken import BROKEN
from plans.examples.czech_files import write
from plans.package import Package, opened
from plans.repair.change import Change
from plans.standards.czech import read
from plans.standards.czech.patch import patch
from tests.unit.plans.test_czech_reading import as_geopackage

MENDED = ("structure.cz-crs-label", "structure.cz-crs-missing", "geometry.cz-signs", "geometry.cz-swapped-axes")


def contents(package: Package) -> dict[str, bytes]:
    return {path: here.read_bytes() for path, here in package.files.items()}


@pytest.mark.parametrize("rule", MENDED)
def test_labels_and_axes_are_mended(tmp_path: Path, rule: str) -> None:
    package = opened([BROKEN[rule](tmp_path)], tmp_path / "before")
    delivery = read(package)
    after = opened([patch(package, delivery, (), tmp_path / "out" / package.name)], tmp_path / "after")
    mended = read(after)
    assert {each.rule for each in mended.incidents} == {"structure.cz-profile"}
    before, now = list(delivery.plans[0].everything()), list(mended.plans[0].everything())
    assert shapely.equals([each.geometry for each in before], [each.geometry for each in now]).all()
    unchanged = (".dbf", ".cpg", ".txt") if rule.startswith("geometry") else (".dbf", ".cpg", ".txt", ".shp", ".shx")
    old, new = contents(package), contents(after)
    assert {path for path in old if path.endswith(unchanged) and old[path] != new[path]} == set()


@pytest.mark.parametrize("form", ["zip", "gpkg"])
def test_one_object_is_changed_and_nothing_else(tmp_path: Path, form: str) -> None:
    path = write(sketch(), tmp_path) if form == "zip" else as_geopackage(sketch(), tmp_path)
    package = opened([path], tmp_path / "before")
    delivery = read(package)
    area = delivery.plans[0].areas[5]
    less = shapely.buffer(area.geometry, -1.0)
    assert less is not None
    change = Change(0, area, less, ("snap-own",), 1.0, shapely.area(area.geometry), shapely.area(less))
    after = opened([patch(package, delivery, [change], tmp_path / "out" / path.name)], tmp_path / "after")
    changed = read(after)
    assert shapely.equals(changed.plans[0].areas[5].geometry, less)
    same = [number for number in range(16) if number != 5]
    assert shapely.equals(changed.plans[0].areas.shapes[same], delivery.plans[0].areas.shapes[same]).all()
    assert [each.attributes for each in changed.plans[0].areas] == [each.attributes for each in delivery.plans[0].areas]
    if form == "zip":
        old, new = contents(package), contents(after)
        assert {path.rpartition("/")[2] for path in old if old[path] != new[path]} <= {
            "PlochyRZV_p.shp",
            "PlochyRZV_p.shx",
        }


def test_a_layer_that_is_a_view_is_left_as_it_is(tmp_path: Path) -> None:
    path = as_geopackage(sketch(), tmp_path)
    with closing(sqlite3.connect(path)) as connection:
        (name,) = connection.execute(
            "SELECT table_name FROM gpkg_contents WHERE table_name LIKE 'PlochyRZV%'"
        ).fetchone()
        for statement in (
            f'ALTER TABLE "{name}" RENAME TO kept',
            f'CREATE VIEW "{name}" AS SELECT * FROM kept',
            f"UPDATE gpkg_contents SET table_name = '{name}' WHERE table_name = 'kept'",
            f"UPDATE gpkg_geometry_columns SET table_name = '{name}' WHERE table_name = 'kept'",
        ):
            connection.execute(statement)
        connection.commit()
    package = opened([path], tmp_path / "before")
    delivery = read(package)
    area = delivery.plans[0].areas[5]
    less = shapely.buffer(area.geometry, -1.0)
    assert less is not None
    change = Change(0, area, less, ("snap-own",), 1.0, shapely.area(area.geometry), shapely.area(less))
    after = read(opened([patch(package, delivery, [change], tmp_path / "out" / path.name)], tmp_path / "after"))
    assert shapely.equals(after.plans[0].areas.shapes, delivery.plans[0].areas.shapes).all()


def test_the_territory_of_several_rows_is_left_alone(tmp_path: Path) -> None:
    (row,) = sketch().layers["ReseneUzemi_p"]
    west, east = (
        shapely.box(-701_000, -966_000, -700_000, -964_000),
        shapely.box(-700_000, -966_000, -699_000, -964_000),
    )
    halves = [replace(row, shape=shapely.intersection(row.shape, half)) for half in (west, east)]
    package = opened([write(with_layers(ReseneUzemi_p=halves), tmp_path)], tmp_path / "before")
    delivery = read(package)
    boundary = delivery.plans[0].boundary
    assert boundary is not None
    wider = shapely.buffer(boundary.geometry, 1.0)
    assert wider is not None
    change = Change(0, boundary, wider, ("snap-own",), 1.0, 0.0, 0.0)
    after = opened([patch(package, delivery, [change], tmp_path / "out" / package.name)], tmp_path / "after")
    assert contents(after) == contents(package)
