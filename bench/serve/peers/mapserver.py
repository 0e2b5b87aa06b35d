"""MapServer of Debian. Version 8.0 takes no offset, no attribute and no CQL2, and sorts nothing."""

from bench.serve.data import LAT_METRES, LON_METRES, SOUTH, WEST
from bench.serve.paths import Paths
from bench.serve.peers.fastcgi import FastCgi
from bench.serve.place import NAMES, Place

KINDS = {"parcels": "POLYGON", "memorials": "POINT", "zones": "POLYGON"}
MAP = """MAP
 NAME "bench" EXTENT {extent} UNITS DD SIZE 500 500 MAXSIZE 4096
 PROJECTION "epsg:4326" END
 WEB METADATA
  "ows_title" "bench" "oga_title" "bench" "ows_enable_request" "*" "oga_enable_request" "*" "oga_max_limit" "10000"
  "ows_srs" "EPSG:4326" "oga_onlineresource" "{address}/mapserv/bench/ogcapi" "oga_geometry_precision" "7"
 END END
{layers}
END
"""
LAYER = """ LAYER
  NAME "{name}" TYPE {kind} STATUS ON TEMPLATE "none" EXTENT {extent}
  PROJECTION "epsg:4326" END
  CONNECTIONTYPE POSTGIS CONNECTION "{connection}" PROCESSING "CLOSE_CONNECTION=DEFER"
  DATA "geom from public.{name} using unique id using srid=4326"
  METADATA
   "ows_title" "{name}" "oga_title" "{name}" "ows_include_items" "all" "gml_include_items" "all" "gml_types" "auto"
   "gml_featureid" "id" "ows_featureid" "id" "oga_max_limit" "10000" "gml_geometries" "geom"
   "gml_geom_type" "{lower}" "ows_use_default_extent_for_getfeature" "false"
  END
 END
"""
CONFIGURATION = """CONFIG
  ENV
    MS_MAP_PATTERN "."
    OGCAPI_HTML_TEMPLATE_DIRECTORY "/usr/share/mapserver/ogcapi/templates/html-plain/"
    MS_ONLINERESOURCE "{address}/mapserv"
  END
  MAPS
    bench "{file}"
  END
END
"""


class MapServer(FastCgi):
    name = "mapserver"
    port = 55488
    program = "/usr/lib/cgi-bin/mapserv"
    script = "/mapserv"
    packages = ("cgi-mapserver",)
    paths = Paths(prefix="/mapserv/bench/ogcapi", extra="f=json", categories=False, tile=None)

    def start(self, place: Place) -> None:
        east, north = WEST + place.area.metres / LON_METRES + 0.1, SOUTH + place.area.metres / LAT_METRES + 0.1
        extent = f"{WEST - 0.1} {SOUTH - 0.1} {east} {north}"
        layers = "".join(
            LAYER.format(
                name=name, kind=KINDS[name], lower=KINDS[name].lower(), extent=extent, connection=place.keywords
            )
            for name in NAMES
        )
        file, configuration = place.run() / "bench.map", place.run() / "mapserver.conf"
        file.write_text(MAP.format(extent=extent, address=self.address, layers=layers), encoding="utf-8")
        configuration.write_text(CONFIGURATION.format(address=self.address, file=file), encoding="utf-8")
        self.serve(place, {"MAPSERVER_CONFIG_FILE": str(configuration)})
