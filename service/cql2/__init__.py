"""Filters in CQL2 (OGC 21-065r2), as text and as JSON: read into one tree, checked against the dataset, made SQL.

A package of its own because it is a language: grammar, reading (`text`, `document`), meaning (`meaning` and the modules
of each kind of value). Nothing here touches a database; `binding` alone knows where the data lies, and is asked when
the statement is made. Everything that is not understood is refused with its place in the text.
"""

_FEATURES = "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf"
_CQL2 = "http://www.opengis.net/spec/cql2/1.0/conf"

CONFORMANCE = (
    *(f"{_FEATURES}/{name}" for name in ("filter", "features-filter", "queryables", "queryables-query-parameters")),
    *(
        f"{_CQL2}/{name}"
        for name in (
            "cql2-text",
            "cql2-json",
            "basic-cql2",
            "advanced-comparison-operators",
            "case-insensitive-comparison",
            "accent-insensitive-comparison",
            "basic-spatial-functions",
            "basic-spatial-functions-plus",
            "basic-spatial-operators",  # the draft's name, which QGIS looked for until 3.36
            "spatial-functions",
            "temporal-functions",
            "property-property",
            "arithmetic",
        )
    ),
)
"""Conformance classes of filtering; QGIS sends filters to a server that declares the first two, text and basic."""

TEXT, JSON, DRAFT = "cql2-text", "cql2-json", "cql-text"
LANGUAGES = (TEXT, JSON, DRAFT)
"""Values of filter-lang; the first is the default.

The last is the draft's name of the first: GDAL (3.6 to 3.12 at least) sends its filters to servers that list it.
"""
