"""Czech plans broken exactly so: one for each rule of structure and attributes that the Czech standard has of its own.

Each is the good plan with one thing changed. Relations between layers are broken in `czech_relations`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.enums import WktVersion

from plans.context import Context, Territory
from plans.examples.czech import CODE, GOOD, areas, cell, node, sketch, territory, with_layers, without
from plans.examples.czech_files import CzechSketch, Feature, Value, files_of, pack, table, write, zone
from plans.model import Standard
from plans.standards.czech.shp_write import Turn
from plans.standards.czech.shp_write import write as shapes_written

STANDARD = Standard.CZECH
_OTHER_CODE = "999102"

type Files = dict[str, bytes]
type Writer = Callable[[Path], Path]


def _of(plan: CzechSketch) -> Writer:
    return lambda folder: write(plan, folder)


def _breaking(break_one: Callable[[Files], None], plan: CzechSketch | None = None) -> Writer:
    """Return a writer of the good plan whose files have been changed after they were made."""

    def make(folder: Path) -> Path:
        chosen = plan or sketch()
        files = files_of(chosen)
        break_one(files)
        return pack(files, folder / f"{chosen.name}.zip")

    return make


def _path(layer: str, suffix: str) -> str:
    return f"DUP_{CODE}/Data/{layer}.{suffix}"


def _without_dbf(files: Files) -> None:
    del files[_path("KoridoryN_p", "dbf")]


def _no_shapefile(files: Files) -> None:
    files[_path("XPamatky_p", "shp")] = b"<html>404 Not Found</html>"


def _cut_off(files: Files) -> None:
    path = _path("VpsVpoAs_p", "shp")
    files[path] = files[path][:-60]


def _one_row_more(files: Files) -> None:
    rows: list[Mapping[str, Value]] = [{"Nazev": "Zvonička"}, {"Nazev": "Kaplička"}]
    files[_path("XPamatky_p", "dbf")] = table({"Nazev": "text"}, rows, "utf-8")


def _broken_record(files: Files) -> None:
    path = _path("XPamatky_p", "shp")
    parts = 100 + 8 + 36  # file header, record header, type and box
    files[path] = files[path][:parts] + b"\xff\xff\xff\xff" + files[path][parts + 4 :]


def _twice(files: Files) -> None:
    for suffix in ("shp", "shx", "dbf", "prj", "cpg"):
        files[f"DUP_{CODE}/Data/kopie/XPamatky_p.{suffix}"] = files[_path("XPamatky_p", suffix)]


def _flat(folder: Path) -> Path:
    files = {path.rpartition("/")[2]: content for path, content in files_of(sketch()).items()}
    return pack(files, folder / "uzemni_plan.zip")


def _says_utf8(files: Files) -> None:
    files[_path("XPamatky_p", "cpg")] = b"UTF-8"


def _says(crs: str) -> Callable[[Files], None]:
    text = CRS(crs).to_wkt(WktVersion.WKT1_ESRI).encode("ascii")

    def change(files: Files) -> None:
        for path in files:
            if path.endswith(".prj"):
                files[path] = text

    return change


def _in_other_numbers(turn: Turn) -> CzechSketch:
    good = sketch()
    moved = {
        name: [replace(row, shape=None if row.shape is None else shapely.transform(row.shape, turn)) for row in rows]
        for name, rows in good.layers.items()
    }
    return replace(good, layers=moved)


def _in_utm() -> CzechSketch:
    way = Transformer.from_crs("EPSG:5514", "EPSG:32633", always_xy=True)
    return _in_other_numbers(lambda pairs: np.column_stack(way.transform(pairs[:, 0], pairs[:, 1])))


def _lines_for_areas(files: Files) -> None:
    line = shapely.LineString([node(2, 0), node(3, 0), node(3, 1)])
    files[_path("KoridoryN_p", "shp")], files[_path("KoridoryN_p", "shx")] = shapes_written([line], "line")


def _small_letters(files: Files) -> None:
    for path in [path for path in files if "/PlochyZmen_p." in path]:
        files[path.replace("PlochyZmen", "plochyzmen")] = files.pop(path)


def _fields(layer: str, fields: Mapping[str, str], rows: Sequence[Mapping[str, Value]]) -> Callable[[Files], None]:
    """Return what gives a layer other fields than the standard's."""

    def change(files: Files) -> None:
        files[_path(layer, "dbf")] = table(fields, rows, "utf-8")

    return change


_SYSTEM = (("LBC", "LBC.1", (0, 2)), ("LBK", "LBK.1", (0, 1)))


def _system(**changed: Value) -> CzechSketch:
    rows: list[dict[str, Value]] = [{"CasH": 1, "Typ": kind, "Oznaceni": label} for kind, label, _ in _SYSTEM]
    rows[0] |= changed
    return with_layers(USES_p=[Feature(cell(*place), row) for (_, _, place), row in zip(_SYSTEM, rows, strict=True)])


def _changes(**changed: Value) -> CzechSketch:
    buildable: dict[str, Value] = {"ID": "Z.01", "Etapizace": "E", **changed}
    others = sketch().layers["PlochyZmen_p"][1:]
    return with_layers(PlochyZmen_p=[Feature(cell(1, 2), buildable), *others])


_CAPITALS = [{"ID": "R.01", "TYP": "DS"}]
_PREEMPTION = [Feature(cell(0, 2), {"ID": "VU.01"}), Feature(cell(3, 2), {"ID": "PP.01"})]
_TWO_ALIKE = [Feature(cell(1, 2), {"ID": "US.01"}), Feature(cell(2, 1), {"ID": "US.01"})]
_FOREIGN = [Feature(cell(2, 2), {"OBEC_KOD": int(_OTHER_CODE)})]

