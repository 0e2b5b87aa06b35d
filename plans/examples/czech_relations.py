"""Czech plans broken exactly so: one for each rule on how layers lie to one another."""

from collections.abc import Callable
from pathlib import Path

from shapely import affinity

from plans.examples.czech import areas, cell, cells, with_layers
from plans.examples.czech_files import CzechSketch, Feature, rounded, write, zone
from plans.model import Standard

STANDARD = Standard.CZECH

type Writer = Callable[[Path], Path]


def _of(plan: CzechSketch) -> Writer:
    return lambda folder: write(plan, folder)


_EASTWARDS = rounded(affinity.translate(cell(3, 0), xoff=25.0))
_BUILDABLE = Feature(cell(1, 2), {"ID": "Z.01"})
_TRANSFORMED = Feature(cell(2, 1), {"ID": "T.01"})
_LANDSCAPE = Feature(cell(2, 3), {"ID": "K.01"})
_PARK_PROPOSED = zone(cell(2, 2), "ZP", state=2)

BROKEN: dict[str, Writer] = {
    "topology.cz-outside-territory": _of(with_layers(KoridoryN_p=[Feature(_EASTWARDS, {"ID": "CNZ.E1"})])),
    "topology.cz-overlap-in-layer": _of(
        with_layers(
            KoridoryN_p=[
                Feature(cells((1, 0), (2, 0)), {"ID": "CNZ.E1"}),
                Feature(cells((2, 0), (3, 0)), {"ID": "CNU.D1"}),
            ]
        )
    ),
    "topology.cz-works-of-system": _of(with_layers(VpsVpoAs_p=[Feature(cell(1, 0), {"ID": "VU.01"})])),
    "topology.cz-transformation": _of(
        with_layers(
            PlochyRZV_p=areas(c2r1=zone(cell(2, 1), "SV")),
            PlochyZmen_p=[Feature(cell(1, 2), {"ID": "T.01"}), _LANDSCAPE],
        )
    ),
    "topology.cz-landscape-change": _of(
        with_layers(
            PlochyRZV_p=areas(c2r2=_PARK_PROPOSED),
            PlochyZmen_p=[_BUILDABLE, _TRANSFORMED, _LANDSCAPE, Feature(cell(2, 2), {"ID": "K.02"})],
        )
    ),
    "topology.cz-buildable-in-built-up": _of(
        with_layers(
            PlochyRZV_p=areas(c2r2=_PARK_PROPOSED),
            PlochyZmen_p=[_BUILDABLE, _TRANSFORMED, _LANDSCAPE, Feature(cell(2, 2), {"ID": "Z.02"})],
        )
    ),
    "topology.cz-proposed-unchanged": _of(with_layers(PlochyRZV_p=areas(c3r3=zone(cell(3, 3), "VL", state=2)))),
    "topology.cz-change-unproposed": _of(with_layers(PlochyRZV_p=areas(c2r3=zone(cell(2, 3), "MU", "p")))),
}
