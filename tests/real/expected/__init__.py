"""What the real files hold, found without this program.

Apart from the test because it is evidence, not procedure. Counts come from the files as text or bytes (JSON, CSV, XML
and a walk through .shp and .dbf). Coordinates are the file's own vertices; longitude and latitude are theirs by one
PROJ pipeline each, written out by hand: for S-JTSK the ČÚZK grid v1710 with the Helmert that belongs to it, for Britain
the Helmert EPSG:1314, for UTM the bare projection.
"""

from tests.real.expected.form import Expected, ExpectedRaster, Vertex
from tests.real.expected.images import RASTER
from tests.real.expected.land import LAND
from tests.real.expected.places import PLACES

VECTOR = LAND | PLACES

__all__ = ["RASTER", "VECTOR", "Expected", "ExpectedRaster", "Vertex"]