_AS_OF_2023 = replace(
    without("ZastavitelneUzemi_p"),
    layers={
        **without("ZastavitelneUzemi_p").layers,
        "PlochyRZV_p": areas(c3r0=zone(cell(3, 0), "AP", "t")),
        "PlochyZmen_p": [
            Feature(cell(1, 2), {"ID": "Z.01"}),
            Feature(cell(2, 1), {"ID": "P.01"}),
            Feature(cell(2, 3), {"ID": "K.01"}),
        ],
    },
)
"""A plan of the version of 2023: rebuilding (P) and the letters of fields."""

BROKEN: dict[str, Writer] = {
    "structure.cz-missing-file": _breaking(_without_dbf),
    "structure.cz-unreadable-layer": _breaking(_no_shapefile),
    "structure.cz-cut-off": _breaking(_cut_off),
    "structure.cz-row-count": _breaking(_one_row_more),
    "geometry.cz-broken-record": _breaking(_broken_record),
    "structure.cz-duplicate-layer": _breaking(_twice),
    "structure.cz-folders": _flat,
    "structure.cz-profile": _of(_AS_OF_2023),
    "structure.cz-wrong-encoding": _breaking(_says_utf8, replace(sketch(), encoding="cp1250")),
    "structure.cz-guessed-encoding": _of(replace(sketch(), encoding="cp1250", has_cpg=False)),
    "structure.cz-crs": _breaking(_says("EPSG:32633"), _in_utm()),
    "structure.cz-crs-label": _breaking(_says("EPSG:5513")),
    "structure.cz-crs-missing": _of(replace(sketch(), has_prj=False)),
    "geometry.cz-signs": _breaking(_says("EPSG:5513"), _in_other_numbers(lambda pairs: -pairs[:, ::-1])),
    "geometry.cz-swapped-axes": _of(_in_other_numbers(lambda pairs: pairs[:, ::-1])),
    "structure.cz-no-use-areas": _of(without("PlochyRZV_p", "KoridoryP_p")),
    "structure.cz-mandatory-layer": _of(without("ZastaveneUzemi_p")),
    "structure.cz-empty-layer": _of(with_layers(SystemVerProstr_p=[])),
    "structure.cz-unknown-layer": _of(with_layers(UzemniPrvkyRP_p=[Feature(cell(1, 1), {"ID": "U.01"})])),
    "structure.cz-geometry-type": _breaking(_lines_for_areas),
    "structure.cz-layer-spelling": _breaking(_small_letters),
    "attributes.cz-missing-attribute": _breaking(_fields("UzemniRezervy_p", {"ID": "text"}, [{"ID": "R.01"}])),
    "attributes.cz-attribute-type": _breaking(
        _fields(
            "USES_p",
            {"CasH": "text", "Typ": "text", "Oznaceni": "text"},
            [{"CasH": "1", "Typ": kind, "Oznaceni": label} for kind, label, _ in _SYSTEM],
        )
    ),
    "attributes.cz-attribute-spelling": _breaking(_fields("UzemniRezervy_p", {"ID": "text", "TYP": "text"}, _CAPITALS)),
    "attributes.cz-empty-attribute": _of(_system(CasH=None)),
    "attributes.cz-no-use": _of(with_layers(PlochyRZV_p=areas(c3r3=Feature(cell(3, 3), {"CasH": 1})))),
    "attributes.cz-municipality": _of(with_layers(SystemSidelniZelene_p=_FOREIGN)),
    "attributes.cz-other-municipality": GOOD,
    "attributes.cz-id-unique": _of(with_layers(PlochyPodm_p=_TWO_ALIKE)),
    "attributes.cz-use-code": _of(with_layers(PlochyRZV_p=areas(c1r1=zone(cell(1, 1), "RN")))),
    "attributes.cz-index": _of(with_layers(PlochyRZV_p=areas(c0r0=zone(cell(0, 0), "LU", "x")))),
    "attributes.cz-index-missing": _of(with_layers(PlochyRZV_p=areas(c3r1=zone(cell(3, 1), "OX")))),
    "attributes.cz-value": _of(with_layers(PlochyRZV_p=areas(c3r3=zone(cell(3, 3), "VL", state=3)))),
    "attributes.cz-id-prefix": _of(with_layers(KoridoryN_p=[Feature(cell(2, 0), {"ID": "K1"})])),
    "attributes.cz-id-legacy": _of(with_layers(VpsVpoAs_p=_PREEMPTION)),
    "attributes.cz-phase": _of(_changes(Etapizace="2. etapa")),
    "attributes.cz-uses-label": _of(_system(Oznaceni="1 Bukovina")),
}

CONTEXT = {
    "structure.cz-profile": Context(expected={"profile": "JS-2024"}),
    "attributes.cz-other-municipality": Context(
        territory=Territory(_OTHER_CODE, "Horní Vlčnov", "CZ", "EPSG:5514", territory())
    ),
}

PASSES: dict[str, Writer] = {
    "structure.cz-profile": GOOD,
    "attributes.cz-other-municipality": _of(
        replace(
            with_layers(
                **{
                    name: [Feature(row.shape, {**row.attributes, "OBEC_KOD": int(_OTHER_CODE)}) for row in rows]
                    for name, rows in sketch().layers.items()
                    if any("OBEC_KOD" in row.attributes for row in rows)
                }
            ),
            code=_OTHER_CODE,
        )
    ),
}
