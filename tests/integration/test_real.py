"""The real files, loaded into a real PostGIS and compared with what they were found to hold by other means."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
import pytest
import rasterio
from psycopg2 import extensions, sql
from rasterio.enums import Compression

from catalogue import Catalogue, Dataset, layout, read_catalogue
from etl import pipeline
from etl.errors import NotReadable
from etl.store.load import Outcome
from settings import Settings
from tests import postgis
from tests.real.expected import RASTER, VECTOR, Expected, Vertex

STORED = 0.002
"""Metres to which a vertex must stand as the file has it (where the table keeps degrees: 1e-8 of them).

PROJ's own way into S-JTSK by the grid, with which expectations were made, does not come back nearer than 1.4 mm.
"""
DEGREES = 3e-8
"""About three millimetres: an operation that is not the surveyors' own is hundreds of times farther off."""
AREA = 1e-6
UNNAMED = "COLUMNS-NOT-LOADED"


@dataclass(frozen=True)
class Portal:
    """The catalogue of tests/real and a database; datasets are loaded when they are first asked for."""

    catalogue: Catalogue
    settings: Settings
    connection: extensions.connection
    outcomes: dict[str, Outcome]

    def loaded(self, name: str) -> Outcome:
        if name not in self.outcomes:
            self.outcomes[name] = self.run(self.catalogue.datasets[name])
        return self.outcomes[name]

    def run(self, dataset: Dataset, **options: Any) -> Outcome:
        return pipeline.run(dataset, self.catalogue, self.settings, **options)

    def one(self, name: str, expression: str) -> Any:
        """One value over the table of a dataset that has been loaded."""
        table = sql.Identifier(layout.DATA, layout.table_name(name))
        with self.connection, self.connection.cursor() as cursor:
            cursor.execute(sql.SQL("SELECT {} FROM {} AS t").format(sql.SQL(expression.replace("%", "%%")), table), ())
            (value,) = cursor.fetchone() or (None,)
            return value


