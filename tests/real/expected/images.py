"""Images: one satellite clip, and small pieces of aerial photographs in four systems."""

from tests.real.expected.form import ExpectedRaster

RASTER: dict[str, ExpectedRaster] = {
    "sentinel": ExpectedRaster(
        file="S2A_MSIL2A_20220319T100731_N0400_R022_T33UWR_20220319T131812_TCI_10m.TIF",
        size=(1783, 1159),
        epsg=32633,
        pixel=(85, 87, 58),
        bbox=(15.60468344, 50.26019016, 15.85667995, 50.36599023),
    ),
    "ortho-sjtsk": ExpectedRaster(
        file="cz_5514.tif",
        size=(161, 147),
        epsg=5514,
        pixel=(112, 110, 90, 255),
        bbox=(16.60657518, 49.19890477, 16.60686837, 49.19907966),
    ),
    "ortho-lon-lat": ExpectedRaster(
        file="cz_4326.tif",
        size=(146, 100),
        epsg=4326,
        pixel=(100, 104, 78, 255),
        bbox=(16.60658758, 49.19891173, 16.60685146, 49.1990727),
    ),
    "ortho-utm": ExpectedRaster(
        file="cz_32633.tif",
        size=(148, 148),
        epsg=32633,
        pixel=(110, 110, 92, 255),
        bbox=(16.60658535, 49.19891184, 16.60685525, 49.19907013),
    ),
    "ortho-mercator": ExpectedRaster(
        file="cz_3857.tif",
        size=(169, 171),
        epsg=3857,
        pixel=(114, 110, 90, 255),
        bbox=(16.60658316, 49.19891125, 16.60685677, 49.19907237),
    ),
    "ortho-sample": ExpectedRaster(
        file="sample_tif_rgb_5514.tif",
        size=(296, 226),
        epsg=5514,
        pixel=(144, 140, 161),
        bbox=(15.08624995, 50.66571084, 15.08637655, 50.6657762),
    ),
}
