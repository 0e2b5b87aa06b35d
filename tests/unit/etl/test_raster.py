"""Images: a COG of the same pixels, or a clear reason why not."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio

from etl.errors import NotReadable
from etl.sources import fetch
from etl.transform.raster import RasterFigures, cog
from findings import Report
from tests.unit.etl.making import dataset

CLIP = "S2A_MSIL2A_20220319T100731_N0400_R022_T33UWR_20220319T131812_TCI_10m.TIF"


def made(folder: Path, image: Path, crs: str, **more: Any) -> tuple[RasterFigures, Report, Path]:
    described = dataset(folder, {"kind": "geotiff", "path": str(image)}, "raster", crs=crs, **more)
    report, target = Report(), folder / "out" / "1.tif"
    return cog(described, fetch(described, folder, None)[0], target, report), report, target


def test_a_satellite_image(real_data: Path, tmp_path: Path) -> None:
    figures, report, target = made(tmp_path, real_data / "rasters" / CLIP, "EPSG:32633")
    assert report.ok
    assert (figures.width, figures.height, figures.bands) == (1783, 1159, 3)
    assert figures.bbox == pytest.approx((15.6047, 50.2602, 15.8567, 50.3660), abs=1e-3)
    with rasterio.open(target) as image:
        assert image.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert image.crs.to_epsg() == 32633
        assert image.overviews(1) == [2, 4]
        assert image.block_shapes[0] == (512, 512)


def test_pixels_and_place_stay_and_nodata_can_be_declared(real_data: Path, tmp_path: Path) -> None:
    source = real_data / "rasters" / "cz_5514.tif"
    figures, _, target = made(tmp_path, source, "EPSG:5514", raster={"nodata": 7})
    with rasterio.open(target) as image, rasterio.open(source) as original:
        assert image.transform == pytest.approx(original.transform)
        assert image.nodata == 7
        assert (image.read() == original.read()).mean() > 0.99
    assert figures.accuracy in {1.0, 0.035}


def test_another_crs_than_the_dataset_says(real_data: Path, tmp_path: Path) -> None:
    _, report, _ = made(tmp_path, real_data / "rasters" / "cz_3857.tif", "EPSG:5514")
    assert not report.ok
    assert report.counts == {"RASTER-CRS": 1}


def test_broken_images(real_data: Path, tmp_path: Path) -> None:
    with pytest.raises(NotReadable) as unreadable:
        made(tmp_path, real_data / "rasters" / "non_readable_raster.tif", "EPSG:5514")
    assert unreadable.value.finding.code == "SOURCE-NOT-KIND"
    (tmp_path / "cut.tif").write_bytes((real_data / "rasters" / CLIP).read_bytes()[:400_000])
    with pytest.raises(NotReadable) as cut:
        made(tmp_path, tmp_path / "cut.tif", "EPSG:32633")
    assert cut.value.finding.code == "SOURCE-BROKEN"
    assert not (tmp_path / "out" / "1.tif").exists()


def test_an_image_without_a_place(tmp_path: Path) -> None:
    with (
        pytest.warns(rasterio.errors.NotGeoreferencedWarning),
        rasterio.open(tmp_path / "x.tif", "w", "GTiff", 8, 8, 1, dtype="uint8") as image,
    ):
        image.write(np.zeros((1, 8, 8), dtype="uint8"))
    with pytest.warns(rasterio.errors.NotGeoreferencedWarning), pytest.raises(NotReadable) as refused:
        made(tmp_path, tmp_path / "x.tif", "EPSG:5514")
    assert refused.value.finding.code == "RASTER-NO-PLACE"
