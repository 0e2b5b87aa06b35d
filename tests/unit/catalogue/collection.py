"""A small sound collection, and a way to break one thing in it."""

from pathlib import Path

PORTAL = """
title: {cs: Krajina, en: Krajina}
default_language: cs
view: [14, 50, 16, 51]
contact: {name: GIS, email: gis@example.org}
publisher: region
"""
THEMES = "boundaries: {title: {cs: Hranice, en: Boundaries}}\n"
PUBLISHERS = "region: {name: {cs: Kraj}, contact: {name: GIS, email: gis@example.org}}\n"
LICENCES = "cc-by-4.0: {title: {en: CC BY 4.0}, url: 'https://creativecommons.org/licenses/by/4.0/'}\n"
USES = (
    "code,cs,de,pl,en,colour\nliving,bydlení,Wohnen,mieszkanie,living,#ffcc00\nwork,práce,Arbeit,praca,work,#cc66cc\n"
)
ZONES = """\
title: {cs: Plochy, en: Zones}
theme: boundaries
publisher: region
licence: cc-by-4.0
updated: P1M
sources:
  - {kind: csv, path: zones.csv, encoding: cp1250, delimiter: ";", geometry: {wkt: WKT}}
crs: EPSG:5514
geometry: MultiPolygon
key: code
columns:
  code: {from: KOD, type: integer, required: true}
  use: {from: VYUZITI, type: code, codelist: zone-use}
  area: {from: VYMERA, type: decimal, unit: ha, source_unit: m2}
  owner: {private: true}
  note: {drop: true}
checks: {max_change: 20 %, overlaps: 1 m², unique: [[code, use]]}
map:
  style: {by: use}
  zoom: [8, 19]
  popup: [code, use]
  label: code
  search: [code]
"""


def write(folder: Path, zones: str = ZONES) -> Path:
    """Write the collection into the folder, with this text as its only dataset."""
    for name, text in {
        "portal.yml": PORTAL,
        "vocabularies/themes.yml": THEMES,
        "vocabularies/publishers.yml": PUBLISHERS,
        "vocabularies/licences.yml": LICENCES,
        "codelists/zone-use.csv": USES,
        "zones.yml": zones,
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def broken(old: str, new: str) -> str:
    """Return the dataset file with one thing changed; the thing must be there."""
    assert old in ZONES, old
    return ZONES.replace(old, new, 1)