@pytest.fixture(scope="module")
def portal(cluster: str, root: Path, real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    data = tmp_path_factory.mktemp("real")
    (data / "grids").symlink_to(real_data.parent / "grids")
    catalogue, report = read_catalogue(root / "tests" / "real", root / "collections")
    assert report.ok, list(report.text("en"))
    assert catalogue is not None
    with postgis.clone(cluster) as dsn, closing(psycopg2.connect(dsn)) as connection:
        yield Portal(catalogue, Settings(database_url=dsn, data=data), connection, {})


def test_every_dataset_is_expected(portal: Portal) -> None:
    assert set(portal.catalogue.datasets) == {*VECTOR, *RASTER}


@pytest.mark.parametrize("name", VECTOR)
def test_table_holds_what_the_files_hold(portal: Portal, name: str) -> None:
    expected, outcome = VECTOR[name], portal.loaded(name)
    assert outcome.state == "published", list(outcome.report.text("en"))
    assert outcome.road == "first"
    assert outcome.counts.inserted == expected.rows
    assert portal.one(name, "count(*)") == expected.rows
    for expression, value in expected.values.items():
        found = portal.one(name, expression)
        assert found == (pytest.approx(value, rel=AREA) if isinstance(value, float) else value), expression
    _assert_places(portal, name, expected)


@pytest.mark.parametrize("name", VECTOR)
def test_report_says_what_was_found(portal: Portal, name: str) -> None:
    expected, outcome = VECTOR[name], portal.loaded(name)
    counts = {code: n for code, n in outcome.report.counts.items() if code != UNNAMED}
    assert counts == expected.findings
    if expected.dropped is not None:
        unnamed = [finding.values["columns"] for finding in outcome.report if finding.code == UNNAMED]
        assert {column for columns in unnamed for column in columns.split(", ")} == expected.dropped


def _assert_places(portal: Portal, name: str, expected: Expected) -> None:
    columns = layout.geometry_columns(portal.catalogue.datasets[name])
    if expected.srid is None:
        assert not columns
        return
    assert portal.one(name, "string_agg(DISTINCT ST_SRID(geom)::text, ' ')") == str(expected.srid)
    assert portal.one(name, "bool_and(ST_IsValid(geom))") is True
    for vertex in expected.vertices:
        near = STORED if expected.srid != 4326 else DEGREES
        assert _nearest(portal, name, "geom", vertex, vertex.stored) < near, vertex
        if vertex.lon_lat:
            assert _nearest(portal, name, "geom_84", vertex, vertex.lon_lat) < DEGREES, vertex
        else:
            assert list(columns) == ["geom"], "a vertex in degrees is missing"


def _nearest(portal: Portal, name: str, column: str, vertex: Vertex, place: tuple[float, float]) -> float:
    """How far the feature's nearest vertex is from the place, in units of the CRS."""
    point = f"ST_SetSRID(ST_MakePoint({place[0]!r}, {place[1]!r}), ST_SRID(t.{column}))"
    vertices = f"(SELECT min(ST_Distance(d.geom, {point})) FROM ST_DumpPoints(t.{column}) AS d)"
    distance = portal.one(name, f"min({vertices}) FILTER (WHERE {vertex.where})")
    assert distance is not None, f"no feature where {vertex.where}"
    return float(distance)


@pytest.mark.parametrize("form", ["geojson", "kml", "shapefile", "geodatabase"])
def test_each_format_gives_the_same_table(portal: Portal, form: str) -> None:
    other = f"fire-stations-{form}"
    for name in ("fire-stations-csv", other):
        portal.loaded(name)
    columns = ", ".join(portal.catalogue.datasets[other].kept)
    both = (f"SELECT {columns} FROM data.{layout.table_name(name)}" for name in ("fire-stations-csv", other))
    one, two = both
    assert portal.one(other, f"(SELECT count(*) FROM ({one} EXCEPT {two}) AS d)") == 0
    assert portal.one(other, f"(SELECT count(*) FROM ({two} EXCEPT {one}) AS d)") == 0
    apart = "max(ST_Distance(t.geom, (SELECT c.geom FROM data.fire_stations_csv AS c WHERE c.id = t.id)))"
    assert portal.one(other, apart) < DEGREES


def test_register_is_the_same_from_csv_and_xlsx(portal: Portal) -> None:
    for name in ("planning-register-csv", "planning-register-xlsx"):
        portal.loaded(name)
    columns = ", ".join(portal.catalogue.datasets["planning-register-csv"].kept)
    differing = (
        f"(SELECT count(*) FROM (SELECT {columns} FROM data.planning_register_csv"
        f" EXCEPT SELECT {columns} FROM data.planning_register_xlsx) AS d)"
    )
    assert portal.one("planning-register-csv", differing) == 0


def test_stops_kept_in_sjtsk_lie_where_those_in_degrees_lie(portal: Portal) -> None:
    """WKT with the latitude first, taken to S-JTSK and back: the same places as in the GeoJSON of the next year."""
    for name in ("bus-stops-2022", "bus-stops-2023"):
        portal.loaded(name)
    apart = "ST_DistanceSphere(t.geom_84, (SELECT o.geom FROM data.bus_stops_2023 AS o WHERE o.id = t.id))"
    assert portal.one("bus-stops-2022", f"count(*) FILTER (WHERE {apart} < 0.01)") > 4900
    assert portal.one("bus-stops-2022", f"percentile_disc(0.5) WITHIN GROUP (ORDER BY {apart})") < 0.005


def test_operation_and_accuracy_are_recorded(portal: Portal) -> None:
    portal.loaded("hazardous-sites")
    portal.loaded("postcodes")
    for name, accuracy in (("hazardous-sites", 0.035), ("postcodes", 2.0)):
        batch = f"FROM krajina.batch WHERE dataset = '{name}' AND state = 'published'"
        assert portal.one(name, f"(SELECT accuracy {batch})") == accuracy
        assert portal.one(name, f"(SELECT operation {batch})")


@pytest.mark.parametrize("name", ["municipalities", "flood-areas", "planning-register-xlsx", "sentinel"])
def test_unchanged_files_are_not_loaded_again(portal: Portal, name: str) -> None:
    portal.loaded(name)
    assert portal.run(portal.catalogue.datasets[name]).state == "unchanged"


@pytest.mark.parametrize("name", RASTER)
def test_image_becomes_a_cog_with_the_same_pixels(portal: Portal, real_data: Path, name: str) -> None:
    expected, outcome = RASTER[name], portal.loaded(name)
    assert outcome.state == "published", list(outcome.report.text("en"))
    with portal.connection, portal.connection.cursor() as cursor:
        cursor.execute("SELECT artefact, bbox FROM krajina.current WHERE dataset = %s", [name])
        artefact, bbox = cursor.fetchone() or (None, None)
    assert bbox == pytest.approx(expected.bbox, abs=1e-7)
    with rasterio.open(artefact) as image, rasterio.open(real_data / "rasters" / expected.file) as source:
        assert image.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert (image.width, image.height) == expected.size
        assert image.crs.to_epsg() == expected.epsg
        assert tuple(source.read()[:, 50, 60]) == expected.pixel
        apart = abs(image.read().astype(int) - source.read())
        assert apart.mean() < (4 if source.compression == Compression.jpeg else 1e-9)
        assert image.bounds == source.bounds
        assert bool(image.overviews(1)) == (max(expected.size) > 512)


def test_corrupt_image_is_refused(portal: Portal) -> None:
    published = portal.loaded("sentinel").batch
    image = portal.catalogue.datasets["sentinel"]
    (source,) = image.sources
    broken = source.model_copy(update={"path": str(Path(source.place).with_name("non_readable_raster.tif"))})
    with pytest.raises(NotReadable):
        portal.run(image.model_copy(update={"sources": (broken,)}))
    with portal.connection, portal.connection.cursor() as cursor:
        cursor.execute("SELECT batch FROM krajina.current WHERE dataset = 'sentinel'")
        assert cursor.fetchone() == (published,)
        cursor.execute("SELECT state FROM krajina.batch ORDER BY id DESC LIMIT 1")
        assert cursor.fetchone() == ("failed",)
