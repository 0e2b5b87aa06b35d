"""The good example of a Czech plan: a small municipality of fifteen areas, with a bit of everything the standard has.

It lies in EPSG:5514 where the demo region's Czech part is; its code is nobody's. Other examples are made of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import shapely
from shapely import Geometry

from plans.examples.czech_files import CzechSketch, Feature, rounded, write, zone
from plans.model import Standard

STANDARD = Standard.CZECH
CODE = "999101"
_WEST, _SOUTH, _STEP = -700_500.0, -965_400.0, 200.0


def node(column: float, row: float) -> tuple[float, float]:
    """Return a corner of the example's net (columns 0 … 4, rows 0 … 4), x first; the net is a little crooked."""
    crooked_x, crooked_y = 13.0 * ((3 * row + column) % 4), 11.0 * ((2 * column + row) % 5)
    return (_WEST + column * _STEP + crooked_x, _SOUTH + row * _STEP + crooked_y)


def cell(column: int, row: int) -> Geometry:
    """Return a cell of the net, columns and rows 0 … 3."""
    corners = [node(column, row), node(column + 1, row), node(column + 1, row + 1), node(column, row + 1)]
    return rounded(shapely.Polygon(corners))


def cells(*places: tuple[int, int]) -> Geometry:
    """Return the union of cells."""
    return shapely.union_all([cell(*place) for place in places])


def territory() -> Geometry:
    """Return the whole net: what the plan solves."""
    return cells(*((column, row) for column in range(4) for row in range(4)))


_USES: Mapping[tuple[int, int], tuple[str, str | None, int]] = {
    (0, 0): ("LU", "h", 1),
    (1, 0): ("LU", "o", 1),
    (2, 0): ("AP", None, 1),
    (3, 0): ("AL", None, 1),
    (0, 1): ("WT", None, 1),
    (1, 1): ("BI", None, 1),
    (2, 1): ("SV", None, 2),
    (3, 1): ("OV", "k", 1),
    (0, 2): ("NU", None, 1),
    (1, 2): ("BI", None, 2),
    (2, 2): ("ZP", None, 1),
    (0, 3): ("AP", None, 1),
    (1, 3): ("TW", None, 1),
    (2, 3): ("MU", "p", 2),
    (3, 3): ("VL", None, 1),
}
"""Code of use, letter of the sub-type and state of each area; the cell (3, 2) is a corridor."""
BUILT_UP = ((1, 1), (2, 1), (3, 1), (2, 2))


def sketch() -> CzechSketch:
    """Return the good plan as data."""
    return CzechSketch(CODE, _layers(), extra={"Texty/Text_UP.txt": "Textová část územního plánu.\n".encode()})


def with_layers(**layers: Sequence[Feature]) -> CzechSketch:
    """Return the good plan with other features in some layers; an empty layer stays as a file without rows."""
    good = sketch()
    return replace(good, layers={**good.layers, **layers})


def without(*layers: str) -> CzechSketch:
    """Return the good plan without some of its layers."""
    good = sketch()
    return replace(good, layers={name: rows for name, rows in good.layers.items() if name not in layers})


def areas(**changed: Feature) -> list[Feature]:
    """Return the areas of use, some of them changed: `c1r2` is the one in column 1, row 2."""
    return [changed.get(f"c{column}r{row}", zone(cell(column, row), *use)) for (column, row), use in _USES.items()]


def _layers() -> dict[str, Sequence[Feature]]:
    code = {"OBEC_KOD": int(CODE)}
    road = shapely.LineString([node(0, 1), node(1, 1), node(2, 1)])
    return {
        "ReseneUzemi_p": [Feature(territory(), code)],
        "ZastaveneUzemi_p": [Feature(cells(*BUILT_UP), code)],
        "ZastavitelneUzemi_p": [Feature(cell(1, 2), {"ID": "1"})],
        "PlochyRZV_p": areas(),
        "KoridoryP_p": [Feature(cell(3, 2), {"ID": "CPU.D1"})],
        "KoridoryN_p": [Feature(cell(2, 0), {"ID": "CNZ.E1"})],
        "UzemniRezervy_p": [Feature(cell(0, 3), {"ID": "R.01", "Typ": "DS"})],
        "PlochyZmen_p": [
            Feature(cell(1, 2), {"ID": "Z.01", "Etapizace": "E"}),
            Feature(cell(2, 1), {"ID": "T.01"}),
            Feature(cell(2, 3), {"ID": "K.01"}),
        ],
        "PlochyPodm_p": [Feature(cell(1, 2), {"ID": "US.01", "Datum": date(2030, 12, 31)})],
        "VpsVpoAs_p": [Feature(cell(0, 2), {"ID": "VU.01"}), Feature(cell(3, 2), {"ID": "VD.01"})],
        "VpsVpoAs_l": [Feature(rounded(road), {"ID": "VT.01"})],
        "USES_p": [
            Feature(cell(0, 2), {"CasH": 1, "Typ": "LBC", "Oznaceni": "LBC.1"}),
            Feature(cell(0, 1), {"CasH": 1, "Typ": "LBK", "Oznaceni": "LBK.1"}),
        ],
        "SystemSidelniZelene_p": [Feature(cell(2, 2), code)],
        "XPamatky_p": [Feature(cell(1, 1), {"Nazev": "Zvonička se šindelem"})],
    }


def GOOD(folder: Path) -> Path:  # noqa: N802 (the register of examples asks for this name)
    """Write the good plan, `DUP_999101.zip`, into the folder and return its path."""
    return write(sketch(), folder)
