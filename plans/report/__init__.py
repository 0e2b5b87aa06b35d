"""The report of a check: what was found, for programs, for the drafter of the plan, and for the mayor.

Apart from the check because it knows nothing of how a plan is read or judged, only what was said of it. JSON comes
first and the pages show it, so that a page cannot say something else. What `write` leaves in the folder (UTF-8; every
coordinate longitude, latitude in CRS84; what is absent is null or an empty list):

summary.json
    {"name": str, "made": ISO time in UTC, "standard": "cz" | "pl" | "de" | null, "profile": str,
     "verdict": "ok" | "refused" | "unreadable",
     "counts": {"error": n, "warning": n, "note": n},
     "plans": [{"title", "id", "kind", "municipalities": [code], "territory": name | null, "crs", "profile", "partial",
                "raster_only", "lifecycle": {"step", "adopted", "valid_from", "valid_to", "national"},
                "counts": {"areas", "regulations", "lines", "documents", "vertices"},
                "documents": [{"title", "link": address | null, "role"}], "area": m²}],
     "stages": [{"stage", "seconds": s | null, "passed": n, "failed": n, "skipped": n, "faults": n}],
     "rules": [{"id", "stage", "level", "backing", "source", "state": "passed" | "failed" | "skipped",
                "reason": key | null, "faults": n, "counts": {level: n}, "owner", "fix": name | null}],
     "tolerances": {"vertex", "width", "noise", "boundary", "register": m, "noise", "sliver": m²} | null,
     "slivers": [{"rule", "count", "under": m², "total": m², "largest": m², "smallest": m²}],
     "harmonised": [{"plan": n, "unknown_share": 0…1, "zones": [{"code", "name", "hilucs": [code], "status", "areas": n,
                     "area": m², "share": 0…1}]}],
     "difference": [{"plan": n, "in_force": str, "below": n, "unchanged": m²,
                     "rows": [{"change": "added" | "removed" | "changed", "before", "after", "areas": n, "area": m²}]}],
     "repair": {"changes": [{"plan": n, "layer", "object", "fixes": [name], "moved": m, "before": m², "after": m²}],
                "left": [{"plan": n, "rule", "count": n, "reason": key}],
                "after": {"error": n, "warning": n, "note": n} | null} | null,
     "drawn": {"metres": m, "vertices": n, "placed": bool}}
    `owner` is who can mend it: "drafter", "municipality" or "region". `drawn` says how coarsely plan.geojson shows the
    plan, and whether its coordinates could be brought to the earth at all.

report.jsonl   one fault a line, all of them, errors before warnings, in the order of the stages
    {"n": number from 1, "rule", "level", "owner", "plan": n | null, "object", "layer", "attribute", "file", "line",
     "row", "measured", "tolerance", "unit", "values": {…}, "fix", "where": GeoJSON geometry | null}
    `where` has at most `places.MOST_VERTICES` corners. The texts are not repeated: `texts.told(line, language)`.

faults.geojson, plan.geojson, difference.geojson, repair.geojson
    What is drawn: the first `DRAWN_PER_RULE` faults of each rule (properties n, rule, level, plan, object, layer,
    values), and the plan (plan, part: boundary | area | regulation | line, layer, object, code, name, hilucs),
    simplified to `drawing.MOST_VERTICES` corners, but exact beside faults; and what would change against the plan in
    force or by repair (plan, change: added | removed | changed | repaired, object, before, after).

report.<lang>.html, verdict.<lang>.html
    One self-contained file each, in cs, de, pl and en.
"""

from plans.report.folder import write

__all__ = ["write"]
