"""The service with the grid of the Czech survey installed."""

import subprocess
import sys
from pathlib import Path


def test_with_the_grid_of_the_survey_sjtsk_is_within_centimetres(tmp_path: Path, root: Path) -> None:
    """In a process of its own: PROJ's data path is the process's."""
    grids = root.parent / "shared" / "grids"
    (tmp_path / "grids").symlink_to(grids)
    program = (
        "import sys, numpy, pathlib, settings, service.app, service.crs;"
        "service.app.create(settings.Settings(database_url='postgresql://nowhere', data=pathlib.Path(sys.argv[1])));"
        "place = numpy.array([[15.050317097, 50.803218490]]);"
        "print(*service.crs.from_lon_lat(place, service.crs.epsg(5514))[0])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], cwd=root, capture_output=True, text=True, check=True
    )
    x, y = map(float, done.stdout.split())
    assert abs(x + 688000) < 0.02
    assert abs(y + 970000) < 0.02
