"""GDAL, tamed: only the two drivers that are needed are left in it.

Apart from the readers because GDAL chooses a driver by what is in a file, and has drivers that read other files,
databases and addresses for whoever wrote it. XML is never given to GDAL.
"""

from functools import cache

import pyogrio
from pyogrio.core import _register_drivers as register_drivers

DRIVERS = ("ESRI Shapefile", "GPKG")


@cache
def tame() -> None:
    """Take every driver out of GDAL but DRIVERS (and the one for layers in memory), once per process."""
    strangers = [driver for driver in pyogrio.list_drivers() if driver not in {*DRIVERS, "MEM"}]
    pyogrio.set_gdal_config_options({"GDAL_SKIP": ",".join(strangers), "SHAPE_RESTORE_SHX": True})
    register_drivers()  # reads GDAL_SKIP again: drivers may have been registered before we came
