"""The building block of coverages: the route, its links, and what the OpenAPI document says of it."""

import hashlib
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from catalogue.values import text_in
from service.asked import Asked
from service.block import Block
from service.coverage.cut import Cut, cut
from service.coverage.query import CELLS_MAX, coverage_query
from service.coverage.written import COVERAGE_JSON, GEOTIFF, coverage_json, geotiff
from service.links import OGC, link
from service.negotiate import format_of, preferred
from service.oas import get, parameter, reference
from service.published import Served
from service.reception import audience_of, guarded, language, parameters, served_of
from service.respond import Answer, Version, is_known, respond, unmodified
from service.state import Live
from service.texts import MESSAGES

MOST = {"tif": 8_000_000, "covjson": 250_000}
"""Values that one answer may have: some 60 MB in a worker."""
_ACCEPTED = {"image/tiff": "tif", COVERAGE_JSON: "covjson"}
_SPEC = "http://www.opengis.net/spec/ogcapi-coverages-1/1.0/conf"
_OWN = ("subset", "subset-crs", "scale-size", "scale-factor")


def coverage(request: Request, live: Live) -> Response:
    """Answer with the values of a part. Raises what reading the request and `cut` raise."""
    state, audience = audience_of(request, live)
    params = parameters(request)
    spoken, served = language(request, state, params), served_of(request, audience, "raster")
    chosen = _format(params, request.headers.get("accept", ""))
    query = coverage_query(params, served.dataset)
    known = (str(served.published.batch), state.files, spoken, chosen, request.url.path, request.url.query)
    version = Version(hashlib.sha256("\n".join(known).encode()).hexdigest()[:20], served.published.published)
    if is_known(request, version):
        return unmodified(version, private=audience.is_internal)
    part = cut(served.published.artefact or "", query, MOST[chosen])
    title = text_in(served.dataset.title, spoken, state.catalogue.portal.default_language)
    unit = served.dataset.raster.unit if served.dataset.raster else None
    body = geotiff(part) if chosen == "tif" else coverage_json(part, title, unit)
    headers = {
        "Content-Language": spoken,
        "Content-Crs": f"<{query.crs.uri}>",
        "Content-Bbox": _box(part),
        "Content-Disposition": f'attachment; filename="{served.id}.{"tif" if chosen == "tif" else "covjson"}"',
    }
    media_type = GEOTIFF if chosen == "tif" else COVERAGE_JSON
    return respond(request, Answer(body, media_type, headers=headers, private=audience.is_internal), version)


def _format(params: Mapping[str, str], accept: str) -> str:
    if "f" in params:
        return format_of(params, accept, tuple(MOST))
    return next((_ACCEPTED[each] for each in preferred(accept) if each in _ACCEPTED), "tif")


def _box(part: Cut) -> str:
    """Return the edges in the authority's axis order."""
    west, south, east, north = part.edges
    return ",".join(map(repr, (south, west, north, east) if part.crs.swapped else (west, south, east, north)))


def _links(asked: Asked) -> list[dict[str, Any]]:
    if asked.served is None or not asked.served.dataset.is_raster:
        return []
    path = f"/collections/{asked.served.id}/coverage"
    return [
        link(f"{OGC}/coverage", asked.href(path, f=name), media_type, asked, "coverage")
        for name, media_type in (("tif", GEOTIFF), ("covjson", COVERAGE_JSON))
    ]


def _paths(served: Served, asked: Asked) -> dict[str, Any]:
    if not served.dataset.is_raster:
        return {}
    title = text_in(served.dataset.title, asked.language, asked.state.catalogue.portal.default_language)
    cells = {"type": "integer", "minimum": 1, "maximum": CELLS_MAX}
    own = [parameter(name, cells) for name in ("width", "height")]
    own.append(parameter("properties", {"type": "string", "pattern": r"^band[1-9]\d*(,band[1-9]\d*)*$"}))
    own.append(parameter("f", {"type": "string", "enum": list(MOST), "default": "tif"}))
    named = [reference(name) for name in ("bbox", "bbox-crs", "crs", *_OWN)]
    made = get("coverage", GEOTIFF, asked, tag=served.id, title=title, parameters=[*named, *own], plain=False)
    binary = {"schema": {"type": "string", "format": "binary"}}
    made["get"]["responses"]["200"]["content"] = {GEOTIFF: binary, COVERAGE_JSON: {"schema": {"type": "object"}}}
    return {f"/collections/{served.id}/coverage": made}


def _parameters(asked: Asked) -> dict[str, Any]:
    if not any(each.dataset.is_raster for each in asked.audience.served.values()):
        return {}
    schemas: dict[str, dict[str, Any]] = {
        "subset": {"type": "string"},
        "subset-crs": {"type": "string", "format": "uri"},
        "scale-size": {"type": "string"},
        "scale-factor": {"type": "number", "minimum": 0, "exclusiveMinimum": True},
    }
    return {
        name: parameter(name, schema, MESSAGES.text(f"describe.{name}", asked.language))
        for name, schema in schemas.items()
    }


BLOCK = Block(
    name="coverage",
    routes={"/ogc/collections/{collection}/coverage": guarded(coverage)},
    conformance=(f"{_SPEC}/geotiff", f"{_SPEC}/coveragejson"),
    links=_links,
    collection_paths=_paths,
    parameters=_parameters,
)
