"""Media types, spelled once. Pure."""

GEOJSON = "application/geo+json"
JSON = "application/json"
SCHEMA = "application/schema+json"
HTML = "text/html"
PNG = "image/png"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
PROBLEM = "application/problem+json"
